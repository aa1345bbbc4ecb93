"""Outputs as lines of text: what a person reads in a terminal, and what two runs are compared by."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator

from site_builder import terminal
from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.verification.pictures import picture_size

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
"""In the order in which a page prefers them."""


def lines_of(outputs: Iterable[Output], *, errors: bool = True) -> tuple[str, ...]:
    """Return what a cell gave as lines: standard output, values, pictures and exceptions in their order, then standard error.

    The two streams are kept apart because which of them comes first is chance. ``errors`` tells whether standard error counts.
    """
    items = tuple(outputs)
    written = "".join(item.text for item in items if isinstance(item, Stream) and item.name == "stderr")
    lines = list(_lines(_joined(items)))
    if errors and written.strip():
        lines += ["[standard error]", *_lines(written)]
    return tuple(lines)


def _joined(items: Iterable[Output]) -> str:
    text = ""
    for item in items:
        if isinstance(item, Stream):
            text += item.text if item.name != "stderr" else ""
        else:
            text += ("" if not text or text.endswith("\n") else "\n") + _block(item) + "\n"
    return text


def _lines(text: str) -> Iterator[str]:
    for line in terminal.plain(text).rstrip("\n").split("\n") if text.strip("\n") else ():
        yield line.rstrip()


def _block(item: Display | Raised) -> str:
    if isinstance(item, Raised):
        return "\n".join(item.traceback) if item.traceback else f"{item.name}: {item.value}".strip(": ")
    for mime in PICTURES:
        if mime in item.data:
            return _picture(mime, item)
    return item.data.get("text/html", item.data.get("text/plain", f"[{', '.join(item.data)}]"))


def _picture(mime: str, item: Display) -> str:
    """A picture by its kind, size and stand-in text; one whose size nobody can tell, by its bytes."""
    data = item.data[mime]
    try:
        content = data.encode() if mime == "image/svg+xml" else base64.b64decode(data)
    except (binascii.Error, ValueError):
        return f"[{mime}, damaged]"
    size = picture_size(content)
    told = f"{size[0]} x {size[1]}" if size else f"sha256 {hashlib.sha256(content).hexdigest()[:16]}"
    stand_in = item.data.get("text/plain", "")
    return f"[{mime}, {told}] {stand_in}".rstrip()
