"""The folder that learners of a shell have on their desk. Pure.

Lessons of the shell tell learners to unpack an archive, usually on their desktop, and go on from page to page in one session there.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from site_builder.verification.typed.fences import Exchange

HOME = "home"
"""Where the home folder of learners lies, below ``episodes/``: in the working folder, so that it goes from page to page."""
ENDED = ".ended"
PACKED = ".home.tar"
"""Beside the home folder: where a page ended, and the home folder as it was then."""
DESKTOP = "Desktop"
BOX = ".box.tar"
DESK = "lesson_desk"
OWN = f'readonly {DESK}="$PWD"'
"""The folder that has the home folder, in a variable which no code can change: what is deleted below it must be ours."""
GUARD = f'[ -n "${{{DESK}-}}" ] &&'
"""A shell that was started anew, after code had ended the one before, knows no such folder."""
AT_HOME = re.compile(r"(?:^|[;&|]\s*|\n|\$ )cd(?:\s*$|\s+~|\s*\n)|~/|\$HOME/|\bDesktop\b|\bgit init\b", re.MULTILINE)
"""Code of learners who go on in their home folder."""
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


def further_code(folder: str) -> str:
    """Return what takes learners of a further page to their folder, by its path from home."""
    went = f"cd ~/{shlex.quote(folder)}" if folder else "cd"
    return "\n".join((f'export HOME="$PWD/{HOME}"', went))


def begun_code(desk: Desk) -> str:
    """Return `first_code` for learners whose home folder goes on from page to page as `last_code` packs it."""
    return f"{OWN}\n{first_code(desk)}"


def resumed_code(folder: str | None) -> str:
    """Return what takes learners of a further page to where the page before ended, or to a folder by its path from home.

    Their home folder is as `last_code` packed it: what was deleted stays away, empty folders and permissions are there.
    """
    unpacked = f"if [ -f {PACKED} ]; then rm -rf {HOME}; tar -xf {PACKED}; rm {PACKED}; fi"
    went = f'export HOME="$PWD/{HOME}"\ncd ~ && cd "./$(cat ../{ENDED})"' if folder is None else further_code(folder)
    return f"{OWN}\n{unpacked}\n{went}"


def last_code() -> str:
    """Return what notes and tells where a page ends, by the path from home (nothing outside of it), and packs the home folder."""
    home = f"${DESK}/{HOME}"
    noted = f'case "$PWD/" in "{home}"/*) echo "${{PWD#"{home}"}}/" | tee "${DESK}/{ENDED}" ;; esac'
    return f'{GUARD} {{ {noted}\ncd "${DESK}" && tar -cf {PACKED} {HOME} && rm -rf {HOME}; }}'


def kept_code() -> str:
    """Return what keeps the home folder, and the place in it, before a box beside the text."""
    return f'{GUARD} {{ lesson_place=("$PWD" "${{OLDPWD-}}"); tar -C "${DESK}" -cf "${DESK}/{BOX}" {HOME}; }}'


def restored_code() -> str:
    """Return what makes the home folder as `kept_code` found it, and goes back to the place."""
    again = f'cd "${DESK}" && [ -f {BOX} ] && rm -rf {HOME} && tar -xf {BOX} && rm {BOX}'
    return f'{GUARD} {{ {again}; cd "${{lesson_place[0]}}" 2> /dev/null && OLDPWD=${{lesson_place[1]}} || :; }}'
