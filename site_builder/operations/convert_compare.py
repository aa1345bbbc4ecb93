"""Compare a page as it was with what it becomes, as readers see both."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from site_builder.conversion.model import NewCell
from site_builder.conversion.rendered import blocks_of, others_differ
from site_builder.execute.base import Result
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, CodeBlock, Node, transform
from site_builder.operations.convert_run import Draft
from site_builder.outputs.registry import chosen
from site_builder.outputs.storage import PLAIN
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.record import record_of
from site_builder.records.model import Display, Output, Raised
from site_builder.terminal import plain
from site_builder.verification.comparison import difference_of
from site_builder.verification.normalisers import Normalisers
from site_builder.verification.typed.errors import looks_like_error
from site_builder.verification.typed.fences import Fences
from site_builder.verification.typed.listings import canonical, same_names
from site_builder.verification.typed.printed import printed
from site_builder.verification.typed.prompts import runs_of
from site_builder.verification.typed.text import squeezed, trimmed
from site_builder.weave.filter.raw import lift
from site_builder.weave.outputs import weave_outputs


@dataclass(frozen=True, slots=True)
class PageChange:
    """What readers see change at a fence, by its line before: in words, and for an output as the lines of a diff."""

    line: int
    words: str
    difference: tuple[str, ...] = ()


def changes_of(planned: PlannedLesson, draft: Draft, before: Document, fences: Fences) -> tuple[tuple[PageChange, ...], tuple[str, ...]]:
    """Return what readers see change at fences, and what else would differ, which must be nothing."""
    assert draft.result is not None
    cells = [choice for choice in draft.choices if isinstance(choice, NewCell)]
    replaced = {cell.picture.address for cell in cells if cell.picture}
    gone = {line for cell in cells for line in cell.removed}
    old = transform(weave_outputs(before, None).document.body, lambda node: () if _is_at(node, gone) else None)
    new = _without_outputs(planned, draft.result)
    others = others_differ(blocks_of(lift(old), replaced), blocks_of(lift(new), replaced))
    typed = {item.line: item.text for exchange in fences.exchanges for item in exchange.typed}
    made = {cell.line: outputs for cell, outputs in _made(planned, draft)}
    return tuple(change for cell in cells for change in _at(cell, typed, made.get(cell.line, ()))), others


def _is_at(node: Node, lines: Collection[int]) -> bool:
    return isinstance(node, CodeBlock) and node.line in lines


def _without_outputs(planned: PlannedLesson, result: Result) -> Sequence[Node]:
    """Return the new page as it is woven, with nothing where the outputs of its cells are."""
    episode = planned.episode(result.job.slug)
    assert episode.request is not None
    record = record_of(planned, result, episode.request.parts, "")
    return weave_outputs(episode.document, replace(record, cells=tuple(replace(cell, outputs=()) for cell in record.cells))).document.body


def _made(planned: PlannedLesson, draft: Draft) -> Iterator[tuple[NewCell, tuple[Output, ...]]]:
    """Yield each fence that became cells with what the page shows below these."""
    assert draft.result is not None
    episode = planned.episode(draft.result.job.slug)
    given = {cell.identifier: cell.outputs for cell in draft.result.cells}
    starts = sorted((draft.edited.places[choice.line], choice) for choice in draft.choices if isinstance(choice, NewCell))
    for (first, choice), (end, _) in itertools.zip_longest(starts, starts[1:], fillvalue=(1 << 60, None)):
        own = [cell for cell in episode.cells if isinstance(cell, Cell) and first <= cell.line < end][: len(choice.parts)] if choice else []
        if choice is not None:
            yield choice, tuple(output for cell in own if cell.options.output for output in given.get(cell.identifier, ()))


def _at(cell: NewCell, typed: Mapping[int, str], outputs: Sequence[Output]) -> Iterator[PageChange]:
    if cell.note:
        yield PageChange(cell.line, cell.note)
    if not cell.asis and not any("prompt: true" in part.options for part in cell.parts):
        yield PageChange(cell.line, "its prompts go")
    if len(cell.parts) > 1:
        yield PageChange(cell.line, f"becomes {len(cell.parts)} cells, each with its own output")
    old_parts = [typed[line] for line in cell.removed] or [run.answer for run in runs_of(cell.code, cell.language) if run.answer]
    old, new = "\n".join(old_parts), _text(outputs, cell.language)
    if old and squeezed(old) != squeezed(new):
        before = "\n".join(part for part in old_parts if not looks_like_error(part))
        printed_only = _text(_without_errors(outputs), cell.language)
        raised = any(isinstance(output, Raised) for output in outputs)
        if raised and _same_end(old, new) and squeezed(before) == squeezed(printed_only):
            yield PageChange(cell.line, "shows its error with today's traceback")
        elif cell.language == "bash" and same_names(canonical(trimmed(old)), canonical(trimmed(printed_only))):
            words = "shows its exit status below the message" if raised else "shows the same names in other columns"
            yield PageChange(cell.line, words)
        else:
            yield PageChange(cell.line, "shows another output", difference_of(trimmed(old), trimmed(new), Normalisers(())))
    elif not old and new.strip():
        yield PageChange(cell.line, "shows an output that was not typed", tuple(f"+{line}" for line in trimmed(new)))
    if cell.removed and any(isinstance(output, Display) and not _as_text(output) for output in outputs):
        yield PageChange(cell.line, "shows a table or a drawing where text was typed")


def _without_errors(outputs: Sequence[Output]) -> list[Output]:
    return [output for output in outputs if not isinstance(output, Raised)]


def _same_end(old: str, new: str) -> bool:
    """Tell whether two texts have one last line: that of an error, below any traceback."""
    return squeezed(trimmed(old)[-1]) == squeezed(trimmed(new)[-1])


def _text(outputs: Sequence[Output], language: str) -> str:
    """Return what a page shows of outputs, as text: also of tables; pictures, and what names them, are none."""
    shown = printed(outputs)
    text = shown.stream if shown.pictures and shown.values else shown.mixed
    if shown.raised is None:
        return text
    whole = "\n".join(shown.raised.traceback) or f"exit status {shown.raised.value}"
    whole = whole.partition("Traceback:")[0].rstrip() if language == "r" else whole
    return f"{text.rstrip()}\n{plain(whole)}" if text.strip() else plain(whole)


def _as_text(output: Display) -> bool:
    kind = chosen(output.data)
    return kind is None or kind.picture or kind.mime == PLAIN
