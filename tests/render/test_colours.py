"""Contrast as WCAG computes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.render.colours import TEXT_CONTRAST, Colour, contrast, parse_colour, reaching

WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)
colours = st.builds(Colour, *[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000", "#ffffff", 21.0), ("#777777", "#fff", 4.48), ("#767676", "#fff", 4.54), ("#f00", "#fff", 4.0)]
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    first, second = parse_colour(one), parse_colour(other)
    assert first and second and round(contrast(first, second), 2) == ratio


@given(colours, colours)
def test_contrast_is_symmetric_and_bounded(one: Colour, other: Colour) -> None:
    assert contrast(one, other) == contrast(other, one) and 1 <= contrast(one, other) <= 21


@given(colours)
def test_any_colour_can_be_made_readable(colour: Colour) -> None:
    assert contrast(reaching(colour, WHITE, BLACK), WHITE) >= TEXT_CONTRAST
    assert parse_colour(colour.code) == colour


@pytest.mark.parametrize("text", ["red", "#12", "#12345g", "", "rgb(1,2,3)", "#1234567"])
def test_other_notations_are_no_colours(text: str) -> None:
    assert parse_colour(text) is None
