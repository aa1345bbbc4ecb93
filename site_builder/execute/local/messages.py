"""From a kernel's notebook outputs to ours: streams merged, bounded, and control characters resolved."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from site_builder.execute.limits import Limits
from site_builder.execute.local.kernel_messages import paged
from site_builder.execute.local.screen import moved, settled
from site_builder.outputs.picture_notes import without_notes
from site_builder.outputs.storage import PLAIN, as_texts, holds_words, is_picture, kept_metadata
from site_builder.records.model import Display, Output, Raised, Stream

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
"""C0 controls that pages must not contain; tab, line feed, carriage return and ESC (for colours) are handled elsewhere."""


CELL_FILE = re.compile(r"(file:)?[^\s\"'\x00-\x1f;]*ipykernel_\d+[/\\]\d+\.py")
"""The file name that ipykernel gives a cell: it contains the process id. A link to it keeps its scheme, by which a page drops it."""

FENCE = re.compile(r"(?P<prefix>[ \t>]*)(?P<fence>`{3,}|~{3,})")
"""Begins a fenced block, in a list or a quotation too (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""

LONGEST_NAMED = 4000
"""Characters of a line in which a cell's file name is searched; the search is quadratic in it."""


def from_notebook(outputs: Iterable[Mapping[str, Any]], limits: Limits, allowance: int, hidden: Mapping[str, str]) -> tuple[Output, ...]:
    """Turn nbformat outputs into ours: text bounded to ``allowance`` bytes, large pictures left out, ``hidden`` paths replaced by names."""
    found = [_output(item) for item in outputs]
    kept = [_without_large_pictures(item, limits.picture_bytes) for item in found if item is not None]
    return tuple(bounded([_masked(item, hidden) for item in merged(kept)], allowance))


def with_answer(outputs: Iterable[Mapping[str, Any]], answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Add what only a kernel's reply says: the pages of ``?`` and ``%psource``, and an error that was not displayed.

    A library may show tracebacks in its own way. Of `execute_reply` (Jupyter's messaging protocol) these count: the status, the name and
    the value of the error, and the pages in its payload.
    """
    found = list(outputs)
    if page := paged(answer):
        found.append({"output_type": "display_data", "data": page, "metadata": {}})
    if answer.get("status") != "error" or any(item["output_type"] == "error" for item in found):
        return found
    name, value = answer.get("ename", "error"), answer.get("evalue", "")
    return [*_without(found, f"{name}: {value}"), {"output_type": "error", "ename": name, "evalue": value, "traceback": []}]


def _without(outputs: list[Mapping[str, Any]], words: str) -> list[Mapping[str, Any]]:
    """Take the words of an error off the end of a text: IPython prints those of a wrong use of magics and displays no error."""
    if not outputs or outputs[-1]["output_type"] != "stream" or not (text := str(outputs[-1]["text"]).rstrip()).endswith(words):
        return outputs
    before = text.removesuffix(words)
    return [*outputs[:-1], *([{**outputs[-1], "text": before}] if before.strip() else [])]


def _without_large_pictures(output: Output, most: int) -> Output:
    """Replace a picture that is too large by words that say so."""
    if not isinstance(output, Display):
        return output
    large = [mime for mime, text in output.data.items() if is_picture(mime) and len(text) > most]
    if not large:
        return output
    words = ", ".join(f"{mime} of more than {most} bytes" for mime in large)
    return Display({PLAIN: f"[picture left out: {words}]"}, output.result)


def _output(item: Mapping[str, Any]) -> Output | None:
    kind = item["output_type"]
    if kind == "stream":
        return Stream(item["name"], item["text"])
    if kind == "error":
        return Raised(item["ename"], item["evalue"], tuple(item["traceback"]))
    data = as_texts(item["data"])
    return Display(data, kind == "execute_result", metadata=kept_metadata(item.get("metadata", {}))) if data else None


def merged(outputs: Iterable[Output]) -> list[Output]:
    """Join adjacent texts of one stream, so that timing leaves no trace, and resolve carriage returns."""
    done: list[Output] = []
    for output in outputs:
        last = done[-1] if done else None
        if isinstance(output, Stream) and isinstance(last, Stream) and output.name == last.name:
            done[-1] = Stream(output.name, last.text + output.text)
        else:
            done.append(output)
    return [Stream(item.name, clean(item.text)) if isinstance(item, Stream) else item for item in done]


def clean(text: str) -> str:
    """Return text as a terminal would leave it: lines that were written over show what was written last; other controls are dropped."""
    text = settled(text) if moved(text) else text
    return CONTROL.sub("", "\n".join(line.rstrip("\r") for line in text.split("\n")))


def clean_blocks(markdown: str) -> str:
    """Return Markdown with each fenced block, and the text around it, as a terminal would leave it: no cursor leaves its block."""
    if not moved(markdown):
        return clean(markdown)
    found, waiting, prefix, fence = list[str](), list[str](), "", ""

    def settle() -> None:
        if waiting:
            shown = clean("\n".join(line.removeprefix(prefix) for line in waiting))
            found.extend(f"{prefix}{line}" for line in shown.split("\n"))
            waiting.clear()

    for line in markdown.split("\n"):
        opening = None if fence else FENCE.match(line)
        if opening or (fence and line.rstrip() == prefix + fence):
            settle()
            prefix, fence = (opening["prefix"], opening["fence"]) if opening else ("", "")
            found.append(clean(line))
        else:
            waiting.append(line)
    settle()
    return "\n".join(found)


def encodable(text: str) -> str:
    """Return text with U+FFFD for each lone surrogate, which JSON can name and UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _masked(output: Output, hidden: Mapping[str, str]) -> Output:
    def shown(text: str) -> str:
        return mask(encodable(text), hidden)

    if isinstance(output, Stream):
        return Stream(output.name, shown(output.text))
    if isinstance(output, Raised):
        return Raised(shown(output.name), shown(output.value), tuple(shown(line) for line in output.traceback))
    data = {
        encodable(mime): shown(text) if holds_words(mime, text) else _clean(encodable(text), hidden) for mime, text in output.data.items()
    }
    return replace(output, data=data)


def _clean(text: str, hidden: Mapping[str, str]) -> str:
    """Return a picture in base64 without the notes in it that name this machine's folders; anything else as it is."""
    try:
        data = base64.b64decode(text, validate=False)
    except ValueError:
        return text
    kept = without_notes(data, [path.encode() for path in hidden])
    return text if kept == data else base64.b64encode(kept).decode()


def mask(text: str, hidden: Mapping[str, str]) -> str:
    """Replace this machine's folders, the longest first, and ipykernel's file names of cells by machine-independent names."""
    for path in sorted(hidden, key=len, reverse=True):
        text = text.replace(path, hidden[path])
    if "ipykernel_" not in text:
        return text
    return "\n".join(CELL_FILE.sub(r"\1cell", line) if len(line) < LONGEST_NAMED else line for line in text.split("\n"))


def bounded(outputs: Iterable[Output], allowance: int) -> Iterable[Output]:
    """Keep up to ``allowance`` bytes of text in all; the meter says where something was cut."""
    left = allowance
    for output in outputs:
        if isinstance(output, Stream):
            data = output.text.encode("utf-8", "replace")
            if left > 0:
                yield output if len(data) <= left else Stream(output.name, data[:left].decode("utf-8", "ignore"))
            left -= len(data)
        elif isinstance(output, Display):
            left -= sum(len(text) for mime, text in output.data.items() if not is_picture(mime))
            if left > 0:
                yield output
        else:
            yield output


def with_mark(outputs: Iterable[Output], words: str) -> tuple[Output, ...]:
    """Add a line that says what was cut, to the text that was being written."""
    kept = list(outputs)
    text = kept.pop() if kept and isinstance(kept[-1], Stream) else Stream("stdout", "")
    assert isinstance(text, Stream)
    return (*kept, Stream(text.name, text.text + ("" if text.text[-1:] in ("", "\n") else "\n") + f"[{words}]\n"))
