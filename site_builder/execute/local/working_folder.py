"""The working folder of an episode and the variables of its processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from site_builder import files, withheld
from site_builder.errors import MachineError
from site_builder.execute.base import FileReference
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.inside.reaper import OFFLINE
from site_builder.markdown.tree import Cell
from site_builder.settings.cell import PIXI

if TYPE_CHECKING:
    from site_builder.execute.local.session import SessionPlace

TICKS = 50_000_000
"""Nanoseconds within which two changes of a file may get one time: systems count in steps of some milliseconds."""

MATPLOTLIB = "matplotlib"
FONT_LISTS = "fontlist-*.json"
"""What matplotlib finds out about the machine's fonts in half a second: the one thing that episodes share of its folder."""

COMPILED = "__pycache__"
"""Where Python keeps compiled modules, which nobody else needs."""


def shared_variables(activated: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the variables that all episodes of an environment share; nothing in them differs from run to run."""
    return {
        **activated,
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(scratch / MATPLOTLIB),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def server_variables(activated: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the variables of an environment's fork server; they include what is fixed when an interpreter starts."""
    return shared_variables(activated, scratch) | {"HOME": str(scratch)}


def clean_font_folder(scratch: Path) -> None:
    """Make the folder in which fork servers look for matplotlib's settings, with nothing in it but lists of fonts.

    Raises:
        MachineError: it cannot be made.
    """
    folder = files.make_folder(scratch / MATPLOTLIB)
    lists = set(folder.glob(FONT_LISTS))
    for path in folder.iterdir():
        if path not in lists or not files.is_file(path):
            files.remove_folder(path) if files.is_folder(path) else files.remove_file(path)


def _own_matplotlib(scratch: Path, top: Path) -> str:
    """Make an episode's own folder for matplotlib's settings and caches, and return it."""
    folder = files.make_folder(top / MATPLOTLIB)
    for path in (scratch / MATPLOTLIB).glob(FONT_LISTS):
        files.place_copy(path, folder / path.name)
    return str(folder)


SYSTEM = (Path("/"), Path("/usr"))
"""Folders of a whole system, such as that of an image: they are no environment's, and every program's path begins with them."""


def make_place(assignment: Assignment, scratch: Path, top: Path) -> SessionPlace:
    """Write a job's files below ``top``/lesson/episodes and return its sessions' workplace; nothing else of the lesson is there.

    Raises:
        MachineError: a file cannot be written.
    """
    from site_builder.execute.local.scratch_environment import FOLDER as OWN_ENVIRONMENT  # a build that runs nothing needs none of these
    from site_builder.execute.local.scratch_environment import installs, make_scratch
    from site_builder.execute.local.session import SessionPlace

    job, activation = assignment.job, assignment.activation
    folder = files.make_folder(top / "lesson" / "episodes")
    for file in given_files(assignment):
        assignment.content.place(file.digest, place_of(file, top))
    home = str(files.make_folder(top / "home"))
    own = {"HOME": home, "USERPROFILE": home, "IPYTHONDIR": f"{home}/.ipython"}
    own["MPLCONFIGDIR"] = _own_matplotlib(scratch, top)
    temporary = str(files.make_folder(top / "tmp"))
    own |= dict.fromkeys(("TMPDIR", "TMP", "TEMP"), temporary)
    hidden = {
        str(top / "lesson"): "/lesson",
        home: "/home",
        own["MPLCONFIGDIR"]: "/matplotlib",
        temporary: "/tmp",  # noqa: S108 - what outputs show
    }
    if activation.prefix not in SYSTEM:
        hidden[str(activation.prefix)] = "/environment"
    if not activation.locked:  # a virtual environment runs the interpreter of another folder, which tracebacks name
        hidden.setdefault(sys.base_prefix, "/python")
    watched = (assignment.lesson.resolve(),) if assignment.lesson else ()
    if job.folder:
        files.make_folder(folder / job.folder)
    if job.offline:
        own[OFFLINE] = "1"
    if any(isinstance(cell, Cell) and PIXI in cell.options.requires for cell in job.cells):
        own |= _with_pixi(Path(home), hidden)
    variables = {**shared_variables(activation.variables, scratch), **job.variables, **own}
    apart = make_scratch(top, activation.python, variables) if installs(job.cells) and not activation.image else None
    if apart is not None:
        variables |= apart.variables
        hidden[str(top / OWN_ENVIRONMENT)] = "/own"
    return SessionPlace(top, folder, variables, hidden, job.limits, watched, job.folder, apart)


def _with_pixi(home: Path, hidden: dict[str, str]) -> dict[str, str]:
    """Return the variables that lead Pixi to the user's settings, and hide their places; ``home`` gets a copy of the configuration."""
    from site_builder.environments import pixi_settings
    from site_builder.environments.variables import scrubbed

    outer, user = scrubbed(withheld.variables()), Path.home()
    configuration = pixi_settings.configuration_of(outer, user)
    if configuration is not None:
        files.place_copy(configuration, home / ".config" / pixi_settings.CONFIGURATION)
    found = pixi_settings.settings_of(outer, user)
    hidden |= pixi_settings.places_of(found)
    return found


def given_files(assignment: Assignment) -> tuple[FileReference, ...]:
    """Return the files of the working folder in the order in which they are written: the later of two with one name counts.

    What a declared input holds is the author's word. Among the files of the Workbench's folder, those that an episode changed count.
    """
    job, received = assignment.job, assignment.received
    return (*job.inputs, *received) if job.shared else (*received, *job.inputs)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was given: the digest of its bytes, and the times of its last changes; none where they are too recent to tell."""

    digest: str
    times: tuple[int, int] | None


def stamps(assignment: Assignment, top: Path) -> Mapping[Path, Stamp]:
    """Return the files of a working folder by their resolved path, before any cell has run."""
    places = {place_of(file, top): file.digest for file in given_files(assignment)}
    now = time.time_ns()
    states = {path: (digest, _times(path)) for path, digest in places.items()}
    return {path: Stamp(digest, times if now - times[0] > TICKS else None) for path, (digest, times) in states.items()}


def _times(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_mtime_ns, state.st_ctime_ns


def files_left(assignment: Assignment, place: SessionPlace, given: Mapping[Path, Stamp]) -> tuple[FileReference, ...]:
    """Store what the cells of a job made or changed, but not what they were ``given``; return it if the job leaves files.

    If a cell made a symbolic link to a file of the working folder, that file's bytes are stored under the link's name.

    Raises:
        MachineError: a file cannot be read or kept.
    """
    if not assignment.job.leaves:
        return ()
    lesson = place.top / "lesson"
    found = []
    for path in sorted(lesson.rglob("*")):
        target = files.real_path(path)
        if not files.is_file(target) or not target.is_relative_to(lesson.resolve()) or COMPILED in path.parts:
            continue
        known = given.get(target)
        same = known is not None and (known.times == _times(target) or known.digest == files.digest_of(target))
        if path.is_symlink() or not same:
            name = PurePath(os.path.relpath(path, place.folder)).as_posix()
            found.append(FileReference(name, assignment.content.add_file(target)))
    return tuple(found)


def place_of(file: FileReference, top: Path) -> Path:
    """Return where a file lies.

    Raises:
        MachineError: it would be outside the working folder.
    """
    found = files.safe_join(top / "lesson", PurePosixPath(os.path.normpath(f"episodes/{file.path}")))
    if found is None:
        raise MachineError(f"{file.path} is outside the working folder of the episode")
    return found
