"""The repository around the pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from site_builder.check.structure import ALWAYS_IGNORED, check_structure
from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.settings.lesson import Settings

LINES = "\n".join(ALWAYS_IGNORED)


def lesson(*sources: str, settings: str = "config.yaml") -> Lesson:
    made = tuple(SourceFile(PurePosixPath(name), Kind.PAGE) for name in sources)
    return Lesson(Path("/lesson"), Settings(path=PurePosixPath(settings)), pages=made)


def check(made: Lesson, files: str = "config.yaml README.md learners", ignored: str | None = LINES) -> list[str]:
    texts = {} if ignored is None else {PurePosixPath(".gitignore"): ignored}
    return [str(problem) for problem in check_structure(made, lambda path: str(path) in files.split(), texts)]


WHOLE = lesson("learners/setup.md")


def test_a_whole_repository_is_fine() -> None:
    assert check(WHOLE) == []


@pytest.mark.parametrize("settings", ["mkdocs.yml", "config.yaml"])
def test_a_lesson_without_a_configuration_is_laid_out_as_it_likes(settings: str) -> None:
    assert check(lesson(settings=settings), "mkdocs.yml", None) == []


def test_a_page_that_no_list_names_is_told() -> None:
    made = replace(WHOLE, drafts=(PurePosixPath("episodes/orphan.md"),))
    assert check(made) == [
        "LS844 episodes/orphan.md:1 `episodes` in config.yaml does not list the file, so it has no page"
        " (add `- orphan.md` to `episodes`, or keep it as a draft)"
    ]


def test_everything_that_is_missing_is_told_at_the_file() -> None:
    assert check(lesson(), "config.yaml", None) == [
        "LS841 learners the folder is missing (write learners/setup.md: what to install before the lesson)",
        "LS842 README.md the file is missing (describe the lesson and how to contribute)",
        "LS843 .gitignore the file is missing (create it with the lines `episodes/*html`, `site/*`, `!site/README.md`)",
    ]


def test_a_folder_without_pages_is_not_enough() -> None:
    (problem,) = check(lesson("episodes/x.md"))
    assert problem.startswith("LS841 learners the folder has no pages")


def test_missing_lines_are_named() -> None:
    (problem,) = check(WHOLE, ignored="*.pyc\n/site/*\nepisodes/*.html\n")
    assert problem == "LS843 .gitignore lines are missing: `!site/README.md` (add them: built files do not belong in the repository)"


@pytest.mark.parametrize("line", ["site", "site/", "/site/"])
def test_a_site_that_is_ignored_as_a_whole_needs_no_exception(line: str) -> None:
    assert check(WHOLE, ignored=f"{line}\nepisodes/*.html\n") == []


def test_knitted_sources_leave_more_behind() -> None:
    (problem,) = check(lesson("learners/setup.md", "episodes/x.Rmd"))
    assert problem.startswith("LS843 .gitignore lines are missing: `.Rhistory`, `.RData`, `.Rproj.user/`, `*_cache/`, `docs/` (")
