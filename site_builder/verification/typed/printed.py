"""What code printed, as the texts that may be typed below it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from site_builder.outputs.registry import shows_picture
from site_builder.outputs.storage import PLAIN
from site_builder.records.model import Output, Raised, Stream
from site_builder.terminal import plain

OBJECT = re.compile(r"\s*[\[(]?\s*(?:<[\w.]+ (?:object )?[^<>]*>|<[\w.]+:?[^<>]*>|Text\(.*\)|\(?array\(\[[\s\S]*)", re.DOTALL)
"""A value that is shown only because it is the last of a cell, such as a figure's lines."""
CELL_LINE = re.compile(r"(?:Cell In\[\d+\], line |File <ipython-input[^>]*>, line |<ipython-input[^>]*>:|, line )(\d+)")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a fence printed: standard output with values, without values of objects, standard error, all of it in its order."""

    out: str
    stream: str
    errors: str
    mixed: str
    raised: Raised | None
    pictures: int
    values: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """What people may have pasted, the most likely first."""
        return tuple(
            dict.fromkeys((self.out, *((self.stream,) if self.values else ()), self.mixed, *((self.errors,) if self.errors else ())))
        )

    def line(self, first: int, lines: int) -> int:
        """Return the line that raised, for code of ``lines`` lines that begins at ``first``."""
        trace = plain("\n".join(self.raised.traceback)) if self.raised else ""
        found = next((int(number) for number in CELL_LINE.findall(trace)), 1)
        return first + (found - 1 if found <= lines else 0)


def printed(outputs: Iterable[Output]) -> Printed:
    """Sort the outputs of a fence; pictures are counted and are no text."""
    out, stream, errors, mixed = "", "", "", ""
    raised: Raised | None = None
    pictures, objects = 0, True
    for item in outputs:
        if isinstance(item, Raised):
            raised = item
        elif isinstance(item, Stream):
            mixed += item.text
            if item.name == "stderr":
                errors += item.text
            else:
                out, stream = out + item.text, stream + item.text
        elif shows_picture(item.data):
            pictures += 1
        elif PLAIN in item.data:
            text = item.data[PLAIN]
            out, mixed = _below(out, text), _below(mixed, text)
            if not OBJECT.match(text):
                objects, stream = False, _below(stream, text)
    return Printed(plain(out), plain(stream), plain(errors), plain(mixed), raised, pictures, objects and stream != out)


def _below(text: str, value: str) -> str:
    return text + ("" if not text or text.endswith("\n") else "\n") + value + "\n"
