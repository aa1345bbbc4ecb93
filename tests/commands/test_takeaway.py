"""``lesson zip`` and ``lesson pdf``: their messages."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from site_builder import browser
from site_builder.commands import zip as zip_command
from site_builder.commands.main import group

MakeLesson = Callable[[dict[str, str]], Path]

pytestmark = pytest.mark.slow


@pytest.fixture
def lesson(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return make_lesson(
        {"config.yaml": "title: A Lesson\nepisodes: [a.md]\n", "episodes/a.md": "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"}
    )


def test_zip_tells_where_the_archive_is_and_what_to_open(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_command, "RECOMMENDED", 1000)
    result = CliRunner().invoke(group, ["zip", str(lesson), "--environments", "host"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "wrote a-lesson.zip: " in result.stdout
    assert "unpack it and open a-lesson/index.html" in result.stdout
    assert "is a large download; the largest file is" in result.stderr
    assert zipfile.is_zipfile("a-lesson.zip")


def test_zip_says_no_more_than_that_of_a_small_lesson(lesson: Path) -> None:
    result = CliRunner().invoke(group, ["zip", str(lesson), "--environments", "host", "--output", "x.zip"], catch_exceptions=False)
    assert "large download" not in result.stderr
    assert result.stdout.startswith("wrote x.zip: ")


def test_pdf_needs_a_browser_and_says_so_before_it_builds(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "BROWSERS", ())
    result = CliRunner().invoke(group, ["pdf", str(lesson), "--environments", "host"], catch_exceptions=False)
    assert result.exit_code == 3
    assert "no browser that can print" in result.stderr
    assert not (lesson / "site").exists()


def test_pdf_tells_what_it_wrote(lesson: Path, tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text(
        '#!/bin/sh\nfor given in "$@"; do case "$given" in --print-to-pdf=*) echo "%PDF" > "${given#--print-to-pdf=}";; esac; done\n'
    )
    program.chmod(0o755)
    command = ["pdf", str(lesson), "--environments", "host", "--browser", str(program), "--output", "deep/own.pdf"]
    result = CliRunner().invoke(group, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stdout == "wrote deep/own.pdf: 0.0 MB\n"
