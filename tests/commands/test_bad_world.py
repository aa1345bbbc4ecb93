"""Every command in a world that is not as it should be: it works or says what is wrong, and no traceback appears."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.every_call import ENDS, HOST, STOPS, WRITES, run, write_lesson

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs programs of Unix")]
ALL = {**ENDS, **STOPS, "serve": ("serve", "--no-open", *HOST), **{f"{name}, writing": words for name, words in WRITES.items()}}
SHOWN = {name: words for name, words in ALL.items() if not name.endswith(", writing")}
EVERY = pytest.mark.parametrize("name", sorted(ALL))
EVERY_SHOWN = pytest.mark.parametrize("name", sorted(SHOWN))
SEEN_TO_WRITE = {"build, writing", "environment-export, writing", "notebook, writing", "container", "batch, writing"}
"""What has to write, and can do nothing without."""
NEEDS_NO_LESSON = {"workflow", "new-lesson", "new-lesson, writing", "doctor"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lesson, built once, with its records saved."""
    root = write_lesson(tmp_path_factory.mktemp("bad") / "lesson")
    for words in (("build", *HOST), ("records", "save", *HOST)):
        done = run(words, root)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def lesson(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "lesson", symlinks=True))


def attempt(name: str, folder: Path, *, before: tuple[str, ...] = (), **others: Any) -> subprocess.CompletedProcess[str]:
    """Run a command; a preview is interrupted after some seconds."""
    ending = ("timeout", "--signal=INT", "5") if name == "serve" else ()
    return run(ALL[name], folder, before=(*before, *ending), **others)


def teaches(done: subprocess.CompletedProcess[str]) -> None:
    """No traceback; and what fails says why, in words."""
    said = done.stderr + done.stdout
    assert "Traceback" not in said and "Exception ignored" not in said, said
    if done.returncode not in (0, 124):  # 124: the preview was interrupted
        assert done.returncode in (1, 2, 3, 4, 5), said
        assert any(line.startswith(("error: ", "Error: ")) for line in done.stderr.splitlines()) or done.stdout, said


@EVERY
def test_a_folder_that_is_no_lesson(tmp_path: Path, name: str) -> None:
    done = attempt(name, tmp_path)
    teaches(done)
    if name not in NEEDS_NO_LESSON:
        assert done.returncode in (2, 3), done.stdout + done.stderr


def private_mounts() -> tuple[str, ...]:
    """Return what gives a program mounts of its own; skips where that is not allowed."""
    try:
        tried = subprocess.run(("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"), capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("needs unshare (Debian: util-linux)")
    if tried.returncode:
        pytest.skip("needs the right to mount")
    return ("unshare", "-m", "sh", "-euc")


@EVERY
def test_a_lesson_on_a_disk_that_is_read_only(lesson: Path, tmp_path: Path, name: str) -> None:
    place = shlex.quote(str(lesson))
    script = f'mount --bind {place} {place}; mount -o remount,ro,bind {place}; cd {place}; ! touch x 2>/dev/null; echo READY >&2; exec "$@"'
    done = attempt(name, lesson, before=(*private_mounts(), script, "sh"))
    assert done.stderr.startswith("READY")
    teaches(done)
    if name in SEEN_TO_WRITE:
        assert done.returncode == 3 and "Read-only file system" in done.stderr, done.stderr


@EVERY
def test_a_lesson_whose_disk_is_full(lesson: Path, tmp_path: Path, name: str) -> None:
    """The disk has the lesson, the folder for temporary files and the home on it, and not a block is free."""
    full = tmp_path / "full"
    full.mkdir()
    place = shlex.quote(str(full))
    script = (
        f"mount -t tmpfs -o size=32m none {place}; cp -r {shlex.quote(str(lesson))} {place}/lesson; mkdir {place}/tmp {place}/home; "
        f"head -c 40000000 /dev/zero > {place}/filling 2>/dev/null || true; "
        f'! sh -c "echo 1 > {place}/more" 2>/dev/null || test ! -s {place}/more; cd {place}/lesson; echo READY >&2; exec "$@"'
    )
    done = attempt(name, lesson, before=(*private_mounts(), script, "sh"), TMPDIR=f"{full}/tmp", HOME=f"{full}/home")
    assert done.stderr.startswith("READY"), done.stderr
    teaches(done)
    if name in ("verify-static", "convert"):
        assert "the python kernel does not start" in done.stdout
    if name in SEEN_TO_WRITE:
        assert done.returncode == 3 and "No space left" in done.stderr and "free some space" in done.stderr, done.stderr


@EVERY_SHOWN
def test_without_git(lesson: Path, tmp_path: Path, name: str) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for program in ("sh", "bash", "env", "uname", "cat", "timeout"):
        if found := shutil.which(program):
            (programs / program).symlink_to(found)
    done = attempt(name, lesson, PATH=str(programs))
    teaches(done)
    if name == "publish-branch, writing":
        assert "git" in done.stderr.lower()


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(("git", "-C", str(folder), *identity, *arguments), check=True, capture_output=True)


@EVERY_SHOWN
def test_a_head_on_no_branch_in_a_folder_with_spaces_and_letters_of_other_languages(made: Path, tmp_path: Path, name: str) -> None:
    root = Path(shutil.copytree(made, tmp_path / "Größe und  Länge 学" / "le çon", symlinks=True))
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    git(root, "checkout", "-q", "--detach")
    done = attempt(name, root)
    teaches(done)
    if name in ENDS:
        assert done.returncode == 0, done.stdout + done.stderr


@EVERY_SHOWN
def test_nobody_reads_what_is_printed(lesson: Path, name: str) -> None:
    """Both streams go to a reader who leaves after the first line."""
    ending = "timeout --signal=INT 5 " if name == "serve" else ""
    program = ending + shlex.join([sys.executable, "-m", "site_builder", *ALL[name]])
    done = run((), lesson, before=("bash", "-c", f"{program} 2>&1 | head -1"))
    said = done.stdout + done.stderr
    assert "Traceback" not in said and "Exception ignored" not in said and len(said.splitlines()) <= 1, said


@EVERY_SHOWN
def test_a_terminal_of_four_columns(lesson: Path, name: str) -> None:
    done = attempt(name, lesson, COLUMNS="4", LINES="2")
    teaches(done)
    helped = run(
        (*ALL[name][:2], "--help") if ALL[name][0] in ("new", "records", "environment") else (ALL[name][0], "--help"), lesson, COLUMNS="4"
    )
    assert helped.returncode == 0 and "Traceback" not in helped.stderr


@EVERY_SHOWN
def test_no_home(lesson: Path, name: str) -> None:
    done = attempt(name, lesson, without=("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"))
    teaches(done)
    if name in ENDS:
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(ENDS))
def test_a_lesson_that_somebody_else_owns(lesson: Path, name: str) -> None:
    """Nothing in it may be written, by a user who has no rights at all."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root, and setpriv (Debian: util-linux)")
    for folder in (lesson, *lesson.parents):
        if folder.stat().st_mode & 0o005 != 0o005 and folder.is_relative_to(lesson.parents[2]):
            folder.chmod(0o755)
    before = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all")
    done = attempt(name, lesson, before=before, HOME="/nonexistent", TMPDIR="/tmp")
    teaches(done)
