"""No command writes over what the builder did not make, as a user meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, MakeLesson, command
from tests.publish.sites import tree

PAGE = "---\ntitle: {name}\nteaching: 1\nexercises: 1\n---\n\n```{{python}}\n#| echo: true\nx = 1\n```\n"
FILES = {"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": PAGE.format(name="A"), "links.md": "\n",
         "pixi.toml": '[workspace]\nchannels = ["x"]\nplatforms = ["linux-64"]\n'}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    return subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_a_checkout_of_the_published_branch_keeps_its_own_files(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root, pages = make_lesson(FILES), tmp_path / "pages"
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    git(root, "worktree", "add", "-q", "--orphan", "-b", "gh-pages", str(pages)) if _has_orphan() else _orphan(root, pages)
    (pages / "CNAME").write_text("lesson.example.org\n")
    (pages / ".nojekyll").write_text("")
    done = command(root, "build", "--output", str(pages))
    assert done.returncode == 0, done.stderr
    (pages / "own").mkdir()
    (pages / "own/x.txt").write_text("mine")
    git(pages, "add", "-A")
    git(pages, "commit", "-qm", "published")
    assert ".lesson" not in git(pages, "ls-files")
    own = (pages / ".git").read_bytes()
    (root / "index.md").write_text("More.\n")
    (pages / "a.html").write_text("edited on the forge")
    done = command(root, "build", "--output", str(pages))
    assert done.returncode == 0, done.stderr
    assert "a.html.kept" in done.stderr
    assert (pages / ".git").read_bytes() == own
    assert git(pages, "log", "--format=%s").split() == ["published"]
    assert git(pages, "status", "--porcelain").splitlines()
    assert {name: (pages / name).read_text() for name in ("CNAME", ".nojekyll", "own/x.txt", "a.html.kept")} == {
        "CNAME": "lesson.example.org\n", ".nojekyll": "", "own/x.txt": "mine", "a.html.kept": "edited on the forge",
    }  # fmt: skip
    assert "More." in (pages / "index.html").read_text()
    # The same branch on another machine: a fresh clone of both.
    subprocess.run(["git", "clone", "-q", str(root), str(tmp_path / "other")], check=True)
    subprocess.run(["git", "clone", "-q", "-b", "gh-pages", str(root), str(tmp_path / "branch")], check=True)
    done = command(tmp_path / "other", "build", "--output", str(tmp_path / "branch"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "branch/CNAME").is_file()
    assert (tmp_path / "branch/.git").is_dir()


def _has_orphan() -> bool:
    version = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return tuple(int(part) for part in version.split(".")[:2]) >= (2, 42)


def _orphan(root: Path, pages: Path) -> None:
    git(root, "worktree", "add", "-q", "--detach", str(pages))
    git(pages, "checkout", "-q", "--orphan", "gh-pages")
    git(pages, "rm", "-rqf", ".")


@pytest.mark.slow
def test_of_two_lessons_with_one_output_the_second_is_refused(make_lesson: MakeLesson, tmp_path: Path) -> None:
    first = make_lesson(FILES)
    second = tmp_path / "second"
    for name, text in FILES.items():
        (second / name).parent.mkdir(parents=True, exist_ok=True)
        (second / name).write_text(text)
    out = tmp_path / "out"
    assert command(first, "build", "--output", str(out)).returncode == 0
    before = tree(out)
    done = command(second, "build", "--output", str(out))
    assert done.returncode == 2
    assert "the site of another lesson" in done.stderr
    assert tree(out) == before
    assert command(first, "build", "--output", str(out)).returncode == 0


@pytest.mark.slow
def test_somebodys_project_is_refused_before_anything_runs(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root, project = make_lesson(FILES), tmp_path / "project"
    (project / "docs").mkdir(parents=True)
    (project / "README.md").write_text("mine")
    (project / "docs/thesis.md").write_text("precious")
    before = tree(project)
    done = command(root, "build", "--output", str(project))
    assert done.returncode == 2
    assert "no site" in done.stderr
    assert "--output" in done.stderr
    assert tree(project) == before
    assert not (root / ".lesson/records").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("notebook", "a", "--output", "{}", "--force"),
        ("notebook", "a", "--script", "--output", "{}", "--force"),
        ("zip", ".", "--output", "{}", "--force"),
        ("pdf", ".", "--output", "{}", "--force"),
    ],
)
@pytest.mark.parametrize("source", ["config.yaml", "episodes/a.md", "index.md", "pixi.toml", "links.md"])
def test_no_command_overwrites_a_source(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], source: str
) -> None:
    from click.testing import CliRunner

    from site_builder.commands.main import group

    root = make_lesson(FILES)
    monkeypatch.chdir(root)
    before = (root / source).read_bytes()
    done = CliRunner().invoke(group, [argument.format(source) for argument in arguments])
    assert done.exit_code == 2, done.output
    assert "is part of the lesson" in done.output
    assert (root / source).read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["loop", "a" * 300])
@pytest.mark.parametrize(
    "arguments",
    [("build",), ("doctor",), ("build", ".", "--output"), ("verify",), ("notebook", "a", "--output"), ("records", "show")],
    ids=" ".join,
)
def test_a_loop_of_links_and_a_name_that_cannot_exist_end_in_no_traceback(
    make_lesson: MakeLesson, arguments: tuple[str, ...], name: str
) -> None:
    root = make_lesson(FILES)
    (root / "loop").symlink_to("loop")
    program = [sys.executable, "-m", "site_builder", *arguments, name]
    environment = {**os.environ, "HOME": str(root.parent), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, cwd=root, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode not in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (root / "loop").readlink() == Path("loop")


@pytest.mark.slow
def test_a_loop_of_links_in_a_lesson_hinders_no_build(make_lesson: MakeLesson) -> None:
    root = make_lesson(FILES)
    for name in ("loop", "episodes/loop", "episodes/loop.md"):
        (root / name).symlink_to(Path(name).name)
    done = command(root, "build")
    assert done.returncode == 0, done.stdout + done.stderr
