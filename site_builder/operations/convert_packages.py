"""Propose the environment of a converted lesson: what its cells import, and what its own lists of packages ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from site_builder.conversion.described import not_taken, of_description, of_environment, of_requirements
from site_builder.conversion.manifest import Requirement, manifest
from site_builder.conversion.packages import R_BASE, conda_of_r, conda_package
from site_builder.environments.conda_names import projects, public_mapping
from site_builder.execute.base import Job, Result
from site_builder.files import is_file, read_text
from site_builder.lesson.model import Lesson
from site_builder.lesson.renv import read_renv
from site_builder.lesson.workspace import manifest_name
from site_builder.outputs.storage import PLAIN
from site_builder.pipeline.jobs import shipped_files
from site_builder.plan.attached import attached_packages
from site_builder.plan.imports import imported_modules, named_modules
from site_builder.records.model import Display

NO_MAPPING = (
    "names of conda packages are those of a short table, or of the project itself: look at them (`conda-pypi` has the public mapping)"
)
ENVIRONMENTS = ("environment.yml", "environment.yaml")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A manifest for a lesson without one (``text``, empty where it has one or needs none), and what to do about it, a line each."""

    text: str = ""
    advice: tuple[str, ...] = ()


def propose(lesson: Lesson, results: Sequence[Result]) -> Proposal:
    """Return the environment for the cells that ran.

    Raises:
        MachineError: one of the lesson's files cannot be read.
    """
    jobs = [result.job for result in results]
    mapping = public_mapping()
    needed = [*_needed(lesson, jobs, mapping), *([Requirement("matplotlib-base", reason="draws figures")] if _draws(results) else [])]
    if not needed:
        return Proposal()
    existing = manifest_name(lesson.root)
    if existing is not None:
        names = " ".join(each.name for each in needed)
        return Proposal("", (f"{existing} is there: what the cells import is `{names}`; `pixi add` adds what it lacks",))
    described, channels, advice = _described(lesson.root, mapping)
    text = manifest(lesson.settings.title or lesson.root.name, [*described, *needed], tuple(channels) or ("conda-forge",))
    if not mapping:
        advice.append(NO_MAPPING)
    return Proposal(text, (*advice, "`pixi lock` locks it; commit pixi.toml and pixi.lock"))


def _draws(results: Iterable[Result]) -> bool:
    """Tell whether Python cells drew with Matplotlib, which code of pandas and others imports by itself."""
    outputs = (output for result in results for cell in result.cells if cell.language == "python" for output in cell.outputs)
    return any(isinstance(output, Display) and output.data.get(PLAIN, "").startswith("<Figure size") for output in outputs)


def _needed(lesson: Lesson, jobs: Iterable[Job], mapping: Mapping[str, str]) -> Iterator[Requirement]:
    jobs = list(jobs)
    cells = [cell for job in jobs for cell in job.cells]
    languages = {cell.language for cell in cells}
    if not languages.intersection(("python", "r")):
        return
    yield Requirement("python", f"{sys.version_info.major}.{sys.version_info.minor}.*", "that of the run")
    if "python" in languages:
        yield Requirement("ipykernel", reason="runs the cells")
        given = [*shipped_files(lesson), *named_modules(cells)]
        origins = projects()
        for module in imported_modules(cells, given):
            name = conda_package(module, origins.get(module, ""), mapping)
            yield Requirement(name, reason=f"`import {module}`" if name != module else "")
    if "r" in languages:
        yield Requirement("r-irkernel", reason="runs the cells of R")
        for package in attached_packages(cells):
            if package not in R_BASE:
                yield Requirement(conda_of_r(package))


def _described(root: Path, mapping: Mapping[str, str]) -> tuple[list[Requirement], list[str], list[str]]:
    """Return what the lesson's own lists ask for, their channels, and how Pixi takes them in itself."""
    found: list[Requirement] = []
    channels: list[str] = []
    advice: list[str] = []
    for name in ENVIRONMENTS:
        if is_file(root / name):
            text = read_text(root / name)[0]
            asked, channels = of_environment(text, mapping)
            found += asked
            advice.append(f"{name} is in it; `pixi init --import {name}` takes over that file alone")
            advice += _without(text, name)
            break
    if is_file(root / "requirements.txt"):
        text = read_text(root / "requirements.txt")[0]
        found += of_requirements(text, mapping)
        advice.append("requirements.txt is in it, under the names of conda packages")
        advice += _without(text, "requirements.txt")
    lock = read_renv(root)
    if lock is not None and lock.fault:
        advice.append(f"{lock.path} cannot be read, so nothing of it is in it")
    elif lock is not None:
        found += [Requirement(conda_of_r(name, source), reason="renv.lock") for name, source in lock.sources.items() if name not in R_BASE]
        found += [Requirement("r-base", f"{'.'.join(lock.r.split('.')[:2])}.*", "renv.lock")] if lock.r else []
        advice.append(f"{lock.path} is in it, without its versions, which conda-forge may not have")
    if is_file(root / "DESCRIPTION"):
        found += of_description(read_text(root / "DESCRIPTION")[0])
        advice.append("DESCRIPTION is in it")
    return found, channels, advice


def _without(text: str, name: str) -> list[str]:
    left = not_taken(text, name)
    if left == [name]:
        return [f"but {name} cannot be read, so nothing of it is in it"]
    return [f"but `{line}` in {name} is no name of a package: add what it stands for" for line in left]
