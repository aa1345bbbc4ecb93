"""Make the environment: the decision, the steps in their order, and what people see of it."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from installing import Installer, Pip, Uv, run
from place import Place, additions, room
from trouble import Attempt, Trouble, explain, explain_error

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".lesson"


def say(text: str) -> None:
    """Tell people what happens; standard output stays for the command that needs the environment."""
    print(text, file=sys.stderr, flush=True)


def arguments(words: list[str] | None) -> argparse.Namespace:
    """Read the command line; every option has an environment variable or a default."""
    parser = argparse.ArgumentParser(prog="set_up", description="Make the virtual environment that a hash-pinned file describes.")
    parser.add_argument("--venv", default=".venv", metavar="FOLDER", help="where (default .venv)")
    parser.add_argument("--requirements", default="requirements/all.txt", metavar="FILE", help="the pins (default requirements/all.txt)")
    parser.add_argument("--wheels", default=os.environ.get("WHEELS", ""), metavar="FOLDER", help="install from here, without a network")
    parser.add_argument("--installer", default=os.environ.get("INSTALLER") or "pip", choices=("pip", "uv"), help="(default pip)")
    parser.add_argument("--pip", default="", metavar="WHEEL", help="run this pip in place of the one that Python brings")
    parser.add_argument("--download", default="", metavar="FOLDER", help="fill a folder of wheels, for --wheels elsewhere")
    parser.add_argument("--verbose", action="store_true", default=bool(os.environ.get("VERBOSE")), help="show what pip or uv writes")
    parser.add_argument(
        "--run", default=None, nargs=argparse.REMAINDER, metavar="WORD", help="then run the environment's Python with these words"
    )
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Make what is not there or not whole, and return the exit status: 0, 3 (this machine cannot), 130 (interrupted).

    With ``--run`` the environment's Python takes over, and the status is its own.
    """
    options = arguments(words)
    folder = Path(os.path.abspath(ROOT / options.venv))  # noqa: PTH100
    if folder.is_symlink():
        folder = folder.resolve()  # somebody keeps it on a larger disk
    place = Place(folder, ROOT / options.requirements, ROOT)
    try:
        with alone():
            if options.download:
                download(place, options)
            else:
                bring_up_to_date(place, options)
    except Trouble as error:
        say(f"error: {error}")
        return 3
    except OSError as error:
        say(f"error: {explain_error(error, str(place.folder))}")
        return 3
    except KeyboardInterrupt:
        say("interrupted: the next run begins again")
        return 130
    return 0 if options.run is None else taken_over(str(place.python), options.run)


def taken_over(python: str, words: list[str]) -> int:
    """Have a Python go on in place of this process, where the system can do that, and return its exit status where it cannot."""
    if os.name != "nt":
        os.execv(python, [python, *words])  # noqa: S606 - the environment that was just made
    try:
        return subprocess.call([python, *words])
    except KeyboardInterrupt:  # it got the interrupt too, and has said so
        return 130


def bring_up_to_date(place: Place, options: argparse.Namespace) -> None:
    """Make the environment unless it is whole and current; only the project's own entry is renewed where only that has changed."""
    if place.complete_by_hand():
        say(f"{options.venv}: made by hand and complete, so it stays")
        place.finish()
    reason = place.reason()
    if not reason and not place.project_changed():
        return
    installer = chosen(place, options)
    attempt = Attempt(options.requirements, options.wheels, str(log_of(place).relative_to(ROOT)))
    if not reason:
        say(f"{options.venv}: installing the command `lesson` again, since pyproject.toml has changed")
        (place.folder / ".set-up.json").rename(place.folder / ".set-up-begun")
        step(installer.project(ROOT), place, attempt, options)
        place.finish()
        (place.folder / ".set-up-begun").unlink()
        return
    count, size = extent(place.requirements)
    source = f"from {options.wheels}, without a network" if options.wheels else f"about {size} MB to download"
    say(f"{options.venv}: making it with Python {sys.version.split()[0]} and {options.installer}, since {reason}")
    say(f"{options.venv}: some {count} packages, {source}; about {estimate(count, size)}, longer on a slow network")
    begun, besides = time.monotonic(), additions(place)
    with room(place) as kept:
        for command in installer.environment():
            step(command, place, attempt, options)
        step(installer.packages(place.requirements), place, attempt, options, count)
        step(installer.project(ROOT), place, attempt, options)
        place.finish()
    say(f"{options.venv}: ready after {time.monotonic() - begun:.0f} s")
    if kept is not None:
        say(f"{options.venv}: what was there before and was not made by this program is now {kept.name}")
    if besides:
        say(f"{options.venv}: you had put in besides, and may put in again: {' '.join(besides)}")


def download(place: Place, options: argparse.Namespace) -> None:
    """Fill a folder with the wheels for this Python and system. The environment must be there, since its pip fetches them."""
    folder = Path(options.download).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    count, size = extent(place.requirements)
    say(f"{folder}: fetching some {count} wheels for Python {sys.version_info[0]}.{sys.version_info[1]}, about {size} MB")
    installer = Pip(place, options.pip)
    step(installer.download(place.requirements, folder), place, Attempt(options.requirements, "", ""), options, count)
    say(f"{folder}: complete; on a machine without a network: WHEELS={folder} make site")


def chosen(place: Place, options: argparse.Namespace) -> Installer:
    """Return the installer that was asked for.

    Raises:
        Trouble: the folder of wheels or uv is not there.
    """
    wheels = Path(options.wheels).expanduser().absolute() if options.wheels else None
    if wheels is not None and not wheels.is_dir():
        raise Trouble(f"the folder of wheels {options.wheels} is not there: name the one that `make wheels` filled")
    if options.installer == "pip":
        return Pip(place, options.pip, wheels)
    program = shutil.which("uv")
    if program is None:
        raise Trouble("uv is not on PATH: install it, or leave INSTALLER=uv out")
    return Uv(place, program, wheels)


def step(command: list[str], place: Place, attempt: Attempt, options: argparse.Namespace, count: int = 0) -> None:
    """Run one command with its progress; what it writes goes to the log.

    Raises:
        Trouble: it failed.
    """
    log = log_of(place)
    log.parent.mkdir(exist_ok=True)
    status, text = run(command, log, place, count, options.verbose)
    if status:
        raise Trouble(f"{explain(text, attempt)} ({log.relative_to(ROOT)} has all that was written)")


def log_of(place: Place) -> Path:
    """Return the file that keeps what the last command wrote."""
    return STATE / f"set-up{place.folder.name.replace('.', '-')}.log"


def extent(requirements: Path) -> tuple[int, int]:
    """Return how many pins a file has and how many megabytes there are to download."""
    text = requirements.read_text(encoding="utf-8")
    size = re.search(r"^# About (\d+) MB", text, re.MULTILINE)
    return len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)), int(size[1]) if size else 0


def estimate(count: int, megabytes: int) -> str:
    """Return how long it takes where ten megabytes come in a second: a fifth of a second a package, and the download."""
    seconds = 5 + count / 5 + megabytes / 10
    return f"{round(seconds, -1):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up of this checkout run at a time; the system frees the lock when a process dies."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "set-up.lock").open("w") as file:
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another set-up is running here: waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
