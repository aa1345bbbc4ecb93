"""Sessions in the documentation are real: each page is played in an empty folder, and prints what it says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tools.documentation.pieces import DOCS, Kind, pieces, shown_commands
from tools.documentation.playing import Terminal, fits, play
from tools.documentation.starts import NOT_PLAYED, PAGES, obstacle, written

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the sessions are those of a POSIX shell")
TUTORIAL, MOVE = "first-lesson.md", "move-a-workbench-lesson.md"
AT_MOST = {TUTORIAL: 7, MOVE: 4}
"""The commands that lead from nothing, or from the Workbench, to a published lesson."""


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


PUBLISHED = {TUTORIAL: ("gh-pages", "introduction.html", "from 1"), MOVE: ("site", "counting.html", "Adding up")}
"""Branch, page and words of what each tutorial publishes."""
PLAYED = [pytest.param(name, marks=[] if name in PUBLISHED else [pytest.mark.slow]) for name in PAGES]


@pytest.mark.parametrize("name", PLAYED)
def test_a_page_says_what_is_printed(name: str, tmp_path: Path) -> None:
    if why := obstacle(name):
        pytest.skip(why)
    terminal = Terminal(tmp_path / "machine")
    PAGES[name](terminal)
    played = play(text_of(name), terminal)
    assert played.page == text_of(name), "run `make reference`"
    assert played.failed == ()
    if name in PUBLISHED:
        on_the_forge(name, terminal)


def test_every_page_with_a_session_is_played() -> None:
    assert {path.name for path in DOCS.glob("*.md") if shown_commands(text_of(path.name))} == {*PAGES, *NOT_PLAYED}


@pytest.mark.parametrize("name", AT_MOST)
def test_a_lesson_is_published_in_so_many_commands_and_nothing_happens_unseen(name: str) -> None:
    assert len(shown_commands(text_of(name))) <= AT_MOST[name]
    assert all(piece.kind is not Kind.HIDDEN for piece in pieces(text_of(name)))


def on_the_forge(name: str, terminal: Terminal) -> None:
    """What the commands of a tutorial publish is what the page says."""
    branch, page, words = PUBLISHED[name]
    (forge,) = (terminal.base / "forge").iterdir()
    published = git(forge, "show", f"{branch}:{page}")
    assert words in published
    assert (name == TUTORIAL) is ("Ran with the machine’s own packages" in published)
    if name == MOVE:
        assert git(forge, "show", "gh-pages:index.html") == "<title>Birds</title>\n", "the Workbench's site stays"


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["swcarpentry__python-novice-gapminder", "carpentries-incubator__docker-introduction"])
def test_a_real_lesson_is_moved_by_the_same_commands(slug: str, corpus: Path, tmp_path: Path) -> None:
    source = corpus / slug / "source"
    terminal = Terminal(tmp_path / "machine")
    start = ["git clone --quiet git@github.com:YOU/lesson.git", f"cp -R {source}/. lesson", "cd lesson", "git add --all",
             "git commit --quiet --message 'As it was'"]  # fmt: skip
    assert [terminal.type(line).status for line in start] == [0] * len(start)
    assert [(done.line, done.status) for done in play(text_of(MOVE), terminal).commands if done.status] == []
    published = set(git(terminal.base / "forge" / "lesson.git", "ls-tree", "--name-only", "site").splitlines())
    assert {f"{path.stem}.html" for path in (source / "episodes").glob("*.md")} <= published


def test_the_lines_of_a_page_are_played_in_order_and_files_are_written(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "machine")
    page = (
        "<!-- run: mkdir deep -->\n\n<!-- file: deep/a.txt -->\n\n````text\none\n```\n````\n\n<!-- append: deep/a.txt -->\n\n```text\ntwo\n```\n\n"
        "```console\n$ cd deep\n$ cat a.txt\nstale\n$ false\n$ pwd\n/home/you/deep\n```\n\nAfter.\n"
    )
    played = play(page, terminal)
    assert [(done.line, done.status) for done in played.commands] == [
        ("mkdir deep", 0), ("cd deep", 0), ("cat a.txt", 0), ("false", 1), ("pwd", 0),
    ]  # fmt: skip
    assert played.page == page.replace("stale\n", "one\n```\ntwo\n")
    assert [done.line for done in played.failed] == ["false"]


@pytest.mark.parametrize(
    ("text", "printed", "same"),
    [
        ("ran a in 0.1 s\n", "ran a in 12 s\n", True),
        ("commit 8d0f795b57968eeac879b4d44fef5dd8824661e3\n", "commit 0d0f795b57968eeac879b4d44fef5dd8824661e3\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nb\nc\n", False),
        ("24 pages\n", "25 pages\n", False),
        ("13 added, 0 changed\n", "14 added, 0 changed\n", True),
        ("13 added, 0 changed\n", "14 added, 1 changed\n", False),
        ("a (b) [c].\n", "a (b) [c]\n", False),
        ("", "more\n", False),
    ],
)  # fmt: skip
def test_only_what_differs_from_run_to_run_may_differ(text: str, printed: str, same: bool) -> None:
    assert fits(text, printed) is same


def test_a_session_sees_nothing_of_this_machines_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSON_SIGNING_KEY", "secret")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    terminal = Terminal(tmp_path / "machine")
    written(terminal, {"a": ""})
    assert terminal.type("git init --quiet && git add a && git commit --quiet -m a && git log --format=%an").printed == "You\n"
    assert "LESSON" not in terminal.type("env").printed


def test_a_session_has_no_pixi_and_everything_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pixi", "beside"):
        path = tmp_path / "both" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {name}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'both'}{os.pathsep}{os.environ['PATH']}")
    terminal = Terminal(tmp_path / "machine")
    assert terminal.type("beside; command -v pixi").printed == "beside\n"


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout
