"""From documents to what could run: choose environments, read inputs, and find what this machine lacks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from site_builder.environments import r
from site_builder.environments.base import Machine, PackageSet
from site_builder.environments.capabilities import NAMES, describe
from site_builder.environments.kernels import KNOWN, wanted_kernel
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.episode import Episode, Lacking
from site_builder.errors import EnvironmentUnavailable
from site_builder.files import files_below
from site_builder.lesson.inputs import BASE, read_inputs, settings_around, working_files
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline.data import files_around
from site_builder.pipeline.lacking import lacking
from site_builder.plan.imports import named_modules
from site_builder.plan.keys import key_parts
from site_builder.plan.model import Request
from site_builder.plan.needs import in_order, with_needed
from site_builder.plan.observed import Trace, observed_needs
from site_builder.plan.written_files import derived_needs
from site_builder.problems import Location, Problem, Severity, did_you_mean

CUDA_MARKERS = ("cuda-version", "cuda-cudart", "cuda-nvrtc")
"""Locked packages that identify an environment for a GPU."""


def prepare(
    lesson: Lesson,
    episodes: Sequence[Episode],
    machine: Machine,
    lock: LockedWorkspace,
    known: Iterable[str],
    traces: Mapping[str, Trace] | None = None,
) -> tuple[tuple[Episode, ...], tuple[Problem, ...]]:
    """Prepare every episode with cells: choose its environment, read its inputs, find what a machine lacks; nothing is started.

    Unknown environments, requirements and inputs are problems, and such an episode gets no request. ``traces`` tell, by episode, what
    earlier runs showed of its needs.
    """
    names = tuple(known)
    shared = working_files(lesson)
    shipped = cache(lambda: _modules(lesson))
    episodes = _with_needs(episodes, traces or {})
    order, circle = in_order({episode.slug: episode.needs for episode in episodes})
    running = [episode.slug for episode in episodes if episode.cells]
    found = {episode.slug: episode for episode in episodes}
    problems: list[Problem] = []
    for slug in order:
        if slug in running:
            wrong = [
                *_unknown_environments(found[slug], names),
                *_unknown_requirements(found[slug]),
                *_wrong_needs(found[slug], running, circle),
            ]
            declared = found[slug].document.front_matter.inputs
            around, data = files_around(lesson.root, shared, found[slug].data, None if found[slug].shares_files else declared)
            if found[slug].document.rmarkdown is not None:
                around = {**around, **settings_around(lesson, (cell.source for cell in found[slug].cells), around)}
            inputs, bad = read_inputs(lesson.root, declared, found[slug].place("inputs"), data)
            problems += [*wrong, *bad]
            if not wrong:
                folder = _folder(lesson, found[slug].document)
                episode = replace(found[slug], inputs=inputs, folder=folder, working_files=around)
                found[slug], doubtful = _prepared(lesson, episode, machine, lock, found, shipped)
                problems += doubtful
    return tuple(found.values()), tuple(problems)


def _modules(lesson: Lesson) -> list[str]:
    """Return the lesson's Python files below ``episodes/``, relative to it."""
    folder = lesson.root / BASE
    return [file.relative_to(folder).as_posix() for file in files_below(folder) if file.suffix == ".py"]


def _folder(lesson: Lesson, document: Document) -> str:
    """Return where cells begin, relative to ``episodes/``; those that knitr runs begin there."""
    if document.rmarkdown is not None:
        return ""
    own = document.front_matter.working_folder
    return lesson.settings.execution.working_folder if own is None else own


def _with_needs(episodes: Sequence[Episode], traces: Mapping[str, Trace]) -> tuple[Episode, ...]:
    """Return the episodes with what they need: what they declare, and what code and runs tell where that makes no circle.

    What several leave under one name is that of the last one: needs are in the lesson's order.
    """
    declared = {episode.slug: episode.document.front_matter.needs for episode in episodes}
    derived = derived_needs([(episode.slug, episode.cells) for episode in episodes if episode.document.rmarkdown])
    sharing = [(episode.slug, "\n".join(cell.source for cell in episode.cells)) for episode in episodes if episode.shares_files]
    observed = observed_needs(sharing, traces)
    order = {episode.slug: number for number, episode in enumerate(episodes)}
    further = {
        slug: sorted({*derived.get(slug, ()), *observed.get(slug, ())} - {*needs}, key=order.__getitem__)
        for slug, needs in declared.items()
    }
    both = {slug: (*needs, *further[slug]) for slug, needs in declared.items()}
    if in_order(both)[1]:
        return tuple(replace(episode, needs=declared[episode.slug], observed={}) for episode in episodes)
    return tuple(replace(episode, needs=both[episode.slug], observed=observed.get(episode.slug, {})) for episode in episodes)


def _prepared(
    lesson: Lesson,
    episode: Episode,
    machine: Machine,
    lock: LockedWorkspace,
    others: Mapping[str, Episode],
    shipped: Callable[[], list[str]],
) -> tuple[Episode, list[Problem]]:
    chosen = _environment(episode.document, machine, lock)
    episode = replace(episode, missing=_missing(episode.document, machine, chosen[1], locked=machine.locked(chosen[0])))
    request = _request(episode, machine, chosen, lesson.settings.execution.variables)
    poor = not request.locked and (not request.obstacle or R_PACKAGE in request.obstacle)
    lost = _lacks(episode, request, machine, others, shipped()) if poor else Lacking()
    if lost:
        request = replace(request, obstacle=lost.words, runnable=frozenset())
        episode = replace(episode, lacks=lost)
    if episode.unfetched:
        request = replace(request, obstacle=" ".join(filter(None, (request.obstacle, episode.unfetched))), runnable=frozenset())
    needed = [(other.slug, other.request.parts) for other in others.values() if other.slug in request.needs and other.request]
    request = replace(request, parts=with_needed(request.parts, needed))
    return replace(episode, request=request), list(_doubtful_languages(episode))


def _lacks(episode: Episode, request: Request, machine: Machine, others: Mapping[str, Episode], shipped: Iterable[str]) -> Lacking:
    able = [cell for cell in request.cells if isinstance(cell, Expression) or cell.options.evaluate]
    lost = {cell.identifier for cell in able if not all(name.startswith(R_PACKAGE) for name in episode.missing.get(cell.identifier, ()))}
    cells = [cell for cell in able if cell.identifier not in lost]
    kernel = machine.has_kernel("python", request.packages, locked=request.locked)
    needed = r.needed_for((cell.language for cell in episode.cells), kernel=kernel) if episode.document.rmarkdown else ()
    makers = (episode, *(others[name] for name in request.needs if name in others))
    made = [name for maker in makers for name in named_modules(maker.cells)]
    return lacking(machine, cells, request.packages, [*episode.inputs, *shipped, *made], needed)


def _wrong_needs(episode: Episode, running: Iterable[str], circle: tuple[str, ...]) -> Iterable[Problem]:
    place = episode.place("needs")
    known = [slug for slug in running if slug != episode.slug]
    for name in episode.document.front_matter.needs:
        if name not in known:
            hint = did_you_mean(name, known) or "name an episode that has cells, without its suffix"
            yield Problem("LS024", f"`needs` must name other episodes with cells, which '{name}' is not", place, hint)
    if episode.slug in circle:
        yield Problem("LS025", f"episodes need each other in a cycle: {' -> '.join(circle)}", place, "remove one of these needs")


def _unknown_environments(episode: Episode, known: tuple[str, ...]) -> Iterable[Problem]:
    for name in episode.document.front_matter.environments:
        if name not in known:
            hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
            yield Problem("LS020", f"unknown environment '{name}'", episode.place("environment"), hint)


def _unknown_requirements(episode: Episode) -> Iterable[Problem]:
    places = [(name, episode.place("requires")) for name in episode.document.front_matter.requires]
    for cell in episode.cells:
        if isinstance(cell, Cell):
            places += [(name, Location(episode.path, cell.line)) for name in cell.options.requires]
    for name, place in places:
        if name not in NAMES:
            yield Problem("LS023", f"unknown requirement '{name}'", place, did_you_mean(name, NAMES) or f"known: {', '.join(NAMES)}")


MEANT = {"py": "python", "python3": "python", "ipython": "python", "shell": "bash", "zsh": "bash", "console": "bash", "jl": "julia"}
"""Other names of languages, and those by which their kernels are found."""


OFTEN_MEANT = ("bash", "julia", "mermaid", "octave", "perl", "python", "Rcpp", "ruby", "stan", "stata")
"""Engines of knitr whose names are not nearly those of formats, which chunks only show (`json`, `bat`)."""


def _doubtful_languages(episode: Episode) -> Iterable[Problem]:
    """Warn if a cell's language has no kernel, or knitr no engine, and is another name, or looks like a misspelling, of a known one."""
    if episode.document.rmarkdown is not None:
        yield from _doubtful_engines(episode, episode.document.rmarkdown.text)
        return
    for cell in episode.cells:
        language, lacking = cell.language.lower(), episode.missing.get(cell.identifier, ())
        if language not in KNOWN and wanted_kernel(cell.language) in lacking:
            hint = f"did you mean '{MEANT[language]}'?" if language in MEANT else did_you_mean(language, KNOWN)
            if hint:
                yield Problem(
                    "LS308", f"no kernel was found for '{cell.language}'", Location(episode.path, cell.line), hint, Severity.WARNING
                )


def _doubtful_engines(episode: Episode, text: str) -> Iterable[Problem]:
    for cell in episode.cells if "knit_engines" not in text else ():  # else a document brings its own
        name = cell.language
        if name.lower() not in {each.lower() for each in r.ENGINES_OF_KNITR}:
            meant = MEANT.get(name.lower())
            if hint := f"did you mean '{meant}'?" if meant else did_you_mean(name, OFTEN_MEANT):
                message = f"knitr has no engine '{name}', so that the chunk only shows its code"
                yield Problem("LS308", message, Location(episode.path, cell.line), hint, Severity.WARNING)


R_PACKAGE = "the R package "
"""How the names of what an episode in R Markdown lacks begin, where nothing can run it."""


def _missing(document: Document, machine: Machine, packages: PackageSet, *, locked: bool) -> dict[str, tuple[str, ...]]:
    """Return what each cell lacks here, including its language's kernel; a cell's own list replaces the page's."""
    page = document.front_matter.requires
    languages = {cell.language for cell in document.cells}
    if document.rmarkdown:  # knitr runs the chunks of every engine
        wanted = r.needed_for(languages, kernel=machine.has_kernel("python", packages, locked=locked))
        lost = machine.lacking_r_packages(wanted, packages, locked=locked)
        kernels = dict.fromkeys(languages, tuple(f"{R_PACKAGE}{name}" for name in lost))
    else:
        kernels = {name: () if machine.has_kernel(name, packages, locked=locked) else (wanted_kernel(name),) for name in languages}
    needed = {cell.identifier: page for cell in document.cells}
    for cell in document.cells:
        if isinstance(cell, Cell):
            words = cell.options.requires or page
            needed |= {cell.identifier: words, **{each.identifier: words for each in cell.expressions}}
    able = machine.capabilities({name for names in needed.values() for name in names}, packages)
    found = {
        cell.identifier: (*(name for name in needed[cell.identifier] if name not in able), *kernels[cell.language])
        for cell in document.cells
    }
    return {identifier: names for identifier, names in found.items() if names}


def _request(episode: Episode, machine: Machine, chosen: tuple[str, PackageSet, str], variables: Mapping[str, str]) -> Request:
    environment, packages, obstacle = chosen
    able = frozenset(cell.identifier for cell in episode.cells if cell.identifier not in episode.missing)
    if not able and not obstacle:
        names = dict.fromkeys(name for names in episode.missing.values() for name in names)
        obstacle = f"It needs {describe(names)}."
    further = {} if episode.observable else {name: file.digest for name, file in episode.working_files.items()}
    further |= {file.target: file.sha256 for file in episode.data}
    if episode.folder:
        further[f"working-folder {episode.folder}"] = ""
    further |= {f"shown on a page: {name}": "" for name in episode.shows}
    own = {f"settings: {name}": hashlib.sha256(value.encode()).hexdigest() for name, value in variables.items()}
    launch = {**machine.launch(environment, with_r=episode.uses_r), **own}
    parts = key_parts(episode.cells, packages.digest, episode.inputs, launch, further)
    return Request(
        episode.slug, episode.path, environment, episode.cells, parts, packages, machine.locked(environment),
        frozenset() if obstacle else able, obstacle, episode.needs, environments=_names(episode.document),
    )  # fmt: skip


def _environment(document: Document, machine: Machine, lock: LockedWorkspace) -> tuple[str, PackageSet, str]:
    """Return the first environment of the episode's list that can run here, its packages, and, if none can, why not."""
    obstacles: list[str] = []
    names = _names(document)
    for name in names:
        if _needs_cuda(lock, name) and not machine.capabilities(("cuda",), PackageSet(name, "", ())):
            obstacles.append(f"Environment {name} needs {describe(('cuda',))}.")
            continue
        try:
            found = machine.packages(name, with_r=document.rmarkdown is not None)
            if words := machine.unable(name):
                return name, found, words
            return name, found, ""
        except EnvironmentUnavailable as error:
            obstacles.append(f"{error.message[:1].upper()}{error.message[1:]}.")
    return names[0], PackageSet(names[0], "", ()), " ".join(obstacles)


def _names(document: Document) -> tuple[str, ...]:
    front = document.front_matter
    return (front.container,) if front.container else front.environments or ("default",)


def uses_gpu(request: Request, lock: LockedWorkspace) -> bool:
    """Tell whether an episode would use a GPU here: its environment is for one, or a runnable cell requires one."""
    asked = any("cuda" in cell.options.requires for cell in request.cells if isinstance(cell, Cell) and cell.identifier in request.runnable)
    return asked or _needs_cuda(lock, request.environment)


def _needs_cuda(lock: LockedWorkspace, environment: str) -> bool:
    sets = [item for item in lock.sets if item.environment == environment]
    return bool(sets) and all(any(package.name in CUDA_MARKERS for package in item.packages) for item in sets)
