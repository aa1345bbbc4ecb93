"""Which files of a folder are pages, in which order, and which are copied unchanged.

The layout is that of the Carpentries Workbench (https://carpentries.github.io/sandpaper-docs/editing.html).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from site_builder.files import is_file, is_folder
from site_builder.lesson.config import read_settings
from site_builder.lesson.data import data_files, taken_names
from site_builder.lesson.model import Asset, Kind, Lesson, SourceFile
from site_builder.lesson.names import reserved
from site_builder.lesson.reachable import entries, leading_away, odd, private, strange, unreadable
from site_builder.lesson.redirects import redirects_of
from site_builder.lesson.workspace import PYTHON, find_manifest, lock_beside, manifest_name
from site_builder.problems import Location, Problem, Report, Severity, did_you_mean
from site_builder.settings.lesson import Settings

FOLDERS = {"episodes": Kind.EPISODE, "learners": Kind.LEARNER, "instructors": Kind.INSTRUCTOR, "profiles": Kind.PROFILE}
EXECUTABLE_SUFFIXES = (".ipynb", ".py")
SUFFIXES = (".md", ".Rmd")
NEVER_PAGES = frozenset(("README", "CONTRIBUTING"))
EXCLUDE = "exclude-pages"
"""The setting that names Markdown files that belong to the repository but not to the lesson, such as a changelog or a paper."""

NOT_CONTENT = frozenset(
    [
        "site",
        "site_builder",
        "tests",
        "docs",
        "records",
        "node_modules",
        "renv",
        "data",
        "fig",
        "files",
        "build",
        "dist",
        "bin",
        "lib",
        "venv",
        "env",
        "requirements",
    ]
)
"""Top-level folders with tools or assets: the Workbench uses ``site``, ``data``, ``files``, ``fig``; this builder adds the rest."""
ASSET_FOLDERS = ("data", "files", "fig")
NO_ASSETS = frozenset((*ASSET_FOLDERS, "assets", "instructor", "downloads", "search", "node_modules", "venv", "env"))
"""Folders beside notebooks that are copied already, are the site's own, or hold programs."""


def discover(root: Path) -> tuple[Lesson, Report]:
    """Find all files of a lesson; problems with the lists (missing files, equal stems) are in the report.

    Raises:
        ConfigError: the settings cannot be read.
    """
    settings, problems = read_settings(root)
    found = [*problems, *odd(root, FOLDERS)]
    files = {folder: _listed(root, settings, folder, found) for folder in FOLDERS}
    home = _first(root, ("index.md", "README.md"), found)
    drafts = tuple(path for folder in FOLDERS for path in _drafts(root, folder, _names(settings, folder)))
    lesson = Lesson(
        root=root,
        settings=settings,
        episodes=tuple(files["episodes"]),
        learners=tuple(source for source in files["learners"] if source.slug != "setup"),
        instructors=tuple(source for source in files["instructors"] if source.slug != "instructor-notes"),
        profiles=tuple(files["profiles"]),
        pages=tuple(_others(root, settings, found)),
        home=SourceFile(home, Kind.HOME) if home else None,
        setup=_special(root, "learners/setup", Kind.SETUP, None, found),
        notes=_special(root, "instructors/instructor-notes", Kind.NOTES, _names(settings, "instructors"), found),
        links=_first(root, ("links.md",), found),
        citation=_first(root, ("CITATION.cff",), found),
        drafts=drafts,
    )
    lesson = _in_workspace(lesson, found)
    found += _collisions(lesson)
    clashing = tuple(reserved(lesson.sources, cited=lesson.citation is not None))
    found += clashing
    if not lesson.episodes and not settings.overview:
        found.append(
            Problem("LS013", "the lesson has no episodes", Location(PurePosixPath("episodes")), "write `episodes/introduction.md`")
        )
    lesson = _without(lesson, {problem.location.path for problem in clashing})
    pages = {source.path for source in lesson.sources if source.path.suffix == ".ipynb"}
    lesson = replace(lesson, assets=tuple(_assets(root, settings, pages, found)))
    redirects, wrong = redirects_of(settings)
    found += wrong
    return _with_data(replace(lesson, redirects=redirects), found), Report(tuple(found))


def _with_data(lesson: Lesson, problems: list[Problem]) -> Lesson:
    """Add the files from elsewhere that the settings name, as far as they can be used."""
    if not lesson.settings.data:
        return lesson
    files, wrong = data_files(lesson.settings.data, partial(lesson.settings.place, "data"))
    problems += (*wrong, *taken_names(files, (), (str(asset.target) for asset in lesson.assets)))
    return replace(lesson, data=files)


def _in_workspace(lesson: Lesson, problems: list[Problem]) -> Lesson:
    """Add the manifest that the settings name, or the nearest one, and the lock beside it."""
    root, named = lesson.root, lesson.settings.manifest
    manifest = PurePosixPath(named) if named else find_manifest(root)
    if named and not _is_manifest(root, named):
        hint = "give the path of a `pixi.toml`, or of a `pyproject.toml` with `[tool.pixi.workspace]`, relative to the lesson's folder"
        message = f"`manifest`: {named} is no Pixi manifest" if is_file(root / named) else f"`manifest` names {named}, which does not exist"
        problems.append(Problem("LS032", message, lesson.settings.place("manifest"), hint))
        manifest = None
    lock = lock_beside(manifest)
    above = bool(manifest and ".." in manifest.parts)
    return replace(
        lesson,
        manifest=manifest if above or not manifest else _first(root, (str(manifest),), problems),
        lock=(lock if is_file(root / lock) else None) if above else _first(root, (str(lock),), problems),
    )


def _is_manifest(root: Path, named: str) -> bool:
    path = root / named
    usable = is_file(path) and not PurePosixPath(named).is_absolute()
    return usable and (path.name != PYTHON or manifest_name(path.parent) is not None) and path.suffix == ".toml"


def _without(lesson: Lesson, left_out: Collection[PurePosixPath]) -> Lesson:
    """Leave out the files whose page the site makes itself."""

    def kept(sources: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
        return tuple(source for source in sources if source.path not in left_out)

    return replace(
        lesson,
        episodes=kept(lesson.episodes),
        learners=kept(lesson.learners),
        instructors=kept(lesson.instructors),
        pages=kept(lesson.pages),
    )


def _names(settings: Settings, folder: str) -> tuple[str, ...] | None:
    """The files that the settings list for a folder; None where they have no list, so that the folder decides."""
    listed = {
        "episodes": settings.episodes,
        "learners": settings.learners,
        "instructors": settings.instructors,
        "profiles": settings.profiles,
    }
    return listed[folder] or None


def _first(root: Path, names: Iterable[str], problems: list[Problem]) -> PurePosixPath | None:
    present = (PurePosixPath(name) for name in names if is_file(root / name))
    return next((path for path in present if _readable(root, path, problems)), None)


def _inside(root: Path, path: PurePosixPath, problems: list[Problem]) -> bool:
    """Tell whether an existing file belongs to the lesson; a link to one outside, or to a hidden one, is a problem and is never read."""
    obstacle = strange(path) or leading_away(root, path)
    problems += [obstacle] if obstacle else []
    return obstacle is None


def _readable(root: Path, path: PurePosixPath, problems: list[Problem]) -> bool:
    """Tell whether a page's file belongs to the lesson and is one that can be read; the other ones are problems."""
    if not _inside(root, path, problems):
        return False
    obstacle = unreadable(root, path)
    problems += [obstacle] if obstacle else []
    return obstacle is None


def _listed(root: Path, settings: Settings, folder: str, problems: list[Problem]) -> list[SourceFile]:
    kind, names = FOLDERS[folder], _names(settings, folder)
    suffixes = (*SUFFIXES, *EXECUTABLE_SUFFIXES) if names and folder == "episodes" else SUFFIXES
    present = [path.name for path in _visible_files(root / folder) if path.suffix in suffixes]
    if names and settings.overview and not (root / folder).is_dir():
        listed = f"`{folder}` lists {', '.join(names)}, but there is no folder {folder}/: the list is ignored"
        hint = "remove the list: an overview presents other lessons"
        problems.append(Problem("LS010", listed, settings.place(folder, 0), hint, Severity.WARNING))
        return []
    if names is None and folder == "episodes" and {Path(name).stem for name in present} <= set(NEVER_PAGES):
        present = [path.name for path in _visible_files(root / folder) if path.suffix == ".ipynb"]  # a folder of notebooks and nothing else
    if names is None:
        names = tuple(sorted(name for name in present if Path(name).stem not in NEVER_PAGES))
    sources: dict[str, SourceFile] = {}
    for number, name in enumerate(names):
        source = SourceFile(PurePosixPath(folder) / name, kind)
        path = root / source.path
        if ".." in source.path.parts or PurePosixPath(name).is_absolute() or not is_file(path):
            problems.append(_missing(settings, folder, number, name, present))
        elif source.slug in NEVER_PAGES or not _readable(root, source.path, problems):
            continue
        elif path.stat().st_size == 0:
            text = "the file is empty, so it does not become a page"
            problems.append(Problem("LS011", text, Location(source.path, 1), "write it or remove it from the list", Severity.WARNING))
        else:
            sources.setdefault(str(source.path), source)
    return list(sources.values())


def _drafts(root: Path, folder: str, names: tuple[str, ...] | None) -> Iterator[PurePosixPath]:
    """Pages of a folder that its list leaves out; the setup page needs no entry."""
    for path in _visible_files(root / folder) if names else ():
        if path.suffix in SUFFIXES and path.name not in (names or ()) and path.stem not in (*NEVER_PAGES, "setup"):
            yield PurePosixPath(folder) / path.name


def _missing(settings: Settings, folder: str, number: int, name: str, present: Iterable[str]) -> Problem:
    hint = did_you_mean(name, present) or f"write {folder}/{name} or remove it from the list"
    return Problem("LS010", f"`{folder}` lists {name}, which does not exist in {folder}/", settings.place(folder, number), hint)


def _special(root: Path, stem: str, kind: Kind, listed: tuple[str, ...] | None, problems: list[Problem]) -> SourceFile | None:
    for path in (PurePosixPath(stem + suffix) for suffix in SUFFIXES):
        wanted = is_file(root / path) and (root / path).stat().st_size and (listed is None or path.name in listed)
        if wanted and _readable(root, path, problems):
            return SourceFile(path, kind)
    return None


def _others(root: Path, settings: Settings, problems: list[Problem]) -> Iterator[SourceFile]:
    """Markdown in the root and in other first-level folders becomes pages too, except the files that ``exclude-pages`` names."""
    excluded = settings.exclude_pages
    problems.extend(_not_there(settings, name) for name in excluded if not is_file(root / name))
    folders = [entry for entry in entries(root) if is_folder(entry) and not entry.name.startswith((".", "_"))]
    content = [folder for folder in folders if folder.name not in FOLDERS and folder.name not in NOT_CONTENT]
    for file in (file for folder in (root, *content) for file in _visible_files(folder)):
        path = PurePosixPath(file.relative_to(root).as_posix())
        if path.suffix not in SUFFIXES or path.stem in NEVER_PAGES or str(path) in ("index.md", "links.md", *excluded):
            continue
        if file.stat().st_size and _readable(root, path, problems):
            yield SourceFile(path, Kind.PAGE)


def _not_there(settings: Settings, name: str) -> Problem:
    place = settings.place(EXCLUDE)
    return Problem("LS010", f"`{EXCLUDE}` lists {name}, which does not exist", place, "remove it from the list", Severity.WARNING)


def _visible_files(folder: Path) -> list[Path]:
    return [path for path in entries(folder) if is_file(path) and not path.name.startswith(".")]


def _collisions(lesson: Lesson) -> Iterator[Problem]:
    seen: dict[str, SourceFile] = {}
    for source in (*lesson.episodes, *lesson.learners, *lesson.instructors, *lesson.pages):
        other = seen.setdefault(source.slug.lower(), source)
        if other is not source:
            text = f"{source.path} and {other.path} would both become {source.slug}.html"
            both = source.kind is other.kind is Kind.EPISODE
            severity = Severity.ERROR if both else Severity.WARNING  # in the Workbench, the last one takes effect
            yield Problem("LS012", text, Location(source.path, 1), "rename one of them", severity)


def _assets(root: Path, settings: Settings, pages: Collection[PurePosixPath], problems: list[Problem]) -> Iterator[Asset]:
    """Files that are copied unchanged: ``data``, ``files``, ``fig`` merged, loose files of the content folders but its ``pages``, and
    every folder beside notebooks.
    """
    seen: set[PurePosixPath] = set()
    for asset in _asset_candidates(root, settings, pages):
        if _inside(root, asset.source, problems) and asset.target not in seen and (root / asset.source).is_file():
            seen.add(asset.target)
            yield asset


def _asset_candidates(root: Path, settings: Settings, pages: Collection[PurePosixPath]) -> Iterator[Asset]:
    for folder in FOLDERS:
        for name in ASSET_FOLDERS:
            yield from _tree(root, PurePosixPath(folder) / name, PurePosixPath(name))
        for path in sorted(root.joinpath(folder).glob("*")):
            source = PurePosixPath(folder) / path.name
            if path.is_file() and path.suffix not in (*SUFFIXES, ".lock") and source not in pages and not private(path.name):
                yield Asset(source, PurePosixPath(path.name))
    if any(page.suffix == ".ipynb" and page.parts[0] == "episodes" for page in pages):  # which brings folders with names of its own
        for path in sorted(root.joinpath("episodes").glob("*")):
            programs = path.name in NO_ASSETS or is_file(path / "pyvenv.cfg")
            if path.is_dir() and not programs and not path.name.startswith((".", "_")):
                yield from _tree(root, PurePosixPath("episodes") / path.name, PurePosixPath(path.name))
    if settings.overview:
        for name in ASSET_FOLDERS:
            yield from _tree(root, PurePosixPath(name), PurePosixPath(name))


def _tree(root: Path, source: PurePosixPath, target: PurePosixPath) -> Iterator[Asset]:
    """Every file below a folder; a linked folder is returned as such, so that one that points outside the lesson is reported."""
    for path in sorted(root.joinpath(source).rglob("*")):
        if (path.is_file() or path.is_symlink()) and not any(private(part) for part in path.relative_to(root / source).parts):
            relative = path.relative_to(root / source).as_posix()
            yield Asset(source / relative, target / relative)
