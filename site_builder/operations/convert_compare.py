"""Compare a page as it was with what it becomes, as readers see both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from site_builder.conversion.model import NewCell
from site_builder.conversion.rendered import blocks_of, others_differ
from site_builder.execute.base import Result
from site_builder.lesson import history
from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock, Element, Node, walk
from site_builder.operations.convert_run import Draft
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.record import record_of
from site_builder.verification.comparison import difference_of
from site_builder.verification.normalisers import Normalisers
from site_builder.verification.typed.fences import TYPED, Fences
from site_builder.verification.typed.text import squeezed, trimmed
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
    after = _woven(planned, draft.result)
    cells = [choice for choice in draft.choices if isinstance(choice, NewCell)]
    replaced = {cell.picture.address for cell in cells if cell.picture}
    made = {node.get("src") for node in walk(after) if isinstance(node, Element) and node.tag == "img" and "-rendered-" in node.get("src")}
    old = weave_outputs(before, None).document.body
    others = others_differ(blocks_of(old, replaced), blocks_of(after, {*made, *replaced}))
    typed = {item.line: item.text for exchange in fences.exchanges for item in exchange.typed}
    return tuple(change for cell in cells for change in _at(cell, draft, typed, after)), others


def _woven(planned: PlannedLesson, result: Result) -> Sequence[Node]:
    episode = planned.episode(result.job.slug)
    assert episode.request is not None
    record = record_of(planned, result, episode.request.parts, history.commit(planned.lesson.root))
    return weave_outputs(episode.document, record).document.body


def _at(cell: NewCell, draft: Draft, typed: Mapping[int, str], after: Sequence[Node]) -> list[PageChange]:
    first = draft.edited.places[cell.line]
    following = min((place for place in draft.edited.places.values() if place > first), default=1 << 60)
    shown = [
        node.text for node in walk(after)
        if isinstance(node, CodeBlock) and node.classes[:1] and node.classes[0] in TYPED and first <= node.line < following
        and node.line in _own_lines(cell, draft, first)
    ]  # fmt: skip
    found = [PageChange(cell.line, cell.note)] if cell.note else []
    if not cell.asis and not any("prompt: true" in part.options for part in cell.parts):
        found.append(PageChange(cell.line, "its prompts go"))
    if len(cell.parts) > 1:
        found.append(PageChange(cell.line, f"becomes {len(cell.parts)} cells, each with its own output"))
    old = "\n".join(typed[line] for line in cell.removed)
    new = "\n".join(shown)
    if cell.removed and squeezed(old) != squeezed(new):
        found.append(PageChange(cell.line, "shows another output", difference_of(trimmed(old), trimmed(new), Normalisers(()))))
    elif not cell.removed and new and cell.asis:
        found.append(PageChange(cell.line, "shows an output that was not typed", tuple(f"+{line}" for line in trimmed(new))))
    return found


def _own_lines(cell: NewCell, draft: Draft, first: int) -> range:
    """The lines on which the cells of a fence begin in the new text."""
    return range(first, first + sum(part.source.count("\n") + len(part.options) + 4 for part in cell.parts))
