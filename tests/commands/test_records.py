"""``lesson records``: list, show, save, merge, compare and prune records."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.check import secret_rules
from site_builder.commands.main import group
from site_builder.records.model import EpisodeRecord, Stream
from site_builder.records.notebook import dump
from site_builder.records.store import COMMITTED, LOCAL, RecordStore

MakeLesson = Callable[[dict[str, str]], Path]
PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{{python}}\n{code}\n```\n\n```{{bash}}\n#| label: shell\necho shell\n```\n"


def files(code: str = "print(6 * 7)") -> dict[str, str]:
    return {"config.yaml": "title: L\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": PAGE.format(code=code)}


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def lesson(make_lesson: MakeLesson) -> Path:
    """A lesson that has been run and whose record is committed, as a clone of it would be: without local records."""
    root = make_lesson(files())
    call("run", "--lesson", root, "--environments", "host")
    call("records", "save", root)
    shutil.rmtree(root / ".lesson" / "records")
    return root


def committed(root: Path) -> EpisodeRecord:
    store = RecordStore(root)
    (stored,) = store.read(store.files(COMMITTED))[0]
    return stored.record


def printing(record: EpisodeRecord, text: str, started: str = "2030-01-01T00:00:00+00:00") -> EpisodeRecord:
    cells = (replace(record.cells[0], outputs=(Stream("stdout", text),)), *record.cells[1:])
    return replace(record, cells=cells, provenance=replace(record.provenance, started=started))


def elsewhere(folder: Path, record: EpisodeRecord, name: str = "x.ipynb") -> Path:
    """A record as it comes from another machine."""
    path = folder / "deep" / record.episode.replace("/", "-") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(record))
    return path


class TestList:
    def test_every_verified_record_is_listed_and_damaged_ones_are_told(self, lesson: Path) -> None:
        (path,) = (lesson / "records/a").iterdir()
        output = call("records", "ls", lesson).output
        assert output.startswith("a                                2/2 cells  20")
        assert output.endswith(f"  records/a/{path.name}\n")
        (row,) = json.loads(call("records", "ls", lesson, "--json").stdout)["records"]
        assert (row["episode"], row["cells"], row["ran"], row["environment"], row["key"]) == (
            "a",
            2,
            2,
            "default",
            committed(lesson).parts.key,
        )
        path.write_text("{")
        output = call("records", "ls", lesson).output
        assert "no records" in output
        assert f"LS501 records/a/{path.name}" in output


class TestShow:
    def test_an_episodes_record_is_shown_as_text(self, lesson: Path) -> None:
        output = call("records", "show", "episodes/a.md", "--lesson", lesson, "--environments", "host").output
        assert "Record       records/a/" in output
        assert "Environment  default, provided by host" in output
        assert "cell 1 cell-1 (python, " in output
        assert "  | print(6 * 7)\n  42\n" in output
        assert "cell 2 shell (bash, " in output
        assert "\n  shell\n" in output

    def test_a_key_or_a_file_names_a_record_too(self, lesson: Path) -> None:
        key = committed(lesson).parts.key
        (file,) = (lesson / "records/a").iterdir()
        for name in (key, key[:6], file, file.relative_to(lesson)):
            assert f"Key          {key}" in call("records", "show", name, "--lesson", lesson, "--environments", "host").output

    def test_packages_are_listed_on_demand(self, lesson: Path) -> None:
        assert "ipykernel " in call("records", "show", "a", "--lesson", lesson, "--environments", "host", "--packages").output

    def test_what_is_not_there_is_told_with_a_way_on(self, lesson: Path) -> None:
        assert "did you mean 'a'?" in call("records", "show", "aa", "--lesson", lesson, code=2).output
        assert "first digits of a key" in call("records", "show", "zzzz", "--lesson", lesson, code=2).output
        (lesson / "episodes/a.md").write_text(PAGE.format(code="1"))
        assert (
            "shows no record: cell 1 changed" in call("records", "show", "a", "--lesson", lesson, "--environments", "host", code=2).output
        )

    def test_digits_that_two_keys_begin_with_are_not_enough(self, lesson: Path) -> None:
        record = committed(lesson)
        by_start: dict[str, EpisodeRecord] = {}
        for number in range(5000):
            other = replace(record, parts=replace(record.parts, variables=(("N", str(number)),)))
            start = other.parts.key[:4]
            if start in by_start:
                break
            by_start[start] = other
        for each in (by_start[start], other):
            RecordStore(lesson).save(each)
        assert "2 records have keys that begin with" in call("records", "show", start, "--lesson", lesson, code=2).output
        assert other.parts.key in call("records", "show", other.parts.key[:20], "--lesson", lesson).output
        assert "there is no record" in call("records", "show", start[:3], "--lesson", lesson, code=2).output

    def test_a_damaged_file_is_refused(self, lesson: Path) -> None:
        (file,) = (lesson / "records/a").iterdir()
        file.write_text(file.read_text().replace('"42\\n"', '"43\\n"'))
        assert "it was edited" in call("records", "show", file, "--lesson", lesson, code=2).output


class TestMerge:
    def test_a_record_of_a_new_key_is_added_and_found_by_the_plan(self, lesson: Path, tmp_path: Path) -> None:
        record = committed(lesson)
        shutil.rmtree(lesson / "records")
        source = elsewhere(tmp_path / "gpu", record)
        output = call("records", "merge", source, "--lesson", lesson).output
        assert f"added: records/a/{record.parts.key[:16]}.ipynb (from {source})" in output
        assert "1 record changed, 0 refused" in output
        assert "reuse   a" in call("plan", lesson, "--environments", "host").output

    def test_of_two_with_one_key_the_better_stays_and_equal_ones_are_not_touched(self, lesson: Path, tmp_path: Path) -> None:
        record = committed(lesson)
        (file,) = (lesson / "records/a").iterdir()
        before = file.stat()
        same = elsewhere(tmp_path / "same", replace(record, provenance=replace(record.provenance, started="2030-01-01", seconds=9.0)))
        assert "already there: records/a/" in call("records", "merge", same, "--lesson", lesson).output
        older = elsewhere(tmp_path / "older", printing(record, "41\n", "2020-01-01T00:00:00+00:00"))
        assert "skipped, the existing one is better" in call("records", "merge", older, "--lesson", lesson).output
        assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        newer = elsewhere(tmp_path / "newer", printing(record, "43\n"))
        assert "replaced: records/a/" in call("records", "merge", newer, "--lesson", lesson).output
        assert committed(lesson).cells[0].outputs == (Stream("stdout", "43\n"),)

    def test_a_file_that_was_changed_by_hand_is_kept_beside_the_new_one(self, lesson: Path, tmp_path: Path) -> None:
        record = committed(lesson)
        (file,) = (lesson / "records/a").iterdir()
        edited = file.read_text().replace('"42\\n"', '"43, see my note\\n"')
        file.write_text(edited)
        assert "added: records/a/" in call("records", "merge", elsewhere(tmp_path / "gpu", record), "--lesson", lesson).output
        assert committed(lesson) == record
        assert file.with_name(f"{file.name}.kept").read_text() == edited

    def test_damaged_and_foreign_records_are_refused_by_name_and_the_others_taken(self, lesson: Path, tmp_path: Path) -> None:
        record = committed(lesson)
        shutil.rmtree(lesson / "records")
        folder = tmp_path / "artifact"
        elsewhere(folder, record)
        damaged = elsewhere(folder, record, "damaged.ipynb")
        damaged.write_text(damaged.read_text()[:-40])
        elsewhere(folder, replace(record, episode="b"), "foreign.ipynb")
        elsewhere(folder, replace(record, episode="../../outside"), "hostile.ipynb")
        result = call("records", "merge", folder, "--lesson", lesson, code=1)
        assert "1 record changed, 3 refused" in result.output
        assert f"LS501 {damaged}" in result.output
        assert "no episode 'b'" in result.output
        assert "did you mean 'a'?" not in result.output
        assert "no episode '../../outside'" in result.output
        assert committed(lesson) == record
        assert not list(tmp_path.rglob("outside*"))

    def test_a_folder_without_records_or_a_wrong_path_is_told(self, lesson: Path, tmp_path: Path) -> None:
        assert "neither a record nor a folder" in call("records", "merge", tmp_path / "gone", "--lesson", lesson, code=2).output
        (tmp_path / "empty/.ipynb_checkpoints").mkdir(parents=True)
        (tmp_path / "empty/.ipynb_checkpoints/x.ipynb").write_text("{}")
        assert "neither a record nor a folder" in call("records", "merge", tmp_path / "empty", "--lesson", lesson, code=2).output


class TestSecrets:
    TOKEN = "gh" + "p_" + "a1B2" * 9

    def test_a_record_with_a_secret_is_not_saved(self, lesson: Path) -> None:
        before = committed(lesson)
        RecordStore(lesson).save(printing(before, f"token: {self.TOKEN}\n"))
        result = call("records", "save", lesson, code=1)
        assert (
            "LS851 episodes/a.md:7 the output of cell `cell-1` contains what looks like a secret: GitHub Token (output 1, line 1, column 8)"
            in result.output
        )
        assert self.TOKEN not in result.output
        assert committed(lesson) == before

    @pytest.mark.parametrize("command", [("build",), ("run", "a"), ("records", "save"), ("records", "merge", "records")])
    def test_without_the_rules_nothing_runs_and_nothing_is_saved_or_published(
        self, command: tuple[str, ...], lesson: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def version(name: str) -> str:
            raise importlib.metadata.PackageNotFoundError(name)

        before = {path: path.read_bytes() for path in lesson.rglob("*.ipynb")}
        monkeypatch.setattr(secret_rules.importlib.metadata, "version", version)
        secret_rules.rules_version.cache_clear()
        monkeypatch.chdir(lesson)
        result = call(*command, "--lesson", lesson, code=3)
        assert "error: detect-secrets is not installed" in result.output
        assert "running" not in result.output, "a run whose results cannot be kept would be in vain"
        assert {path: path.read_bytes() for path in lesson.rglob("*.ipynb")} == before
        assert not (lesson / "site").exists()

    def test_a_record_with_the_value_of_a_secret_variable_is_not_merged(
        self, lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DEPLOY_PASSWORD", "correct horse battery")
        source = elsewhere(tmp_path / "other", printing(committed(lesson), "correct horse battery\n"))
        before = committed(lesson)
        result = call("records", "merge", source, "--lesson", lesson, code=1)
        assert "the value of the variable DEPLOY_PASSWORD" in result.output
        assert "correct horse" not in result.output
        assert committed(lesson) == before


class TestPrune:
    def test_records_of_other_code_go_and_those_of_other_packages_stay(self, lesson: Path) -> None:
        store, record = RecordStore(lesson), committed(lesson)
        packages = replace(record.provenance.packages, packages=())
        other_packages = replace(
            record, parts=replace(record.parts, environment=packages.digest), provenance=replace(record.provenance, packages=packages)
        )
        kept = store.save(other_packages)
        old = store.save(replace(record, parts=replace(record.parts, cells=("old", "old"))))
        listed = call("records", "prune", lesson, "--environments", "host", "--dry-run").output
        assert listed == f"would remove {old}: made from other code or inputs than the episode's\n1 record would be removed\n"
        assert (lesson / old).is_file()
        assert "1 record removed" in call("records", "prune", lesson, "--environments", "host").output
        assert store.files(LOCAL) == (kept,)

    def test_committed_ones_go_only_on_demand(self, lesson: Path) -> None:
        (lesson / "episodes/a.md").write_text(PAGE.format(code="1"))
        assert "0 records removed" in call("records", "prune", lesson, "--environments", "host").output
        assert "removed records/a/" in call("records", "prune", lesson, "--environments", "host", "--committed").output
        assert RecordStore(lesson).files(COMMITTED) == ()

    def test_damaged_ones_and_those_of_episodes_that_are_gone_go(self, lesson: Path) -> None:
        store, record = RecordStore(lesson), committed(lesson)
        gone = store.save(replace(record, episode="gone"))
        damaged = store.save(record)
        (lesson / damaged).write_text("<<<<<<< ours\n")
        moved = lesson / LOCAL / "a" / "moved.ipynb"
        moved.write_text(dump(replace(record, episode="gone")))
        output = call("records", "prune", lesson, "--environments", "host").output
        assert f"removed {gone}: no episode of that name has cells" in output
        assert f"removed {damaged}: the record cannot be used: it is not a record, or only part of one" in output
        assert "removed .lesson/records/a/moved.ipynb: no episode of that name has cells" in output
        assert store.files(LOCAL) == ()

    def test_somebodys_notebook_among_the_records_is_not_deleted(self, lesson: Path) -> None:
        notes = lesson / "records/a/notes.ipynb"
        notes.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
        (lesson / "episodes/a.md").write_text(PAGE.format(code="1"))
        call("run", "--lesson", lesson, "--environments", "host")
        call("records", "save", lesson)
        call("records", "prune", lesson, "--environments", "host", "--committed")
        assert notes.is_file()

    def test_a_committed_record_that_was_changed_by_hand_is_not_deleted(self, lesson: Path) -> None:
        store, record = RecordStore(lesson), committed(lesson)
        path = lesson / store.files(COMMITTED)[0]
        changed = path.read_text().replace("42", "43")
        path.write_text(changed)
        assert "0 records removed" in call("records", "prune", lesson, "--environments", "host", "--committed").output
        assert path.read_text() == changed != dump(record)

    def test_a_lesson_with_errors_loses_nothing(self, lesson: Path) -> None:
        (lesson / "episodes/a.md").write_text(PAGE.format(code="1").replace("teaching: 1", "environment: gone"))
        call("records", "prune", lesson, "--environments", "host", "--committed", code=1)
        assert len(RecordStore(lesson).files(COMMITTED)) == 1


class TestDiff:
    def test_an_episodes_committed_and_local_records_are_compared(self, lesson: Path) -> None:
        RecordStore(lesson).save(printing(committed(lesson), "43\n"))
        output = call("records", "diff", "a", "--lesson", lesson, "--environments", "host").output
        assert output.startswith("--- records/a/")
        assert "+++ .lesson/records/a/" in output
        assert output.endswith("cell cell-1\n  output\n  @@ -1 +1 @@\n  -42\n  +43\n")

    def test_any_two_records_are_compared_by_name(self, lesson: Path, tmp_path: Path) -> None:
        (first,) = (lesson / "records/a").iterdir()
        second = elsewhere(tmp_path, printing(committed(lesson), "43\n"))
        found = json.loads(call("records", "diff", first, second, "--lesson", lesson, "--json").stdout)
        assert [change["cell"] for change in found["cells"]] == ["cell-1"]
        assert found["packages"] == found["machines"] == []
        assert "all cells are equal" in call("records", "diff", first, first, "--lesson", lesson).output

    def test_of_several_the_one_that_the_page_would_show_is_compared(self, lesson: Path) -> None:
        store, record = RecordStore(lesson), committed(lesson)
        store.save(replace(printing(record, "old code\n"), parts=replace(record.parts, cells=("old", "old"))))
        store.save(printing(record, "43\n", "2029-01-01T00:00:00+00:00"))
        assert "+43" in call("records", "diff", "a", "--lesson", lesson, "--environments", "host").output

    def test_of_an_episode_without_cells_now_the_newest_are_compared(self, lesson: Path) -> None:
        RecordStore(lesson).save(printing(committed(lesson), "43\n"))
        (lesson / "episodes/a.md").write_text("---\ntitle: A\n---\n\nText.\n")
        assert "+43" in call("records", "diff", "a", "--lesson", lesson).output

    def test_what_is_missing_is_told(self, lesson: Path) -> None:
        assert "`a` has no local record" in call("records", "diff", "a", "--lesson", lesson, "--environments", "host", code=2).output
        assert "give an episode, or two records" in call("records", "diff", "a", "b", "c", "--lesson", lesson, code=2).output


def test_an_unknown_lesson_is_told(tmp_path: Path) -> None:
    assert "no lesson found" in call("records", "prune", tmp_path, code=2).output
