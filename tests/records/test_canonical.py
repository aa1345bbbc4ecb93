"""Canonical JSON is the standard library's, only sooner there."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from site_builder.records.canonical import canonical

TEXT = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_the_text_is_what_the_standard_library_writes(value: object) -> None:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert canonical(value) == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_a_lone_surrogate_is_replaced_and_a_pair_is_one_character() -> None:
    assert canonical(["\ud800", "\ud83d\ude00"]) == '[\n "\ufffd",\n "\U0001f600"\n]\n'
