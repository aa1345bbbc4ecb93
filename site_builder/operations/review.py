"""What a lesson shows otherwise than an earlier copy of it: outputs, figures and pages. Nothing runs, and nothing is rendered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.errors import ConfigError
from site_builder.lesson.root import find_root
from site_builder.markdown.tree import Element, Node, to_html, transform
from site_builder.pipeline.charts import known_charts
from site_builder.pipeline.diagrams import known_diagrams
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.pipeline.weave import begin_pages, outputs_woven
from site_builder.publish.targets import write_file
from site_builder.records.model import EpisodeRecord
from site_builder.verification.comparison import compare_records
from site_builder.verification.figure_page import PlacedFigure, figure_page
from site_builder.verification.figure_pairs import changed_figures
from site_builder.verification.noise import only_noise
from site_builder.weave.model import View

SCHEMA = 1
REPORT, FIGURES = "changes.json", "figures.html"
LARGEST = 390_000
"""Bytes of a report: what reads it takes no larger one."""
LINES = (200, 60, 20, 5, 0)
"""Lines of a cell's outputs that a report has: the more, the better, as long as it fits."""
WIDTH = 400


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What differs, as plain values (`as_text` gives them within bounds), and the figures of it."""

    report: Mapping[str, Any]
    figures: tuple[PlacedFigure, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """What a copy of the lesson shows: each episode's record by path, and a digest of each page's text by address."""

    planned: PlannedLesson | None
    records: Mapping[str, EpisodeRecord]
    pages: Mapping[str, str]


def review(before: Path, path: Path, options: Options) -> Reviewed:
    """Compare what the pages of a lesson show with what those of an earlier copy show; a folder without a lesson shows nothing.

    Raises:
        ConfigError: there is no lesson at ``path``, or settings cannot be read.
    """
    new = _state(path, options)
    old = _state(before, options) if _is_lesson(before) else _State(None, {}, {})
    figures: list[PlacedFigure] = []
    episodes = [found for name in dict.fromkeys((*new.records, *old.records)) if (found := _episode(name, old, new, figures))]
    pages = {
        "added": sorted(new.pages.keys() - old.pages.keys()),
        "changed": sorted(name for name, digest in new.pages.items() if old.pages.get(name, digest) != digest),
        "removed": sorted(old.pages.keys() - new.pages.keys()),
    }
    return Reviewed({"schema": SCHEMA, "episodes": episodes, "pages": pages, "figures": len(figures)}, tuple(figures))


def write_review(reviewed: Reviewed, path: Path, folder: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write the report, and the figures before and after as one page, into a folder; return the files.

    Raises:
        OutputRefused: a file there is somebody else's.
        MachineError: they cannot be written.
    """
    root = find_root(path)
    made = {REPORT: as_text(reviewed.report), FIGURES: figure_page(reviewed.figures)}
    for name, text in made.items():
        write_file(folder / name, root, text.encode(), force=force)
    return tuple(folder / name for name in made)


def as_text(report: Mapping[str, Any]) -> str:
    """Return a report as JSON of at most `LARGEST` bytes: lines are cut, and of each cell as many are left as fit."""
    text = ""
    for most in LINES:
        episodes = [{**each, "cells": [_cut(cell, most) for cell in each["cells"]]} for each in report["episodes"]]
        text = json.dumps({**report, "episodes": episodes}, indent=1) + "\n"
        if len(text) <= LARGEST:
            return text
    bare = {**report, "episodes": [{**each, "cells": []} for each in report["episodes"]]}
    return json.dumps(bare, indent=1) + "\n"


def _cut(cell: Mapping[str, Any], most: int) -> dict[str, Any]:
    lines = [line[:WIDTH] for line in cell["outputs"]]
    more = [f"  … {len(lines) - most} more lines"] if len(lines) > most else []
    return {"cell": cell["cell"][:WIDTH], "note": cell["note"][:WIDTH], "outputs": [*lines[:most], *more]}


def _is_lesson(path: Path) -> bool:
    try:
        find_root(path)
    except ConfigError:
        return False
    return True


def _state(path: Path, options: Options) -> _State:
    planned = open_lesson(path, options)
    records = {str(episode.path): episode.record for episode in planned.episodes if episode.record}
    return _State(planned, records, dict(_pages(planned)))


def _pages(planned: PlannedLesson) -> Iterator[tuple[str, str]]:
    """Yield the address and a digest of the text of every page that has a source, with its data, of both views together."""
    woven = outputs_woven(planned, known_charts(planned))
    weaving = begin_pages(planned, woven, known_diagrams(planned.lesson.root, woven.values()))
    found: dict[str, list[str]] = {}
    for view in View:
        for page in weaving.pages(view)[0]:
            if page.source is not None:
                shown = page.title_html, to_html(transform(page.body, _without_provenance)), repr(page.data)
                found.setdefault(str(page.address), []).extend(shown)
    for address, texts in found.items():
        yield address, hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _without_provenance(node: Node) -> Sequence[Node] | None:
    """Leave out when and where results were made: that is new in every run."""
    return () if isinstance(node, Element) and "provenance" in node.get("class").split() else None


def _episode(name: str, old: _State, new: _State, figures: list[PlacedFigure]) -> dict[str, Any] | None:
    """Return what differs in an episode's results, None if nothing does; its changed figures are added to the others."""
    before, after = old.records.get(name), new.records.get(name)
    if before is None or after is None:
        return {"path": name, "state": "results gone" if after is None else "results added", "cells": []}
    assert new.planned is not None
    cells = next(episode.cells for episode in new.planned.episodes if str(episode.path) == name)
    if before == after or only_noise(cells, before, after):
        return None
    known = before.by_identifier
    changed = [
        PlacedFigure(name, cell.identifier, change)
        for cell in after.cells
        for change in changed_figures(known[cell.identifier].outputs if cell.identifier in known else (), cell.outputs)
    ]
    figures += changed
    drawn: dict[str, list[str]] = {}
    for figure in changed:
        drawn.setdefault(figure.cell, []).append(f"figure {figure.change.number}: {figure.change.words}")
    rows = [
        {"cell": change.cell, "note": "; ".join(drawn.get(change.cell, [])) or change.note, "outputs": list(change.outputs)}
        for change in compare_records(before, after)
        if change.outputs or change.cell in drawn or (change.note and not change.code)
    ]
    return {"path": name, "state": "changed", "cells": rows} if rows else None
