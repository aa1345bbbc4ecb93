"""The commands of pip and uv that install exactly what a file pins, and running them with progress."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import IO, Protocol

from place import Place

UNWANTED = re.compile(r"PYTHON(HOME|PATH|STARTUP|USERBASE)|__PYVENV_LAUNCHER__|VIRTUAL_ENV")
ELSEWHERE = re.compile(
    r"PIP_(TARGET|PREFIX|ROOT|USER|REQUIREMENT|EDITABLE|CONSTRAINT|BUILD_CONSTRAINT|NO_BINARY|PYTHON|DRY_RUN|REPORT|LOG|QUIET|VERBOSE|NO_DEPS|UPGRADE|PRE)"
    r"|UV_(CONSTRAINT|BUILD_CONSTRAINT|OVERRIDE|EXCLUDE|EXCLUDE_NEWER|PYTHON|SYSTEM_PYTHON|PROJECT_ENVIRONMENT|NO_BINARY|TARGET|PRERELEASE|RESOLUTION)"
)
"""Variables that would change what is installed or where. Those that say from where, and through which proxy, stay."""


class Installer(Protocol):
    """Gives the commands of each step."""

    def environment(self) -> list[list[str]]:
        """Return the commands that make an empty environment."""

    def packages(self, requirements: Path) -> list[str]:
        """Return the command that installs all pins without a resolver."""

    def project(self, root: Path) -> list[str]:
        """Return the command that makes the project itself importable, without its requirements and without fetching a build tool."""


class Pip:
    """The pip that Python brings, or the one in a wheel; any from 22.3 on."""

    def __init__(self, place: Place, wheel: str = "", wheels: Path | None = None) -> None:
        self.place = place
        program = [str(Path(wheel).absolute() / "pip")] if wheel else ["-m", "pip"]
        self.command = [str(place.python), "-I", *program, "--disable-pip-version-check", "--no-input"]
        self.source = ["--no-index", "--find-links", str(wheels)] if wheels else []

    def environment(self) -> list[list[str]]:
        """Use the modules `venv` and `ensurepip`, one by one, since the first hides what the second says."""
        return [
            [sys.executable, "-I", "-m", "venv", "--without-pip", str(self.place.folder)],
            [str(self.place.python), "-I", "-m", "ensurepip", "--default-pip"],
        ]

    def packages(self, requirements: Path) -> list[str]:
        """Only wheels, since building from source would fetch build tools."""
        return [*self.command, "install", *self._exact(), *self.source, "--requirement", str(requirements)]

    def project(self, root: Path) -> list[str]:
        """The pinned setuptools builds it."""
        return [*self.command, "install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(root)]

    def download(self, requirements: Path, folder: Path) -> list[str]:
        """Return the command that fills a folder of wheels."""
        return [*self.command, "download", *self._exact(), "--dest", str(folder), "--requirement", str(requirements)]

    @staticmethod
    def _exact() -> list[str]:
        return ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]


class Uv:
    """uv; it needs no module for virtual environments, and puts no pip into the environment."""

    def __init__(self, place: Place, program: str, wheels: Path | None = None) -> None:
        self.place, self.program = place, program
        self.source = ["--no-index", "--find-links", str(wheels)] if wheels else []

    def environment(self) -> list[list[str]]:
        """Use uv's own."""
        return [[self.program, "venv", "--quiet", "--allow-existing", "--no-project", "--python", sys.executable, str(self.place.folder)]]

    def packages(self, requirements: Path) -> list[str]:
        """Only wheels, as above."""
        exact = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
        return [*self._install(), *exact, *self.source, "--requirement", str(requirements)]

    def project(self, root: Path) -> list[str]:
        """The pinned setuptools builds it."""
        return [*self._install(), "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(root)]

    def _install(self) -> list[str]:
        return [self.program, "pip", "install", "--no-progress", "--python", str(self.place.python)]


def variables() -> dict[str, str]:
    """Return the variables for pip and uv: the user's own, without those that would change what is installed or where."""
    kept = {name: value for name, value in os.environ.items() if not UNWANTED.fullmatch(name) and not ELSEWHERE.fullmatch(name)}
    return kept | {"PIP_USER": "0", "PIP_CONSTRAINT": os.devnull, "PIP_REQUIRE_VIRTUALENV": "0", "PYTHONUTF8": "1"}


def run(command: list[str], log: Path, place: Place, count: int, verbose: bool) -> tuple[int, str]:
    """Run a command, show how far it is, and return its exit status and what it wrote.

    An interruption ends it first. ``count`` is the number of packages; 0 where the step is short.
    """
    with log.open("w", buffering=1, encoding="utf-8", errors="replace") as file:
        file.write(f"{command}\n")
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=variables(),
        )
        lines: list[str] = []
        reader = Thread(target=_read, args=(program, lines, file, verbose), daemon=True)
        reader.start()
        try:
            progress = Progress(place, count)
            while program.poll() is None:
                time.sleep(0.1)
                if count and not verbose:
                    progress.show(lines)
            progress.end()
        except BaseException:
            program.send_signal(signal.SIGTERM)
            program.wait()
            raise
        reader.join()
    return program.returncode, "".join(lines)


def _read(program: subprocess.Popen[str], lines: list[str], file: IO[str], verbose: bool) -> None:
    assert program.stdout is not None
    for line in program.stdout:
        lines.append(line)
        file.write(line)
        if verbose:
            sys.stderr.write(line)


class Progress:
    """One line that changes on a terminal; elsewhere a line every ten seconds."""

    def __init__(self, place: Place, count: int) -> None:
        self.place, self.count = place, count
        self.terminal = sys.stderr.isatty()
        self.begun = self.last = time.monotonic()

    def show(self, lines: list[str]) -> None:
        """Say how far it is: pip names each package that it fetches; what is installed is counted on disk."""
        now = time.monotonic()
        if now - self.last < (0.3 if self.terminal else 10):
            return
        self.last = now
        fetched = sum(line.startswith(("Collecting ", "Processing ", "Ignoring ")) for line in lines)
        if any(line.startswith(("Installing collected", "Prepared ")) for line in lines):
            text = f"{len(self.place.installed())} of {self.count} packages are installed"
        else:
            text = f"{fetched} of {self.count} packages are fetched" if fetched else "fetching"
        self._write(f"{self.place.folder.name}: {text} ({now - self.begun:.0f} s)")

    def end(self) -> None:
        """Clear the line."""
        if self.terminal:
            self._write("")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}" if self.terminal else f"{text}\n")
        sys.stderr.flush()
