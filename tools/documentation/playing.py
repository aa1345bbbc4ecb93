"""Plays the sessions of a page in an empty folder, with real programs, and says what was printed."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tools.documentation.pieces import ROOT, Kind, Piece, pieces

HOME = "/home/you"
"""What pages show in place of the folder in which they are played."""
FORGE = "git@github.com:YOU/"
"""Where the pages' repositories lie; in their place stand empty ones beside the folder."""

EQUAL: tuple[tuple[str, str], ...] = (
    (r"\b[0-9a-f]{7}(?:[0-9a-f]{9}(?:[0-9a-f]{24})?)?\b", "DIGEST"),
    (r"\b\d+(?:\.\d+)? s\b", "SECONDS"),
    (r"\b\d{4}-\d\d-\d\d(?:T[\d:+]+)?", "DATE"),
    (r"\b\d+\.\d+\.\d+(?= is installed\b)", "VERSION"),
    (r"\b\d+ files, \d+\.\d MB\b", "SIZE"),
    (r"\b[1-9]\d*(?= (?:added|changed|removed)\b)", "NUMBER"),
)
"""What differs from run to run: digests of commits and records, durations, dates; with the release, its version;
and, with the theme's, how many files a site has
and how large they are."""

TIMEOUT = 300
"""Seconds after which a command counts as one that never ends."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was typed, what it printed on both streams, and its exit status."""

    line: str
    printed: str
    status: int


@dataclass(slots=True)
class Terminal:
    """A shell that begins in an empty home folder without settings of its own; ``base`` holds it and what it needs."""

    base: Path
    place: Path = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True)
        self.place = self.home
        (self.base / "bin").mkdir()
        program = "import sys; sys.argv[0] = 'lesson'; from site_builder.commands.main import main; main()"
        start = self.base / "bin" / "lesson"
        start.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -c "{program}" "$@"\n')
        start.chmod(start.stat().st_mode | stat.S_IXUSR)
        (self.base / "gitconfig").write_text(
            "[user]\nname = You\nemail = you@example.org\n[init]\ndefaultBranch = main\n"
            f'[url "{self.base.as_uri()}/forge/"]\ninsteadOf = {FORGE}\n'
        )

    @property
    def home(self) -> Path:
        """The folder in which the reader begins."""
        return self.base / "home"

    def type(self, line: str) -> Done:
        """Run one line in the current folder, which it may change."""
        for name in re.findall(rf"{re.escape(FORGE)}(\S+)", line):
            if not (self.base / "forge" / name).exists():
                self._git("init", "--quiet", "--bare", str(self.base / "forge" / name))
        after = self.base / "place"
        whole = f"{line}\nstatus=$?; pwd > {shlex.quote(str(after))}; exit $status"
        done = subprocess.run(
            ["sh", "-c", whole], cwd=self.place, env=self._variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, encoding="utf-8", check=False, timeout=TIMEOUT,
        )  # fmt: skip
        if after.exists():
            self.place = Path(after.read_text(encoding="utf-8").removesuffix("\n"))
        return Done(line, done.stdout.replace(str(self.home), HOME), done.returncode)

    def write(self, piece: Piece) -> None:
        """Write, continue or change a file of the page.

        Raises:
            ValueError: the line to be replaced is not there, or is there more than once.
        """
        path = self.place / piece.what
        if piece.kind is Kind.LINE:
            name = piece.text.partition("=")[0]
            text, count = re.subn(rf"^{re.escape(name)}=.*\n", lambda _: piece.text, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            if count != 1:
                raise ValueError(f"{count} lines of {piece.what} begin with {name}")
            path.write_text(text, encoding="utf-8")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if piece.kind is Kind.APPEND else "w", encoding="utf-8") as file:
            file.write(piece.text)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], env=self._variables(), check=True, capture_output=True)

    @property
    def path(self) -> str:
        """The value of PATH: the folders with this machine's programs; where Pixi is among them, one with links to all others stands in."""
        found = [str(self.base / "bin")]
        for number, folder in enumerate(filter(None, os.environ["PATH"].split(os.pathsep))):
            if (Path(folder) / "pixi").exists():
                without = self.base / "programs" / str(number)
                if not without.exists():
                    without.mkdir(parents=True)
                    for program in Path(folder).iterdir():
                        if program.name != "pixi":
                            (without / program.name).symlink_to(program)
                folder = str(without)
            found.append(folder)
        return os.pathsep.join(found)

    def _variables(self) -> dict[str, str]:
        """Return what programs get: nothing of this machine's own settings, and no Pixi, so that cells run with the builder's Python."""
        kept = {name: os.environ[name] for name in ("TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
        return kept | {
            "PATH": self.path, "HOME": str(self.home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": str(self.base / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.base), "CI": "",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Played:
    """A page with what its commands really print; all commands in their order, and those that failed, of which the page says nothing."""

    page: str
    commands: tuple[Done, ...]
    failed: tuple[Done, ...] = ()


def play(page: str, terminal: Terminal) -> Played:
    """Do what a page says, and return it with what was printed.

    What stands in the page stays where it is what was printed but for `EQUAL`; a line of an ellipsis stands for any lines.
    """
    out: list[str] = []
    done: list[Done] = []
    failed: list[Done] = []
    last = 0
    for piece in pieces(page):
        if piece.kind in (Kind.FILE, Kind.APPEND, Kind.LINE):
            terminal.write(piece)
            continue
        done.append(terminal.type(piece.what))
        if done[-1].status and "error: " not in piece.text:
            failed.append(done[-1])
        if piece.kind is Kind.COMMAND:
            printed = done[-1].printed
            out += page[last : piece.start], piece.text if fits(piece.text, printed) else printed
            last = piece.end
    return Played("".join((*out, page[last:])), tuple(done), tuple(failed))


def fits(text: str, printed: str) -> bool:
    """Tell whether a page says what was printed."""
    return bool(re.fullmatch(re.escape(_equal(text)).replace("…\\\n", "(?:.*\n)*?"), _equal(printed)))


def _equal(text: str) -> str:
    for pattern, word in EQUAL:
        text = re.sub(pattern, word, text)
    return text
