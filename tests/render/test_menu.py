"""The menu is what MkDocs would read of the whole text of the settings."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from site_builder.render.menu import divided, entries
from site_builder.weave.stage import _yaml

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["nav:", "\nnav:", "- a", "null", "2024", "yes", "a: b", "#", "'", "1.0", "&a", "*a", "!tag"]
)
MENUS = st.recursive(
    st.lists(st.dictionaries(WORDS, WORDS, min_size=1, max_size=1), max_size=4),
    lambda inner: st.lists(st.dictionaries(WORDS, WORDS | inner, min_size=1, max_size=1), max_size=4),
    max_leaves=12,
)


@given(title=WORDS, more=st.dictionaries(WORDS, WORDS | st.lists(WORDS), max_size=3), menu=MENUS)
def test_settings_and_menu_are_what_the_whole_says(title: str, more: dict[str, Any], menu: list[Any]) -> None:
    settings = {"site_name": title, **{name: value for name, value in more.items() if name != "nav"}}
    text = _yaml({**settings, "nav": menu})
    head, last = divided(text)
    event("divided" if last else "whole")
    if not last:  # a title of several lines
        assert head == text and "\n" in repr((settings, menu)).replace("\\n", "\n")
        return
    assert yaml.safe_load(head) == settings and entries(last) == menu
    assert {**yaml.safe_load(head), "nav": entries(last)} == yaml.safe_load(text)


@pytest.mark.parametrize("text", ["a: 1\n", "nav:\n- a: b.md\n", "a: 1\nnav:\n- a: b.md\nlast: 2\n", "a: 1\nnav: {a: b.md}\n", ""])
def test_settings_whose_menu_does_not_come_last_stay_whole(text: str) -> None:
    assert divided(text) == (text, "")


def test_a_menu_with_groups_is_divided() -> None:
    assert divided("a: 1\nnav:\n- b: c.md\n- d:\n  - e: f.md\n") == ("a: 1\n", "nav:\n- b: c.md\n- d:\n  - e: f.md\n")
    assert divided("a: 1\nnav: []\n") == ("a: 1\n", "nav: []\n") and entries("nav: []\n") == []
