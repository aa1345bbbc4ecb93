"""Records that are damaged, old or made elsewhere, and what makes an episode run again (rows 8, 9, 10, 18, 19 and 28 of tests/faults/rows.toml)."""

from __future__ import annotations

import json
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.pipeline import build as build_stage
from site_builder.pipeline import plan as plan_stage
from site_builder.pipeline.model import Options
from site_builder.plan.keys import key_parts
from site_builder.plan.model import Action
from site_builder.records.model import CellRecord, EpisodeRecord, Provenance, Stream
from site_builder.records.notebook import dump
from site_builder.records.store import COMMITTED, LOCAL, RecordStore

MakeLesson = Callable[[dict[str, str]], Path]
HOST = Options("host", workers=2)
PAGE = "---\ntitle: {name}\nteaching: 1\nexercises: 1\n{more}---\n\nProse.\n\n```{{python}}\nprint({code})\n```\n"


def files(**episodes: str) -> dict[str, str]:
    listed = "".join(f"\n- {name}.md" for name in episodes)
    pages = {f"episodes/{name}.md": text for name, text in episodes.items()}
    return {"config.yaml": f"title: L\nepisodes:{listed}\n", "index.md": "Hello.\n", **pages}


def page(name: str, code: str = "6 * 7", more: str = "") -> str:
    return PAGE.format(name=name, code=code, more=more)


def actions(root: Path, options: Options = HOST) -> dict[str, str]:
    return {step.request.slug: step.action.value for step in plan_stage.open_lesson(root, options).plan.steps}


def recorded(root: Path, printed: str = "42\n") -> None:
    """Give every episode a record as a run of this lesson would leave it."""
    planned = plan_stage.open_lesson(root, HOST)
    store = RecordStore(root)
    for step in planned.plan.steps:
        made = Provenance("lesson 0", "host", step.request.packages, False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 0.1)
        cells = tuple(CellRecord(cell.identifier, "python", cell.source, (Stream("stdout", printed),), 0.1) for cell in step.request.cells)
        store.save(EpisodeRecord(step.request.slug, step.request.parts, cells, made))


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One bit changed anywhere; a carriage return in the place of the last line's feed would only be a line end."""
    place = chance.randrange(len(data) - 1)
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def emptied(data: bytes, chance: random.Random) -> bytes:
    return b""


def merge_marked(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    place = chance.randrange(1, len(lines) - 1)
    return b"\n".join([*lines[:place], b"<<<<<<< ours", lines[place], b"=======", lines[place], b">>>>>>> theirs", *lines[place + 1 :]])


def of_another_schema(data: bytes, chance: random.Random) -> bytes:
    notebook = json.loads(data)
    notebook["metadata"]["lesson"]["schema"] = chance.choice([0, 2, "1", None])
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


DAMAGES = (truncated, flipped, emptied, merge_marked, of_another_schema)


class TestRow8:
    def test_a_hundred_damaged_records_are_all_found_warned_about_and_run_again(self, make_lesson: MakeLesson) -> None:
        names = [f"e{number:03}" for number in range(100)]
        root = make_lesson(files(**{name: page(name) for name in names}))
        recorded(root, "a wrong result\n")
        assert set(actions(root).values()) == {"reuse"}
        chance = random.Random(8)
        for number, path in enumerate(sorted((root / LOCAL).rglob("*.ipynb"))):
            before = path.read_bytes()
            path.write_bytes(DAMAGES[number % len(DAMAGES)](before, chance))
            assert path.read_bytes() != before
        planned = plan_stage.open_lesson(root, HOST)
        assert [step.action for step in planned.plan.steps] == [Action.RUN] * 100
        assert [step.record for step in planned.plan.steps] == [None] * 100
        warned = {problem.location.path.parent.name for problem in planned.report.problems if problem.code == "LS501"}
        assert warned == set(names)

    def test_a_build_over_each_kind_of_damage_shows_what_the_code_gives(self, make_lesson: MakeLesson) -> None:
        root = make_lesson(files(**{damage.__name__: page(damage.__name__) for damage in DAMAGES}))
        recorded(root, "a wrong result\n")
        for damage in DAMAGES:
            (path,) = (root / LOCAL / damage.__name__).glob("*.ipynb")
            path.write_bytes(damage(path.read_bytes(), random.Random(8)))
        built = build_stage.build(root, None, HOST)
        assert built.ran == len(DAMAGES)
        for damage in DAMAGES:
            text = (root / "site" / f"{damage.__name__}.html").read_text()
            assert "42" in text
            assert "a wrong result" not in text


def of_environment(name: str, numpy: str, build: str = "0") -> PackageSet:
    return PackageSet(name, "linux-64", (Package("numpy", numpy, build, f"digest-{numpy}-{build}"), Package("python", "3.13")))


class TestRow9:
    def test_one_package_build_changed_in_one_environment_runs_exactly_its_episodes(
        self, make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        locked = {"default": of_environment("default", "2.4"), "other": of_environment("other", "2.4")}
        monkeypatch.setattr("site_builder.environments.providers.host.HostProvider.packages", lambda self, name: locked[name])
        monkeypatch.setattr("site_builder.environments.providers.choose.known_environments", lambda *_: ("default", "other"))
        root = make_lesson(files(a=page("a"), b=page("b"), c=page("c", more="environment: other\n")))
        recorded(root)
        assert actions(root) == {"a": "reuse", "b": "reuse", "c": "reuse"}
        locked["other"] = of_environment("other", "2.4", build="1")
        assert actions(root) == {"a": "reuse", "b": "reuse", "c": "run"}
        (step,) = plan_stage.open_lesson(root, HOST).plan.of(Action.RUN)
        assert step.reason == "numpy 2.4: other build"


class TestRow10:
    def test_prose_runs_nothing_and_a_data_file_exactly_its_users(self, make_lesson: MakeLesson) -> None:
        uses = "inputs: [data/d.csv]\n"
        root = make_lesson({**files(a=page("a", more=uses), b=page("b"), c=page("c", more=uses)), "episodes/data/d.csv": "1\n"})
        recorded(root)
        for path in (root / "episodes").glob("*.md"):
            path.write_text(path.read_text().replace("Prose.", "Other prose.\n\n- with a list").replace("title: ", "title: New "))
        assert set(actions(root).values()) == {"reuse"}
        (root / "episodes/data/d.csv").write_text("2\n")
        assert actions(root) == {"a": "run", "b": "reuse", "c": "run"}


class TestRow18:
    def test_without_a_network_a_lesson_with_records_builds_whole(self, make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
        root = make_lesson(files(a=page("a"), b=page("b")))
        recorded(root)

        def refuse(*arguments: object, **_: object) -> None:
            raise OSError(f"there is no network: {arguments}")

        connect = socket.socket.connect

        def local_only(self: socket.socket, address: object) -> None:
            if self.family != socket.AF_UNIX:
                refuse(address)
            connect(self, address)  # type: ignore[arg-type]

        monkeypatch.setattr(socket.socket, "connect", local_only)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        built = build_stage.build(root, None, HOST)
        assert (built.changed, built.ran) == (True, 0)
        assert "42" in (root / "site" / "b.html").read_text()


class TestRow19:
    def test_clocks_and_file_times_run_nothing(self, make_lesson: MakeLesson) -> None:
        root = make_lesson({**files(a=page("a", more="inputs: [data/d.csv]\n"), b=page("b")), "episodes/data/d.csv": "1\n"})
        recorded(root)
        for moment in (0.0, 1.0e9, 4.0e9):  # 1970, 2001, 2096
            for path in root.rglob("*"):
                os.utime(path, (moment, moment))
            assert set(actions(root).values()) == {"reuse"}

    def test_a_record_from_the_future_is_a_record(self, make_lesson: MakeLesson) -> None:
        root = make_lesson(files(a=page("a")))
        recorded(root)
        (path,) = (root / LOCAL / "a").glob("*.ipynb")
        (stored,), _ = RecordStore(root).find(["a"])
        made = stored.record.provenance
        later = Provenance(made.tool, made.provider, made.packages, False, "", "Linux", "3.13", "2199-01-01T00:00:00+00:00", 0.1)
        path.write_text(dump(EpisodeRecord("a", stored.record.parts, stored.record.cells, later)))
        assert actions(root) == {"a": "reuse"}


class TestRow28:
    @pytest.mark.parametrize("folder", [LOCAL, COMMITTED])
    def test_a_record_of_the_schema_before_is_run_again_and_never_misread(self, make_lesson: MakeLesson, folder: Path) -> None:
        root = make_lesson(files(a=page("a")))
        recorded(root)
        (path,) = (root / LOCAL / "a").glob("*.ipynb")
        old = json.loads(path.read_text())
        path.unlink()
        old["metadata"]["lesson"]["schema"] = 0
        del old["metadata"]["lesson"]["provenance"]["commit"]
        target = root / folder / "a" / "0123456789abcdef.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(old, indent=1, sort_keys=True) + "\n")
        before = target.read_bytes()
        planned = plan_stage.open_lesson(root, HOST)
        assert [(problem.code, str(problem.location.path)) for problem in planned.report.problems if problem.code == "LS501"] == [
            ("LS501", f"{folder}/a/0123456789abcdef.ipynb")
        ]
        assert planned.plan.steps[0].action is Action.RUN
        build_stage.build(root, None, HOST)
        assert actions(root) == {"a": "reuse"}
        assert target.read_bytes() == before

    def test_the_schema_is_part_of_every_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = key_parts([], "environment", {}).key
        monkeypatch.setattr("site_builder.records.model.SCHEMA", 2)
        assert key_parts([], "environment", {}).key != before
