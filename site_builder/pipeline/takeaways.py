"""Downloads of each episode with cells: for learners a notebook without outputs, a script, and how to run it in its
environment; for instructors the notebooks and commands that they teach with.
"""

from __future__ import annotations

import json
import pickle
import posixpath
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from site_builder.episode import Episode
from site_builder.exporting.commands import commands
from site_builder.exporting.notebook import TITLES as BOX_TITLES
from site_builder.exporting.notebook import ExportKind, notebook, same_notebook
from site_builder.exporting.runnable import runnable
from site_builder.files import read_text
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.inputs import working_files
from site_builder.lesson.model import Kind
from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import script_suffix, to_script
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.workspace import workspace
from site_builder.weave.model import Takeaway, TakenFile
from site_builder.weave.translations import phrases_for

FOLDER = PurePosixPath("files")
TITLES = {ExportKind.LEARNER: "Notebook without outputs", ExportKind.RMARKDOWN: "R Markdown", ExportKind.SCRIPT: "Script"}
TEACHING = {
    ExportKind.LIVE: "Notebook to type into",
    ExportKind.INSTRUCTOR: "Notebook with everything",
    ExportKind.COMMANDS: "Commands in order",
}
INTERPRETERS = {".py": "python", ".sh": "bash", ".r": "Rscript", ".jl": "julia"}
"""The program that runs a script in a Pixi environment, by the script's suffix."""


FEW = 50_000
"""Bytes of outputs up to which a notebook that has them is kept: what is kept is read by every build."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to download: its name (``EPISODE-KIND`` with a suffix) and its text."""

    name: str
    text: str


def takeaways(planned: PlannedLesson, kept: KeptResults = NOTHING_KEPT) -> Mapping[PurePosixPath, Takeaway]:
    """Return what each episode with cells offers, by the path of its source; a lesson's file of the same address takes precedence.

    ``kept`` has what was made of equal texts before.
    """
    own = {asset.target for asset in planned.lesson.assets}
    made = {}
    for episode in planned.episodes:
        if episode.source.kind is Kind.EPISODE and any(isinstance(cell, Cell) for cell in episode.cells):
            made[episode.path] = _takeaway(planned, episode, own, kept)
    whole = workspace(planned, made)
    if whole is None or whole.address in own:
        return made
    return {path: replace(each, files=(*each.files, whole)) for path, each in made.items()}


def export_ahead(planned: PlannedLesson, episode: Episode, kept: KeptResults) -> None:
    """Export what `takeaways` will want of an episode, as far as its text alone decides it."""
    export = partial(_exported, planned, episode, kept, {})
    for kind in (*TITLES, *TEACHING):
        if _is_decided(episode.document, kind):
            export(kind)


def _is_decided(document: Document, kind: ExportKind) -> bool:
    """Tell whether a text alone decides an export: other files decide a script of R Markdown, a record the outputs."""
    return kind is not ExportKind.INSTRUCTOR and (kind is not ExportKind.SCRIPT or document.rmarkdown is None)


def _takeaway(planned: PlannedLesson, episode: Episode, own: set[PurePosixPath], kept: KeptResults) -> Takeaway:
    export = partial(_exported, planned, episode, kept, {})
    files = tuple(_files(export, TITLES, own))
    script = next((file.address for file in files if file.title == TITLES[ExportKind.SCRIPT]), None)
    return Takeaway(files, _command(planned, episode, script) if script else "", tuple(_files(export, TEACHING, own)))


def _files(export: Callable[[ExportKind], Exported], titles: Mapping[ExportKind, str], own: set[PurePosixPath]) -> Iterator[TakenFile]:
    for kind, title in titles.items():
        file = export(kind)
        address = FOLDER / file.name
        if address not in own and file.text:
            yield TakenFile(address, title, file.text.encode())


def _exported(planned: PlannedLesson, episode: Episode, kept: KeptResults, made: dict[ExportKind, Any], kind: ExportKind) -> Exported:
    """Do what `exported` does, where it was not done for an equal text."""
    document, settings = episode.document, planned.lesson.settings
    make = partial(exported, planned, episode, kind, made)
    shown = _outputs(episode) if kind is ExportKind.INSTRUCTOR else b""
    if len(shown) > FEW or (kind is ExportKind.SCRIPT and document.rmarkdown is not None):
        return make()
    text = document.rmarkdown.text if document.rmarkdown else ""

    def given() -> object:
        decided = repr((document.path, document.front_matter, document.attachments))
        return kind.value, text, decided, shown, settings.url, settings.lang, kept.digest_of(document.body)

    return kept.result("exported", given, make)


def _outputs(episode: Episode) -> bytes:
    """Return all that a record has of its cells; equal bytes are of equal cells."""
    return pickle.dumps(episode.record.cells) if episode.record else b""


def _command(planned: PlannedLesson, episode: Episode, script: PurePosixPath) -> str:
    """The exact line that runs the script; empty if the lesson has no Pixi workspace, or no program is known for such a script."""
    interpreter = INTERPRETERS.get(script.suffix.lower(), "")
    if planned.lesson.manifest is None or not interpreter:
        return ""
    record = episode.record
    environment = record.provenance.packages.environment if record else next(iter(episode.document.front_matter.environments), "default")
    named = planned.lesson.settings.manifest  # Pixi finds every other one by itself
    where = f"--manifest-path {shlex.quote(named)} " if named else ""
    return f"pixi run {where}--locked -e {environment} {interpreter} {script.name}"


def exported(planned: PlannedLesson, episode: Episode, kind: ExportKind, made: dict[ExportKind, Any] | None = None) -> Exported:
    """Return an episode's notebook or script, with the outputs of the record that its page shows if the kind has outputs.

    ``made`` has the episode's notebooks that exist already, and is extended: a script is written from the learner's.
    """
    lesson, document = planned.lesson, episode.document
    if kind is ExportKind.COMMANDS:
        return Exported(f"{episode.slug}-commands.sh", commands(document))
    name = f"{episode.slug}-{kind.value}"
    if kind is ExportKind.SCRIPT and document.rmarkdown is not None:
        from site_builder.exporting.purl import purl

        return Exported(f"{name}.R", purl(document, partial(_child, planned)))
    if kind is ExportKind.RMARKDOWN and document.rmarkdown is None:
        return Exported(f"{name}.Rmd", "")
    known = {} if made is None else made
    base = same_notebook(document, kind)
    if base not in known:
        words = phrases_for(lesson.settings.lang)
        titles = {box: words(title) for box, title in BOX_TITLES.items() if title in words.words or words.language == "en"}
        known[base] = notebook(document, episode.record, base, base=lesson.settings.url, titles=titles)
    if kind is ExportKind.RMARKDOWN:
        from site_builder.exporting.rmarkdown import to_rmarkdown

        return Exported(f"{name}.Rmd", to_rmarkdown(known[base], document.front_matter.title))
    if kind is ExportKind.SCRIPT:
        suffix = script_suffix(known[base])
        return Exported(name + suffix, to_script(runnable(known[base]) if suffix == ".py" else known[base]))
    return Exported(f"{name}.ipynb", json.dumps(known[base], indent=1, ensure_ascii=False) + "\n")


def _child(planned: PlannedLesson, name: str) -> Document | None:
    """Return a document that a chunk takes in, from the folder in which knitr works."""
    found = working_files(planned.lesson).get(posixpath.normpath(name))
    text = read_text(found.path)[0] if found and found.fetched is None else None
    return None if text is None else read(text, PurePosixPath(name).with_suffix(".Rmd"), episode=True)
