"""What people can take away from each episode with cells: learners a notebook without outputs, a script, and how to run it in its
environment; instructors what they teach with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from site_builder.episode import Episode
from site_builder.exporting.notebook import Kind
from site_builder.markdown.tree import Cell
from site_builder.pipeline.export import exported
from site_builder.pipeline.plan import PlannedLesson
from site_builder.weave.model import Takeaway, TakenFile

FOLDER = PurePosixPath("files")
TITLES = {Kind.LEARNER: "Notebook without outputs", Kind.SCRIPT: "Script"}
TEACHING = {Kind.LIVE: "Notebook to type into", Kind.INSTRUCTOR: "Notebook with everything", Kind.COMMANDS: "Commands in order"}
INTERPRETERS = {".py": "python", ".sh": "bash", ".r": "Rscript", ".jl": "julia"}
"""What runs a script in an environment of Pixi, by the script's ending."""


def takeaways(planned: PlannedLesson) -> Mapping[PurePosixPath, Takeaway]:
    """Return what each episode with cells offers, by the path of its source; a file of the lesson with the same address goes before."""
    own = {asset.target for asset in planned.lesson.assets}
    made = {}
    for episode in planned.episodes:
        if any(isinstance(cell, Cell) for cell in episode.cells):
            made[episode.path] = _takeaway(planned, episode, own)
    return made


def _takeaway(planned: PlannedLesson, episode: Episode, own: set[PurePosixPath]) -> Takeaway:
    files = tuple(_files(planned, episode, TITLES, own))
    script = next((file.address for file in files if file.title == TITLES[Kind.SCRIPT]), None)
    return Takeaway(files, _command(planned, episode, script) if script else "", tuple(_files(planned, episode, TEACHING, own)))


def _files(planned: PlannedLesson, episode: Episode, titles: Mapping[Kind, str], own: set[PurePosixPath]) -> Iterator[TakenFile]:
    for kind, title in titles.items():
        made = exported(planned, episode, kind)
        address = FOLDER / made.name
        if address not in own and made.text:
            yield TakenFile(address, title, made.text.encode())


def _command(planned: PlannedLesson, episode: Episode, script: PurePosixPath) -> str:
    """The exact line that runs the script; empty where the lesson has no Pixi workspace, or nobody knows what runs such a script."""
    interpreter = INTERPRETERS.get(script.suffix.lower(), "")
    if planned.lesson.manifest is None or not interpreter:
        return ""
    record = episode.record
    environment = record.provenance.packages.environment if record else next(iter(episode.document.front_matter.environments), "default")
    return f"pixi run --locked -e {environment} {interpreter} {script.name}"
