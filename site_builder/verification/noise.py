"""Whether two records of one key differ in nothing but what is new in every run: then the first one stays, and Git sees no change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from site_builder.markdown.tree import Cell, Expression
from site_builder.outputs.numbering import numbered
from site_builder.outputs.saved import described
from site_builder.outputs.storage import PLAIN, is_text
from site_builder.records.model import CellRecord, EpisodeRecord, Output, Raised, Stream, same_results
from site_builder.verification.comparison import difference_of
from site_builder.verification.normalisers import chosen


def only_noise(cells: Iterable[Cell | Expression], old: EpisodeRecord, new: EpisodeRecord) -> bool:
    """Tell whether two records are equal but for ids, addresses, and what the ``cells`` ask to pass over (option ``normalise``).

    Pictures and other bytes have to be equal: unlike `comparison.compare`, which judges what another machine made, this decides what
    readers see.
    """
    if not same_results(_without_outputs(old), _without_outputs(new)):
        return False
    asked = {cell.identifier: cell.options.normalise for cell in cells if isinstance(cell, Cell)}
    return all(_alike(first, second, asked.get(first.identifier, ())) for first, second in zip(old.cells, new.cells, strict=True))


def _without_outputs(record: EpisodeRecord) -> EpisodeRecord:
    return replace(record, cells=tuple(replace(cell, outputs=(), markdown=None) for cell in record.cells))


def _alike(old: CellRecord, new: CellRecord, normalise: tuple[str, ...]) -> bool:
    if old.outputs == new.outputs and old.markdown == new.markdown:
        return True
    before, after = (list(_lines(cell)) for cell in (old, new))
    return len(old.outputs) == len(new.outputs) and not difference_of(before, after, chosen(normalise))


def _lines(cell: CellRecord) -> Iterator[str]:
    for output in cell.outputs:
        yield from _lines_of(output)
    yield from (cell.markdown or "").split("\n")


def _lines_of(output: Output) -> Iterator[str]:
    if isinstance(output, Stream):
        yield output.name
        yield from output.text.split("\n")
    elif isinstance(output, Raised):
        yield from (output.name, output.value, *output.traceback)
    elif output.saved:
        yield described(output.path, output.data)
    else:
        yield f"{output.result} {output.path} {sorted(output.metadata.items())}"
        for mime, text in output.data.items():
            yield mime
            yield from _text(mime, text).split("\n")


def _text(mime: str, text: str) -> str:
    if not is_text(mime):
        return hashlib.sha256(text.encode()).hexdigest()
    return text if mime == PLAIN else numbered(text)
