"""What a build makes for instructors: files beside their pages, the calendar, and scripts only where they are useful."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

MakeLesson = Callable[[dict[str, str]], Path]

pytestmark = pytest.mark.slow

PAGE = "---\ntitle: A\nteaching: 10\nexercises: 5\n---\n\n```{bash}\necho hello\n```\n"


def linked(site: Path, page: str) -> list[str]:
    return re.findall(r'href="([^"]*files/[^"]*)"', (site / page).read_text())


def test_instructors_find_what_they_teach_with_and_learners_do_not(make_lesson: MakeLesson) -> None:
    settings = "title: L\nepisodes: [a.md, b.md]\nworkshop: {start: '09:00', days: [2026-07-06]}\n"
    plain = "---\ntitle: B\nteaching: 1\nexercises: 1\n---\n\nText.\n"
    root = make_lesson({"config.yaml": settings, "episodes/a.md": PAGE, "episodes/b.md": plain})
    site = build(root, None, Options("host")).site
    for_teaching = {"../files/a-live.ipynb", "../files/a-instructor.ipynb", "../files/a-commands.sh"}
    assert for_teaching <= set(linked(site, "instructor/a.html"))
    assert not {name.removeprefix("../") for name in for_teaching} & set(linked(site, "a.html"))
    assert linked(site, "instructor/b.html") == []
    assert (site / "files/a-commands.sh").read_text() == "# A\n\necho hello\n"
    assert "hello" in (site / "files/a-instructor.ipynb").read_text()
    assert (site / "schedule.ics").read_bytes().count(b"BEGIN:VEVENT") == 2


def test_a_file_of_the_lesson_goes_before(make_lesson: MakeLesson) -> None:
    files = {"config.yaml": "title: L\nepisodes: [a.md]\n", "episodes/a.md": PAGE, "episodes/files/a-commands.sh": "mine\n"}
    site = build(make_lesson(files), None, Options("host")).site
    assert (site / "files/a-commands.sh").read_text() == "mine\n"
