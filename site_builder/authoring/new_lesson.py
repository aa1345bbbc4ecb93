"""Make a lesson in a folder, or add to one of the Workbench what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import site_builder
from site_builder import files
from site_builder.authoring.adding import Added, add
from site_builder.authoring.facts import language_of, plain_title, repository_of, source_of, title_of
from site_builder.authoring.skeleton import Facts, lesson_files
from site_builder.errors import ConfigError, LessonFailed, OutputRefused
from site_builder.lesson.config import CONFIG, MKDOCS
from site_builder.lesson.discover import FOLDERS, NEVER_PAGES, SUFFIXES, discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.lesson.workspace import LOCK, OWN, find_manifest
from site_builder.release.facts import this_release
from site_builder.release.workflow import workflow

WORKFLOW = PurePosixPath(".github/workflows/lesson.yml")
REQUIREMENTS = "lesson-requirements.txt"
README = PurePosixPath("README.md")
LICENSE = PurePosixPath("LICENSE.md")
SAME = {
    CONFIG: (str(MKDOCS),),
    README: ("README", "README.rst", "README.txt", "readme.md"),
    LICENSE: ("LICENSE", "LICENSE.txt", "LICENCE", "LICENCE.md"),
    PurePosixPath("learners/setup.md"): ("learners/setup.Rmd",),
}
"""Files of other names that are what a file of the skeleton is: where one is there, that file is not written."""

GIVEN = (README, PurePosixPath(".gitignore"), PurePosixPath(OWN), PurePosixPath("learners/setup.md"))
"""Files that a lesson of the Workbench gets if it lacks them; pages besides only in folders that have none and that no list names."""

SINGLE_PAGES = {"instructors": PurePosixPath("instructors/instructor-notes.md"), "profiles": PurePosixPath("profiles/learner-profiles.md")}
DATA = PurePosixPath("episodes/data")


@dataclass(frozen=True, slots=True)
class Made:
    """A lesson that was made or completed: its folder, language, what was written and left alone, and remarks for its author."""

    root: Path
    language: str
    added: Added
    notes: tuple[str, ...] = ()


def new_lesson(path: Path, *, created: str, title: str = "", language: str = "", dry_run: bool = False) -> Made:
    """Make a lesson in a folder, which may exist: what is in it is left alone.

    Raises:
        ConfigError: the title cannot be used.
        OutputRefused: the folder is a file, is a lesson already, or lies in one.
        MachineError: it cannot be written; nothing was then.
    """
    root = files.real_path(path)
    _check_free(path, root)
    repository = repository_of(root)
    facts = Facts(plain_title(title) if title else title_of(root), created, source_of(repository) if repository == root else "")
    language = language or "python"
    settings = MKDOCS if files.is_file(root / MKDOCS) else CONFIG
    wanted = dict(lesson_files(language, facts, settings)) | _workflow(root, repository)
    return _made(root, language, wanted, repository, dry_run=dry_run)


def complete_workbench(path: Path, *, language: str = "", dry_run: bool = False) -> Made:
    """Add to the lesson around ``path`` what it lacks for this builder; no file that is there changes.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
        OutputRefused: a folder that is needed is a file.
        MachineError: it cannot be written; nothing was then.
    """
    root = find_root(path)
    lesson = discover(root)[0]
    repository = repository_of(root)
    language = language or language_of(root / source.path for source in lesson.episodes)
    facts = Facts(lesson.settings.title or title_of(root), "")
    pages = lesson_files(language, facts, lesson.settings.path or CONFIG, whole=False)
    names = {*GIVEN, *(page for folder, page in SINGLE_PAGES.items() if _is_bare(lesson, folder))}
    wanted = {name: text for name, text in pages.items() if name in names}
    if not files.is_folder(root / DATA):
        wanted[DATA / ".gitkeep"] = ""  # Git has no empty folders
    return _made(root, language, wanted | _workflow(root, repository), repository, dry_run=dry_run)


def _check_free(path: Path, root: Path) -> None:
    if files.is_folder(root) and (any((root / name).is_dir() for name in FOLDERS) or _is_lesson(root)):
        raise OutputRefused(
            f"{path} is a lesson already", hint="`--from-workbench` adds only what it lacks; `lesson new episode` adds an episode"
        )
    try:
        around = find_root(next(folder for folder in root.parents if files.is_folder(folder)))
    except LessonFailed as error:  # for Jekyll
        raise OutputRefused(f"{path} lies in another lesson", hint="choose a folder beside it") from error
    except ConfigError:
        return
    raise OutputRefused(f"{path} lies in the lesson {around}, whose site would show its pages", hint="choose a folder beside it")


def _is_lesson(root: Path) -> bool:
    """Tell whether commands would take a folder for a lesson."""
    try:
        return find_root(root) == root
    except LessonFailed:
        return True
    except ConfigError:
        return False


def _is_bare(lesson: Lesson, folder: str) -> bool:
    """Tell whether a folder of pages has none, and the settings list none."""
    there = lesson.root / folder
    pages = [entry for entry in there.iterdir() if entry.suffix in SUFFIXES and entry.stem not in NEVER_PAGES] if there.is_dir() else []
    return not pages and not lesson.settings.values.get(folder)


def _workflow(root: Path, repository: Path | None) -> dict[PurePosixPath, str]:
    """Return the workflow; GitHub reads those in a repository's root only (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax)."""
    return {WORKFLOW: workflow(this_release(), site_builder.__version__)} if repository in (None, root) else {}


def _made(root: Path, language: str, wanted: Mapping[PurePosixPath, str], repository: Path | None, *, dry_run: bool) -> Made:
    stand_in = {path: other for path in wanted if (other := _same(root, path))}
    added = add(root, {path: text for path, text in wanted.items() if path not in stand_in}, dry_run=dry_run)
    added = Added(added.written, tuple(sorted((*added.kept, *stand_in.values()))))
    return Made(root, language, added, tuple(_notes(root, added, wanted, repository)))


def _same(root: Path, path: PurePosixPath) -> PurePosixPath | None:
    """Return the file that is there in place of one of the skeleton, None where there is none of another name."""
    if path == PurePosixPath(OWN):
        return _workspace(root)
    names = SAME.get(path, ())
    return next((PurePosixPath(name) for name in names if files.is_file(root / name) and not files.is_file(root / path)), None)


def _workspace(root: Path) -> PurePosixPath | None:
    """Return the file that already decides which environments the cells run in, None where there is none, or it is ``pixi.toml``.

    That of a project around the lesson does so too, and a lock of the lesson that has no manifest would not fit a new one.
    """
    found = find_manifest(root)
    if found is None and files.is_file(root / LOCK):
        return PurePosixPath(LOCK)
    return found if found != PurePosixPath(OWN) else None


def _notes(root: Path, added: Added, wanted: Mapping[PurePosixPath, str], repository: Path | None) -> Iterator[str]:
    if WORKFLOW not in wanted:
        yield (
            f"no workflow was written: GitHub reads those in {repository}/.github/workflows only; "
            "`lesson workflow` prints one, which needs the lesson's path"
        )
    elif WORKFLOW in added.written and REQUIREMENTS in wanted[WORKFLOW] and not files.is_file(root / REQUIREMENTS):
        yield f"{WORKFLOW} needs {REQUIREMENTS}, which pins the builder; its first lines say how to make it"
    if others := _publishers(root, added.written):
        one = len(others) == 1
        yield f"{', '.join(others)} also build{'s' if one else ''} the site: remove {'it' if one else 'them'} when {WORKFLOW} publishes it"
    if (workspace := _workspace(root)) and PurePosixPath(OWN) in wanted:
        yield f"no {OWN} was written: {workspace} decides which environments the cells run in"
    if MKDOCS in added.kept:
        yield f"{MKDOCS} has the settings: {CONFIG} was not written; its block `extra.lesson` takes the keys of the lesson"


def _publishers(root: Path, written: Collection[PurePosixPath]) -> list[str]:
    """Return the Workbench's own workflows, which publish as well."""
    folder = root / WORKFLOW.parent
    return sorted(f"{WORKFLOW.parent}/{path.name}" for path in folder.glob("sandpaper-*.y*ml")) if WORKFLOW in written else []
