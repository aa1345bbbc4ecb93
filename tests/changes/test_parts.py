"""The parts of a snapshot one by one: Git's history, the builder and its interpreter, the guess about results, dependencies of episodes."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from site_builder.changes import snapshot
from site_builder.changes.dependencies import dependencies_of
from site_builder.changes.snapshot import DependencyKind, results_digest, take
from site_builder.changes.tree import existing
from site_builder.pipeline.execute import run
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from tests.conftest import MakeLesson

HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n{more}---\n\n"
CELL = "```{python}\n1\n```\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def history(root: Path) -> list[str]:
    return list(snapshot._history(root))


class TestHistory:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        root = tmp_path / "repository"
        (root / "lesson").mkdir(parents=True)
        git(root.parent, "init", "-q", "-b", "main", str(root))
        git(root, "commit", "-q", "--allow-empty", "-m", "one")
        return root

    @pytest.fixture
    def head(self, repository: Path) -> str:
        return (repository / ".git/refs/heads/main").read_text()

    def test_no_repository_has_no_history(self, tmp_path: Path) -> None:
        assert history(tmp_path) == []

    def test_the_commit_of_the_branch(self, repository: Path, head: str) -> None:
        assert history(repository / "lesson") == ["ref: refs/heads/main\n", head]

    def test_a_commit_that_is_checked_out_without_a_branch(self, repository: Path, head: str) -> None:
        git(repository, "checkout", "-q", "--detach")
        assert history(repository) == [head]

    def test_a_branch_whose_commit_is_packed(self, repository: Path) -> None:
        git(repository, "pack-refs", "--all")
        assert not (repository / ".git/refs/heads/main").exists()
        assert history(repository) == ["ref: refs/heads/main\n", (repository / ".git/packed-refs").read_text()]
        before = history(repository)
        git(repository, "commit", "-q", "--allow-empty", "-m", "two")
        assert history(repository) != before

    def test_a_worktree(self, repository: Path, tmp_path: Path, head: str) -> None:
        git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
        assert history(tmp_path / "tree") == ["ref: refs/heads/other\n", head]
        git(tmp_path / "tree", "commit", "-q", "--allow-empty", "-m", "two")
        assert history(tmp_path / "tree") == ["ref: refs/heads/other\n", (repository / ".git/refs/heads/other").read_text()]

    def test_a_worktree_whose_place_is_relative(self, repository: Path, tmp_path: Path, head: str) -> None:
        git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
        (tmp_path / "tree/.git").write_text("gitdir: ../repository/.git/worktrees/tree\n")
        assert history(tmp_path / "tree") == ["ref: refs/heads/other\n", head]


class TestBuilder:
    @pytest.fixture
    def package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A builder of two files, and one place of installed packages."""
        folder, site = tmp_path / "package", tmp_path / "lib/site-packages"
        for place in (
            folder / "theme",
            site / "numpy-1.dist-info",
            tmp_path / "lib/dist-packages/rich-2.egg-info",
            tmp_path / "other/more-1.dist-info",
        ):
            place.mkdir(parents=True)
        (folder / "__init__.py").write_text("one")
        (folder / "theme/a.css").write_text("one")
        monkeypatch.setattr(snapshot.site_builder, "__file__", str(folder / "__init__.py"))
        monkeypatch.setattr(sys, "path", [str(site), str(tmp_path / "lib/dist-packages"), str(tmp_path / "other")])
        monkeypatch.setattr(shutil, "which", lambda name: f"/there/{name}")
        return folder

    def test_files_packages_and_pixi(self, package: Path) -> None:
        rows = list(snapshot._builder())
        assert rows[0] == f"{sys.version} /there/pixi"
        assert [row.split()[0] for row in rows[1:]] == ["__init__.py", "theme/a.css", "numpy-1.dist-info", "rich-2.egg-info"]

    def test_compiled_files_and_folders_do_not_count(self, package: Path) -> None:
        before = list(snapshot._builder())
        (package / "theme/a.pyc").write_text("x")
        (package / "folder").mkdir()
        assert list(snapshot._builder()) == before
        (package / "theme/a.css").write_text("two and more")
        assert list(snapshot._builder()) != before


def test_the_day_and_the_place_of_the_site_count(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson({"config.yaml": "title: L\n"})
    before = take(root, root / "site", "")
    assert take(root, root / "other", "").changed(before) == (DependencyKind.OPTIONS,)

    class Tomorrow(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            assert tz is datetime.UTC
            return super().now(tz) + datetime.timedelta(days=1)

    monkeypatch.setattr(snapshot.datetime, "datetime", Tomorrow)
    assert take(root, root / "site", "").changed(before) == (DependencyKind.OPTIONS,)


def test_a_lesson_that_was_moved_is_the_same(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": "x", ".data/x": "1", ".lesson/records/a/0.ipynb": "{}"})
    before = take(root, root / "site", "", ("episodes/../.data/x",))
    moved = root.rename(tmp_path / "moved")
    assert take(moved, moved / "site", "", ("episodes/../.data/x",)).changed(before) == (DependencyKind.OPTIONS,)


def test_the_lessons_own_site_and_another_output_do_not_count(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n"})
    before = take(root, root / "out", "")
    make_lesson({"site/index.html": "x", "out/index.html": "x"})
    assert take(root, root / "out", "").changed(before) == ()


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_names_that_are_no_text_are_looked_at_too(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": "x"})
    before = take(root, root / "site", "")
    (root / os.fsdecode(b"episodes/\xff.csv")).write_text("1")
    assert take(root, root / "site", "").changed(before) == (DependencyKind.LESSON,)


def test_one_entry_is_not_two(make_lesson: MakeLesson) -> None:
    assert snapshot._digest(["a", "b"]) != snapshot._digest(["ab"])
    assert snapshot._digest(["a\0b"]) == snapshot._digest(["a", "b"])  # no row holds the separator: it is in no path


@pytest.mark.parametrize("name", ["TZ", "PATH", "SOURCE_DATE_EPOCH", "CONDA_OVERRIDE_CUDA"])
def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name, raising=False)
    before = list(snapshot._variables())
    monkeypatch.setenv(name, "")
    assert list(snapshot._variables()) == before
    monkeypatch.setenv(name, "x")
    assert list(snapshot._variables()) != before


class TestResults:
    """The guess whether results can have changed errs on the safe side only."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("```{python}\n1\n```\n", "```{python}\n1\n```\n\nWords.\n\n```{python}\n2\n```\n"),
            ("- x\n\n  ```{python}\n  1\n  ```\n", "- x\n\n  ```{python}\n  2\n  ```\n"),
            ("~~~{python}\n1\n~~~\n", "~~~{python}\n2\n~~~\n"),
            ("Words `r 1`.\n", "Words `r 2`.\n"),
            ("Words `{python} 1`.\n", "Words `{python} 2`.\n"),
            ("```{python}\na\nb\n```\n", "```{python}\nab\n```\n"),
            ("```{python}\na\nb\nc\n```\n", "```{python}\na\nb\nd\n```\n"),
        ],
    )
    def test_code_counts(self, make_lesson: MakeLesson, before: str, after: str) -> None:
        root = make_lesson({"episodes/a.md": before})
        first = results_digest(root)
        make_lesson({"episodes/a.md": after})
        assert results_digest(root) != first

    @pytest.mark.parametrize("key", ["inputs", "needs", "environment", "requires"])
    def test_so_do_the_keys_that_say_how_it_runs(self, make_lesson: MakeLesson, key: str) -> None:
        root = make_lesson({"episodes/a.md": HEAD.format(more=f"{key}: [a]\n") + CELL})
        first = results_digest(root)
        make_lesson({"episodes/a.md": HEAD.format(more=f"{key}: [b]\n") + CELL})
        assert results_digest(root) != first

    @pytest.mark.parametrize("name", ["pixi.toml", "pixi.lock", "pyproject.toml", "episodes/x.ipynb", "episodes/data/x.csv"])
    def test_so_do_files_that_cells_can_read(self, make_lesson: MakeLesson, name: str) -> None:
        root = make_lesson({"episodes/a.md": CELL, name: "1"})
        first = results_digest(root)
        make_lesson({name: "2"})
        assert results_digest(root) != first

    @pytest.mark.parametrize("text", ["Words after the cell.\n", "`code` and more.\n"])
    def test_words_do_not(self, make_lesson: MakeLesson, text: str) -> None:
        root = make_lesson({"episodes/a.md": CELL + "\nWords.\n", "index.md": "x", "learners/setup.md": "x"})
        first = results_digest(root)
        make_lesson({"episodes/a.md": f"{CELL}\n{text}", "index.md": CELL, "learners/setup.md": "y"})
        assert results_digest(root) == first


class TestDependencies:
    @pytest.fixture
    def root(self, make_lesson: MakeLesson) -> Path:
        lock = "version: 6\nenvironments:\n  default:\n    channels: []\n    packages: {}\npackages: []\n"
        return make_lesson({
            "config.yaml": "title: L\nepisodes: [a.md, b.md, c.md]\n", "pixi.toml": "[workspace]\n[activation]\nscripts = ['set.sh']\n", "pixi.lock": lock,
            "episodes/a.md": HEAD.format(more="inputs: [data/x.csv]\n") + CELL, "episodes/b.md": HEAD.format(more="needs: [a]\n") + CELL,
            "episodes/c.md": HEAD.format(more="inputs: [../.data]\n") + CELL, "episodes/data/x.csv": "1", ".data/y.csv": "1", "set.sh": "",
        })  # fmt: skip

    def paths(self, root: Path, *chosen: str) -> set[str]:
        planned = open_lesson(root, Options("host"))
        found = dependencies_of(planned.lesson, planned.episodes, chosen).paths
        assert len(found) == len(set(found))
        return {os.path.relpath(root / path, root) for path in found}

    def test_of_one_episode(self, root: Path) -> None:
        shared = {"config.yaml", "pixi.toml", "pixi.lock", "set.sh"}
        assert self.paths(root, "a") == {*shared, "episodes/a.md", "episodes/data/x.csv"}
        assert self.paths(root, "c") == {*shared, "episodes/c.md", ".data"}

    def test_scripts_are_those_of_the_episodes_environment(self, make_lesson: MakeLesson, root: Path) -> None:
        manifest = "[workspace]\n[environments]\ndefault = ['x']\nml = ['ml']\n"
        make_lesson({"pixi.toml": f"{manifest}[feature.ml.activation]\nscripts = ['ml.sh']\n[feature.x.activation]\nscripts = ['x.sh']\n"})
        assert self.paths(root, "a") >= {"x.sh"}
        assert "ml.sh" not in self.paths(root, "a")

    def test_what_was_read_without_being_declared(self, make_lesson: MakeLesson, root: Path) -> None:
        strict = HEAD.format(more="inputs: []\n")
        make_lesson({"episodes/a.md": strict + "```{python}\nopen('data/x.csv').read()\n```\n"})
        assert "episodes/data/x.csv" not in self.paths(root, "a")
        text = strict + f"```{{python}}\nopen({str(root / 'episodes/data/x.csv')!r}).read()\n```\n"
        make_lesson({"episodes/a.md": text})
        run(root, Options("host"), ("a",))
        assert "episodes/data/x.csv" in self.paths(root, "a")

    def test_words_alone_depend_on_no_script(self, make_lesson: MakeLesson, root: Path) -> None:
        words = {f"episodes/{name}.md": HEAD.format(more="") + "Words.\n" for name in ("a", "b", "c")}
        make_lesson(words)
        assert "set.sh" not in self.paths(root)

    def test_with_the_episodes_that_it_needs(self, root: Path) -> None:
        assert self.paths(root, "b") >= {"episodes/a.md", "episodes/data/x.csv", "episodes/b.md"}
        assert "episodes/c.md" not in self.paths(root, "b")

    def test_of_all(self, root: Path) -> None:
        assert self.paths(root) >= {"episodes/a.md", "episodes/b.md", "episodes/c.md", "episodes/data/x.csv", ".data"}

    def test_a_folder_stands_for_all_files_in_it(self, root: Path) -> None:
        assert [path.name for path in existing(root, ("episodes/../.data", "gone", "set.sh"))] == ["y.csv", "set.sh"]
