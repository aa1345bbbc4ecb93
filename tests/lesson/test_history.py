"""When sources last changed: from a real Git repository, else from the Workbench's database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from site_builder.lesson import history

Commit = Callable[[str, str, str], None]


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Return a function that writes one file and commits it on a day."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def git(*arguments: str, **variables: str) -> None:
        command = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env={**os.environ, **variables})

    def commit(name: str, text: str, day: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        git("add", ".")
        moment = f"{day}T12:00:00Z"
        git("commit", "-m", f"change {name}", GIT_AUTHOR_DATE=moment, GIT_COMMITTER_DATE=moment)

    git("init", "-b", "main")
    return commit


def dates(root: Path) -> dict[str, str]:
    return {str(path): date for path, date in history.dates(root).items()}


def test_each_file_has_the_day_of_its_last_change(commit: Commit, tmp_path: Path) -> None:
    commit("episodes/one.md", "1", "2025-01-02")
    commit("episodes/naïve name.md", "1", "2025-02-03")
    commit("episodes/one.md", "2", "2025-03-04")
    assert dates(tmp_path) == {"episodes/one.md": "2025-03-04", "episodes/naïve name.md": "2025-02-03"}


def test_a_lesson_below_the_repositorys_top_has_paths_of_its_own(commit: Commit, tmp_path: Path) -> None:
    commit("outside.md", "1", "2025-01-02")
    commit("lesson/episodes/one.md", "1", "2025-02-03")
    assert dates(tmp_path / "lesson") == {"episodes/one.md": "2025-02-03"}


def test_the_commit_is_the_full_hash(commit: Commit, tmp_path: Path) -> None:
    commit("a.md", "1", "2025-01-02")
    found = history.commit(tmp_path)
    assert len(found) == 40
    assert int(found, 16)


def test_without_a_repository_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert dates(tmp_path) == {}
    assert history.commit(tmp_path) == ""


def test_without_git_the_database_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    rows = (
        '"file" "checksum" "built" "date"\n'
        '"episodes/one.md" "c0ffee" "site/built/one.md" "2024-06-27"\n'
        '"a file.md" "c0ffee" "site/built/a file.md" "2024-06-28 10:00"\n'
        "\n"
        '"too" "short"\n'
        '"cut off" "c0ff'
    )
    database = tmp_path / history.DATABASE
    database.parent.mkdir(parents=True)
    database.write_text(rows)
    assert dates(tmp_path) == {"episodes/one.md": "2024-06-27", "a file.md": "2024-06-28"}


def test_git_beats_the_database(commit: Commit, tmp_path: Path) -> None:
    database = tmp_path / history.DATABASE
    database.parent.mkdir(parents=True)
    database.write_text('"file" "checksum" "built" "date"\n"a.md" "0" "b" "2020-01-01"\n"old.md" "0" "b" "2020-01-01"\n')
    commit("a.md", "1", "2025-01-02")
    found = history.dates(tmp_path)
    assert (found[PurePosixPath("a.md")], found[PurePosixPath("old.md")]) == ("2025-01-02", "2020-01-01")
