"""The lesson as a PDF: which browser prints which page, and what happens where it does not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder import browser
from site_builder.errors import MachineError, OutputRefused
from site_builder.operations.pdf import print_lesson, printed_page, printing_browser
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

HOST = Options("host")
MakeLesson = Callable[[dict[str, str]], Path]

posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def stand_in(folder: Path, body: str) -> str:
    """A program in a browser's place; ``$target`` is the file that it is to print into, ``$page`` the page."""
    program = folder / "browser"
    text = '#!/bin/sh\nfor given in "$@"; do case "$given" in --print-to-pdf=*) target="${given#--print-to-pdf=}";; file:*) page="$given";; esac; done\n'
    program.write_text(text + body + "\n")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def lesson(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return make_lesson(
        {"config.yaml": "title: L\nepisodes: [a.md]\n", "episodes/a.md": "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"}
    )


@posix
@pytest.mark.slow
def test_the_page_with_all_episodes_is_printed(lesson: Path, tmp_path: Path) -> None:
    program = stand_in(tmp_path, 'printf "%%PDF-1 %s" "$page" > "$target"')
    told: list[str] = []
    made = print_lesson(lesson, None, HOST, told.append, browser=program)
    assert made == Path("lesson.pdf")
    assert made.read_text() == f"%PDF-1 {(lesson / 'site/aio.html').as_uri()}"
    assert "printing aio.html with browser" in told
    print_lesson(lesson, None, HOST, browser=program, instructor=True)
    assert made.read_text().endswith("/site/instructor/aio.html")


@posix
@pytest.mark.slow
@pytest.mark.parametrize("instructor", [False, True])
def test_a_page_that_is_divided_is_printed_whole(lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instructor: bool) -> None:
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.LONGEST", 1)
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.EACH", 1)
    (lesson / "config.yaml").write_text("title: L\nepisodes: [a.md, b.md]\n")
    (lesson / "episodes/b.md").write_text("---\ntitle: B\nteaching: 1\nexercises: 1\n---\n\n![x](fig/b.png)\n\nTold.\n")
    (lesson / "episodes/fig").mkdir()
    (lesson / "episodes/fig/b.png").write_bytes(b"\x89PNG")
    program = stand_in(
        tmp_path,
        f'path="${{page#file://}}"; cp "$path" {tmp_path}/printed; ls $(dirname "$path") > {tmp_path}/beside; echo %PDF > "$target"',
    )
    site = build(lesson, None, HOST).site
    digest = (site / "aio.html").read_bytes()
    print_lesson(lesson, None, HOST, browser=program, instructor=instructor)
    printed = (tmp_path / "printed").read_text()
    assert printed.index("Text.") < printed.index("Told.") < printed.index("</html>") and "aio-pages" not in printed
    assert printed.count("<html") == printed.count("</html>") == printed.count('id="aio-b"') == 1
    assert "a.html" in (tmp_path / "beside").read_text().split()
    assert (site / "aio.html").read_bytes() == digest


@posix
@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "said"),
    [("echo no display >&2; exit 1", "no display"), ("exit 0", "exit status 0"), ('echo x > "$target"', "exit status 0")],
)
def test_a_browser_that_fails_harms_no_older_file(lesson: Path, tmp_path: Path, body: str, said: str) -> None:
    program = stand_in(tmp_path, 'printf "%%PDF older" > "$target"')
    print_lesson(lesson, Path("old.pdf"), HOST, browser=program)
    with pytest.raises(MachineError, match=said):
        print_lesson(lesson, Path("old.pdf"), HOST, browser=stand_in(tmp_path, body))
    assert Path("old.pdf").read_bytes() == b"%PDF older"
    assert [path for path in (lesson / ".lesson").iterdir() if path.name.startswith("print.")] == []


def test_a_file_of_somebody_else_is_kept_whatever_it_is(lesson: Path) -> None:
    Path("notes.pdf").write_text("mine")
    Path("thesis.pdf").write_bytes(b"%PDF mine")
    for target in (Path("notes.pdf"), Path("thesis.pdf"), Path()):
        with pytest.raises(OutputRefused):
            print_lesson(lesson, target, HOST)
    assert Path("notes.pdf").read_text() == "mine"
    assert Path("thesis.pdf").read_bytes() == b"%PDF mine"


@posix
@pytest.mark.slow
def test_a_pdf_in_the_site_survives_the_next_build(lesson: Path, tmp_path: Path) -> None:
    program = stand_in(tmp_path, 'printf "%%PDF-1" > "$target"')
    print_lesson(lesson, lesson / "site/x.pdf", HOST, browser=program)
    (lesson / "index.md").write_text("Changed.\n")
    assert build(lesson, None, HOST).changed
    assert (lesson / "site/x.pdf").read_bytes() == b"%PDF-1"
    with pytest.raises(OutputRefused, match="part of the site"):
        print_lesson(lesson, lesson / "site/index.html", HOST, browser=program)


def test_a_machine_without_a_browser_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "BROWSERS", ("no-such-browser",))
    with pytest.raises(MachineError, match="no browser that can print: no Chromium") as caught:
        printing_browser()
    assert "--browser" in caught.value.hint
    assert browser.VARIABLE in caught.value.hint
    with pytest.raises(MachineError, match="is not a program"):
        printing_browser(Path("/no/such/browser"))


def test_a_lesson_without_episodes_prints_its_home_page(tmp_path: Path) -> None:
    assert printed_page(tmp_path, instructor=False) == tmp_path / "index.html"
    assert printed_page(tmp_path, instructor=True) == tmp_path / "instructor" / "index.html"
