"""The repository around the pages: files and lines that every Workbench lesson has (codes LS841 to LS844).

The list is sandpaper's: https://github.com/carpentries/sandpaper/blob/main/R/check_lesson.R.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from site_builder.lesson.model import Lesson
from site_builder.problems import Location, Problem, Severity

README = PurePosixPath("README.md")
IGNORED = PurePosixPath(".gitignore")
LEARNERS = PurePosixPath("learners")

KEPT = "!site/README.md"
ALWAYS_IGNORED = ("episodes/*html", "site/*", KEPT)
SITE_IGNORED = ("site", "site/", "/site", "/site/")
"""Lines that leave out the folder itself: Git looks at nothing in it, so that no line can keep a file of it."""
KNITR_IGNORED = (".Rhistory", ".RData", ".Rproj.user/", "*_cache/", "docs/")
"""Files that R leaves behind: only lessons with knitted sources need these lines."""


def check_structure(lesson: Lesson, exists: Callable[[PurePosixPath], bool], texts: Mapping[PurePosixPath, str]) -> Iterator[Problem]:
    """Yield pages that no list names, and what a lesson with a ``config.yaml`` lacks; other lessons may have any layout.

    Missing episodes are reported when sources are discovered (LS013); an overview lesson needs none.
    """
    for path in lesson.drafts:
        hint = f"add `- {path.name}` to `{path.parent}`, or keep it as a draft"
        text = f"`{path.parent}` in {lesson.settings.path} does not list the file, so it has no page"
        yield Problem("LS844", text, Location(path, 1), hint, Severity.WARNING)
    if lesson.settings.path.name != "config.yaml" or not exists(lesson.settings.path):
        return
    if not any(source.path.parent == LEARNERS for source in lesson.sources):
        text = "the folder has no pages" if exists(LEARNERS) else "the folder is missing"
        yield _lack("LS841", LEARNERS, text, "write learners/setup.md: what to install before the lesson")
    if not exists(README):
        yield _lack("LS842", README, "the file is missing", "describe the lesson and how to contribute")
    yield from _ignored(lesson, texts.get(IGNORED))


def _ignored(lesson: Lesson, text: str | None) -> Iterator[Problem]:
    knitted = any(source.path.suffix == ".Rmd" for source in lesson.sources)
    wanted = (*ALWAYS_IGNORED, *(KNITR_IGNORED if knitted else ()))
    if text is None:
        yield _lack("LS843", IGNORED, "the file is missing", f"create it with the lines {_listed(wanted)}")
        return
    present = {_pattern(line) for line in text.splitlines()}
    whole = {_pattern(line) for line in text.splitlines() if line.strip() in SITE_IGNORED}
    lacking = tuple(line for line in wanted if _pattern(line) not in present and not (whole and line == KEPT))
    if lacking:
        yield _lack("LS843", IGNORED, f"lines are missing: {_listed(lacking)}", "add them: built files do not belong in the repository")


def _pattern(line: str) -> str:
    """Reduce a pattern to what distinguishes it: ``/site/``, ``site/*`` and ``site`` ignore the same files (gitignore manual)."""
    return line.strip().replace("!/", "!").lstrip("/").removesuffix("/*").rstrip("/").replace("*.html", "*html")


def _listed(lines: tuple[str, ...]) -> str:
    return ", ".join(f"`{line}`" for line in lines)


def _lack(code: str, path: PurePosixPath, text: str, hint: str) -> Problem:
    return Problem(code, text, Location(path), hint, Severity.WARNING)
