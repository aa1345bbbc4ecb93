"""Identifiers of headings."""

from __future__ import annotations

import pytest

from site_builder.markdown.identifiers import Identifiers, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ & C#", "c-c"),
        ("1.2.3", ""),
        ("2. Step 2: foo/bar", "step-2-foobar"),
        ("Foo_bar.baz", "foo_bar.baz"),
        ("Über die Straße 日本語", "über-die-straße-日本語"),
        (" a  b ", "a-b"),
    ],
)
def test_a_slug_keeps_letters_digits_and_a_few_marks(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_identifiers_are_unique_on_a_page_and_skip_those_taken() -> None:
    identifiers = Identifiers()
    identifiers.take("a-1")
    assert [identifiers.make(text) for text in ("A", "A", "A", "A-1", "!", "?")] == ["a", "a-2", "a-3", "a-1-1", "section", "section-1"]
