"""What a command can know of a folder instead of asking: the lesson's title, its repository, the language of its code."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from site_builder import files
from site_builder.errors import ConfigError, MachineError
from site_builder.lesson.workspace import workspace_folders
from site_builder.version_control import git

CELL = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{(python|r|bash)\b", re.MULTILINE | re.IGNORECASE)
SHOWN = re.compile(r"^\s*(?:`{3,}|~{3,})\s*(python|r|bash)\s*$", re.MULTILINE | re.IGNORECASE)
"""A block of code that does not run."""

SHORT = re.compile(r"(?:[^@/:]+@)?(?P<host>[^:/@]+\.[^:/@]+):(?!//)(?P<path>.+)")
"""Git's short form of an SSH address (https://git-scm.com/docs/git-clone#_git_urls)."""


def title_of(folder: Path) -> str:
    """Return a folder's name as a title: ``tree-rings`` is *Tree rings*.

    Raises:
        ConfigError: the name has characters that no text file may have.
    """
    words = plain_title(re.sub(r"[-_\s]+", " ", folder.name).strip() or "Lesson")
    return words[0].upper() + words[1:]


def plain_title(title: str) -> str:
    """Return a title on one line.

    Raises:
        ConfigError: it is empty, or has characters that no text file may have.
    """
    words = " ".join(title.split())
    if not words:
        raise ConfigError("the title is empty", hint='write it in quotes: "Reading tables"')
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in words):
        raise ConfigError(f"the title has characters that cannot be shown: {words!a}", hint="write it in UTF-8, without control codes")
    return words


def repository_of(folder: Path) -> Path | None:
    """Return the root of the Git repository that a folder lies in, None where it lies in none."""
    root = workspace_folders(folder)[-1]
    return root if os.path.lexists(root / ".git") else None


def source_of(repository: Path) -> str:
    """Return the web address of a repository's remote ``origin``; empty where there is none, or it is no address on a host."""
    done = git(repository, "config", "--get", "remote.origin.url")
    return web_address(done.output.strip()) if done.status == 0 else ""


def web_address(remote: str) -> str:
    """Return the address at which browsers find a remote of Git, without user, password and port; empty if it is none."""
    short = SHORT.fullmatch(remote)
    try:
        host, path = (short["host"], short["path"]) if short else ((parts := urlsplit(remote)).hostname or "", parts.path)
    except ValueError:
        return ""
    known = short or remote.startswith(("https://", "http://", "ssh://", "git://"))
    plain = path.strip("/").removesuffix(".git")
    return f"https://{host}/{plain}" if known and plain and re.fullmatch(r"[\w.-]+\.[\w-]+", host) else ""


def language_of(paths: Iterable[Path]) -> str:
    """Return the language of most episodes: ``r`` for R Markdown, else what their cells are written in.

    Where no episode has cells, it is the language of the code that they show; ``python`` where they show none.
    """
    texts = {path: _text(path) for path in paths}
    ran = Counter("r" if path.suffix == ".Rmd" else _most(CELL, text) for path, text in texts.items())
    shown = Counter(_most(SHOWN, text) for text in texts.values())
    for counted in (ran, shown):
        del counted[""]
        if counted:
            return counted.most_common(1)[0][0]
    return "python"


def _text(path: Path) -> str:
    try:
        return files.read_text(path)[0]
    except MachineError:
        return ""


def _most(pattern: re.Pattern[str], text: str) -> str:
    found = Counter(name.lower() for name in pattern.findall(text))
    return found.most_common(1)[0][0] if found else ""
