"""Which acceptance covers which problem. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TypeAlias

from site_builder.check.acceptance import Acceptance
from site_builder.problems import Problem, Report, Severity


@dataclass(frozen=True, slots=True)
class Divided:
    """A report without what is accepted; and each acceptance with the problems that it covers, in their order."""

    report: Report
    accepted: tuple[tuple[Acceptance, tuple[Problem, ...]], ...] = ()


def divide(report: Report, acceptances: Sequence[Acceptance]) -> Divided:
    """Take what is accepted out of a report; the first acceptance that covers a problem counts."""
    covered: dict[int, list[Problem]] = {number: [] for number in range(len(acceptances))}
    left: list[Problem] = []
    found = _first_covering(report.problems, acceptances)
    for problem in report.problems:
        number = found.get(_kind(problem), {}).get(problem.location.line)
        covers = number is not None and acceptances[number].covers(problem)
        (covered[number] if covers and number is not None else left).append(problem)
    return Divided(Report(tuple(left)), tuple((item, tuple(covered[number])) for number, item in enumerate(acceptances)))


_Kind: TypeAlias = tuple[str, PurePosixPath, bool]


def _kind(problem: Problem) -> _Kind:
    return problem.code, problem.location.path, problem.severity is Severity.WARNING


def _first_covering(problems: Iterable[Problem], acceptances: Sequence[Acceptance]) -> dict[_Kind, dict[int, int]]:
    """Return the number of the first acceptance that covers the problems on a line, by their kind and that line.

    A page may accept thousands of problems: each acceptance passes over the lines that an earlier one has.
    """
    examples: dict[_Kind, dict[int, Problem]] = {}
    for problem in problems:
        examples.setdefault(_kind(problem), {})[problem.location.line] = problem
    by_code: dict[str, list[int]] = {}
    for number, item in enumerate(acceptances):
        by_code.setdefault(item.code, []).append(number)
    found: dict[_Kind, dict[int, int]] = {}
    for kind, by_line in examples.items():
        lines = sorted(by_line)
        free = [*range(len(lines) + 1)]
        for number in by_code.get(kind[0], ()):
            item = acceptances[number]
            if not fnmatch(str(kind[1]), item.pattern):
                continue
            places = [0] if lines[0] == 0 else []
            place = _free(free, bisect_left(lines, max(item.first, 1)))
            while place < len(lines) and lines[place] <= item.last:
                places.append(place)
                free[place] = place + 1
                place = _free(free, place)
            for each in places:
                found.setdefault(kind, {}).setdefault(lines[each], number)
    return found


def _free(free: list[int], place: int) -> int:
    """Return the first free place from one on, and shorten the way there."""
    passed = []
    while free[place] != place:
        passed.append(place)
        place = free[place]
    for each in passed:
        free[each] = place
    return place
