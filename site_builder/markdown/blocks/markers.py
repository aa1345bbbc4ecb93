"""List markers: bullets, and pandoc's fancy and example numbers (pandoc manual, fancy_lists, startnum, example_lists)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BULLET = re.compile(r"( {0,3})([*+-])(?=[ \t]|$)")
_ORDERED = re.compile(
    r"( {0,3})(?:\((?:(?P<both>[0-9]{1,18}|#|[A-Za-z]|[ivxlcdmIVXLCDM]+)|@(?P<example>[\w\-]*))\)"
    r"|(?P<one>[0-9]{1,18}|#|[A-Za-z]|[ivxlcdmIVXLCDM]+)(?P<delimiter>[.)])|@(?P<bare>[\w\-]*)(?P<end>[.)]))(?=[ \t]|$)"
)
_DEFINITION = re.compile(r" {0,3}[:~](?=[ \t]|$)")
_PAGE_NUMBER = re.compile(r" {0,3}p\. [0-9]")
_WIDE = re.compile(r"  | ?\t")
_RULE = re.compile(r"[ \t]*([*_-])(?:[ \t]*\1){2,}[ \t]*$")
_ROMAN = re.compile(r"m*(?:cm)?d?(?:cd)?c*(?:xc)?l?(?:xl)?x*(?:ix)?v?(?:iv)?i*")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_INITIALS = (1, 5, 10, 50, 100, 500, 1000)


@dataclass(frozen=True, slots=True)
class Marker:
    """A list marker: style (``bullet``, ``decimal``, ``lower-alpha`` ... ``example``), delimiter, number, example label, width."""

    style: str
    delimiter: str
    number: int
    label: str
    end: int

    def starts_like(self, other: Marker) -> bool:
        """Tell whether two markers belong to one list; ordered lists also keep their delimiter."""
        return self.style == other.style and (self.style == "bullet" or self.delimiter == other.delimiter)


def read_marker(line: str, like: Marker | None = None) -> Marker | None:
    """Read the marker a line begins with; ``like`` is the style of an ambiguous letter, set by the first item."""
    if found := _BULLET.match(line):
        return None if _RULE.match(line) else Marker("bullet", "", 1, "", found.end())
    found = _ORDERED.match(line)
    if not found or _PAGE_NUMBER.match(line):
        return None
    label = found["example"] if found["example"] is not None else found["bare"]
    if label is not None:
        return Marker("example", "()" if found["example"] is not None else found["end"], 1, label, found.end())
    word, delimiter = (found["both"], "()") if found["both"] else (found["one"], found["delimiter"])
    style, number = _number(word, like.style if like else "")
    if not style or (_abbreviation(style, number, delimiter) and not _WIDE.match(line, found.end()) and line[found.end() :].strip()):
        return None
    return Marker(style, delimiter, number, "", found.end())


def definition_marker(line: str) -> Marker | None:
    """Read the colon or tilde, followed by white space, that begins a definition (pandoc manual, definition_lists)."""
    found = _DEFINITION.match(line)
    return Marker("definition", "", 1, "", found.end()) if found else None


def _abbreviation(style: str, number: int, delimiter: str) -> bool:
    """Tell whether a marker could be the initial of a name (``B. Russell``), which needs two spaces to be a list."""
    return delimiter == "." and (style == "upper-alpha" or (style == "upper-roman" and number in _INITIALS))


def _number(word: str, style: str) -> tuple[str, int]:
    if word == "#":
        return (style if style else "default"), 1
    if word.isdigit():
        return ("decimal" if style != "default" else "default"), int(word)
    case = "lower" if word.islower() else "upper"
    lower = word.lower()
    alpha, roman = f"{case}-alpha", f"{case}-roman"
    value = roman_value(lower)
    if value and style != alpha and (len(word) > 1 or lower == "i" or style == roman):
        return (roman, value) if word in (lower, word.upper()) else ("", 0)
    return (alpha, ord(lower) - 96) if len(word) == 1 else ("", 0)


def roman_value(word: str) -> int:
    """Return the value of a lower-case roman numeral, 0 if it is not one."""
    if not word or not _ROMAN.fullmatch(word):
        return 0
    values = [_VALUES[letter] for letter in word]
    return sum(-value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True))
