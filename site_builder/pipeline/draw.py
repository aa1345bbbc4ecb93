"""Draw the diagrams that no kept drawing shows, all in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from site_builder import browser, files
from site_builder.diagrams.drawing import draw, made_by, too_long
from site_builder.diagrams.model import DiagramFault, Outcome, Undrawn
from site_builder.diagrams.source import key
from site_builder.diagrams.store import DrawingStore, KeptDrawing
from site_builder.lesson.root import WORK
from site_builder.pipeline.model import STAGE, OnProgress


def known(root: Path, sources: Sequence[str]) -> dict[str, Outcome]:
    """Return what is known of these diagrams without drawing any.

    One that a build here would draw is not among them; one that no browser of this machine could draw is, with the reason.
    """
    found = _outcomes(_kept(root, sources))
    return found if browser.find_browser() else dict.fromkeys(sources, _no_browser()) | found


def drawn(root: Path, sources: Sequence[str], tell: OnProgress, *, again: bool = False) -> dict[str, Outcome]:
    """Return what became of each diagram; those that are not kept are drawn and kept. No browser starts for none.

    A drawing that other scripts, or another version of Mermaid, made of the same source is used where none can be made. A diagram's
    fault is remembered as well; ``again`` tries it once more.

    Raises:
        MachineError: a drawing cannot be written.
    """
    kept, program = _kept(root, sources), browser.find_browser()
    found = _outcomes(kept)
    wanted = [source for source in sources if _is_wanted(kept.get(source), again=again)]
    if not wanted or program is None:
        return dict.fromkeys(wanted, _no_browser()) | found
    tell(f"drawing {len(wanted)} diagram{'' if len(wanted) == 1 else 's'} with {Path(program).name}")
    store = DrawingStore(root)
    with files.temporary_folder(root / WORK, STAGE) as folder:
        made = dict(zip(wanted, draw(wanted, program, folder), strict=True))
    for source, outcome in made.items():
        if isinstance(outcome, Undrawn):
            found.setdefault(source, outcome)
        else:
            found[source] = outcome
            store.save(key(source), KeptDrawing(outcome, made_by()))
    return found


def _kept(root: Path, sources: Sequence[str]) -> dict[str, KeptDrawing]:
    store, found = DrawingStore(root), dict[str, KeptDrawing]()
    for source in sources:
        fault = too_long(source)
        kept = KeptDrawing(fault, made_by()) if fault else store.find(key(source), made_by())
        if kept is not None:
            found[source] = kept
    return found


def _outcomes(kept: dict[str, KeptDrawing]) -> dict[str, Outcome]:
    return {source: item.outcome for source, item in kept.items()}


def _is_wanted(kept: KeptDrawing | None, *, again: bool) -> bool:
    return kept is None or kept.made_by != made_by() or (again and isinstance(kept.outcome, DiagramFault))


def _no_browser() -> Undrawn:
    return Undrawn(browser.why_none(), browser.TO_INSTALL)
