"""The course as a maintainer rebuilds it: built strictly, then every cell run once more and compared with its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.lesson.discover import discover
from tests.conftest import command
from tests.course.test_course import ROOT, cells, document
from tests.course.test_workspace import lacking
from tools.course_objectives import recorded

pytestmark = pytest.mark.slow


def test_the_check_finds_nothing(course: Path) -> None:
    done = command(course, "check")
    told = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]  # of what this machine lacks
    assert (done.returncode, told) == (0, [])


def test_every_cell_that_can_run_here_prints_what_its_record_says(course: Path) -> None:
    before = {path: path.read_bytes() for path in (course / "records").rglob("*") if path.is_file()}
    done = command(course, "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    lesson, _ = discover(course)
    for episode in lesson.episodes:
        assert episode.slug in done.stdout
    assert {path: path.read_bytes() for path in (course / "records").rglob("*") if path.is_file()} == before


def test_every_episode_can_be_taken_away_as_notebooks_and_a_script(course: Path) -> None:
    lesson, _ = discover(course)
    kinds = ("learner.ipynb", "instructor.ipynb", "live.ipynb", "script.py")
    for episode in lesson.episodes:
        page = (course / "site/instructor" / f"{episode.slug}.html").read_text(encoding="utf-8")
        assert [kind for kind in kinds if f"{episode.slug}-{kind}" not in page] == []
        assert [kind for kind in kinds if not any((course / "site").rglob(f"{episode.slug}-{kind}"))] == []


def test_exactly_the_cells_that_wait_for_something_say_so(course: Path) -> None:
    """A page shows no note for a cell that ran here or has a record, and one for every other."""
    lesson, _ = discover(course)
    waiting = {}
    for episode in lesson.episodes:
        page = document(ROOT / "episodes" / f"{episode.slug}.md")
        ran = recorded(ROOT, page)
        waiting[episode.slug] = sum(lacking(cell) and cell.identifier not in ran for cell in cells(page))
    shown = {slug: (course / "site" / f"{slug}.html").read_text(encoding="utf-8").count('class="not-run"') for slug in waiting}
    assert shown == waiting
