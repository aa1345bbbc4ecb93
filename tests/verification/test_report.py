"""Records and their differences as a terminal shows them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Provenance, Stream
from site_builder.records.store import StoredRecord
from site_builder.verification.report import change_lines, record_lines, records_differ

PACKAGES = PackageSet("default", "linux-64", (Package("numpy", "2.4.1"),))
MADE = Provenance("lesson 0", "host", PACKAGES, False, "", "Linux, Chip", "3.13", "2026-01-01T00:00:00+00:00", 1.0)


def result(text: str, name: str = "cell-1", **changes: object) -> CellRecord:
    return replace(CellRecord(name, "python", "print(1)", (Stream("stdout", text),), 0.2), **changes)  # type: ignore[arg-type]


def record(*cells: CellRecord) -> EpisodeRecord:
    return EpisodeRecord("one", KeyParts(("c",), (), PACKAGES.digest), cells, MADE)


def test_a_record_reads_as_a_session() -> None:
    lines = list(record_lines(record(result("1\n", source="x = 1\n\nx"), result("", "gpu", missing=("cuda",), outputs=()))))
    assert lines == [
        "", "cell 1 cell-1 (python, 0.2 s)", "  | x = 1", "  |", "  | x", "  1",
        "", "cell 2 gpu (python, did not run: it needs cuda)", "  | print(1)",
    ]  # fmt: skip


def test_a_table_is_read_in_columns() -> None:
    table = Display({"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "   a\n0  1"})
    assert list(record_lines(record(result("", outputs=(table,)))))[-2:] == ["     a", "  0  1"]


def test_a_difference_names_packages_machines_and_cells() -> None:
    newer = PackageSet("default", "linux-64", (Package("numpy", "2.5.0"),))
    made = replace(MADE, packages=newer, machine="Linux, Other", gpu=Gpu("NVIDIA A10", "580"))
    second = replace(record(result("2\n")), provenance=made)
    found = records_differ(*(StoredRecord(PurePosixPath(f"{n}.ipynb"), r) for n, r in (("a", record(result("1\n"))), ("b", second))))
    lines = list(change_lines(found))
    assert lines[0].startswith("--- a.ipynb (2026-01-01T00:00:00+00:00, default, host)")
    assert lines[2:5] == ["  numpy 2.4.1 -> 2.5.0", "  Linux, Chip -> Linux, Other", "  no GPU -> NVIDIA A10, driver 580"]
    assert lines[5:] == ["", "cell cell-1", "  output", "  @@ -1 +1 @@", "  -1", "  +2"]
    assert [(each.cell, each.note, tuple(each.code), tuple(each.outputs)) for each in found.changes] == [
        ("cell-1", "", (), ("@@ -1 +1 @@", "-1", "+2"))
    ]


def test_no_difference_is_said() -> None:
    stored = StoredRecord(PurePosixPath("a.ipynb"), record(result("1")))
    assert list(change_lines(records_differ(stored, stored)))[-1] == "  all cells are equal"
