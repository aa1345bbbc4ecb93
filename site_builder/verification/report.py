"""Records and their differences as lines for a terminal and as plain values for a machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from site_builder.outputs.registry import shows_picture
from site_builder.outputs.storage import PLAIN
from site_builder.plan.planner import changed_packages
from site_builder.records.model import CellRecord, Display, EpisodeRecord, Output, with_loaded
from site_builder.records.store import StoredRecord
from site_builder.verification.comparison import CellChange, compare_records
from site_builder.verification.text import lines_of


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """How two records differ: where they ran, and each cell that is not the same in both."""

    first: StoredRecord
    second: StoredRecord
    packages: tuple[str, ...]
    machines: tuple[str, ...]
    changes: tuple[CellChange, ...]


def records_differ(first: StoredRecord, second: StoredRecord) -> RecordDifference:
    """Compare two records."""
    old, new = first.record, second.record
    before, after = (with_loaded(made.packages, made.loaded, locked=made.locked) for made in (old.provenance, new.provenance))
    packages = tuple(changed_packages(before, after))
    return RecordDifference(first, second, packages, changed_machine(old, new), compare_records(old, new))


def changed_machine(old: EpisodeRecord, new: EpisodeRecord) -> tuple[str, ...]:
    """Return the differences between two machines, in words."""
    pairs = [(old.provenance.machine, new.provenance.machine), (_gpu(old), _gpu(new)), (old.provenance.provider, new.provenance.provider)]
    return tuple(f"{before} -> {after}" for before, after in pairs if before != after)


def _gpu(record: EpisodeRecord) -> str:
    gpu = record.provenance.gpu
    return f"{gpu.name}, driver {gpu.driver}" if gpu else "no GPU"


def record_lines(record: EpisodeRecord) -> Iterator[str]:
    """Yield the cells of a record as text: code after ``|``, then outputs."""
    for number, cell in enumerate(record.cells, 1):
        yield ""
        yield f"cell {number} {cell.identifier} ({cell.language}, {_ran(cell)})"
        yield from (f"  | {line}".rstrip() for line in cell.source.split("\n"))
        yield from (f"  {line}".rstrip() for line in lines_of(_for_terminal(output) for output in cell.outputs))


def _for_terminal(output: Output) -> Output:
    """Prefer an object's own text to HTML and the like: a table is read in columns. A picture is named."""
    if isinstance(output, Display) and PLAIN in output.data and not shows_picture(output.data):
        return replace(output, data={PLAIN: output.data[PLAIN]})
    return output


def _ran(cell: CellRecord) -> str:
    return f"{cell.seconds:.1f} s" if cell.ran else f"did not run: it needs {' and '.join(cell.missing)}"


def change_lines(difference: RecordDifference) -> Iterator[str]:
    """Yield a difference of two records for a terminal."""
    for mark, stored in (("-", difference.first), ("+", difference.second)):
        made = stored.record.provenance
        yield f"{mark * 3} {stored.path} ({made.started}, {made.packages.environment}, {made.provider})"
    for line in (*difference.packages, *difference.machines):
        yield f"  {line}"
    for change in difference.changes:
        yield ""
        yield f"cell {change.cell}" + (f": {change.note}" if change.note else "")
        for title, lines in (("code", change.code), ("output", change.outputs)):
            if lines:
                yield f"  {title}"
                yield from (f"  {line}" for line in lines)
    if not difference.changes:
        yield "  all cells are equal"
