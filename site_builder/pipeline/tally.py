"""Where the results on a lesson's pages come from, in one sentence; and what ``--locked`` refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from site_builder.environments.kernels import KNOWN, wanted_kernel
from site_builder.environments.providers.choose import is_host
from site_builder.episode import Episode
from site_builder.lesson.model import Kind, Lesson
from site_builder.markdown.tree import Cell
from site_builder.problems import Location, Problem

NAMED = 3
"""Reasons that are named before the rest is counted."""


def tally(episodes: Sequence[Episode], lesson: Lesson, provider: str) -> str:
    """Say how many episodes show results from where, how many show none and why, and which cells were left out; nothing without episodes.

    ``provider`` is the one that the command asked for (``auto``, …).
    """
    episodes = [episode for episode in episodes if episode.source.kind is Kind.EPISODE]
    if not episodes:
        return ""
    if not any(episode.cells for episode in episodes):
        return f"{_count(len(episodes), 'episode')}, without code that runs"
    records = [episode.record for episode in episodes if episode.record]
    without = [episode for episode in episodes if episode.cells and not episode.record]
    contained = sum(record.provenance.contained and not record.differs for record in records)
    foreign = sum(not record.provenance.fixed for record in records)
    older = sum(record.provenance.locked and bool(record.outdated) for record in records)
    other = sum(record.provenance.fixed and bool(record.differs) and not record.outdated for record in records)
    today = len(records) - foreign - older - other - contained
    parts = [
        (today, "from its locked environment" if today == 1 else "from their locked environment", ""),
        (contained, "from a container image", ""),
        (older, "made with another lock", ""),
        (other, "made otherwise than today", ""),
        (foreign, "from this machine's own packages", unprovided(lesson, provider)),
        (len(without), "without results", _together(_reason(episode) for episode in without)),
        (sum(not episode.cells for episode in episodes), "without code that runs", ""),
    ]
    said = [f"{number} {words}{f' ({why})' if why else ''}" for number, words, why in parts if number]
    partly = [(episode, left) for episode in episodes if (left := list(_left_out(episode)))]
    if partly:
        why = _together(reason for episode, left in partly for reason in _reasons(episode, left))
        said.append(f"cells of {len(partly)} did not run ({why})")
    return f"{_count(len(episodes), 'episode')}: {', '.join(said)}"


def unprovided(lesson: Lesson, provider: str) -> str:
    """Say why a lesson that has a lock file, or a Pixi manifest, runs with this machine's own packages; empty where it has neither."""
    if lesson.lock is None:
        return f"{lesson.manifest} has no lock: run `pixi lock`" if lesson.manifest else ""
    if provider == "host":
        return "--environments host passes over pixi.lock"
    if is_host(provider, lesson.root, lesson.manifest, lesson.lock):
        return "nothing here provides what is in pixi.lock: install Pixi or run `lesson environment install`"
    return "not every environment is installed: run `lesson environment install`"


def refused_by_locked(episodes: Iterable[Episode], lesson: Lesson, provider: str) -> Iterator[Problem]:
    """Yield an error for each episode that would run with, or shows results of, this machine's own packages."""
    for episode in episodes:
        record, request = episode.record, episode.request
        if request is None or (episode.obstacle and record is None):
            continue
        if record is not None and not record.provenance.fixed:
            message = f"its results were made on {record.provenance.machine} with that machine's own packages"
        elif record is not None and record.otherwise:
            message = f"its results were {record.otherwise}"
        elif record is None and not request.locked:
            message = "its code would run with this machine's own packages"
        else:
            continue
        yield refusal(episode.path, episode.place("environment").line, message, lesson, provider)


def refusal(path: PurePosixPath, line: int, message: str, lesson: Lesson, provider: str) -> Problem:
    """Return what ``--locked`` says of an episode."""
    hint = unprovided(lesson, provider) or "run `pixi init` in the lesson, add what the code needs, and commit the lock"
    return Problem("LS030", f"{message}, which --locked refuses", Location(path, line), hint)


def _left_out(episode: Episode) -> Iterator[Cell]:
    """Yield the cells that were meant to run and have no results beside others that have."""
    if episode.record:
        for cell in episode.cells:
            if isinstance(cell, Cell) and cell.options.evaluate and cell.identifier not in episode.record.ran:
                yield cell


def _reason(episode: Episode) -> str:
    found = _reasons(episode, [cell for cell in episode.cells if isinstance(cell, Cell)])
    return next(iter(found), "") or _words(episode.step.reason if episode.step else "")


def _reasons(episode: Episode, cells: Iterable[Cell]) -> list[str]:
    """Return why cells did not run: a language that nothing runs here, or what else they lack."""
    found = []
    for cell in cells:
        lacking = episode.missing.get(cell.identifier, ())
        if wanted_kernel(cell.language) in lacking:
            unknown = cell.language.lower() not in KNOWN
            found.append(f"`{{{cell.language}}}` is no language that runs" if unknown else f"no kernel for {cell.language} here")
        elif lacking:
            found.append(f"needs {', '.join(lacking)}")
    return found


def _together(reasons: Iterable[str]) -> str:
    found = list(dict.fromkeys(filter(None, reasons)))
    more = [f"and {len(found) - NAMED} more reasons"] if len(found) > NAMED + 1 else []
    return "; ".join([*(found[:NAMED] if more else found), *more])


def _words(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
