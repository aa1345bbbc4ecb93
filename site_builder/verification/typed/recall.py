"""What a page takes from earlier ones: the code there that binds the names which it uses and nothing on it defines. Pure.

Learners go on in the session of the episode before; each page runs in one of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from site_builder.verification.typed.exchange_judging import Ran
from site_builder.verification.typed.fences import Exchange, Fences, Place
from site_builder.verification.typed.findings import FenceFinding
from site_builder.verification.typed.names import names_in, without_magics
from site_builder.verification.typed.printed import printed

R_ATTACH = re.compile(r"^\s*(?:library|require)\(\s*[\"']?([A-Za-z][\w.]*)[\"']?\s*\)\s*$")
R_ASSIGN = re.compile(r"^\s*(?P<name>[A-Za-z.][\w.]*)\s*(?:<-|=(?!=))")
DEEPEST = 20
"""Statements that one name may depend on, one through the other."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """Code of one language that runs before a page's own."""

    language: str
    source: str

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """The names that it binds, each with its language; none of a shell, whose folders and files are looked at apart."""
        bound = names_in(self.source, self.language).bound if self.language != "bash" else ()
        return frozenset((self.language, name) for name in bound)


def wanted_names(findings: Iterable[FenceFinding]) -> Mapping[str, tuple[str, ...]]:
    """Return by language the names that a page uses and nothing on it defines, in their order."""
    found: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.cause and finding.cause.kind == "name" and finding.language in ("python", "r"):
            found.setdefault(finding.language, {})[finding.cause.about] = None
    return {language: tuple(names) for language, names in found.items()}


def recall(names: Collection[str], language: str, earlier: Sequence[tuple[Fences, Mapping[int, Ran]]]) -> Recalled | None:
    """Return the code of earlier pages that binds names, the nearest page first; None if they bind none of them.

    ``earlier`` are the pages before this one in the lesson's order, with how their fences ran: code that raised or did not run, and code
    of exercises, is not taken. Packages of R that they attach come along, since nobody can tell which of them has a function.
    """
    taken: dict[str, None] = {}
    known = [_statements(fences, ran, language) for fences, ran in earlier]
    found = False
    for name in names:
        page = next((page for page in reversed(known) if any(name in bound for _, bound, _ in page)), None)
        if page is not None:
            found = True
            taken |= dict.fromkeys(_closure(name, page))
    attached = [text for page in known for text, _, _ in page if language == "r" and R_ATTACH.match(text)]
    if not found and not attached:
        return None
    return Recalled(language, "\n".join(dict.fromkeys((*attached, *taken))))


Statement = tuple[str, frozenset[str], frozenset[str]]
"""Source, the names that it binds, and those that it uses."""


def _closure(name: str, page: Sequence[Statement]) -> list[str]:
    """Return the last statement of a page that binds a name, after those that it depends on there."""
    order: list[int] = []
    waiting = [(name, len(page))]
    while waiting and len(order) < DEEPEST:
        wanted, before = waiting.pop()
        place = next((number for number in range(before - 1, -1, -1) if wanted in page[number][1]), None)
        if place is not None and place not in order:
            order.append(place)
            waiting += [(used, place) for used in page[place][2]]
    return [page[number][0] for number in sorted(order)]


def _statements(fences: Fences, ran: Mapping[int, Ran], language: str) -> list[Statement]:
    """Return the statements of a page's text that ran; of code that raised, or was not run to its end, the packages that it attaches."""
    found: list[Statement] = []
    for number, exchange in enumerate(fences.exchanges):
        done = ran.get(number, Ran())
        if exchange.language != language or exchange.place is not Place.TEXT or done.stopped:
            continue
        own = _python(exchange) if language == "python" else _r(exchange)
        clean = printed(output for outputs in done.outputs for output in outputs).raised is None
        found += own if clean else [each for each in own if R_ATTACH.match(each[0])]
    return found


def _python(exchange: Exchange) -> list[Statement]:
    code = without_magics(exchange.code)
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    texts = [ast.get_source_segment(code, node) or "" for node in body if not isinstance(node, ast.Expr)]
    return [(text, names.bound, names.used) for text in texts for names in (names_in(text, "python"),)]


def _r(exchange: Exchange) -> list[Statement]:
    """Lines that are whole statements of their own: an assignment or an attached package, with all brackets closed."""
    found: list[Statement] = []
    for line in exchange.code.split("\n"):
        if (
            line.count("(") != line.count(")")
            or line.count("{") != line.count("}")
            or line.rstrip().endswith(("+", "|>", "%>%", ",", "<-"))
        ):
            continue
        if named := R_ASSIGN.match(line):
            names = names_in(line, "r")
            found.append((line, frozenset((named["name"],)), names.used - {named["name"]}))
        elif R_ATTACH.match(line):
            found.append((line, frozenset(), frozenset()))
    return found
