"""Files of a lesson that are not read: those of others, hidden ones, and what has no end or no name (codes LS014 and LS859)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from site_builder.files import LARGEST_TEXT, is_file, is_folder, safe_join
from site_builder.problems import Location, Problem, Severity

UNREAD = "LS859"
PRIVATE = frozenset((".DS_Store", ".Rhistory", ".RData", ".ipynb_checkpoints", ".netrc", ".npmrc", ".pypirc", ".vscode", ".idea"))
"""Hidden names that the Workbench copies and this builder does not, besides ``.git*`` and ``.env*``."""

ANNEX = (".git", "annex", "objects")
"""Where git-annex keeps the content of files, which it replaces by links (https://git-annex.branchable.com/internals/)."""


def private(name: str) -> bool:
    """Tell whether a hidden file or folder is Git's, an editor's or R's own, or likely holds secrets: none of a lesson's site."""
    return name in PRIVATE or name.startswith((".git", ".env"))


def leading_away(root: Path, path: PurePosixPath) -> Problem | None:
    """Return the problem of a path that a link leads out of the lesson, or to a hidden file in it, such as `.env` or one below `.git`."""
    if not _has_links(root, path):
        return None
    place = safe_join(root, path)
    hint = "copy the file into the lesson"
    if place is None:
        return Problem("LS014", "a link that points outside the lesson is not followed", Location(path), hint, Severity.WARNING)
    real = place.relative_to(root.resolve()).parts
    hidden = real != path.parts and any(part.startswith(".") for part in real) and real[: len(ANNEX)] != ANNEX
    if hidden and not any(part.startswith(".") for part in path.parts):
        text = f"a link to a hidden file, {'/'.join(real)}, is not followed"
        return Problem("LS014", text, Location(path), hint, Severity.WARNING)
    return None


def _has_links(root: Path, path: PurePosixPath) -> bool:
    """Tell whether a path has a link in it, or anything else that has to be resolved."""
    if path.is_absolute() or ".." in path.parts:
        return True
    steps = (os.path.join(root, *path.parts[:count]) for count in range(1, len(path.parts) + 1))  # noqa: PTH118  for every file of a lesson
    return any(map(os.path.islink, steps))


def strange(path: PurePosixPath) -> Problem | None:
    """Return the problem of a name that is not UTF-8: no address and no file of the builder's own can have it."""
    name = os.fsencode(path).decode(errors="replace")
    if name == str(path):
        return None
    text = "the name of the file is not UTF-8, so it is left out"
    return Problem(UNREAD, text, Location(PurePosixPath(name)), "rename it", Severity.WARNING)


def entries(folder: Path) -> list[Path]:
    """Return what is in a folder, sorted; nothing for one that is not there or cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def odd(root: Path, folders: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each folder that cannot be read, and for each entry that is neither a file nor a folder."""
    for name in folders:
        path = PurePosixPath(name)
        if is_folder(root / name) and not os.access(root / name, os.R_OK | os.X_OK):
            yield Problem(UNREAD, "the folder cannot be read: permission denied", Location(path), "check its permissions")
        for entry in entries(root / name):
            if not is_file(entry) and not is_folder(entry) and not entry.name.startswith("."):
                text = "it is a device, a pipe or a link to something that is not there, so it is left out"
                yield Problem(UNREAD, text, Location(path / entry.name), "replace it by a file", Severity.WARNING)


def unreadable(root: Path, path: PurePosixPath) -> Problem | None:
    """Return the problem of a page's file that cannot be read, or is far longer than any page."""
    try:
        size = (root / path).stat().st_size
        allowed = os.access(root / path, os.R_OK)
    except OSError as error:
        return Problem(UNREAD, f"the file cannot be read: {error.strerror}", Location(path), "check its permissions")
    if not allowed:
        return Problem(UNREAD, "the file cannot be read: permission denied", Location(path), "check its permissions")
    if size > LARGEST_TEXT:
        text = f"the file has {size / 1e6:.0f} MB, and at most {LARGEST_TEXT / 1e6:.0f} MB are read"
        return Problem(UNREAD, text, Location(path), "put data into a file beside the page, and divide a long page")
    return None
