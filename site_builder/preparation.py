"""From documents to what could run: choose environments, read inputs, and say what this machine lacks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from site_builder.environments.automatic import serves_locked
from site_builder.environments.base import EnvironmentProvider, PackageSet
from site_builder.environments.capabilities import NAMES, describe, missing
from site_builder.environments.host import missing_modules
from site_builder.environments.kernels import KNOWN, has_kernel, missing_r_packages
from site_builder.environments.lock import LockedWorkspace
from site_builder.errors import EnvironmentUnavailable
from site_builder.files import files_below
from site_builder.lesson.inputs import BASE, read_inputs
from site_builder.lesson.model import Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, Expression
from site_builder.plan.keys import key_parts
from site_builder.plan.model import Wanted
from site_builder.plan.needs import in_order, with_needed
from site_builder.plan.requirements import attached_packages, imported_modules
from site_builder.problems import Location, Problem, Severity, did_you_mean

CUDA_MARKERS = ("cuda-version", "cuda-cudart", "cuda-nvrtc")
"""Locked packages that show an environment to be for a GPU."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What planning needs of all episodes with cells: the wish, the input bytes, and what each cell lacks here.

    ``advice`` is told where an episode has no results because this machine's own Python or R lacks packages.
    """

    wanted: tuple[Wanted, ...]
    inputs: Mapping[str, Mapping[str, bytes]]
    missing: Mapping[str, Mapping[str, tuple[str, ...]]]
    problems: tuple[Problem, ...]
    advice: Mapping[str, Problem] = field(default_factory=dict)


def prepare(
    lesson: Lesson, documents: Mapping[PurePosixPath, Document], provider: EnvironmentProvider, lock: LockedWorkspace, known: Iterable[str]
) -> Prepared:
    """Look at every episode that has cells. Unknown environments, requirements and inputs are problems; nothing is started."""
    names = tuple(known)
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    inputs: dict[str, Mapping[str, bytes]] = {}
    lacking: dict[str, Mapping[str, tuple[str, ...]]] = {}
    advice: dict[str, Problem] = {}
    order, circle = in_order({source.slug: documents[source.path].front_matter.needs for source in lesson.episodes})
    by_slug = {source.slug: source for source in lesson.episodes}
    running = [source.slug for source in lesson.episodes if documents[source.path].cells]
    for source in (by_slug[slug] for slug in order):
        document = documents[source.path]
        if source.slug in running:
            needs = _wrong_needs(document, running, circle)
            wrong = [*_unknown_environments(document, names), *_unknown_requirements(document), *needs]
            files, bad = read_inputs(lesson.root, document.front_matter.inputs, _place(document, "inputs"))
            problems += [*wrong, *bad]
            if not wrong:
                chosen = _environment(document, provider, lock)
                inputs[source.slug], lacking[source.slug] = (
                    files,
                    _missing(document, chosen[1], shared=not serves_locked(provider, chosen[0])),
                )
                problems += _doubtful_languages(document, lacking[source.slug])
                wish = _wanted(source, document, provider, chosen, files, lacking[source.slug])
                lost = _lacking_packages(lesson, wish, files) if not wish.locked and not wish.obstacle else ""
                if lost:
                    wish = replace(wish, obstacle=lost, runnable=frozenset())
                    advice[source.slug] = _without_packages(document, lost)
                needed = [(other.slug, other.parts) for other in wanted if other.slug in wish.needs]
                wanted.append(replace(wish, parts=with_needed(wish.parts, needed)))
    places = [source.slug for source in lesson.episodes]
    return Prepared(tuple(sorted(wanted, key=lambda item: places.index(item.slug))), inputs, lacking, tuple(problems), advice)


def _lacking_packages(lesson: Lesson, wish: Wanted, inputs: Iterable[str]) -> str:
    """Say what the interpreters of this machine lack for an episode's cells; nothing where they lack nothing.

    A module that the lesson ships is not one of them, whether it is declared as an input or not: that is told when the cell fails.
    """
    able = [cell for cell in wish.cells if cell.identifier in wish.runnable and (isinstance(cell, Expression) or cell.options.evaluate)]
    shipped = [file.relative_to(lesson.root / BASE).as_posix() for file in files_below(lesson.root / BASE)]
    modules, packages = missing_modules(imported_modules(able, [*inputs, *shipped])), missing_r_packages(attached_packages(able))
    found = (("Python", modules), ("R", packages))
    return " ".join(f"The {name} on this machine lacks {', '.join(names)}." for name, names in found if names)


def _without_packages(document: Document, lost: str) -> Problem:
    here = f"install them here (`{sys.executable} -m pip install ...` for Python)"
    hint = f"{here}; or, with a pixi.lock, install Pixi or run `lesson environment install`; or bring a record made elsewhere"
    return Problem("LS027", f"the cells do not run: {lost[0].lower()}{lost[1:-1]}", _place(document, "environment"), hint, Severity.WARNING)


def _wrong_needs(document: Document, running: Iterable[str], circle: tuple[str, ...]) -> Iterable[Problem]:
    place = _place(document, "needs")
    known = [slug for slug in running if slug != document.slug]
    for name in document.front_matter.needs:
        if name not in known:
            hint = did_you_mean(name, known) or "name an episode that has cells, without its suffix"
            yield Problem("LS024", f"`needs` names no other episode with cells: '{name}'", place, hint)
    if document.slug in circle:
        yield Problem("LS025", f"episodes need each other in a circle: {' -> '.join(circle)}", place, "let one of them do without")


def _place(document: Document, key: str) -> Location:
    return Location(document.path, document.front_matter.lines.get(key, 1))


def _unknown_environments(document: Document, known: tuple[str, ...]) -> Iterable[Problem]:
    for name in document.front_matter.environments:
        if name not in known:
            hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
            yield Problem("LS020", f"unknown environment '{name}'", _place(document, "environment"), hint)


def _unknown_requirements(document: Document) -> Iterable[Problem]:
    places = [(name, _place(document, "requires")) for name in document.front_matter.requires]
    for cell in document.cells:
        if isinstance(cell, Cell):
            places += [(name, Location(document.path, cell.line)) for name in cell.options.requires]
    for name, place in places:
        if name not in NAMES:
            yield Problem("LS023", f"unknown requirement '{name}'", place, did_you_mean(name, NAMES) or f"known: {', '.join(NAMES)}")


def _doubtful_languages(document: Document, lacking: Mapping[str, tuple[str, ...]]) -> Iterable[Problem]:
    """Warn where a cell's language has no kernel and looks like a slip for a known one."""
    for cell in document.cells:
        language = cell.language.lower()
        if language not in KNOWN and _kernel(cell.language) in lacking.get(cell.identifier, ()) and (hint := did_you_mean(language, KNOWN)):
            yield Problem("LS308", f"no kernel was found for '{cell.language}'", Location(document.path, cell.line), hint, Severity.WARNING)


def _kernel(language: str) -> str:
    return f"a kernel for {language}"


def _missing(document: Document, packages: PackageSet, *, shared: bool) -> dict[str, tuple[str, ...]]:
    """What each cell lacks here, its language's kernel included; a cell's own list stands in the place of the page's."""
    page = document.front_matter.requires
    there = {package.name for package in packages.packages}
    languages = {cell.language for cell in document.cells}
    kernels = {name: () if has_kernel(name, packages, shared=shared) else (_kernel(name),) for name in languages}
    found = {
        cell.identifier: missing(cell.options.requires or page if isinstance(cell, Cell) else page, there) + kernels[cell.language]
        for cell in document.cells
    }
    return {identifier: names for identifier, names in found.items() if names}


def _wanted(
    source: SourceFile, document: Document, provider: EnvironmentProvider, chosen: tuple[str, PackageSet, str], inputs: Mapping[str, bytes],
    lacking: Mapping[str, tuple[str, ...]],
) -> Wanted:  # fmt: skip
    environment, packages, obstacle = chosen
    able = frozenset(cell.identifier for cell in document.cells if cell.identifier not in lacking)
    if not able and not obstacle:
        names = dict.fromkeys(name for names in lacking.values() for name in names)
        obstacle = f"It needs {describe(names)}."
    parts = key_parts(document.cells, packages.digest, inputs)
    runnable = frozenset() if obstacle else able
    return Wanted(
        source.slug, source.path, environment, document.cells, parts, packages, serves_locked(provider, environment), runnable, obstacle,
        document.front_matter.needs,
    )  # fmt: skip


def _environment(document: Document, provider: EnvironmentProvider, lock: LockedWorkspace) -> tuple[str, PackageSet, str]:
    """Return the first environment of the episode's list that can run here, its packages, and why none can where none can."""
    obstacles: list[str] = []
    names = document.front_matter.environments or ("default",)
    for name in names:
        if _needs_cuda(lock, name) and missing(("cuda",)):
            obstacles.append(f"Environment {name} needs {describe(('cuda',))}.")
            continue
        try:
            return name, provider.packages(name), ""
        except EnvironmentUnavailable as error:
            obstacles.append(f"{error.message[:1].upper()}{error.message[1:]}.")
    return names[0], PackageSet(names[0], "", ()), " ".join(obstacles)


def uses_gpu(wanted: Wanted, lock: LockedWorkspace) -> bool:
    """Tell whether an episode would use a GPU here: its environment is for one, or a cell that can run asks for one."""
    asked = any("cuda" in cell.options.requires for cell in wanted.cells if isinstance(cell, Cell) and cell.identifier in wanted.runnable)
    return asked or _needs_cuda(lock, wanted.environment)


def _needs_cuda(lock: LockedWorkspace, environment: str) -> bool:
    sets = [item for item in lock.sets if item.environment == environment]
    return bool(sets) and all(any(package.name in CUDA_MARKERS for package in item.packages) for item in sets)
