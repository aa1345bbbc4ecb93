"""Whether a shell would run a command as it stands, or wait for more of it. Pure.

The grammar is that of POSIX: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, with bash's ``$'…'``, ``<<<``,
``((…))`` and ``select``. It is read for the ends of commands alone.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^']*)'|\"([^\"]*)\"|\\?([\w.!+@%/-]+))")
WORD = re.compile(r"[^\s'\"`$\\;&|()<>#{}]+|[{}]")
OPENING = {"if": "fi", "for": "done", "while": "done", "until": "done", "select": "done", "case": "esac", "{": "}"}
CLOSING = frozenset(OPENING.values())
GOES_ON = frozenset(("do", "then", "else", "elif", "!", "time", "if", "while", "until", "{"))
"""Words after which another command begins."""


@dataclass(slots=True)
class Command:
    """A command that grows by lines.

    It is unfinished while a quotation, a here-document, a loop or a bracket is open, and after a line that ends in
    ``\\``, ``|``, ``&&`` or ``||``.
    """

    open: list[str] = field(default_factory=list)
    """What would close each thing that is open: a quotation mark, a bracket, a word."""
    documents: deque[tuple[str, bool]] = field(default_factory=deque)
    """The ends of here-documents that were announced, and whether tabs before them do not count."""
    continued: bool = False
    in_document: bool = False
    starts: bool = True
    """Whether the next word is a command's first."""

    @property
    def waits(self) -> bool:
        """Whether a shell would ask for more."""
        return bool(self.open or self.documents or self.continued)

    def feed(self, line: str) -> None:
        """Add one line, without its line break."""
        if self.in_document:
            end, tabs = self.documents[0]
            if (line.lstrip("\t") if tabs else line) == end:
                self.documents.popleft()
        else:
            self._read(line)
        self.in_document = bool(self.documents) and not self.continued

    def _read(self, line: str) -> None:
        self.starts = self.starts or not self.continued
        self.continued = False
        place = 0
        while place < len(line):
            closer = self.open[-1] if self.open else ""
            if closer == "'":
                end = line.find("'", place)
                if end < 0:
                    return
                self.open.pop()
                place = end + 1
            elif closer in ('"', "$'"):
                place = self._quoted(line, place, closer)
            else:
                place = self._code(line, place, closer)

    def _quoted(self, line: str, place: int, closer: str) -> int:
        if line[place] == "\\":
            return place + 2
        if line[place] == closer[-1]:
            self.open.pop()
        elif closer == '"' and line.startswith(("$(", "${"), place):
            self.open.append(")" if line[place + 1] == "(" else "${")
            self.starts = True
            return place + 2
        return place + 1

    def _code(self, line: str, place: int, closer: str) -> int:
        letter = line[place]
        if letter == "\\":
            self.continued = place == len(line) - 1
            self.starts = False
            return place + 2
        if letter.isspace():
            return place + 1
        if letter == "#" and closer != "${" and (place == 0 or line[place - 1] in " \t;&|(`"):
            return len(line)
        if line.startswith("$'", place) or letter in "'\"":
            self.open.append("$'" if letter == "$" else letter)
            self.starts = False
            return place + (2 if letter == "$" else 1)
        return self._operator(line, place, closer)

    def _operator(self, line: str, place: int, closer: str) -> int:
        letter = line[place]
        if letter == "`":
            self.open.pop() if closer == "`" else self.open.append("`")
            self.starts = closer != "`"
        elif line.startswith("${", place):
            self.open.append("${")
            return place + 2
        elif letter == "}" and closer == "${":
            self.open.pop()
        elif line.startswith("((", place):
            self.open += [")", "))"]
            return place + 2
        elif letter == "(":
            self.open.append(")")
            self.starts = True
        elif letter == ")":
            if closer in (")", "))"):
                self.open.pop()
            self.starts = True  # the body of a function, or of a case
        elif letter in ";&|":
            end = place + len(line[place:]) - len(line[place:].lstrip("&|;"))
            self.starts = True
            self.continued = not line[end:].strip() and line[place:end] in ("|", "||", "&&", "|&")
            return end
        elif letter == "<":
            return self._redirected(line, place, closer)
        else:
            return self._word(line, place, closer)
        return place + 1

    def _redirected(self, line: str, place: int, closer: str) -> int:
        if line.startswith("<<<", place):
            return place + 3
        found = HEREDOC.match(line, place) if closer != "))" else None
        if found is None:
            return place + 1
        self.documents.append((next(name for name in found.groups()[1:] if name is not None), bool(found[1])))
        return found.end()

    def _word(self, line: str, place: int, closer: str) -> int:
        found = WORD.match(line, place)
        word = found[0] if found else line[place]
        follows = line[place + len(word) : place + len(word) + 1]
        if self.starts and (not follows or follows in " \t;&|()"):
            if word in CLOSING and closer == word:
                self.open.pop()
            elif word in OPENING:
                self.open.append(OPENING[word])
            self.starts = word in GOES_ON
        else:
            self.starts = False
        return place + len(word)


def statements(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines of each command in order; empty lines between commands are commands of one line."""
    command, held = Command(), list[str]()
    for line in lines:
        command.feed(line)
        held.append(line)
        if not command.waits:
            yield held
            command, held = Command(), []
    if held:
        yield held
