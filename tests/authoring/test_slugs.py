"""Names of files from titles."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.authoring.slugs import LONGEST, slug


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Reading tables", "reading-tables"),
        ("  Tabellen: lesen & schreiben! ", "tabellen-lesen-schreiben"),
        ("Über Größe, Öl und Maß", "ueber-groesse-oel-und-mass"),
        ("U\u0308ber alles", "ueber-alles"),  # an umlaut of two characters, as macOS writes names
        ("Élan vital à São Paulo", "elan-vital-a-sao-paulo"),
        ("Łódź, Ærø, œuvre", "lodz-aeroe-oeuvre"),
        ("What's new in C++?", "whats-new-in-c-plus-plus"),
        ("C#", "c-sharp"),
        ("a_b.c/d\\e", "a-b-c-d-e"),
        ("データを読む", "データを読む"),
        ("Й и ё", "й-и-ё"),
        ("2. ½ of it", "2-1-2-of-it"),
        ("con", "con-episode"),
        ("COM1", "com1-episode"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert slug(title) == name


def test_a_long_title_ends_at_a_word() -> None:
    name = slug("one two three four five six seven eight nine ten eleven twelve thirteen fourteen")
    assert name == "one-two-three-four-five-six-seven-eight-nine-ten-eleven"
    assert slug("x" * 200) == "x" * LONGEST


@given(st.text(max_size=100))
def test_a_name_is_safe_anywhere_and_its_own_name(title: str) -> None:
    name = slug(title)
    assert len(name) <= LONGEST + len("-episode")
    assert not re.search(r"[\s/\\:*?\"<>|.\x00-\x1f]", name)
    assert name == name.strip("-")
    assert "--" not in name
