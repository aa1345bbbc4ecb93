"""The value of an inline expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from site_builder.outputs.storage import PLAIN
from site_builder.records.model import Display, Output, Stream


def inline_bundle(outputs: Sequence[Output], language: str) -> Mapping[str, str]:
    """Return the value of an expression by MIME type, empty if it has none.

    An expression may print its value instead, as R's do; the printed text is quoted like a Python string, whose quotes are not shown.
    """
    for output in outputs:
        if isinstance(output, Display) and not output.saved:
            return output.data
    shown = [output for output in outputs if isinstance(output, Stream) and (language != "python" or output.name == "stdout")]
    return {PLAIN: repr(shown[-1].text.strip("\n"))} if shown else {}
