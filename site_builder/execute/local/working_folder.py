"""The working folder of an episode and the variables of its processes."""

from __future__ import annotations

import filecmp
import sys
from collections.abc import Mapping
from pathlib import Path

from site_builder import files
from site_builder.execute.base import Job
from site_builder.execute.local.session import Place


def shared_variables(activated: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the variables that all episodes of an environment have in common, with nothing in them that differs from run to run."""
    return {
        **activated,
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def server_variables(activated: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the variables of an environment's fork server; what is fixed when an interpreter starts is among them."""
    return shared_variables(activated, scratch) | {"HOME": str(scratch)}


def make_place(job: Job, scratch: Path, top: Path) -> Place:
    """Write a job's inputs below ``top``/lesson/episodes and return where its sessions work; nothing else of the lesson is there."""
    folder = files.make_folder(top / "lesson" / "episodes")
    files.make_folder(scratch / "matplotlib")
    for source in job.receives:
        for file in files.files_below(source):
            files.place_copy(file, top / "lesson" / file.relative_to(source))
    for path, data in job.inputs.items():
        files.write_bytes(folder / path, data)
    home = str(files.make_folder(top / "home"))
    own = {"HOME": home, "USERPROFILE": home, "IPYTHONDIR": f"{home}/.ipython"}
    hidden = {str(top / "lesson"): "/lesson", home: "/home", str(job.activation.prefix): "/environment"}
    if not job.activation.locked:  # a virtual environment runs the interpreter of another folder, which tracebacks name
        hidden.setdefault(sys.base_prefix, "/python")
    watched = (job.lesson.resolve(),) if job.lesson else ()
    return Place(top, folder, {**shared_variables(job.activation.variables, scratch), **own}, hidden, job.limits, watched)


def leave_files(job: Job, place: Place) -> None:
    """Copy what the cells of a job made or changed, and not what they were only given, into the folder that it leaves.

    Where a cell made a symbolic link to a file of the working folder, that file's bytes are left under the link's name.

    Raises:
        MachineError: the files cannot be copied.
    """
    if job.leaves is None:
        return
    lesson = place.top / "lesson"
    given = {(place.folder / path).resolve(): data for path, data in job.inputs.items()}
    received = {(lesson / file.relative_to(source)).resolve(): file for source in job.receives for file in files.files_below(source)}
    files.make_folder(job.leaves)
    for path in sorted(lesson.rglob("*")):
        target = path.resolve()
        if not target.is_file() or not target.is_relative_to(lesson.resolve()):
            continue
        same = target in given and given[target] == files.read_bytes(target)
        if target not in given and target in received:
            same = filecmp.cmp(target, received[target], shallow=False)
        if path.is_symlink() or not same:
            files.place_copy(target, job.leaves / path.relative_to(lesson))
