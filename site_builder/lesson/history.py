"""When each source last changed: from Git, otherwise from the Workbench's build database, ``site/built/md5sum.txt``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from site_builder.files import is_file, read_text
from site_builder.version_control import git

DATABASE = PurePosixPath("site/built/md5sum.txt")
RECORD = "\x01"
RENAMED = re.compile(r"R[0-9]{1,3}")
"""How Git marks a renamed file, with the likeness in percent (git-diff(1), ``--name-status``)."""


def dates(root: Path) -> Mapping[PurePosixPath, str]:
    """Return ISO dates of the last change by path; files that neither source knows are left out."""
    return _from_database(root) | _from_git(root)


def commit(root: Path) -> str:
    """Return the full hash of the lesson's commit, or an empty string outside Git."""
    done = git(root, "rev-parse", "HEAD")
    return done.output.strip() if done.status == 0 else ""


RENAMES = 2000
"""Commits in which renamed pages are looked for, and files of one of them that are compared: a check takes no minutes."""


def renames(root: Path, folders: Iterable[str]) -> tuple[tuple[PurePosixPath, PurePosixPath], ...]:
    """Return the old and the new path of files in these folders of the lesson that Git's history shows renamed, newest first."""
    limits = (f"--max-count={RENAMES}", "-l200", "--find-renames", "--diff-filter=R")
    done = git(root, "log", *limits, "--format=", "--name-status", "-z", "--relative", "--", *folders)
    words = iter(done.output.split("\0") if done.status == 0 else ())
    return tuple((PurePosixPath(next(words, "")), PurePosixPath(next(words, ""))) for word in words if RENAMED.fullmatch(word.strip()))


def _from_git(root: Path) -> dict[PurePosixPath, str]:
    done = git(root, "log", f"--format={RECORD}%cs", "--name-only", "--relative", "--no-renames", "--", ".")
    found: dict[PurePosixPath, str] = {}
    date = ""
    for line in done.output.split("\n") if done.status == 0 else ():  # not splitlines: a file's name may hold U+2028
        if line.startswith(RECORD):
            date = line[1:]
        elif line:
            found.setdefault(PurePosixPath(line), date)
    return found


def _from_database(root: Path) -> dict[PurePosixPath, str]:
    if not is_file(root / DATABASE):
        return {}
    rows = [_columns(line) for line in read_text(root / DATABASE)[0].splitlines()[1:]]
    return {PurePosixPath(row[0]): row[3][:10] for row in rows if len(row) == 4}


def _columns(line: str) -> list[str]:
    """Split a row of quoted columns; a row that is cut off has none."""
    try:
        return shlex.split(line)
    except ValueError:
        return []
