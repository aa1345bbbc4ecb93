"""An episode on its way from file to page: each stage of the pipeline returns a richer one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from site_builder.lesson.data import DataFile
from site_builder.lesson.inputs import WorkingFile
from site_builder.lesson.model import SourceFile
from site_builder.plan.model import Plan, Request, Step
from site_builder.plan.observed import Needs
from site_builder.problems import Location
from site_builder.records.model import EpisodeRecord

if TYPE_CHECKING:  # a build in which nothing changed reads no page
    from site_builder.markdown.document import Document
    from site_builder.markdown.tree import Cell, Expression


@dataclass(frozen=True, slots=True)
class Lacking:
    """What this machine's own interpreters lack for an episode: Python modules and R packages by name; false where they lack nothing."""

    modules: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.modules or self.packages)

    @property
    def words(self) -> str:
        """What is lacking, in sentences; empty where nothing is."""
        found = (("Python", self.modules), ("R", self.packages))
        return " ".join(f"The {name} on this machine lacks {', '.join(names)}." for name, names in found if names)


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode, with what is known about it so far.

    Reading sets ``source`` and ``document``, and ``data``, the files from elsewhere that its front matter names; ``unfetched`` says which
    of those that its cells need cannot be had today. ``shows`` are files that pages show and only its cells can make (addresses in the
    site).
    Preparing adds, for an episode with cells, its ``request``, the bytes of its declared ``inputs`` (by path relative to ``episodes/``),
    the ``working_files`` that its cells find beside these, the episodes whose files it ``needs``, declared, derived from its code or
    ``observed`` (with the files), what each cell is ``missing`` here (by its identifier), what this machine's own Python or R ``lacks``,
    and the ``folder`` in which its cells begin. Planning adds the ``step``; ``handed_over`` tells whether the files that it leaves for
    others exist from an earlier run with its current key, ``seconds`` how long the last run took.
    """

    source: SourceFile
    document: Document
    request: Request | None = None
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    working_files: Mapping[str, WorkingFile] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    observed: Needs = field(default_factory=dict)
    folder: str = ""
    shows: tuple[str, ...] = ()
    data: tuple[DataFile, ...] = ()
    unfetched: str = ""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: Lacking = Lacking()
    step: Step | None = None
    handed_over: bool = False
    seconds: float | None = None

    @property
    def slug(self) -> str:
        """The episode's name: the stem of its file."""
        return self.source.slug

    @property
    def path(self) -> PurePosixPath:
        """Its file, relative to the lesson."""
        return self.source.path

    @property
    def cells(self) -> tuple[Cell | Expression, ...]:
        """Its cells and inline expressions, in order."""
        return self.document.cells

    @property
    def shares_files(self) -> bool:
        """Whether its cells find the files of the lesson around them, as in the Workbench; one with ``inputs`` has these alone."""
        return self.document.rmarkdown is not None or "inputs" not in self.document.front_matter.values

    @property
    def observable(self) -> bool:
        """Whether the run tells which of these its cells read: Python says so."""
        return self.shares_files and all(cell.language == "python" for cell in self.cells) and self.document.rmarkdown is None

    @property
    def uses_r(self) -> bool:
        """Whether it needs R: for knitr, or for its cells."""
        return self.document.rmarkdown is not None or any(cell.language == "r" for cell in self.cells)

    @property
    def record(self) -> EpisodeRecord | None:
        """The record that its page shows."""
        return self.step.record if self.step else None

    @property
    def obstacle(self) -> str:
        """Why it cannot run here, empty if it can or has nothing to run."""
        return self.step.request.obstacle if self.step else ""

    def place(self, key: str) -> Location:
        """Return the location of a key of its front matter, or its first line."""
        return Location(self.path, self.document.front_matter.lines.get(key, 1))


def plan_of(episodes: Iterable[Episode]) -> Plan:
    """Return the steps of those episodes that have one, in their order."""
    return Plan(tuple(episode.step for episode in episodes if episode.step))
