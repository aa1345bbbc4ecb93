"""Colours of terminal output as spans with classes, whose contrast the theme ensures (ECMA-48, Select Graphic Rendition)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from site_builder.terminal import SEQUENCE

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
HUES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Unicode's direction overrides: shown as codes, so that output cannot reorder the text around it."""
LONGEST = 200_000
"""Characters of text that are coloured; in longer text the colours are not worth the page's size."""


def written_out(text: str) -> str:
    """Return output text with its direction overrides shown as codes."""
    return BIDIRECTIONAL.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def coloured(text: str) -> str:
    """Return text as HTML with a span for each change of style, or an empty string if it has none.

    Colours of every depth become one of eight hues; a background becomes the class ``ansi-marked``, since no theme can promise the contrast
    of any colour on any other.
    """
    if not COLOUR.search(text) or len(text) > LONGEST:
        return ""
    from rich.ansi import AnsiDecoder  # a tenth of a second to import, only for outputs with colours

    decoder = AnsiDecoder()
    lines = ("".join(_spans(decoder.decode_line(_only_colours(line)))) for line in text.split("\n"))
    html = "\n".join(lines)
    return html if "<span" in html else ""


def _only_colours(line: str) -> str:
    return SEQUENCE.sub(lambda found: found[0] if COLOUR.fullmatch(found[0]) else "", line)


def _spans(text: object) -> Iterator[str]:
    from rich.text import Text

    assert isinstance(text, Text)
    done = 0
    for span in text.spans:
        yield escape(text.plain[done : span.start], quote=False)
        names = " ".join(_classes(span.style))
        piece = escape(text.plain[span.start : span.end], quote=False)
        yield f'<span class="{names}">{piece}</span>' if names else piece
        done = span.end
    yield escape(text.plain[done:], quote=False)


def _classes(style: object) -> Iterator[str]:
    from rich.color import ColorSystem
    from rich.style import Style

    if not isinstance(style, Style):
        return
    if style.color and not style.color.is_default:
        number = style.color.downgrade(ColorSystem.STANDARD).number or 0
        yield f"ansi-{HUES[number % 8]}"
    if style.reverse or (style.bgcolor and not style.bgcolor.is_default):
        yield "ansi-marked"
    for name, there in (("bold", style.bold), ("italic", style.italic), ("underline", style.underline), ("strike", style.strike)):
        if there:
            yield f"ansi-{name}"
