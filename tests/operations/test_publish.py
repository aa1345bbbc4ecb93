"""``lesson publish`` from source to folder and branch."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.publish.manifest import read_manifest

MakeLesson = Callable[[dict[str, str]], Path]
PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"
FILES = {"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": PAGE, ".gitignore": "site/\n"}


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["publish", "--environments", "host", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def lesson(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> Path:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = make_lesson(FILES)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    return root


def test_usage(lesson: Path) -> None:
    for options in ((), ("--to", "x", "--branch", "y"), ("--to", "x", "--dirty"), ("--to", "x", "--push", "origin")):
        call(str(lesson), *options, code=2)


def test_a_folder_keeps_what_is_not_the_builders(lesson: Path, tmp_path: Path) -> None:
    target = tmp_path / "pages"
    planned = call(str(lesson), "--to", str(target), "--dry-run")
    assert "would add index.html\n" in planned.stdout
    assert not target.exists()
    assert f"published in {target}: " in call(str(lesson), "--to", str(target)).stdout
    manifest = read_manifest(target)
    assert manifest is not None
    assert f"nothing changed in {target}" in call(str(lesson), "--to", str(target)).stdout
    (target / "CNAME").write_text("example.org\n")
    (target / "a.html").write_text("by hand")
    (lesson / "episodes/a.md").rename(lesson / "episodes/b.md")
    planned = call(str(lesson), "--to", str(target), "--dry-run")
    assert "would add b.html\n" in planned.stdout
    assert "would keep a.html as a.html.kept\n" in planned.stdout
    assert (target / "a.html").exists()
    assert "LS702" in call(str(lesson), "--to", str(target)).stderr
    assert (target / "CNAME").read_text() == "example.org\n"
    assert (target / "a.html.kept").read_text() == "by hand"
    assert (target / "b.html").exists()
    assert not (target / "a.html").exists()


def test_a_folder_of_somebody_else_is_refused_before_anything_is_built(lesson: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    assert "contains files that no build made" in call(str(lesson), "--to", str(tmp_path / "mine"), code=2).stderr
    assert not (lesson / "site").exists()


def test_the_lessons_own_site_is_where_it_is_published_already(lesson: Path) -> None:
    assert "nothing changed in" in call(str(lesson), "--to", str(lesson / "site")).stdout
    assert (lesson / "site" / "index.html").exists()


def test_a_branch(lesson: Path) -> None:
    planned = call(str(lesson), "--branch", "gh-pages", "--dry-run").stdout
    assert "would add index.html\n" in planned
    assert git(lesson, "branch", "--list", "gh-pages") == ""
    said = call(str(lesson), "--branch", "gh-pages").stdout
    assert f"commit {git(lesson, 'rev-parse', 'gh-pages')}\n" in said
    assert "nothing changed on the branch gh-pages" in call(str(lesson), "--branch", "gh-pages").stdout
    assert git(lesson, "rev-list", "--count", "gh-pages") == "1"
    assert git(lesson, "status", "--porcelain") == ""
    (lesson / "episodes/a.md").write_text(PAGE + "\nMore.\n")
    refused = call(str(lesson), "--branch", "gh-pages", code=2).stderr
    assert "differs from its commit" in refused and "episodes/a.md" in refused
    assert "published on the branch gh-pages: 0 added, " in call(str(lesson), "--branch", "gh-pages", "--dirty").stdout


def test_a_lesson_outside_git_can_only_go_to_a_folder(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = make_lesson(FILES)
    assert "publish to a folder with --to" in call(str(root), "--branch", "gh-pages", code=2).stderr


def test_a_version_in_a_folder_stays_when_the_newest_changes(lesson: Path, tmp_path: Path) -> None:
    target = tmp_path / "pages"
    assert "no newest site" in call(str(lesson), "--to", str(target), "--as", "v1", code=2).stderr
    assert not target.exists()
    call(str(lesson), "--to", str(target))
    before = sorted(target.rglob("*"))
    assert "would add v1/index.html\n" in call(str(lesson), "--to", str(target), "--as", "v1", "--dry-run").stdout
    assert sorted(target.rglob("*")) == before
    assert f"published in {target} as v1: " in call(str(lesson), "--to", str(target), "--as", "v1").stdout
    old = (target / "v1" / "a.html").read_bytes()
    (lesson / "episodes/a.md").write_text(PAGE + "\nMore.\n")
    call(str(lesson), "--to", str(target))
    assert (target / "v1" / "a.html").read_bytes() == old != (target / "a.html").read_bytes()
    call(str(lesson), "--to", str(target), "--as", "v2")
    page = (target / "versions.html").read_text()
    assert [(target / name).is_file() for name in re.findall(r'href="([^"]+)"', page)] == [True, True, True]
    (target / "versions.html").write_text("mine")
    (lesson / "episodes/a.md").write_text(PAGE + "\nEven more.\n")
    assert "was changed since" in call(str(lesson), "--to", str(target), "--as", "v2", code=2).stderr
    assert (target / "versions.html").read_text() == "mine"
    assert "cannot be the name" in call(str(lesson), "--to", str(target), "--as", "../x", code=2).stderr
