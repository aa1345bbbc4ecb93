"""Outputs that were typed by hand: plain Python fences with their typed outputs, and what they print now. Pure.

In the Workbench's dialect a fence of class ``output``, ``error`` or ``warning`` directly below a code fence shows the code's output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock, Element, Node, Raw
from site_builder.outputs.registry import shows_picture
from site_builder.outputs.storage import PLAIN
from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.terminal import plain
from site_builder.verification.comparison import advice_on, difference_of
from site_builder.verification.normalisers import Normalisers

LANGUAGES = frozenset(("python", "py", "python3", "ipython"))
NOT_TO_RUN = "no-run"
"""The class of a fence that is only an illustration, ``{.python .no-run}``; the Workbench shows it like any other."""
EXERCISES = ("challenge", "discussion")
ANSWERS = ("solution", "hint", "spoiler", "callout", "instructor")
BLANK = re.compile(r"(?<!\w)_{3,}(?!\w)|_{6,}")
"""Blanks for a learner to fill in. Names such as ``__init__`` have letters between the underscores."""
ELISION = re.compile(r"\s*\[?(?:\.{3,}|[…⋮])(?:\s*(?:\.{3,}|[…⋮]))*\]?\s*")
"""A typed line that matches any number of printed ones."""
MISSING_FILE = re.compile(r"No such file or directory: (?P<name>.+)$|File (?P<other>.+) does not exist")
CELL_FILE = re.compile(r"(?:, line \d+)?(?: \((?:[^()]*\.py|<[^<>]*>), line \d+\))$")
"""The location in a kernel's syntax error: a file whose name is random."""
MISSING_MODULE = re.compile(r"No module named (?P<name>.+)$")


class FenceOutcome(Enum):
    """The kind of a finding."""

    SAME = "same"
    SPACING = "white space"
    DIFFERS = "differs"
    FAILED = "failed"
    EXERCISE = "fails in an exercise"
    NOT_RAISED = "did not raise"
    UNRUNNABLE = "not runnable"
    UNTYPED = "nothing typed"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A code fence and what is typed below it: output and error, None if there is none. Lines are those of the fences.

    ``exercise`` tells that it is in a challenge and not in a solution: there code may fail, because finding out why is the exercise.
    """

    code: str
    line: int
    output: str | None = None
    error: str | None = None
    typed_line: int = 0
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class FenceFinding:
    """The finding for one code fence: its kind, the line, a reason, and the diff of typed and printed text."""

    kind: FenceOutcome
    line: int
    reason: str = ""
    difference: tuple[str, ...] = ()


def exchanges(document: Document) -> tuple[Exchange, ...]:
    """Return the Python fences of a page in their order; only what directly follows a fence belongs to it."""
    current: Exchange | None = None
    found: list[Exchange] = []
    for node, box in _with_boxes(document.body):
        typed = _typed_kind(node)
        if current and typed:
            assert isinstance(node, CodeBlock)
            current = _with_typed(current, typed, node)
            continue
        if current:
            found.append(current)
        fence = isinstance(node, CodeBlock) and _kind(node) in LANGUAGES and NOT_TO_RUN not in node.classes
        current = Exchange(node.text, node.line, exercise=box in EXERCISES) if fence and isinstance(node, CodeBlock) else None
    return tuple(found)


def _with_boxes(nodes: Sequence[Node]) -> Iterator[tuple[Node | None, str]]:
    """Yield all nodes in document order without recursion, each with the box that contains it, and None wherever an element ends.

    Invisible nodes are left out.
    """
    stack = [(iter(nodes), "")]
    while stack:
        level, box = stack[-1]
        for node in level:
            if _is_nothing(node):
                continue
            yield node, box
            if isinstance(node, Element):
                stack.append((iter(node.children), _box(node) or box))
                break
        else:
            stack.pop()
            yield None, box


def _box(element: Element) -> str:
    return next((name for name in element.classes if name in (*EXERCISES, *ANSWERS)), "")


def _kind(block: CodeBlock) -> str:
    return block.classes[0].lower() if block.classes else ""


def _typed_kind(node: Node | None) -> str:
    return _kind(node) if isinstance(node, CodeBlock) and _kind(node) in ("output", "error", "warning") else ""


def _is_nothing(node: Node) -> bool:
    return (isinstance(node, str) and not node.strip()) or (isinstance(node, Raw) and node.html.lstrip().startswith("<!--"))


def _with_typed(exchange: Exchange, kind: str, block: CodeBlock) -> Exchange:
    line = exchange.typed_line or block.line
    if kind == "output":
        joined = block.text if exchange.output is None else f"{exchange.output}\n{block.text}"
        return replace(exchange, output=joined, typed_line=line)
    return replace(exchange, error=block.text, typed_line=line) if kind == "error" else exchange


def judge(exchange: Exchange, outputs: Iterable[Output], normalisers: Normalisers, raised_line: int = 0) -> FenceFinding:
    """Compare a fence's output with what is typed below it; ``raised_line`` is the source line that raised, 0 if unknown."""
    items = tuple(outputs)
    raised = next((item for item in items if isinstance(item, Raised)), None)
    if raised is not None:
        return _judge_raised(exchange, raised, raised_line or exchange.line, normalisers)
    if exchange.error is not None:
        return FenceFinding(FenceOutcome.NOT_RAISED, exchange.line, f"an error is typed below it: {_last_line(exchange.error)}")
    if exchange.output is None:
        return FenceFinding(FenceOutcome.UNTYPED, exchange.line)
    now = printed(items)
    kind, difference = _compared(exchange.output, now, normalisers)
    near = advice_on(_trimmed(exchange.output), _trimmed(now), ()) if kind is FenceOutcome.DIFFERS else ()
    return FenceFinding(kind, exchange.typed_line, f"equal with --normalise {' --normalise '.join(near)}" if near else "", difference)


def _judge_raised(exchange: Exchange, raised: Raised, line: int, normalisers: Normalisers) -> FenceFinding:
    said = CELL_FILE.sub("", f"{raised.name}: {plain(raised.value)}".strip(": ").split("\n")[0])
    announced = exchange.error if exchange.error is not None else exchange.output
    if announced is not None and (exchange.error is not None or _last_line(announced).startswith(f"{raised.name}:")):
        kind, difference = _compared(_announced(announced, raised.name), said, normalisers)
        return FenceFinding(kind, exchange.typed_line, "" if kind is FenceOutcome.SAME else "a different error than typed", difference)
    if BLANK.search(exchange.code):
        return FenceFinding(FenceOutcome.UNRUNNABLE, line, "it has blanks to fill in")
    if lacking := _lacking(raised):
        return FenceFinding(FenceOutcome.UNRUNNABLE, line, lacking)
    return FenceFinding(FenceOutcome.EXERCISE if exchange.exercise and exchange.output is None else FenceOutcome.FAILED, line, said)


def _announced(error: str, name: str) -> str:
    """Return the line of a typed traceback that names the exception; tracebacks themselves change with every release of Python."""
    lines = [line.strip() for line in error.strip().split("\n")]
    return CELL_FILE.sub("", next((line for line in reversed(lines) if line.startswith(name)), _last_line(error)))


def _last_line(text: str) -> str:
    return (text.strip().split("\n") or [""])[-1].strip()


def _lacking(raised: Raised) -> str:
    if raised.name in ("ModuleNotFoundError", "ImportError") and (found := MISSING_MODULE.search(raised.value)):
        return f"it needs the package {found['name']}"
    if raised.name == "FileNotFoundError":
        found = MISSING_FILE.search(raised.value)
        return f"it needs the file {found['name'] or found['other']}" if found else "it needs a file that does not exist"
    return ""


def printed(outputs: Iterable[Output]) -> str:
    """Return the text that a reader of a notebook sees below a cell: standard output and values, without pictures and warnings."""
    text = ""
    for item in outputs:
        if isinstance(item, Stream):
            text += item.text if item.name == "stdout" else ""
        elif isinstance(item, Display) and not shows_picture(item.data):
            text += ("" if not text or text.endswith("\n") else "\n") + item.data.get(PLAIN, "") + "\n"
    return plain(text)


def _compared(typed: str, now: str, normalisers: Normalisers) -> tuple[FenceOutcome, tuple[str, ...]]:
    before, after = _trimmed(typed), _trimmed(now)
    difference = difference_of(before, after, normalisers)
    if not difference or _fits(before, after):
        return FenceOutcome.SAME, ()
    same_words = "".join(typed.split()) == "".join(now.split())
    return (FenceOutcome.SPACING if same_words else FenceOutcome.DIFFERS), difference


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _fits(typed: Sequence[str], now: Sequence[str]) -> bool:
    """Tell whether printed lines match typed ones in which a line of dots omits some.

    Lines before the first dots must come first, lines after the last dots last, and the rest in between in order; as
    each part is matched where it first fits, the search never goes back (doctest's rule for ``ELLIPSIS``).
    """
    parts = _between_dots(typed)
    if len(parts) == 1:
        return False
    first, *middle, last = parts
    start, end = len(first), len(now) - len(last)
    if start > end or list(now[:start]) != first or list(now[end:]) != last:
        return False
    for part in middle:
        place = next((n for n in range(start, end - len(part) + 1) if list(now[n : n + len(part)]) == part), None)
        if place is None:
            return False
        start = place + len(part)
    return True


def _between_dots(typed: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in typed:
        if ELISION.fullmatch(line):
            parts.append([])
        else:
            parts[-1].append(line)
    return parts
