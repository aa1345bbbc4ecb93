"""The name of an episode's file, made from its title."""

from __future__ import annotations

import re
import unicodedata

from site_builder.files import DEVICES

LONGEST = 60
"""Characters of a name: addresses stay readable."""

LATIN = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l",
        "+": " plus ", "#": " sharp ", "'": "", "’": "",
    }
)  # fmt: skip
"""Letters that Unicode does not decompose, or that a language spells out, and signs that are words (``C++`` is not ``C``)."""


def slug(title: str) -> str:
    """Return a title as a file's name without an ending: letters, digits and single hyphens, in lower case; empty if it has none.

    Accents of Latin letters are left out and umlauts are spelled out, so that the address can be typed on any keyboard; letters of other
    scripts stay.
    """
    spelled = unicodedata.normalize("NFC", title).lower().translate(LATIN)
    words = re.sub(r"[\W_]+", "-", _unaccented(spelled)).strip("-")
    name = words if len(words) <= LONGEST else (words[: LONGEST + 1].rpartition("-")[0] or words[:LONGEST]).strip("-")
    return f"{name}-episode" if DEVICES.fullmatch(name) else name


def _unaccented(text: str) -> str:
    """Return text without the accents of Latin letters; those of other scripts are part of the letter."""
    return "".join(_base(letter) for letter in text)


def _base(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter).replace("\u2044", "-")  # a fraction's slash
    latin = parts[0].isascii() and all(unicodedata.combining(part) or part.isascii() for part in parts)
    return "".join(part for part in parts if part.isascii()) if latin else letter
