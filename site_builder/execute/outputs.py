"""From a kernel's notebook outputs to ours: streams merged, bounded, and control characters resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from site_builder.records.model import Display, Output, Raised, Stream

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
"""C0 controls that no page may hold; tab, line feed, carriage return and ESC (for colours) have been dealt with elsewhere."""


def from_notebook(outputs: Iterable[Mapping[str, Any]], limit: int, hidden: Mapping[str, str]) -> tuple[Output, ...]:
    """Turn nbformat outputs into ours; text beyond ``limit`` bytes is cut with a mark, ``hidden`` paths are replaced by names."""
    found = [_output(item) for item in outputs]
    return tuple(_bounded([_masked(item, hidden) for item in merged(item for item in found if item is not None)], limit))


def _output(item: Mapping[str, Any]) -> Output | None:
    kind = item["output_type"]
    if kind == "stream":
        return Stream(item["name"], item["text"])
    if kind == "error":
        return Raised(item["ename"], item["evalue"], tuple(item["traceback"]))
    data = {mime: value if isinstance(value, str) else json.dumps(value, sort_keys=True) for mime, value in item["data"].items()}
    return Display(data, kind == "execute_result") if data else None


def merged(outputs: Iterable[Output]) -> list[Output]:
    """Join neighbouring texts of one stream, so that timing leaves no trace, and resolve carriage returns."""
    done: list[Output] = []
    for output in outputs:
        last = done[-1] if done else None
        if isinstance(output, Stream) and isinstance(last, Stream) and output.name == last.name:
            done[-1] = Stream(output.name, last.text + output.text)
        else:
            done.append(output)
    return [Stream(item.name, clean(item.text)) if isinstance(item, Stream) else item for item in done]


def clean(text: str) -> str:
    """Return text as a terminal would leave it: a carriage return starts its line again, other controls are dropped."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return CONTROL.sub("", "\n".join(lines))


def _masked(output: Output, hidden: Mapping[str, str]) -> Output:
    if isinstance(output, Stream):
        return Stream(output.name, mask(output.text, hidden))
    if isinstance(output, Raised):
        return Raised(output.name, mask(output.value, hidden), tuple(mask(line, hidden) for line in output.traceback))
    data = {mime: mask(text, hidden) if mime.startswith("text/") else text for mime, text in output.data.items()}
    return Display(data, output.result)


def mask(text: str, hidden: Mapping[str, str]) -> str:
    """Replace this machine's folders, the longest first, by names that hold everywhere."""
    for path in sorted(hidden, key=len, reverse=True):
        text = text.replace(path, hidden[path])
    return text


def _bounded(outputs: list[Output], limit: int) -> Iterable[Output]:
    left = limit
    for output in outputs:
        if isinstance(output, Stream):
            size = len(output.text.encode("utf-8", "replace"))
            if size > left:
                kept = output.text.encode("utf-8", "replace")[: max(left, 0)].decode("utf-8", "ignore")
                yield Stream(output.name, f"{kept}\n[output cut here: more than {limit} bytes]\n")
                return
            left -= size
        yield output
