"""Code that is shown with its prompts and answers, as in a terminal: Python's and IPython's prompts, and a shell's dollar."""

from __future__ import annotations

import re
from dataclasses import dataclass

PYTHON = (re.compile(r">>> ?"), re.compile(r"\.\.\.(?: |$)"))
IPYTHON = (re.compile(r"In ?\[[ \d*]*\]: ?"), re.compile(r" +\.\.\.: ?"))
SHELL = (re.compile(r"(?:\([\w.-]+\) )?\$ "), re.compile(r"> "))
ANSWER = re.compile(r"Out ?\[\d*\]: ?\n?")
"""What IPython writes before a value."""
OPEN_LINE = re.compile(r"\\$|<<-? ?['\"]?(?P<end>\w+)['\"]?")
"""A line of a shell that goes on below: with a backslash, or as a here-document."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is run at once, and what the fence shows as its answer; None if it shows none because it has no prompts."""

    source: str
    answer: str | None = None


def runs_of(code: str, language: str) -> tuple[Run, ...]:
    """Divide the code of a fence at its prompts; without prompts it is one run."""
    prompts = (SHELL,) if language == "bash" else (PYTHON, IPYTHON) if language == "python" else ()
    lines = code.expandtabs().split("\n")
    for first, more in prompts:
        begin = next((line for line in lines if line.strip()), "")
        if first.match(begin.lstrip()):
            return _divided(_without_margin(lines), first, more)
    return (Run(code),)


def _without_margin(lines: list[str]) -> list[str]:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines]


def _divided(lines: list[str], first: re.Pattern[str], more: re.Pattern[str]) -> tuple[Run, ...]:
    found: list[tuple[list[str], list[str]]] = []
    going, until = False, ""
    for line in lines:
        begun, continued = first.match(line), more.match(line)
        if until or (going and found and not begun):
            found[-1][0].append(line[continued.end() :] if continued else line)
            if line.strip() == until:
                until = ""
        elif begun:
            found.append(([line[begun.end() :]], []))
        elif continued and found and not found[-1][1]:
            found[-1][0].append(line[continued.end() :])
        elif found:
            found[-1][1].append(line)
        going = False
        if found and first is SHELL[0] and (opened := OPEN_LINE.search(found[-1][0][-1])) and not until:
            going, until = opened["end"] is None, opened["end"] or ""
    return tuple(Run("\n".join(source), without_answer_mark("\n".join(answer)).strip("\n")) for source, answer in found)


def without_answer_mark(text: str) -> str:
    """Return a typed output without the ``Out[3]:`` of IPython."""
    return "\n".join(ANSWER.sub("", line, count=1) if ANSWER.match(line) else line for line in text.split("\n"))
