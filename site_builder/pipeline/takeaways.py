"""What people can take away from each episode with cells: learners a notebook without outputs, a script, and how to run it in its
environment; instructors what they teach with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from site_builder.exporting.notebook import Kind
from site_builder.lesson.model import SourceFile
from site_builder.markdown.tree import Cell
from site_builder.pipeline.exporting import exported
from site_builder.pipeline.opening import Opened
from site_builder.weave.model import Takeaway, TakenFile

FOLDER = PurePosixPath("files")
TITLES = {Kind.LEARNER: "Notebook without outputs", Kind.SCRIPT: "Script"}
TEACHING = {Kind.LIVE: "Notebook to type into", Kind.INSTRUCTOR: "Notebook with everything", Kind.COMMANDS: "Commands in order"}
INTERPRETERS = {".py": "python", ".sh": "bash", ".r": "Rscript", ".jl": "julia"}
"""What runs a script in an environment of Pixi, by the script's ending."""


def takeaways(opened: Opened) -> Mapping[PurePosixPath, Takeaway]:
    """Return what each episode with cells offers, by the path of its source; a file of the lesson with the same address goes before."""
    own = {asset.target for asset in opened.lesson.assets}
    made = {}
    for source in opened.lesson.episodes:
        document = opened.sources.documents.get(source.path)
        if document and any(isinstance(cell, Cell) for cell in document.cells):
            made[source.path] = _takeaway(opened, source, own)
    return made


def _takeaway(opened: Opened, source: SourceFile, own: set[PurePosixPath]) -> Takeaway:
    files = tuple(_files(opened, source, TITLES, own))
    script = next((file.address for file in files if file.title == TITLES[Kind.SCRIPT]), None)
    return Takeaway(files, _command(opened, source, script) if script else "", tuple(_files(opened, source, TEACHING, own)))


def _files(opened: Opened, source: SourceFile, titles: Mapping[Kind, str], own: set[PurePosixPath]) -> Iterator[TakenFile]:
    for kind, title in titles.items():
        made = exported(opened, source, kind)
        address = FOLDER / made.name
        if address not in own and made.text:
            yield TakenFile(address, title, made.text.encode())


def _command(opened: Opened, source: SourceFile, script: PurePosixPath) -> str:
    """The exact line that runs the script; empty where the lesson has no Pixi workspace, or nobody knows what runs such a script."""
    interpreter = INTERPRETERS.get(script.suffix.lower(), "")
    if opened.lesson.manifest is None or not interpreter:
        return ""
    record = next((step.record for step in opened.plan.steps if step.wanted.path == source.path), None)
    wanted = opened.sources.documents[source.path].front_matter.environments
    environment = record.provenance.packages.environment if record else next(iter(wanted), "default")
    return f"pixi run --locked -e {environment} {interpreter} {script.name}"
