"""The diagrams of a lesson, wherever they stand; what a lesson without any does not need is not imported for it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder.pipeline.model import OnProgress
from site_builder.weave.filter.diagrams import diagrams_in
from site_builder.weave.filter.page_state import NO_DIAGRAMS
from site_builder.weave.outputs import WovenDocument

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes


def sources_of(woven: Iterable[WovenDocument]) -> tuple[str, ...]:
    """Return the sources of all diagrams, each once."""
    return tuple(dict.fromkeys(block.text for item in woven for block in diagrams_in(item.document.body)))


def known_diagrams(root: Path, woven: Iterable[WovenDocument]) -> Outcomes:
    """Return what is known of a lesson's diagrams without drawing any (`site_builder.pipeline.draw.known`)."""
    sources = sources_of(woven)
    if not sources:
        return NO_DIAGRAMS
    from site_builder.pipeline.draw import known

    return known(root, sources)


def drawn_diagrams(root: Path, woven: Iterable[WovenDocument], tell: OnProgress, *, again: bool = False) -> Outcomes:
    """Return what became of each of a lesson's diagrams (`site_builder.pipeline.draw.drawn`).

    Raises:
        MachineError: a drawing cannot be written.
    """
    sources = sources_of(woven)
    if not sources:
        return NO_DIAGRAMS
    from site_builder.pipeline.draw import drawn

    return drawn(root, sources, tell, again=again)
