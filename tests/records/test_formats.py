"""Records of every format that builders ever wrote are read; what a newer builder wrote is named, and stays.

Each file in `formats/` was written by the code of the commit that first wrote this form, with all that it could note: real runs of `LESSON`,
and of a page in R Markdown (`-b`), whose packages, times and machine were set. A change of the format adds a file, and none is ever changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from site_builder.commands.main import group
from site_builder.environments.base import Package, PackageSet
from site_builder.pipeline import build as build_stage
from site_builder.pipeline import plan as plan_stage
from site_builder.pipeline.model import Options
from site_builder.plan.model import Action
from site_builder.records.canonical import canonical
from site_builder.records.loading import RecordDamaged, RecordNewer, load
from site_builder.records.model import Display, FromElsewhere, Piece, Raised, Stream
from site_builder.records.notebook import DIGEST, dump
from site_builder.records.store import COMMITTED, LOCAL, RecordStore, place_of, read_record

MakeLesson = Callable[[dict[str, str]], Path]
HOST = Options("host", workers=1)
FORMATS = sorted((Path(__file__).parent / "formats").glob("*.ipynb"))
OF_LESSON = [path for path in FORMATS if path.stem.endswith("-a")]
DATA = hashlib.sha256(b"x\n1\n").hexdigest()
LESSON = {
    "config.yaml": "title: Old\nepisodes: [a.md]\n",
    "index.md": "Hello.\n",
    "episodes/data/d.csv": "x\n1\n",
    "episodes/a.md": """---
title: A
teaching: 1
exercises: 1
inputs: [data/d.csv]
---

```{python}
print(6 * 7)
"é"
```

```{bash}
#| label: shell
echo shell; echo "to standard error" >&2
```

```{python}
#| error: true
1 / 0
```

```{python}
#| requires: [cuda]
print("on a GPU")
```
""",
}


def named(path: Path) -> str:
    return path.stem


@pytest.fixture
def lesson(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lesson of the records, on a machine with the packages that they name."""
    packages = PackageSet("default", "linux-64", (Package("numpy", "2.4", "py313_0", "c0ffee"), Package("python", "3.13")))
    monkeypatch.setattr("site_builder.environments.providers.host.HostProvider.packages", lambda self, name: packages)
    return make_lesson(LESSON)


def put(path: Path, root: Path, folder: Any) -> Path:
    place = root / place_of(load(path.read_text(encoding="utf-8")), folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)
    return place


@pytest.mark.parametrize("path", FORMATS, ids=named)
class TestEveryFormat:
    def test_is_read_with_all_that_it_notes(self, path: Path) -> None:
        record = load(path.read_text(encoding="utf-8"))
        made = record.provenance
        assert (made.machine, made.python, made.seconds) == ("Linux x86_64, 4 cores", "3.13.5", 1.5)
        assert made.gpu is not None
        assert (made.gpu.name, made.commit[:8]) == ("NVIDIA H100", "01234567")
        since = int(path.stem[:2])
        assert made.undeclared == (("../data/x.csv",) if since >= 3 else ())
        assert made.read == ((("data/d.csv", DATA),) if since >= 6 else ())
        assert (made.left, made.needs) == ((("made.csv",), (("c", ("kept.csv",)),)) if since >= 6 else ((), ()))
        assert made.installed == (("six 1.17.0",) if since >= 8 else ())
        assert made.pixi == ("0.77.0" if since >= 10 else "")
        assert made.job == ("job 42 of Slurm" if since >= 11 else "")
        big = FromElsewhere("data/big.csv", "1" * 64, 42, "https://example.org/big.csv")
        assert made.data == ((big,) if since >= 12 else ())

    def test_in_todays_form_it_says_the_same(self, path: Path) -> None:
        record = load(path.read_text(encoding="utf-8"))
        again = load(dump(record))
        assert again == record
        assert again.parts.key == record.parts.key

    def test_every_edit_is_noticed(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        for change in (
            ("42", "43"),
            ("bold", "bald"),
            ("no", "na"),
            ("0.25", "0.26"),
            (DIGEST[:-1] + "0", DIGEST[:-1] + "1"),
            ("\n ", "\n  "),
        ):
            if change[0] in text:
                with pytest.raises(RecordDamaged):
                    load(text.replace(*change, 1))


@pytest.mark.parametrize("path", OF_LESSON, ids=named)
class TestALessonWithAnOldRecord:
    def test_shows_it_and_runs_nothing(self, path: Path, lesson: Path) -> None:
        place = put(path, lesson, COMMITTED)
        before = place.read_bytes()
        planned = plan_stage.open_lesson(lesson, HOST)
        (step,) = planned.plan.steps
        assert (step.action, [problem.code for problem in planned.report.problems if problem.code in ("LS501", "LS506", "LS519")]) == (
            Action.REUSE,
            [],
        )
        assert build_stage.build(lesson, None, HOST).ran == 0
        page = (lesson / "site/a.html").read_text(encoding="utf-8")
        for shown in ("42", "shell", "to standard error", "ZeroDivisionError", "NVIDIA H100"):
            assert shown in page
        assert place.read_bytes() == before

    def test_lists_prints_and_commits_it(self, path: Path, lesson: Path) -> None:
        place = put(path, lesson, LOCAL)
        record = load(place.read_text(encoding="utf-8"))
        said = CliRunner().invoke(group, ["records", "show", "a", "--lesson", str(lesson), "--environments", "host"]).output
        assert record.parts.key in said
        assert "NVIDIA H100" in said
        assert CliRunner().invoke(group, ["records", "save", str(lesson), "--environments", "host"]).exit_code == 0
        (stored,) = RecordStore(lesson).read([place_of(record, COMMITTED)])[0]
        assert replace(stored.record, origin="local") == record


@pytest.mark.slow
def test_an_old_record_is_compared_with_a_run_of_today(lesson: Path) -> None:
    put(OF_LESSON[0], lesson, COMMITTED)
    verified = CliRunner().invoke(group, ["verify", str(lesson), "--environments", "host"])
    assert "a " in verified.output
    assert verified.exit_code in (0, 1), verified.output
    assert "LS501" not in verified.output
    assert "42" not in verified.output, "the same number is no difference"


def test_of_knitr_each_piece_and_where_it_was_raised_come_back() -> None:
    older, newer = (load(path.read_text(encoding="utf-8")) for path in FORMATS if path.stem.endswith("-b"))
    for record in (older, newer):
        chunk, wrong, text = record.cells
        assert Piece.SOURCE in chunk.pieces
        assert any(isinstance(output, Stream | Display) for output in chunk.outputs)
        assert any("no" in str(output) for output in wrong.outputs)
        assert any("**bold**" in str(output) for output in text.outputs)
    assert any(cell.raised for cell in newer.cells)


def test_what_a_cell_saved_itself_comes_back() -> None:
    (path,) = (path for path in FORMATS if "saved" in path.stem)
    assert [
        output.path for output in load(path.read_text(encoding="utf-8")).cells[0].outputs if isinstance(output, Display) and output.saved
    ] == ["fig/own.png"]
    assert any(isinstance(output, Raised) for cell in load(path.read_text(encoding="utf-8")).cells for output in cell.outputs)


def of_tomorrow(text: str, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> str:
    """Return a record as a builder of tomorrow would write it: with something new, and whole."""
    notebook = json.loads(text)
    lesson = notebook["metadata"]["lesson"]
    change(notebook, lesson)
    lesson["provenance"]["tool"] = "lesson 9.0"
    lesson["digest"] = ""
    empty = canonical(notebook)
    return empty.replace(DIGEST, f'{DIGEST[:-1]}{hashlib.sha256(empty.encode()).hexdigest()}"', 1)


CHANGES = {
    "schema": lambda notebook, lesson: lesson.update(schema=2),
    "provenance.weather": lambda notebook, lesson: lesson["provenance"].update(weather="fair"),
    "energy": lambda notebook, lesson: notebook["cells"][0]["metadata"]["lesson"].update(energy=3),
    "pieces.0": lambda notebook, lesson: notebook["cells"][0]["metadata"]["lesson"].update(pieces=["hologram"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
class TestOfANewerBuilder:
    def text(self, change: Any) -> str:
        return of_tomorrow(OF_LESSON[-1].read_text(encoding="utf-8"), change)

    def test_it_is_named_and_is_not_called_damaged(self, change: Any) -> None:
        with pytest.raises(
            RecordNewer, match=r"^lesson 9\.0 wrote it in format [12]; this builder reads format 1 and does not know what it has in"
        ):
            load(self.text(change))

    def test_edited_it_is_damaged(self, change: Any) -> None:
        with pytest.raises(RecordDamaged):
            load(self.text(change).replace("42", "43"))

    @pytest.mark.parametrize("folder", [LOCAL, COMMITTED])
    def test_it_counts_as_missing_and_no_command_loses_it(self, change: Any, folder: Any, lesson: Path) -> None:
        place = put(OF_LESSON[-1], lesson, folder)
        place.write_text(self.text(change), encoding="utf-8")
        before = place.read_bytes()
        planned = plan_stage.open_lesson(lesson, HOST)
        assert [problem.code for problem in planned.report.problems if problem.code.startswith("LS50")] == ["LS506"]
        assert planned.plan.steps[0].action is Action.RUN
        for command in (["build"], ["records", "save"], ["records", "prune"]):
            ended = CliRunner().invoke(
                group, [*command, str(lesson), "--environments", "host"] if command != ["records", "prune"] else [*command, str(lesson)]
            )
            assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.output
        assert before in [path.read_bytes() for path in place.parent.iterdir()]
        assert isinstance(RecordStore(lesson).find(["a"])[0][0].record.cells, tuple)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:500]),
    "empty": lambda path: path.write_bytes(b""),
    "no JSON": lambda path: path.write_text("not JSON"),
    "other JSON": lambda path: path.write_text("[1, 2]"),
    "a plain notebook": lambda path: path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'),
    "edited": lambda path: path.write_text(path.read_text().replace("42", "43")),
    "another digest": lambda path: path.write_text(path.read_text().replace(DIGEST[:-1], DIGEST[:-1] + "0", 1)),
    "no UTF-8": lambda path: path.write_bytes(path.read_bytes() + b"\xff"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("gone")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "deep": lambda path: path.write_text("[" * 200_000),
}


@pytest.mark.parametrize("folder", [LOCAL, COMMITTED])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_each_damage_is_told_and_what_is_there_stays(damage: Callable[[Path], object], folder: Any, lesson: Path) -> None:
    place = put(OF_LESSON[-1], lesson, folder)
    damage(place)
    planned = plan_stage.open_lesson(lesson, HOST)
    told = [(problem.code, problem.location.path.as_posix()) for problem in planned.report.problems if problem.code == "LS501"]
    assert told == [("LS501", place.relative_to(lesson).as_posix())]
    assert planned.plan.steps[0].action is Action.RUN
    assert place.is_symlink() or place.exists()
    assert "LS501" in CliRunner().invoke(group, ["records", "ls", str(lesson)]).output


def test_a_file_that_may_not_be_read_is_told(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user is not root, permissions decide; here reading fails as it does there."""
    place = put(OF_LESSON[-1], lesson, LOCAL)
    real = Path.open

    def refuse(self: Path, *arguments: Any, **named: Any) -> Any:
        if self == place:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr("os.open", lambda path, *rest, **named: refuse_os(path, place, *rest, **named))
    found = read_record(lesson, place.relative_to(lesson))
    assert getattr(found, "code", "") == "LS501"


def refuse_os(path: Any, place: Path, *rest: Any, **named: Any) -> int:
    import posix

    if Path(path) == place:
        raise PermissionError(13, "Permission denied", str(path))
    return posix.open(path, *rest, **named)
