"""Watching runs an episode again after each save, quickly, and survives failures."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from site_builder.files import scratch_folder
from tests.conftest import MakeLesson
from tests.r import needs_knitr


def episode(code: str) -> str:
    return f"---\ntitle: T\nteaching: 1\nexercises: 0\ninputs: [files/number.txt]\n---\n\n```{{python}}\n{code}\n```\n"


@pytest.fixture
def root(make_lesson: MakeLesson) -> Path:
    return make_lesson({
        "config.yaml": "title: L\nepisodes: [first.md, second.md]\n",
        "index.md": "Hello.\n",
        "episodes/first.md": episode("int(open('files/number.txt').read()) * 2"),
        "episodes/second.md": episode("1"),
        "episodes/files/number.txt": "4",
    })  # fmt: skip


@contextmanager
def watching(root: Path, *names: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-m", "site_builder", "run", *names, "--watch", "--environments", "host", "--lesson", str(root)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def line(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr is not None
    end = time.monotonic() + 20
    while time.monotonic() < end:
        text = process.stderr.readline()
        if words in text:
            return text
    raise AssertionError(f"never said: {words}; {text}")


@pytest.mark.slow
def test_each_save_runs_the_episode_again_and_an_error_is_told_with_its_place(root: Path) -> None:
    with watching(root, "first") as process:
        line(process, "waiting")
        assert [path.name for path in (root / ".lesson/records").iterdir()] == ["first"]
        for save, words in (
            (lambda: (root / "episodes/files/number.txt").write_text("5"), "ran episodes/first.md"),
            (lambda: (root / "episodes/first.md").write_text(episode("1/0")), "episodes/first.md:9 cell `cell-1` in environment"),
            (lambda: None, "failed after"),
            (lambda: (root / "config.yaml").write_text("title: [\n"), "error"),
            (lambda: (root / "config.yaml").write_text("title: L\nepisodes: [first.md]\n"), "ZeroDivisionError"),
            (lambda: (root / "episodes/first.md").write_text(episode("3")), "ran episodes/first.md"),
        ):
            save()
            line(process, words)
        line(process, "waiting")
    assert not list(scratch_folder(root).glob("first.*"))


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["empty", "removed"])
def test_an_episode_that_is_gone_for_a_moment_is_waited_for(root: Path, gone: str) -> None:
    """Many editors make a file empty, or remove it, before they write it anew."""
    page = root / "episodes/first.md"
    with watching(root, "first") as process:
        line(process, "waiting")
        page.write_text("") if gone == "empty" else page.unlink()
        assert "waiting for the next save" in line(process, "error: ")
        page.write_text(episode("3"))
        line(process, "ran episodes/first.md")
        line(process, "up to date")


@pytest.mark.slow
def test_a_save_ends_the_run_of_what_was_there_before(root: Path) -> None:
    page = root / "episodes/first.md"
    with watching(root, "first") as process:
        line(process, "waiting")
        page.write_text(episode("import time\ntime.sleep(100)"))
        time.sleep(1)
        page.write_text(episode("7"))
        line(process, "saved again")
        line(process, "ran episodes/first.md")
        line(process, "up to date")
    assert not list(scratch_folder(root).glob("first.*"))


@pytest.mark.slow
def test_a_file_of_another_episode_ends_no_run(root: Path) -> None:
    page = root / "episodes/first.md"
    with watching(root, "first") as process:
        line(process, "waiting")
        page.write_text(episode("import time\ntime.sleep(2)"))
        time.sleep(1)
        (root / "episodes/second.md").write_text(episode("2"))
        (root / "index.md").write_text("Other words.\n")
        assert "saved again" not in line(process, "ran episodes/first.md")


@pytest.mark.slow
@pytest.mark.parametrize("named", [True, False])
def test_everything_that_an_episode_depends_on_is_watched(make_lesson: MakeLesson, named: bool) -> None:
    """A declared module, data in a folder called env, a needed episode, and a file that was read without being declared."""
    head = "---\ntitle: T\nteaching: 1\nexercises: 0\n{more}---\n\n```{{python}}\n{code}\n```\n"
    code = "import helper\nprint(helper.say(), open('data/env/x.txt').read(), open('made.txt').read(), open(SEEN).read())"
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [a.md, first.md]\n", "episodes/helper.py": "def say(): return 'one'\n",
        "episodes/data/env/x.txt": "one", "episodes/a.md": head.format(more="", code="open('made.txt', 'w').write('one')"),
        "seen.txt": "one",
    })  # fmt: skip
    code = code.replace("SEEN", repr(str(root / "seen.txt")))
    make_lesson({"episodes/first.md": head.format(more="needs: [a]\ninputs: [helper.py, data/env]\n", code=code)})
    with watching(root, *(["first"] if named else [])) as process:
        line(process, "waiting")
        for name, text, words in (
            ("episodes/helper.py", "def say(): return 'TWO'\n", "ran episodes/first.md"),
            ("episodes/data/env/x.txt", "TWO", "ran episodes/first.md"),
            ("episodes/a.md", head.format(more="", code="open('made.txt', 'w').write('TWO')"), "ran episodes/a.md"),
        ):
            (root / name).write_text(text)
            line(process, words)
            line(process, "waiting")
        (root / "seen.txt").write_text("TWO")
        line(process, "waiting")
    newest = max((root / ".lesson/records/first").glob("*.ipynb"), key=lambda path: path.stat().st_mtime_ns)
    assert "TWO TWO TWO" in newest.read_text()


@needs_knitr
@pytest.mark.slow
@pytest.mark.world("r")
def test_errors_that_a_page_shows_are_told_after_each_save(make_lesson: MakeLesson) -> None:
    def text(code: str) -> str:
        return f"---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n```{{r}}\n1\n{code}\n```\n"

    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/one.Rmd": text("1 + 1")})
    with watching(root) as process:
        assert "up to date" in line(process, "waiting")
        (root / "episodes/one.Rmd").write_text(text("nosuch"))
        assert "object 'nosuch' not found" in line(process, "LS515 episodes/one.Rmd:9")
        assert "up to date" in line(process, "waiting")
        (root / "episodes/one.Rmd").write_text(text("quit()"))
        assert "quit()" in line(process, "LS511 episodes/one.Rmd:9")
