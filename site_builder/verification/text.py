"""Outputs as lines of text: what a person reads in a terminal, and how two runs are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from site_builder.outputs.registry import plain_text
from site_builder.outputs.saved import described
from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.terminal import plain


def lines_of(outputs: Iterable[Output], *, errors: bool = True, written: bool = True) -> tuple[str, ...]:
    """Return a cell's outputs as lines: standard output, values, pictures and exceptions in their order, then standard error.

    The two streams are kept apart because their relative order is random. ``errors`` tells whether standard error counts,
    ``written`` whether standard output does.
    """
    items = tuple(item for item in outputs if written or not isinstance(item, Stream) or item.name == "stderr")
    warned = "".join(item.text for item in items if isinstance(item, Stream) and item.name == "stderr")
    lines = list(_lines(_joined(items)))
    if errors and warned.strip():
        lines += ["[standard error]", *_lines(warned)]
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
    for line in plain(text).rstrip("\n").split("\n") if text.strip("\n") else ():
        yield line.rstrip()


def _block(item: Display | Raised) -> str:
    if isinstance(item, Raised):
        return "\n".join(item.traceback) if item.traceback else f"{item.name}: {item.value}".strip(": ")
    return described(item.path, item.data) if item.saved else plain_text(item.data)
