"""The working folder of an episode and the variables of its processes."""

from __future__ import annotations

import sys
from pathlib import Path

from site_builder import files
from site_builder.execute.base import Job
from site_builder.execute.session import Place


def shared_variables(job: Job, scratch: Path) -> dict[str, str]:
    """Return the variables that all episodes of an environment have in common, with nothing in them that differs from run to run."""
    return {
        **job.activation.variables,
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


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
    return Place(top, folder, {**shared_variables(job, scratch), **own}, hidden, job.limits, watched)


def leave_files(job: Job, place: Place) -> None:
    """Move what the cells of a job made, and none of what they were given, into the folder that it leaves.

    Raises:
        MachineError: the files cannot be moved.
    """
    if job.leaves is None:
        return
    lesson = place.top / "lesson"
    given = {(place.folder / path).resolve() for path in job.inputs}
    given |= {(lesson / file.relative_to(source)).resolve() for source in job.receives for file in files.files_below(source)}
    files.make_folder(job.leaves)
    for file in files.files_below(lesson):
        if file.resolve() not in given:
            files.place_copy(file, job.leaves / file.relative_to(lesson))
