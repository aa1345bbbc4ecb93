"""Compare a record with the current outputs of the same cells, cell by cell."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Location
from site_builder.records.model import CellRecord, EpisodeRecord
from site_builder.settings.cell import CellOptions
from site_builder.verification.figure_pairs import compared_figures
from site_builder.verification.normalisers import OPTIONAL, Normalisers, chosen
from site_builder.verification.text import lines_of
from site_builder.verification.tolerance import tolerated

CONTEXT = 3
"""Lines of context around each difference."""
EXACT = Normalisers(())


@dataclass(frozen=True, slots=True)
class Drift:
    """A cell whose output differs from its record: its location, and a unified diff without the two header lines.

    ``advice`` has further normalisers with which the outputs would be equal; empty if there are none.
    """

    cell: str
    location: Location
    difference: tuple[str, ...]
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The cells that were compared, those that differ, and those that ran on only one side."""

    equal: tuple[str, ...] = ()
    drifts: tuple[Drift, ...] = ()
    only_recorded: tuple[str, ...] = ()
    only_now: tuple[str, ...] = ()


def compare(
    path: PurePosixPath, cells: Iterable[Cell | Expression], record: EpisodeRecord, fresh: Mapping[str, CellRecord], machines: Sequence[str]
) -> Compared:
    """Compare all cells whose outputs the page shows; ``machines`` are names of hardware for the normaliser ``host``."""
    found: dict[str, list[str]] = {"equal": [], "recorded": [], "now": []}
    drifts: list[Drift] = []
    for cell in cells:
        old, new = record.by_identifier.get(cell.identifier), fresh.get(cell.identifier)
        here, there = new is not None and new.ran, old is not None and old.ran
        if not _shown(cell) or not (here or there):
            continue
        if old is None or new is None or here != there:
            found["now" if here else "recorded"].append(cell.identifier)
            continue
        difference, advice = _difference(cell, old, new, machines)
        if difference:
            drifts.append(Drift(cell.identifier, Location(path, cell.line), difference, advice))
        else:
            found["equal"].append(cell.identifier)
    return Compared(tuple(found["equal"]), tuple(drifts), tuple(found["recorded"]), tuple(found["now"]))


def _shown(cell: Cell | Expression) -> bool:
    return isinstance(cell, Expression) or (cell.options.evaluate and cell.options.include and cell.options.output)


def _difference(
    cell: Cell | Expression, old: CellRecord, new: CellRecord, machines: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """The unified diff of a cell's two results, and the advice on it."""
    if old.outputs == new.outputs:
        return (), ()
    options = cell.options if isinstance(cell, Cell) else CellOptions()
    figures, fresh = compared_figures(old.outputs, new.outputs)
    before, after = (lines_of(outputs, errors=options.warning, written=options.stdout) for outputs in (old.outputs, fresh))
    before, after = (*before, *(figure.recorded for figure in figures)), (*after, *(figure.now for figure in figures))
    difference = difference_of(before, after, chosen(options.normalise), machines)
    return difference, advice_on(before, after, options.normalise, machines) if difference else ()


def advice_on(old: Sequence[str], new: Sequence[str], asked: Sequence[str], machines: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the fewest further normalisers with which two texts would be equal, or none if there are none."""
    further = [name for name in OPTIONAL if name not in asked]
    for count in range(1, len(further) + 1):
        for names in itertools.combinations(further, count):
            if not difference_of(old, new, chosen((*asked, *names)), machines):
                return names
    return ()


def difference_of(old: Sequence[str], new: Sequence[str], normalisers: Normalisers, machines: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the unified diff of two texts after normalising, without its header lines; empty if they are equal."""
    before = normalisers.apply("\n".join(old), machines).split("\n")
    after: Sequence[str] = normalisers.apply("\n".join(new), machines).split("\n")
    if normalisers.tolerance is not None:
        after = tolerated(before, after, normalisers.tolerance)
    return tuple(list(difflib.unified_diff(before, after, n=CONTEXT, lineterm=""))[2:])


@dataclass(frozen=True, slots=True)
class CellChange:
    """How a cell differs between two records: in which it exists or ran, and the diffs of its code and outputs."""

    cell: str
    note: str = ""
    code: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


def compare_records(old: EpisodeRecord, new: EpisodeRecord) -> tuple[CellChange, ...]:
    """Return the exact differences between two records of one episode, in the order of the newer one's cells."""
    before, after = old.by_identifier, new.by_identifier
    changes = [_change(before.get(name), after.get(name)) for name in dict.fromkeys((*after, *before))]
    return tuple(change for change in changes if change is not None)


def _change(old: CellRecord | None, new: CellRecord | None) -> CellChange | None:
    if old is None or new is None:
        cell = old or new
        assert cell is not None
        return CellChange(cell.identifier, "only in the second" if old is None else "only in the first")
    note = "" if old.ran == new.ran else f"ran only in the {'first' if old.ran else 'second'}"
    code = difference_of(old.source.split("\n"), new.source.split("\n"), EXACT)
    outputs = () if old.outputs == new.outputs else difference_of(lines_of(old.outputs), lines_of(new.outputs), EXACT)
    if not outputs and old.outputs != new.outputs and not note:
        note = "outputs differ in bytes only: colours, stream order or a picture of the same size"
    return CellChange(new.identifier, note, code, outputs) if note or code or outputs else None
