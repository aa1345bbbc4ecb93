"""Write what code prints today into the fences that show its output; prose and code are never touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.operations.verify_static import StaticReport
from site_builder.verification.typed.findings import WRONG, FenceFinding

OPENING = re.compile(r"^(?P<margin>[ \t>]*)(?P<fence>`{3,}|~{3,})")
MARKDOWN = frozenset((".md", ".Rmd", ".qmd"))


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was written: the places of the fences; and what was not, with the reason."""

    written: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def fixable(report: StaticReport) -> tuple[tuple[PurePosixPath, FenceFinding], ...]:
    """Return the findings whose typed output could be replaced, in the lesson's order."""
    return tuple((item.path, finding) for item in report.episodes for finding in item.findings if finding.verdict in WRONG)


def place_of(path: PurePosixPath, finding: FenceFinding) -> str:
    """Return the name by which an author confirms a fence: ``e1:12``."""
    return f"{path.stem}:{finding.line}"


def fix(root: Path, report: StaticReport, places: Iterable[str]) -> Fixed:
    """Replace the outputs at ``places`` (``e1:12`` or ``episodes/e1.md:12``) by what is printed today.

    Raises:
        MachineError: a file cannot be read or written.
    """
    known = {name: item for item in fixable(report) for name in (place_of(*item), f"{item[0]}:{item[1].line}")}
    refused: list[tuple[str, str]] = []
    chosen: dict[PurePosixPath, dict[int, FenceFinding]] = {}
    for place in places:
        if place not in known:
            refused.append((place, "no output differs there"))
            continue
        path, finding = known[place]
        reason = _obstacle(path, finding)
        if reason:
            refused.append((place, reason))
        else:
            chosen.setdefault(path, {})[finding.line] = finding
    written = []
    for path, found in chosen.items():
        text, valid = files.read_text(root / path)
        made = replaced(text, {line: finding.now for line, finding in found.items()}) if valid else {}
        for line in found:
            if line in made:
                written.append(f"{path}:{line}")
            else:
                refused.append((f"{path}:{line}", "the fence could not be found, or the new output has a fence in it"))
        if made:
            files.write_text(root / path, _joined(text, made))
    return Fixed(tuple(written), tuple(refused))


def _obstacle(path: PurePosixPath, finding: FenceFinding) -> str:
    if path.suffix not in MARKDOWN:
        return "only outputs in Markdown are written; run a notebook again in Jupyter"
    if len([line for line in finding.fences if line >= finding.line]) > 1:
        return "its output is typed in several fences: which part belongs where is the author's choice"
    return "" if finding.now.strip() else "it prints nothing today: text and fence need an author"


@dataclass(frozen=True, slots=True)
class _Body:
    first: int
    last: int
    lines: tuple[str, ...]


def replaced(text: str, outputs: Mapping[int, str]) -> dict[int, _Body]:
    """Return, by the line of the opening fence, which lines of a text become which; a fence that cannot be replaced is missing."""
    lines = text.split("\n")
    made = {}
    for line, output in outputs.items():
        opening = OPENING.match(lines[line - 1]) if line <= len(lines) else None
        if not opening or opening["fence"] in output:
            continue
        end = next((n for n in range(line, len(lines)) if lines[n].strip().lstrip("> ").startswith(opening["fence"])), None)
        if end is not None:
            made[line] = _Body(line, end, tuple(f"{opening['margin']}{row}".rstrip() for row in output.split("\n")))
    return made


def _joined(text: str, bodies: Mapping[int, _Body]) -> str:
    lines = text.split("\n")
    for body in sorted(bodies.values(), key=lambda each: -each.first):
        lines[body.first : body.last] = body.lines
    return "\n".join(lines)
