"""Whether a lesson can be built on this machine, check by check; changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from site_builder import files
from site_builder.environments import machine, r
from site_builder.environments.additions import adding_kernel
from site_builder.environments.base import PackageSet
from site_builder.environments.diagnosis import Finding, State, machine_findings
from site_builder.environments.kernels import BUILT_IN, has_kernel
from site_builder.environments.providers import choose
from site_builder.environments.workspace.freshness import objection
from site_builder.environments.workspace.lock import LockedWorkspace, locked_packages
from site_builder.errors import ConfigError, EnvironmentUnavailable, LessonFailed, SiteBuilderError, Unreachable
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.renv import read_renv
from site_builder.lesson.root import find_root
from site_builder.markdown.document import Document
from site_builder.pipeline.prepare import CUDA_MARKERS
from site_builder.pipeline.read import read_sources
from site_builder.plan.attached import attached_packages
from site_builder.render.registry import DEFAULT, engine_name, prepared

RUNS_CELLS = frozenset(("ipykernel", "r-knitr", "r-irkernel"))
"""Packages of which an environment that runs cells has at least one."""


def examine(path: Path) -> tuple[Finding, ...]:
    """Check the machine, then the lesson in ``path``; one problem hides no other."""
    try:
        root = find_root(path)
    except (ConfigError, LessonFailed) as error:
        folder = path if files.is_folder(path) else Path()
        return (*machine_findings(folder), Finding("Lesson", State.PROBLEM, error.message, error.hint))
    return (*machine_findings(root), *_lesson(root))


def usable(findings: tuple[Finding, ...]) -> bool:
    """Tell whether nothing prevents a build."""
    return all(finding.state is not State.PROBLEM for finding in findings)


def _lesson(root: Path) -> Iterator[Finding]:
    try:
        lesson, report = discover(root)
    except SiteBuilderError as error:
        first = next(iter(error.problems), None)
        message, hint = (f"{first.location}: {first.message}", first.hint) if first else (error.message, error.hint)
        yield Finding("Lesson", State.PROBLEM, message, hint)
        return
    count = len(lesson.episodes)
    if report.errors:
        yield Finding("Lesson", State.PROBLEM, str(report.errors[0]), "`lesson check` lists everything")
    else:
        yield Finding("Lesson", State.OK, f"{count} episode{'' if count == 1 else 's'} in {root}")
    yield from _engine(lesson)
    yield from _languages(lesson)
    yield from _lock(lesson)


def _engine(lesson: Lesson) -> Iterator[Finding]:
    """Look for the site engine that a lesson asks for; the default one is looked for with the machine."""
    try:
        name = engine_name(lesson.settings)
        if name != DEFAULT:
            with prepared(name) as engine:
                yield Finding("Site engine", State.OK, engine.version)
    except SiteBuilderError as error:
        yield Finding("Site engine", State.PROBLEM, error.message, next((problem.hint for problem in error.problems), error.hint))


def _languages(lesson: Lesson) -> Iterator[Finding]:
    """Yield for each language of the cells that needs its own kernel whether this machine has one."""
    sources, _ = read_sources(lesson)
    documents = [sources.documents[source.path] for source in lesson.running]
    yield from _r(lesson, documents)
    used = {cell.language for document in documents if not document.rmarkdown for cell in document.cells} - BUILT_IN
    for language in sorted(used):
        if has_kernel(language, PackageSet("", "", ()), shared=True):
            yield Finding(f"Kernel {language}", State.OK, "installed beside this Python")
        else:
            command = adding_kernel(language, locked=lesson.manifest is not None)
            hint = (
                f"run `{command}`" if command else f"install a Jupyter kernel for {language}, or add one to the environment of its episodes"
            )
            yield Finding(f"Kernel {language}", State.ABSENT, "none beside this Python: on the host its cells are shown but not run", hint)


def _r(lesson: Lesson, documents: Sequence[Document]) -> Iterator[Finding]:
    """Look for the packages of a lesson in R on this machine: those that its code attaches, and those of its renv.lock."""
    written = [document for document in documents if document.rmarkdown]
    cells = [cell for document in documents for cell in document.cells]
    if not written and all(cell.language != "r" for cell in cells):
        return
    names = [
        *(r.needed_for((cell.language for document in written for cell in document.cells), kernel=True) if written else ()),
        *attached_packages(cells),
    ]
    lost = r.missing_packages(dict.fromkeys(names))
    if lost:
        yield Finding("R packages", State.ABSENT, f"this machine's R lacks {', '.join(lost)}", f"install them: {r.installing(lost)}")
    else:
        yield Finding("R packages", State.OK, f"{', '.join(dict.fromkeys(names)) or 'the code attaches none'}: all there")
    lock = read_renv(lesson.root)
    if lock is None:
        return
    if lock.fault:
        yield Finding("renv.lock", State.ABSENT, f"{lock.path} cannot be used: {lock.fault}", "restore it from Git")
        return
    lost = r.missing_packages(lock.sources)
    about = f"{len(lock.sources)} packages for R {lock.r or 'of an unknown version'}"
    if lost:
        hint = f"install them: {r.installing(lost, lock.sources, str(lock.path))}"
        yield Finding("renv.lock", State.ABSENT, f"{about}, of which this machine's R lacks {', '.join(lost)}", hint)
    else:
        yield Finding("renv.lock", State.OK, f"{about}, all in the libraries of this machine's R")


def _lock(lesson: Lesson) -> Iterator[Finding]:
    if lesson.manifest is None and lesson.lock is None:
        yield Finding(
            "Lock", State.ABSENT, "the lesson has no pixi.toml: cells run in this Python", "run `pixi init` to pin what they import"
        )
        return
    if lesson.lock is None:
        yield Finding("Lock", State.PROBLEM, f"the lesson has a {lesson.manifest} but no pixi.lock", "run `pixi lock` and commit the lock")
        return
    try:
        lock = choose.locked_workspace(lesson)
        found = objection(lesson.manifest_file, lesson.lock_file, str(lesson.manifest))
    except EnvironmentUnavailable as error:
        found = error
    if found is not None and not isinstance(found, Unreachable):
        yield Finding("Lock", State.PROBLEM, _placed(found), found.hint)
        return
    if lesson.manifest is None:
        yield Finding("Lock", State.ABSENT, "there is no pixi.toml to compare pixi.lock with")
    elif found is not None:
        yield Finding("Lock", State.ABSENT, f"{lesson.lock} was not compared with {lesson.manifest}: {found.message}", found.hint)
    else:
        by = "(checked by Pixi)" if shutil.which("pixi") else "as far as can be checked without Pixi"
        yield Finding("Lock", State.OK, f"pixi.lock matches {lesson.manifest} {by}")
    yield from (_environment(lesson, lock, name) for name in lock.environments)


def _placed(error: EnvironmentUnavailable) -> str:
    """Return a message with the place in a file that it names, if it names a line."""
    first = next(iter(error.problems), None)
    return f"{first.location}: {error.message}" if first and first.location.line else error.message


def _environment(lesson: Lesson, lock: LockedWorkspace, name: str) -> Finding:
    """Return where the cells of an environment would run here."""
    title = f"Environment {name}"
    try:
        packages = locked_packages(lock, name)
    except EnvironmentUnavailable as error:
        return Finding(title, State.ABSENT, error.message, error.hint)
    if any(package.name in CUDA_MARKERS for package in packages.packages) and machine.gpu() is None:
        return Finding(
            title, State.ABSENT, "it needs an NVIDIA GPU with its driver", "build it on such a machine, or show the committed records"
        )
    count = f"{len(packages.packages)} packages locked for {packages.platform}"
    if not RUNS_CELLS & {package.name for package in packages.packages}:
        count += ", neither ipykernel nor knitr among them, so that it runs no cells"
    if shutil.which("pixi"):
        return Finding(title, State.OK, f"{count}; Pixi installs them when an episode runs")
    used = choose.rattler_provider(lesson, lock)
    if used.installed(name):
        return Finding(title, State.OK, f"{count}, installed in {used.prefix(name)}")
    return _not_installed(title, count, name)


def _not_installed(title: str, count: str, name: str) -> Finding:
    message, hint = f"{count}, not installed: cells run in this Python", f"run `lesson environment install {name}`, or install Pixi"
    return Finding(title, State.ABSENT, message, hint)
