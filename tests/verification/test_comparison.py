"""A record against a fresh run, and two records against each other, cell by cell."""

from __future__ import annotations

import base64
import io
import struct
from dataclasses import replace
from pathlib import PurePosixPath

from PIL import Image

from site_builder.environments.base import Package, PackageSet
from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Location
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Output, Provenance, Stream
from site_builder.settings.cell import CellOptions
from site_builder.verification.comparison import CellChange, Compared, compare, compare_records

PATH = PurePosixPath("episodes/one.md")
PACKAGES = PackageSet("default", "linux-64", (Package("numpy", "2.4.1"),))
MADE = Provenance("lesson 0", "host", PACKAGES, False, "", "Linux, Chip", "3.13", "2026-01-01T00:00:00+00:00", 1.0)


def result(text: str | Output, name: str = "cell-1", **changes: object) -> CellRecord:
    output = Stream("stdout", text) if isinstance(text, str) else text
    return replace(CellRecord(name, "python", "print(1)", (output,), 0.2), **changes)  # type: ignore[arg-type]


def record(*cells: CellRecord) -> EpisodeRecord:
    return EpisodeRecord("one", KeyParts(("c",), (), PACKAGES.digest), cells, MADE)


def verify(cell: Cell | Expression, old: CellRecord, new: CellRecord) -> Compared:
    return compare(PATH, (cell,), record(old), {new.identifier: new}, ())


def cell(**options: object) -> Cell:
    return Cell("cell-1", "python", "print(1)", CellOptions(**options), 7, 8)  # type: ignore[arg-type]


def png(width: int, noise: bytes) -> Display:
    return Display({"image/png": base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, 9) + noise).decode()})


def picture(width: int, compression: int) -> Display:
    out = io.BytesIO()
    Image.new("RGB", (width, 90), "red").save(out, "PNG", compress_level=compression)
    return Display({"image/png": base64.b64encode(out.getvalue()).decode()})


class TestAgainstAFreshRun:
    def test_equal_outputs_are_equal(self) -> None:
        assert verify(cell(), result("42\n"), result("42\n")) == Compared(("cell-1",))

    def test_one_changed_digit_is_a_difference_with_its_place(self) -> None:
        (drift,) = verify(cell(), result("is 42\n"), result("is 43\n")).drifts
        assert drift.location == Location(PATH, 7)
        assert drift.difference == ("@@ -1 +1 @@", "-is 42", "+is 43")

    def test_an_address_is_no_difference_unless_the_cell_wants_it(self) -> None:
        old, new = result("<A at 0x7f01>"), result("<A at 0x7f02>")
        assert verify(cell(), old, new).drifts == ()
        assert len(verify(cell(normalise=("none",)), old, new).drifts) == 1

    def test_a_cell_asks_for_what_may_differ(self) -> None:
        old, new = result("took 1.0 s, loss 0.5001"), result("took 1.5 s, loss 0.5002")
        assert len(verify(cell(normalise=("times",)), old, new).drifts) == 1
        assert verify(cell(normalise=("times", "float")), old, new).drifts == ()

    def test_the_fewest_normalisers_that_would_make_it_equal_are_the_advice(self) -> None:
        def advice(old: str, new: str, *asked: str) -> tuple[str, ...]:
            (drift,) = verify(cell(normalise=asked), result(old), result(new)).drifts
            return drift.advice

        assert advice("took 1 s", "took 2 s") == ("times",)
        assert advice("0.5001", "0.5002") == ("float",)
        assert advice("0.5001 in 1 s", "0.5002 in 2 s") == ("times", "float")
        assert advice("0.5001 in 1 s", "0.5002 in 2 s", "times") == ("float",)
        assert advice("42", "43") == ()
        assert advice("took 1 s", "took 2 s", "none") == ("times",)

    def test_a_figure_drawn_anew_is_equal_by_its_size(self) -> None:
        assert verify(cell(), result(picture(640, 9)), result(picture(640, 1))).drifts == ()
        (drift,) = verify(cell(), result(picture(640, 9)), result(picture(700, 9))).drifts
        assert drift.difference[-2:] == ("-[figure 1: as recorded]", "+[figure 1: 640 x 90 pixels became 700 x 90]")
        assert drift.advice == ("figures",)
        assert verify(cell(normalise=("figures",)), result(picture(640, 9)), result(picture(700, 9))).drifts == ()

    def test_a_warning_counts_only_where_the_page_shows_it(self) -> None:
        old, new = result(Stream("stderr", "old warning")), result(Stream("stderr", "new warning"))
        assert len(verify(cell(), old, new).drifts) == 1
        assert verify(cell(warning=False), old, new).drifts == ()

    def test_what_no_page_shows_is_not_compared(self) -> None:
        for options in ({"include": False}, {"output": False}, {"evaluate": False}):
            assert verify(cell(**options), result("1"), result("2")) == Compared()

    def test_expressions_are_compared(self) -> None:
        expression = Expression("cell-1", "python", "1", 3)
        (drift,) = verify(expression, result(Display({"text/plain": "1"})), result(Display({"text/plain": "2"}))).drifts
        assert drift.location.line == 3

    def test_what_only_one_side_ran_is_told_and_no_difference(self) -> None:
        skipped = result("", missing=("cuda",), outputs=())
        assert verify(cell(), result("1"), skipped) == Compared(only_recorded=("cell-1",))
        assert verify(cell(), skipped, result("1")) == Compared(only_now=("cell-1",))
        assert verify(cell(), skipped, skipped) == Compared()
        assert verify(cell(), result("1", "other"), result("1")) == Compared(only_now=("cell-1",))


class TestTwoRecords:
    def test_equal_records_differ_in_nothing(self) -> None:
        assert compare_records(record(result("1")), record(result("1"))) == ()

    def test_code_and_outputs_are_compared_exactly(self) -> None:
        (change,) = compare_records(record(result("at 0x7f01")), record(result("at 0x7f02", source="print(2)")))
        assert change.code == ("@@ -1 +1 @@", "-print(1)", "+print(2)")
        assert change.outputs == ("@@ -1 +1 @@", "-at 0x7f01", "+at 0x7f02")

    def test_cells_that_one_lacks_or_did_not_run_are_told(self) -> None:
        first = record(result("1", "gone"), result("1", "gpu"))
        second = record(result("1", "gpu", missing=("cuda",), outputs=()), result("1", "new"))
        assert [(change.cell, change.note) for change in compare_records(first, second)] == [
            ("gpu", "ran only in the first"),
            ("new", "only in the second"),
            ("gone", "only in the first"),
        ]

    def test_outputs_that_read_the_same_are_told_apart(self) -> None:
        (change,) = compare_records(record(result(png(1, b"a"))), record(result(png(1, b"b"))))
        assert change == CellChange("cell-1", "outputs differ in bytes only: colours, stream order or a picture of the same size")
