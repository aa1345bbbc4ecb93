"""What programs of a shell print about files: columns, owners and dates are those of one machine and one day."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONG_LINE = re.compile(
    r"^(?P<kind>[-dlbcps])[-rwxsStT]{9}[.+@]?\s+\d+\s+\S+\s+(?:\S+\s+)?(?P<size>[\d.,]+[KMG]?)\s+"
    r"(?:<time>|(?:\w{3}\s+\d{1,2}|\d{1,2}\s+\w{3}|\d{4}-\d{2}-\d{2})\s+[\d:.]+)\s+(?P<name>.+)$"
)
"""A line of ``ls -l`` (POSIX, ``ls``): its size counts only for files."""
TOTAL = re.compile(r"^total [\d.]+[KMG]?$", re.IGNORECASE)
SHELL_NAME = re.compile(r"^(?:-?(?:bash|sh|zsh)|/bin/\w+)(?:: line \d+)?: (?:line \d+: )?", re.MULTILINE)
CANNOT = re.compile(r"cannot (?:access|open|stat|remove|create directory|create regular file|move|copy) ", re.IGNORECASE)
QUOTES = re.compile(r"['\"‘’`“”]")


def canonical(lines: Sequence[str]) -> list[str]:
    """Return what a shell printed without what differs from machine to machine: names of the shell, quotes, permissions, owners, dates."""
    text = QUOTES.sub("", CANNOT.sub("", SHELL_NAME.sub("", "\n".join(lines))))
    found = []
    for line in text.split("\n"):
        long = LONG_LINE.match(line.strip())
        if long:
            found.append(f"{long['kind']} {long['size'] if long['kind'] == '-' else ''} {long['name']}")
        elif line.strip() and not TOTAL.match(line.strip()):
            found.append(" ".join(line.split()))
    return found


def same_names(typed: Sequence[str], now: Sequence[str]) -> bool:
    """Tell whether two lists have the same names, whatever their columns and their order, which is that of the language (POSIX, ``ls``)."""
    return sorted(" ".join(typed).split()) == sorted(" ".join(now).split())


def names_listed(text: str) -> list[str]:
    """Return the names of files in a list, long or not."""
    found: list[str] = []
    for line in text.split("\n"):
        long = LONG_LINE.match(line.strip())
        if long:
            found.append(long["name"].partition(" -> ")[0])
        elif not TOTAL.match(line.strip()):
            found += line.split()
    return found
