"""Contrast of colours (WCAG 2.2, 1.4.3 and the definitions of relative luminance and contrast ratio)."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEXADECIMAL = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
TEXT_CONTRAST = 4.5
"""What text needs against its background (1.4.3, AA)."""
PART_CONTRAST = 3.0
"""What parts of a page need that carry meaning without being text (1.4.11, AA)."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour without transparency: red, green and blue from 0 to 255."""

    red: int
    green: int
    blue: int

    @property
    def code(self) -> str:
        """The colour as ``#rrggbb``."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance: 0 for black, 1 for white."""
        red, green, blue = (_linear(value / 255) for value in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mixed(self, other: Colour, share: float) -> Colour:
        """Return this colour with a share (0 to 1) of another one in it."""
        pairs = zip((self.red, self.green, self.blue), (other.red, other.green, other.blue), strict=True)
        return Colour(*(round(own + (theirs - own) * share) for own, theirs in pairs))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def parse_colour(text: str) -> Colour | None:
    """Read ``#rgb`` or ``#rrggbb``; anything else is None."""
    if not HEXADECIMAL.fullmatch(text):
        return None
    digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
    return Colour(*(int(digits[place : place + 2], 16) for place in (0, 2, 4)))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def reaching(colour: Colour, background: Colour, towards: Colour) -> Colour:
    """Return the colour mixed with as little of another one as text on this background needs."""
    shares = (step / 20 for step in range(21))
    return next((mix for share in shares if contrast(mix := colour.mixed(towards, share), background) >= TEXT_CONTRAST), towards)
