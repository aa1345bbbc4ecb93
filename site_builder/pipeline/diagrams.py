"""The diagrams of a lesson, wherever they stand; what a lesson without any does not need is not imported for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.tree import Node
from site_builder.pipeline.model import OnProgress
from site_builder.weave.filter.diagrams import diagrams_in
from site_builder.weave.filter.page_state import NO_DIAGRAMS
from site_builder.weave.outputs import WovenDocument

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes


def sources_of(woven: Iterable[WovenDocument], kept: KeptResults = NOTHING_KEPT) -> tuple[str, ...]:
    """Return the sources of all diagrams, each once; ``kept`` has what was found on equal pages."""
    return tuple(dict.fromkeys(source for item in woven for source in _kept_sources(item.document.body, kept)))


def _kept_sources(body: Sequence[Node], kept: KeptResults) -> tuple[str, ...]:
    return kept.result("diagrams in order", lambda: kept.digest_of(body), lambda: tuple(block.text for block in diagrams_in(body)))


def known_diagrams(root: Path, woven: Iterable[WovenDocument]) -> Outcomes:
    """Return what is known of a lesson's diagrams without drawing any (`site_builder.pipeline.draw.known`)."""
    sources = sources_of(woven)
    if not sources:
        return NO_DIAGRAMS
    from site_builder.pipeline.draw import known

    return known(root, sources)


def drawn_diagrams(
    root: Path, woven: Iterable[WovenDocument], tell: OnProgress, *, again: bool = False, kept: KeptResults = NOTHING_KEPT
) -> Outcomes:
    """Return what became of each of a lesson's diagrams (`site_builder.pipeline.draw.drawn`); ``kept`` as for `sources_of`.

    Raises:
        MachineError: a drawing cannot be written.
    """
    sources = sources_of(woven, kept)
    if not sources:
        return NO_DIAGRAMS
    from site_builder.pipeline.draw import drawn

    return drawn(root, sources, tell, again=again)
