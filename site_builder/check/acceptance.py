"""Warnings that a lesson accepts, each with its reason: in its settings, or in a comment of a page (docs/problems.md). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import PurePosixPath

from site_builder.check.active import ADDRESS, CHANGES, FRAME, HANDLER, SCRIPT
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, Raw, walk
from site_builder.problems import Location, Problem, Severity
from site_builder.settings.lesson import Settings
from site_builder.weave.filter.raw import lift

COMMENT = re.compile(r"<!--\s*lesson:\s*(.*?)\s*-->", re.DOTALL)
ALLOW = re.compile(r"allow\s+(LS\d{3}(?:[\s,]+LS\d{3})*)\b[\s:,–—-]*(.*)", re.DOTALL)
CODE = re.compile(r"LS\d{3}")
NAMED = (SCRIPT, HANDLER, ADDRESS, FRAME, CHANGES)
"""Errors of a check that a site can be built with: what could run, where somebody answers for it."""

EVERYWHERE = 1 << 60


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One code that is accepted, with the reason and the place where that is written.

    It holds for the paths that match a pattern, and there for problems without a line and those from line ``first`` to ``last``.
    """

    code: str
    reason: str
    place: Location
    pattern: str = "*"
    first: int = 0
    last: int = EVERYWHERE

    def covers(self, problem: Problem) -> bool:
        """Tell whether this accepts a problem. Errors are not accepted, since with them there is no site; those of `NAMED` are."""
        place = problem.location
        return (
            problem.code == self.code
            and (problem.severity is Severity.WARNING or self.code in NAMED)
            and fnmatch(str(place.path), self.pattern)
            and (not place.line or self.first <= place.line <= self.last)
        )


def acceptances(
    settings: Settings, documents: Mapping[PurePosixPath, Document], kept: KeptResults = NOTHING_KEPT
) -> tuple[tuple[Acceptance, ...], tuple[Problem, ...]]:
    """Return what the settings and the pages accept, and a warning for each acceptance that says no code or no reason (code LS881).

    ``kept`` has what was found on equal pages before.
    """
    found: list[Acceptance] = []
    problems: list[Problem] = []
    for number, entry in enumerate(settings.accept):
        place = settings.place("accept", number)
        codes = [code for code in entry.codes if CODE.fullmatch(code)]
        if not codes or len(codes) < len(entry.codes) or not entry.reason:
            problems.append(_wrong(place, "write `code: LS604` and `reason: ...`"))
        elif entry.reason:
            found += [Acceptance(code, entry.reason, place, pattern) for code in codes for pattern in (entry.files or ("*",))]
    for path, document in documents.items():
        for words, first, last in kept.result("comments", partial(kept.digest_of, document.body), partial(_comments, document.body)):
            place = Location(path, first or 1)
            allowed = ALLOW.fullmatch(words)
            if allowed is None or not allowed[2]:
                problems.append(_wrong(place, "write `<!-- lesson: allow LS604 the reason -->`"))
            else:
                codes = CODE.findall(allowed[1])
                found += [Acceptance(code, " ".join(allowed[2].split()), place, _literal(path), first, last) for code in codes]
    return tuple(found), tuple(problems)


def _wrong(place: Location, hint: str) -> Problem:
    return Problem("LS881", "nothing is accepted here: a code and a reason are needed", place, hint, Severity.WARNING)


def _literal(path: PurePosixPath) -> str:
    """Return the pattern that matches one path."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _comments(nodes: Sequence[Node]) -> tuple[tuple[str, int, int], ...]:
    """Return what each comment says, with the first and last line for which it holds.

    Before everything else on the page it holds for the whole file, elsewhere for the block below it.
    """
    if not any(isinstance(node, Raw) and COMMENT.search(node.html) for node in walk(nodes)):
        return ()
    body = lift(nodes)
    found: list[tuple[str, int, int]] = []
    for node in body:
        if isinstance(node, Raw) and not _plain(node):
            found += ((comment[1], 0, EVERYWHERE) for comment in COMMENT.finditer(node.html))
        elif not _blank(node):
            break
    return (*found, *_inner(body))


@dataclass(slots=True)
class _Level:
    """Nodes that are being looked at, and by place the line before the first node from there on that has one, and before the first
    behind the block that comes next there; ``head_passed`` tells whether something came before.
    """

    nodes: Sequence[Node]
    before: Sequence[int]
    ends: Sequence[int]
    head_passed: bool
    place: int = 0

    @classmethod
    def of(cls, nodes: Sequence[Node], end: int, *, head_passed: bool) -> _Level:
        """Look from the last node to the first; behind all of them is the line ``end``."""
        before, ends = [end] * (len(nodes) + 1), [end] * (len(nodes) + 1)
        for place in range(len(nodes) - 1, -1, -1):
            node = nodes[place]
            line = _line(node)
            before[place] = line - 1 if line else before[place + 1]
            ends[place] = ends[place + 1] if _blank(node) or _is_comment(node) else before[place + 1]
        return cls(nodes, before, ends, head_passed)


def _inner(nodes: Sequence[Node]) -> Iterator[tuple[str, int, int]]:
    levels = [_Level.of(nodes, EVERYWHERE, head_passed=False)]
    while levels:
        level = levels[-1]
        if level.place == len(level.nodes):
            levels.pop()
            continue
        node = level.nodes[level.place]
        level.place += 1
        if isinstance(node, Raw):
            if level.head_passed:
                yield from ((comment[1], node.line, level.ends[level.place]) for comment in COMMENT.finditer(node.html))
            level.head_passed = level.head_passed or bool(_plain(node))
        elif not _blank(node):
            level.head_passed = True
        if isinstance(node, Element):
            levels.append(_Level.of(node.children, level.before[level.place], head_passed=True))


def _line(node: Node) -> int:
    return node.line if isinstance(node, Element | CodeBlock | Cell | Raw) else 0


def _is_comment(node: Node) -> bool:
    return isinstance(node, Raw) and not _plain(node)


def _plain(node: Raw) -> str:
    """Return the HTML of a node without its comments."""
    return re.sub(r"<!--.*?-->", "", node.html, flags=re.DOTALL).strip()


def _blank(node: Node) -> bool:
    return isinstance(node, str) and not node.strip()
