"""What an inline expression gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from site_builder.outputs.storage import PLAIN
from site_builder.records.model import Display, Output, Stream


def inline_bundle(outputs: Sequence[Output], language: str) -> Mapping[str, str]:
    """Return the value of an expression by MIME type, empty where it has none.

    R prints the value of an inline expression; what it printed is quoted as a string of Python is, whose quotes are not shown.
    """
    for output in outputs:
        if isinstance(output, Display):
            return output.data
    printed = [output.text for output in outputs if isinstance(output, Stream)] if language != "python" else []
    return {PLAIN: repr(printed[-1].strip("\n"))} if printed else {}
