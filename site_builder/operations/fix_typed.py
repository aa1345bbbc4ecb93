"""Write what code prints today into the fences that show its output; prose and code are never touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.markdown.fence_source import fence_at, lines_of
from site_builder.operations.verify_static import StaticReport
from site_builder.verification.typed.findings import WARNS, WRONG, FenceFinding

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
        text, wrong = _text(root / path)
        made = {} if wrong else replaced(text, {line: finding.now for line, finding in found.items()})
        for line in found:
            if line in made:
                written.append(f"{path}:{line}")
            else:
                refused.append((f"{path}:{line}", wrong or "the fence could not be found, or the new output has a fence in it"))
        if made:
            files.rewrite_bytes(root / path, _joined(text, made).encode())
    return Fixed(tuple(written), tuple(refused))


def _text(path: Path) -> tuple[str, str]:
    """Return a file's text with its byte order mark and its line ends, or why it cannot be written."""
    if files.is_read_only(path):
        return "", "the file may not be written"
    try:
        return files.read_bytes(path).decode(), ""
    except UnicodeDecodeError:
        return "", "the file is not UTF-8"


def _obstacle(path: PurePosixPath, finding: FenceFinding) -> str:
    if path.suffix not in MARKDOWN:
        return "only outputs in Markdown are written; run a notebook again in Jupyter"
    if finding.several or len([line for line in finding.fences if line >= finding.line]) > 1:
        return "its output is typed in several fences: which part belongs where is the author's choice"
    if finding.cause and finding.cause.kind == WARNS:
        return "its output is right; write the code in another way, so that nothing warns"
    return "" if finding.now.strip() else "it prints nothing today: text and fence need an author"


@dataclass(frozen=True, slots=True)
class _Body:
    first: int
    last: int
    lines: tuple[str, ...]


def replaced(text: str, outputs: Mapping[int, str]) -> dict[int, _Body]:
    """Return, by the line of the opening fence, which lines of a text become which; a fence that cannot be replaced is missing."""
    lines, _ = lines_of(text)
    made = {}
    for line, output in outputs.items():
        fence = fence_at(lines, line)
        if fence is not None and fence.marks not in output:
            made[line] = _Body(line, fence.last, tuple(f"{fence.margin}{row}".rstrip() for row in output.split("\n")))
    return made


def _joined(text: str, bodies: Mapping[int, _Body]) -> str:
    """Return a text with other lines in some fences; they end as the fence's first line does."""
    lines, ends = lines_of(text)
    for body in sorted(bodies.values(), key=lambda each: -each.first):
        end = ends[body.first - 1]
        lines[body.first : body.last] = body.lines
        ends[body.first : body.last] = [end] * len(body.lines)
    return "".join(line + end for line, end in zip(lines, ends, strict=True))
