"""The folder that learners of a shell have on their desk, and where on it each page begins. Pure.

Lessons of the shell tell learners to unpack an archive, usually on their desktop, and go on from page to page in one session there.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath

from site_builder.verification.typed.fences import Exchange
from site_builder.verification.typed.prompts import runs_of

HOME = "home"
"""Where the home folder of learners lies, below ``episodes/``: in the working folder, so that it goes from page to page."""
ENDED = ".ended"
DESKTOP = "Desktop"
AT_HOME = re.compile(r"(?:^|[;&|]\s*|\n|\$ )cd(?:\s*$|\s+~|\s*\n)|~/|\$HOME/|\bDesktop\b|\bgit init\b", re.MULTILINE)
"""Code of learners who go on in their home folder."""
GOES = re.compile(r"(?:^|[;&|\n]\s*)\s*cd\b")
PLAIN_WORD = re.compile(r"[\w./*?~-]*[\w*?/][\w./*?~-]*")


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder of the lesson, or an archive of one, by its path relative to ``episodes/``; its place below the home folder of learners;
    and the files in it by their path there.

    Without a ``source`` learners begin with nothing, in a home folder that has the ``place``.
    """

    source: str
    place: str
    files: tuple[str, ...] = ()

    @property
    def packed(self) -> bool:
        """Whether the source is an archive."""
        return self.source.endswith(".zip")

    @property
    def folders(self) -> frozenset[str]:
        """All folders below the home folder, by their path from there; the empty one is the home folder itself."""
        paths = [PurePosixPath(self.place), *(PurePosixPath(self.place) / file for file in self.files)]
        found = {str(parent) for path in paths for parent in path.parents} | {self.place}
        return frozenset("" if each == "." else each for each in found)


def find_desk(candidates: Mapping[str, tuple[str, tuple[str, ...]]], pages: Iterable[Sequence[Exchange]], setup: str) -> Desk | None:
    """Return the candidate (source and files by its name) that the shell's code names most often; None if it names none.

    ``setup`` is the text that tells learners what to do before they begin.
    """
    codes = [exchange.code for page in pages for exchange in page if exchange.language == "bash"]
    counts = Counter(
        {name: sum(bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", code)) for code in codes) for name in candidates}
    )
    if not any(counts.values()):
        return None
    name, _ = counts.most_common(1)[0]
    on_desktop = any(f"{DESKTOP}/{name}" in code or re.search(rf"\bcd (?:~/)?{DESKTOP}\b", code) for code in codes)
    on_desktop = on_desktop or bool(re.search(rf"\b{DESKTOP}\b", setup, re.IGNORECASE))
    source, files = candidates[name]
    return Desk(source, f"{DESKTOP}/{name}" if on_desktop else name, files)


def bare_desk(pages: Sequence[Sequence[Exchange]], setup: str, files: Iterable[str]) -> Desk | None:
    """Return the desk of learners who make all files themselves, in one home folder from page to page; None if they use the lesson's."""
    codes = [exchange.code for page in pages for exchange in page if exchange.language == "bash"]
    if len(pages) < 2 or not any(AT_HOME.search(code) for code in codes):
        return None
    words = {word.rstrip("/") for code in codes for word in PLAIN_WORD.findall(code)}
    if any(file in words for file in files):
        return None
    return Desk("", DESKTOP if any(DESKTOP in text for text in (*codes, setup)) else "")


def first_code(desk: Desk) -> str:
    """Return what puts the folder on the desk of the first page's learners, who then are at home."""
    if not desk.source:
        return "\n".join((f'export HOME="$PWD/{HOME}"', f"mkdir -p ~/{desk.place}".rstrip("/"), "cd"))
    above = str(PurePosixPath(desk.place).parent)
    target = "~" if above == "." else f"~/{above}"
    take = f"unzip -q {shlex.quote(desk.source)} -d {target}" if desk.packed else f"cp -R {shlex.quote(desk.source)} {target}/"
    return "\n".join((f'export HOME="$PWD/{HOME}"', f"mkdir -p {target}", take, "cd"))


def further_code(folder: str | None) -> str:
    """Return what takes learners of a further page to their folder, by its path from home; None is where the page before ended."""
    went = f'cd ~ && cd "./$(cat ~/{ENDED})"' if folder is None else f"cd ~/{shlex.quote(folder)}" if folder else "cd"
    return "\n".join((f'export HOME="$PWD/{HOME}"', went))


def last_code() -> str:
    """Return what notes and tells where a page ends, by the path from home; nothing outside of it."""
    return f'case "$PWD/" in "$HOME"/*) echo "${{PWD#"$HOME"}}/" | tee ~/{ENDED} ;; esac'


def best_folder(page: Sequence[Exchange], text: str, desk: Desk, carried: str) -> str:
    """Return the folder in which most of the files that the page's first commands name are.

    That is where learners were at the end of the page before (``carried``), unless more is found in another one; of several, the one
    that the page's ``text`` names.
    """
    words = _first_words(page)
    scores = {folder: _found(words, folder, desk) for folder in desk.folders}
    best = max(scores.values(), default=0)
    if not best or scores.get(carried, 0) == best:
        return carried
    names = sorted(
        (folder for folder in scores if scores[folder] == best), key=lambda folder: (-text.count(PurePosixPath(folder).name), folder)
    )
    return names[0]


def _first_words(page: Iterable[Exchange]) -> list[str]:
    """Return the words of a page's commands up to its first ``cd``, where learners go, and that one's."""
    found: list[str] = []
    for exchange in page:
        for run in runs_of(exchange.code, "bash"):
            found += [word for word in PLAIN_WORD.findall(run.source) if not word.startswith("-")]
            if GOES.search(run.source):
                return found
    return found


def _found(words: Collection[str], folder: str, desk: Desk) -> int:
    there = _entries(folder, desk)
    return sum(any(_is(word.rstrip("/"), entry) for entry in there) for word in words)


def _is(word: str, entry: str) -> bool:
    return word == entry or ("*" in word and word.count("/") == entry.count("/") and fnmatch(entry, word))


def _entries(folder: str, desk: Desk) -> frozenset[str]:
    """What a relative path may lead to from a folder: files and folders below it, by their path from there."""
    prefix = f"{folder}/" if folder else ""
    paths = [f"{desk.place}/{file}" for file in desk.files] + list(desk.folders)
    return frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix) and path != folder)
