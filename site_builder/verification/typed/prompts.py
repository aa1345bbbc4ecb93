"""Code that is shown with its prompts and answers, as in a terminal: what is run at once, and what is typed as its answer. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from site_builder.typed.session import ShownSession, read_session

ANSWER = re.compile(r"Out ?\[\d*\]: ?\n?")
"""What IPython writes before a value."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is run at once, and what the fence shows as its answer; None if it shows none because it has no prompts."""

    source: str
    answer: str | None = None


def runs_of(code: str, language: str) -> tuple[Run, ...]:
    """Divide the code of a fence at its prompts; without prompts it is one run."""
    session = session_of(code, language)
    if session is None or session.language != language:
        return (Run(code),)
    found: list[tuple[list[str], list[str]]] = []
    for line in session.lines:
        if line.begins:
            found.append(([line.text], []))
        elif found:
            found[-1][0 if line.typed else 1].append(line.text)
    if not found:
        return (Run(code),)
    return tuple(Run("\n".join(source), without_answer_mark("\n".join(answer)).strip("\n")) for source, answer in found)


def session_of(code: str, language: str) -> ShownSession | None:
    """Return the session that a fence shows, whose language may be another one than the fence's; nothing if it shows no prompt."""
    lines = code.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return read_session("\n".join(line[margin:] for line in lines), language)


def without_answer_mark(text: str) -> str:
    """Return a typed output without the ``Out[3]:`` of IPython."""
    return "\n".join(ANSWER.sub("", line, count=1) if ANSWER.match(line) else line for line in text.split("\n"))
