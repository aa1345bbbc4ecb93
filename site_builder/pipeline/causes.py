"""Why code failed, as far as its words tell: a file or an R package that was not there, and what would bring it."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath

from site_builder.problems import did_you_mean

_NAME = r"[\"'‘“`](?P<name>[^\"'’”`\n]+)[\"'’”`]"


def _named(group: str) -> str:
    return _NAME.replace("name", group, 1)


NO_FILE = re.compile(
    rf"cannot open (?:compressed )?file {_named('connection')}|Cannot find the file\(s\): {_named('graphic')}"
    rf"|{_named('readr')} does not exist in current working directory|File {_named('table')} does not exist"
    rf"|does not exist: {_named('excel')}|No such file or directory: {_named('python')}"
    r"|: (?P<program>[^:'\"]+): No such file or directory"
)
"""How it is said that a file is not there: R's connections, knitr, readr, data.table, readxl, Python, programs of a shell."""

NO_PROGRAM = re.compile(r"there is no program called '(?P<program>[^'\n]+)'")
"""How ``driver.R`` says that a chunk's program is not there."""

NO_LIBRARY = re.compile(r"(?P<library>[^\s:'\"]+): cannot open shared object file: No such file")
"""How Linux says that a compiled library is not there (``dlopen``); R and Python repeat its words."""

NO_PACKAGE = re.compile(rf"there is no package called {_named('package')}")


STARTING = "_execute_child"
"""The function in which Python's :mod:`subprocess` fails to start a program: it names the program, or the folder to start it in, as a file
that is not there (https://docs.python.org/3/library/subprocess.html#exceptions).
"""


def missing_file(words: str) -> str:
    """Return the name of the file that was not there, empty where the words tell of none."""
    return "" if missing_program(words) or NO_LIBRARY.search(words) else _missing(words)


def missing_program(words: str) -> str:
    """Return the name of the program that could not be started since there is none, empty where the words tell of none."""
    if found := NO_PROGRAM.search(words):
        return found["program"]
    name = _missing(words) if STARTING in words else ""
    return "" if "/" in name else name


def missing_library(words: str) -> str:
    """Return the name of the compiled library that was not there, empty where the words tell of none or of one that has a path."""
    found = NO_LIBRARY.search(words)
    return found["library"] if found and "/" not in found["library"] else ""


def _missing(words: str) -> str:
    found = NO_FILE.search(" ".join(words.split()))
    return next(filter(None, found.groupdict().values()), "") if found else ""


def missing_package(words: str) -> str:
    """Return the name of the R package that was not there, empty where the words tell of none."""
    found = NO_PACKAGE.search(" ".join(words.split()))
    return found["package"] if found else ""


def bringing_program(words: str) -> str:
    """Say what would bring the program or the compiled library that was not there, empty where the words tell of none."""
    if name := missing_library(words):
        return f"add the package that brings the library `{name}` to the environment"
    name = missing_program(words)
    folder = "" if NO_PROGRAM.search(words) else "; if it is the folder to start one in, make it first"
    return f"add the package that brings the program `{name}` to the environment{folder}" if name else ""


def bringing(name: str, known: Collection[str]) -> str:
    """Say what would bring a file; ``known`` are the paths of those around the cells, relative to ``episodes/``."""
    path = PurePosixPath(name)
    others = [each for each in known if PurePosixPath(each).name == path.name and each != name]
    if others:
        return f"{name} is {others[0]} in this lesson"
    if path.is_absolute() or ".." in path.parts or ":" in name:
        return f"put {path.name} into episodes/data and read it from `data/`"
    meant = did_you_mean(name, [each for each in known if each.endswith(path.suffix)])
    return f"put the file at episodes/{name}, or write it in an earlier episode" + (f" ({meant})" if meant else "")
