"""A block of code that shows a session, line by line: prompts, what was typed, what was printed. Pure."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from site_builder.typed.dialects import NAMED_SHELL, PYTHON, SHELL, Dialect, dialects
from site_builder.typed.shell import Command, statements

LONGEST = 1000
"""Lines of one command that are looked at for its end; so the time for a block grows with its length alone."""
COMPOUND = re.compile(r"@|(?:async|class|def|for|if|match|try|while|with)\b")
"""How statements of Python begin that have a block."""
APOSTROPHE = re.compile(r"^[^'\"]*\w'\w[^'\"]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text`` behind a ``prompt`` (which may be empty) is typed or printed; before a ``gap`` an empty line must be typed.

    A command ``begins`` in its first line.
    """

    prompt: str
    text: str
    typed: bool
    gap: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class ShownSession:
    """The lines of a session, and the language of its commands."""

    language: str
    lines: tuple[Line, ...]

    @property
    def typed(self) -> list[str]:
        """What a reader types, line by line."""
        return [text for line in self.lines for text in (*([""] if line.gap else []), *([line.text] if line.typed else []))]


def read_session(text: str, language: str) -> ShownSession | None:
    """Return the session that a block shows; nothing if it shows no prompt, so that all of it is code."""
    lines = text.removesuffix("\n").split("\n")
    possible = dialects(language)
    for dialect in possible:
        first = next((line for line in _beginnings(lines, dialect) if dialect.prompt.match(line)), None)
        if first is not None and (_begins_with(lines, dialect) or PYTHON not in possible or not _is_python(text)):
            shown = NAMED_SHELL if dialect is SHELL and NAMED_SHELL.prompt.match(first) else dialect
            return ShownSession(shown.language, tuple(_gaps(_read(lines, shown), shown)))
    return None


def _beginnings(lines: Sequence[str], dialect: Dialect) -> list[str]:
    """Return the lines at which a command may begin."""
    if not dialect.is_shell or not any(dialect.prompt.match(line) for line in lines):
        return list(lines)
    first = [held[0] for held in statements(lines)]
    return first if dialect.prompt.match("$ ") else [line for line in first if line.strip()][:1]


def _begins_with(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether a prompt stands first; ``In [1]: x`` would be an annotation of Python, too."""
    return dialect.prompt.match(next((line for line in lines if line.strip()), "")) is not None


def _is_python(text: str) -> bool:
    """Whether this is a program whose documentation shows a session."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _read(lines: Sequence[str], dialect: Dialect) -> list[Line]:
    out: list[Line] = []
    place = 0
    ends = {line.removeprefix(found[0] if (found := dialect.more.match(line)) else "").strip("\t") for line in lines}
    while place < len(lines):
        found = dialect.prompt.match(lines[place])
        if found is None:
            out.append(Line("", lines[place], typed=False))
            place += 1
            continue
        first = Line(found[0], lines[place][found.end() :], typed=True, begins=True)
        rest = (
            _shell_lines(first.text, lines[place + 1 : place + 2 + LONGEST], dialect, ends)
            if dialect.is_shell
            else _marked_lines(first.text, lines, place + 1, dialect)
        )
        out += [first, *rest]
        place += 1 + len(rest)
    return out


def _marked_lines(before: str, lines: Sequence[str], place: int, dialect: Dialect) -> list[Line]:
    """Return the further lines of a command: those with a mark, and those after a line that is unfinished."""
    out: list[Line] = []
    for line in lines[place:]:
        if found := dialect.more.match(line):
            out.append(Line(found[0], line[found.end() :], typed=True))
        elif dialect.unfinished(before.rstrip()) and not dialect.prompt.match(line):
            out.append(Line("", line, typed=True))
        else:
            break
        before = out[-1].text
    return out


def _shell_lines(first: str, following: Sequence[str], dialect: Dialect, ends: Collection[str]) -> list[Line]:
    """Return the further lines of a shell's command.

    A quotation that never ends, not before the next prompt, or that begins within a word, is an apostrophe in a session that was typed by
    hand: the command is then what is marked as going on. ``ends`` are all lines of the block that may end a here-document.
    """
    command = Command()
    command.feed(first)
    marked = bool(following) and dialect.more.match(following[0]) is not None
    out: list[Line] = []
    for line in following:
        if not command.waits or len(out) == LONGEST or (command.in_document and command.documents[0][0] not in ends):
            break
        further = _further(line, dialect, marked)
        if not further.prompt and not command.in_document and dialect.prompt.match(line):
            break
        command.feed(further.text)
        out.append(further)
    return _explicit(first, out) if command.waits or APOSTROPHE.search(first) else out


def _explicit(first: str, lines: Sequence[Line]) -> list[Line]:
    out: list[Line] = []
    for line in lines:
        if not line.prompt and not (out[-1].text if out else first).endswith("\\"):
            break
        out.append(line)
    return out


def _further(line: str, dialect: Dialect, marked: bool) -> Line:
    found = dialect.more.match(line) if marked else None
    return Line(found[0], line[found.end() :], typed=True) if found else Line("", line, typed=True)


def _gaps(lines: Sequence[Line], dialect: Dialect) -> list[Line]:
    """Mark where an interpreter needs an empty line that the session does not show."""
    out: list[Line] = []
    first = last = ""
    for line in lines:
        gap = dialect.block_ends_empty and line.begins and last[:1] in (" ", "\t") and COMPOUND.match(first) is not None
        out.append(replace(line, gap=gap))
        first = line.text if line.begins else first
        last = line.text if line.typed else last
    return out
