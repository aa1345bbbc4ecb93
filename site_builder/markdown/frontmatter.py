"""The YAML head of a page, between two lines of ``---`` (workbench-spec 3.2 and 5)."""

from __future__ import annotations

import difflib
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from site_builder.lesson.yaml_reading import UNREADABLE, TextLoader
from site_builder.markdown.document import FrontMatter
from site_builder.problems import Location, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePosixPath

_OPEN = re.compile(r"---[ \t]*(?:\n|$)")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)
EXECUTION = ("environment", "requires", "inputs", "needs")
"""Keys that change what runs: one that is nearly such a key is a slip, since any other key may be a lesson's own."""

HEADLESS = ("LS101", "LS102", "LS103", "LS104")
"""Problems after which a page has no front matter."""

_WHOLE = re.compile(r"[0-9]+")


def split_front_matter(text: str, path: PurePosixPath, *, required: bool = False) -> tuple[FrontMatter, str, int, list[Problem]]:
    """Return the front matter, the body, the number of lines before the body, and problems.

    ``text`` has ``\\n`` line ends and no byte order mark. Text that looks like front matter and is not stays in the body.
    With ``required`` a missing head is a warning.
    """
    opened = _OPEN.match(text)
    if not opened or not text[opened.end() :].split("\n", 1)[0].strip():
        return FrontMatter(), text, 0, _missing(path) if required else []
    closed = _CLOSE.search(text, opened.end())
    if not closed:
        return FrontMatter(), text, 0, [_problem("LS101", "the front matter is never closed", path, 1, 0, "end it with a line of ---")]
    head, body = text[opened.end() : closed.start()], text[closed.end() + 1 :]
    skipped = text.count("\n", 0, closed.end()) + 1
    problems: list[Problem] = []
    return _front_matter(head, path, problems), body, skipped, problems


def _missing(path: PurePosixPath) -> list[Problem]:
    hint = "begin with ---, title:, teaching:, exercises:, ---"
    return [_problem("LS102", "the episode has no front matter", path, 1, 0, hint, Severity.WARNING)]


def _problem(
    code: str, message: str, path: PurePosixPath, line: int, column: int, hint: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(code, message, Location(path, line, column), hint, severity)


def _front_matter(head: str, path: PurePosixPath, problems: list[Problem]) -> FrontMatter:
    try:
        node = yaml.compose(head, Loader=TextLoader)
        values = yaml.load(head, Loader=TextLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        line, column = yaml_place(error)
        message = f"the front matter is not YAML: {yaml_reason(error)}"
        hint = "write spaces for the tab" if "'\\t'" in message else "quote text that holds a colon, #, quote or bracket"
        problems.append(_problem("LS103", message, path, line + 1, column, hint))
        return FrontMatter()
    except UNREADABLE as error:
        problems.append(_problem("LS103", f"the front matter cannot be read: {error}", path, 2, 0, "quote the value"))
        return FrontMatter()
    if values is None:
        return FrontMatter()
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        message = f"the front matter is not a mapping but a {type(values).__name__}"
        problems.append(_problem("LS104", message, path, 2, 0, "write lines of the form key: value"))
        return FrontMatter()
    lines = {str(key.value): key.start_mark.line + 2 for key, _ in node.value}
    return _Values({str(key): value for key, value in values.items()}, lines, path, problems).read()


def yaml_place(error: yaml.YAMLError) -> tuple[int, int]:
    """Return the 1-based line and column within the YAML text where an error was met."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return (mark.line + 1, mark.column + 1) if mark else (1, 0)


def yaml_reason(error: yaml.YAMLError) -> str:
    """Return in a few words what is wrong."""
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed")


class _Values:
    """Reads the known keys of a mapping, each with a problem where its value has another form."""

    def __init__(self, values: Mapping[str, Any], lines: Mapping[str, int], path: PurePosixPath, problems: list[Problem]) -> None:
        self.values, self.lines, self.path, self.problems = values, lines, path, problems

    def read(self) -> FrontMatter:
        for key in self.values.keys() - EXECUTION:
            if meant := difflib.get_close_matches(key, EXECUTION, n=1, cutoff=0.85):
                self.complain("LS108", key, "is no key that is read", f"did you mean '{meant[0]}'?", Severity.WARNING)
        return FrontMatter(
            title=self.text("title"),
            teaching=self.minutes("teaching"),
            exercises=self.minutes("exercises"),
            pause=self.minutes("break") or 0,
            environments=self.words("environment"),
            requires=self.words("requires"),
            inputs=self.words("inputs"),
            needs=self.words("needs"),
            values=MappingProxyType(dict(self.values)),
            lines=MappingProxyType(dict(self.lines)),
        )

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, dict | list):
            self.complain("LS105", key, "has to be text", "put it in quotes")
            return ""
        return "" if value is None else str(value).strip()

    def minutes(self, key: str) -> int | None:
        value = self.values.get(key)
        whole = value if isinstance(value, int) and not isinstance(value, bool) else None
        if isinstance(value, float) and value.is_integer():
            whole = int(value)
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()) and len(value) < 10:
            whole = int(value)
        if value is None or (whole is not None and whole >= 0):
            return whole
        self.complain("LS106", key, "has to be a whole number of minutes", f"write {key}: 10", Severity.WARNING)
        return None

    def words(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        items = [value] if isinstance(value, str | int | float) else ([] if value is None else value)
        if not isinstance(items, list) or any(isinstance(item, dict | list) or item is None for item in items):
            self.complain("LS107", key, "has to be a word or a list of words", f"write {key}: [first, second]")
            return ()
        return tuple(str(item) for item in items)

    def complain(self, code: str, key: str, what: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(_problem(code, f"{key} {what}", self.path, self.lines.get(key, 1), 0, hint, severity))
