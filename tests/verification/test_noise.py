"""A record is not written again where nothing but ids, addresses and what a cell asks to pass over is new."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.markdown.tree import Cell, Expression
from site_builder.operations.manage_records import save_records
from site_builder.records.model import CellRecord, Display, EpisodeRecord, Output, Raised, Stream
from site_builder.settings.cell import CellOptions
from site_builder.verification.noise import only_noise
from tests.conftest import MakeLesson
from tests.pipeline.test_working_folder import HOST, episode, lesson, run
from tests.records.test_model import RECORD

TABLE = '<style>#T_{0} td {{ color: red }}</style><table id="T_{0}"><td id="T_{0}_a">{1}</td></table>'


def record(*outputs: Output) -> EpisodeRecord:
    return replace(RECORD, cells=(CellRecord("a", "python", "1", outputs),))


def picture(data: bytes) -> Display:
    return Display({"image/png": base64.b64encode(data).decode(), "text/plain": "<Figure>"})


@pytest.mark.parametrize(
    ("old", "new", "normalise", "noise"),
    [
        (Stream("stdout", "x"), Stream("stdout", "x"), (), True),
        (Stream("stdout", "x"), Stream("stdout", "y"), (), False),
        (Stream("stdout", "x"), Stream("stderr", "x"), (), False),
        (Stream("stdout", "<A at 0x7f0011223344>"), Stream("stdout", "<A at 0x7fffffffffff>"), (), True),
        (Stream("stdout", "<A at 0x7f0011223344>"), Stream("stdout", "<A at 0x7fffffffffff>"), ("none",), False),
        (Stream("stdout", "took 1.2 s"), Stream("stdout", "took 3.4 s"), (), False),
        (Stream("stdout", "took 1.2 s"), Stream("stdout", "took 3.4 s"), ("times",), True),
        (Stream("stdout", "1.00001"), Stream("stdout", "1.00002"), ("float",), True),
        (Display({"text/html": TABLE.format("0c84e", 1)}), Display({"text/html": TABLE.format("28a08", 1)}), (), True),
        (Display({"text/html": TABLE.format("0c84e", 1)}), Display({"text/html": TABLE.format("28a08", 2)}), (), False),
        (picture(b"one"), picture(b"one"), (), True),
        (picture(b"one"), picture(b"two"), ("times", "float"), False),
        (Display({"text/plain": "1"}, True), Display({"text/plain": "1"}), (), False),
        (Raised("E", "at 0x7f0011223344"), Raised("E", "at 0x7fffffffffff"), (), True),
        (Raised("E", "a"), Raised("F", "a"), (), False),
    ],
)
def test_what_is_noise(old: Output, new: Output, normalise: tuple[str, ...], noise: bool) -> None:
    cells = (Cell("a", "python", "1", CellOptions(normalise=normalise)), Expression("e", "python", "2"))
    assert only_noise(cells, record(old), record(new)) is noise


def test_all_else_counts() -> None:
    one = record(Stream("stdout", "x"))
    assert only_noise((), one, replace(one, provenance=replace(one.provenance, started="2027", seconds=9.0)))
    assert not only_noise((), one, record(Stream("stdout", "x"), Stream("stdout", "y")))
    assert not only_noise((), one, replace(one, cells=()))
    assert not only_noise((), one, replace(one, provenance=replace(one.provenance, read=(("a.csv", "1"),))))
    assert not only_noise((), one, replace(one, cells=(replace(one.cells[0], source="2"),)))


def test_running_again_changes_no_file(make_lesson: MakeLesson) -> None:
    code = "import uuid\nfrom IPython.display import HTML\nHTML(f'<p id=\"{uuid.uuid4()}\">x</p>')"
    root = lesson(make_lesson, episode(code), episode("import uuid\nprint(uuid.uuid4().int)"))

    def stored(folder: str) -> dict[str, bytes]:
        return {path.parent.name: path.read_bytes() for path in Path(root / folder).rglob("*.ipynb")}

    run(root)
    save_records(root, HOST)
    local, committed = stored(".lesson/records"), stored("records")
    run(root, "a", "b")
    assert [name for name, data in stored(".lesson/records").items() if data != local[name]] == ["b"]
    assert [path.parent.name for path in save_records(root, HOST)] == ["b"]
    assert stored("records")["a"] == committed["a"]
