"""How outputs may write a secret: as it is, with escapes, in base64, in hexadecimal."""

from __future__ import annotations

import base64
import functools
import html
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from urllib.parse import quote

SHORTEST = 8
"""Minimum length in characters of a value that is searched for; a shorter one could occur in any text."""

URL_SAFE = str.maketrans("+/", "-_")
"""The two characters in which base64 for addresses differs (RFC 4648, section 5)."""

ESCAPE = re.compile(
    r"\\(?:[nrtbf\"'/\\]|u00[0-7][0-9a-fA-F]|x[0-7][0-9a-fA-F])|%[0-7][0-9a-fA-F]|&(?:[a-z]{2,6}|#[0-9]{2,3}|#x[0-9a-fA-F]{2});"
)
"""A character as JSON and programs write it in strings, as addresses do, or as HTML does; of ASCII alone, of which tokens are made."""
ENCODED = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{4}){4,}(?:[A-Za-z0-9+/_-]{2,3}={0,2})?(?![A-Za-z0-9+/_=-])")
"""A run of base64, also for addresses; the digits of hexadecimal numbers are among its characters."""
LONGEST = 16_384
"""Characters of such a run that are decoded: longer ones are pictures and data."""
WRAP = re.compile(r"(?<=[A-Za-z0-9+/_-])\r?\n(?=[A-Za-z0-9+/_=-])")
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2})+\Z")
PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]+\Z")

STANDARD = str.maketrans("-_", "+/")

Place = Callable[[int], int]
"""Where a character of a decoded text comes from."""


@functools.lru_cache(maxsize=256)
def spellings(value: str) -> tuple[str, ...]:
    """Return a value as outputs may show it: itself, in hexadecimal, in base64 wherever it begins there, in addresses, in JSON.

    An empty value has none.
    """
    data = value.encode("utf-8", "surrogateescape")
    found = [value, data.hex(), data.hex().upper(), quote(value), quote(value, safe=""), json.dumps(value)[1:-1], repr(value)[1:-1]]
    for offset, skipped in ((0, 0), (1, 2), (2, 3)):  # three bytes are four characters (RFC 4648): what stands before shifts them
        whole = base64.b64encode(bytes(offset) + data).decode().rstrip("=")
        inner = whole[skipped : len(whole) - bool((offset + len(data)) % 3)]
        found += [inner, inner.translate(URL_SAFE)] if len(inner) >= SHORTEST else []
    return tuple(dict.fromkeys(found)) if value else ()


def decoded(text: str) -> Iterator[tuple[str, Place]]:
    """Yield a text without its escapes, and what its runs of base64 and hexadecimal digits say, each if there are any."""
    pieces = [(match.start(), match.end(), plain) for match in ESCAPE.finditer(text) if (plain := _character(match.group()))]
    if pieces:
        yield _joined(text, pieces)
    hidden = [(match.start(), words) for match in ENCODED.finditer(text) if (words := _words(match.group()))]
    for start, words in hidden:
        yield words, lambda _, start=start: start  # type: ignore[misc]


def unwrapped(text: str) -> tuple[str, Place]:
    """Return a text with lines of base64 joined that a program wrapped, and where each character of it was."""
    return _joined(text, [(match.start(), match.end(), "") for match in WRAP.finditer(text)])


def _character(escape: str) -> str:
    if escape[0] == "&":
        plain = html.unescape(escape)
        return plain if plain != escape and plain.isascii() else ""
    if escape[0] == "%":
        return chr(int(escape[1:], 16))
    named = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
    return chr(int(escape[2:], 16)) if escape[1] in "ux" else named.get(escape[1], escape[1])


def _joined(text: str, pieces: list[tuple[int, int, str]]) -> tuple[str, Place]:
    """Return a text with parts of it replaced, and where each character of it was."""
    parts, ends, lost, last, length = [], [0], [0], 0, 0
    for start, end, plain in pieces:
        parts += [text[last:start], plain]
        length += start - last + len(plain)
        ends.append(length)
        lost.append(end - length)
        last = end
    return "".join((*parts, text[last:])), lambda at: at + lost[bisect_right(ends, at) - 1]


def _words(run: str) -> str:
    """Return what a run says, or nothing where it is no text."""
    digits = run.rstrip("=")
    try:
        if HEXADECIMAL.match(run):
            data = bytes.fromhex(run)
        else:
            data = base64.b64decode(digits.translate(STANDARD) + "=" * (-len(digits) % 4)) if len(run) <= LONGEST else b""
    except ValueError:
        return ""
    return data.decode() if PRINTABLE.match(data) else ""
