"""What reading one source file gives: its front matter, its block tree, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from site_builder.markdown.tree import Cell, Expression, Node, cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePosixPath

    from site_builder.markdown.knitted import RMarkdown
    from site_builder.problems import Problem


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML head of a page; minutes are None where missing or not whole numbers (workbench-spec 3.2 and 5).

    ``title`` is the author's Markdown. ``environments`` lists the Pixi environments the episode can run in, best first.
    ``lines`` holds the 1-based source line of each top-level key. ``values`` is the whole mapping as YAML read it.
    """

    title: str = ""
    teaching: int | None = None
    exercises: int | None = None
    pause: int = 0
    environments: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Document:
    """One page as written: path relative to the lesson, front matter, body and problems.

    Heading elements carry their final pandoc identifier in ``id`` (whole-page algorithm, workbench-spec 3.3). ``notebook_cells`` pairs the
    number of each cell of a notebook with its first line in the file. ``rmarkdown`` is the text of an episode that knitr runs.
    """

    path: PurePosixPath
    front_matter: FrontMatter = FrontMatter()
    body: tuple[Node, ...] = ()
    problems: tuple[Problem, ...] = ()
    notebook_cells: tuple[tuple[int, int], ...] = ()
    rmarkdown: RMarkdown | None = None

    def where(self, line: int) -> str:
        """Return the cell of a notebook that a line of its file is in, in words: ``notebook cell 3``; empty for other files.

        A file without line breaks between its cells cannot tell, and says nothing.
        """
        starts = [first for _, first in self.notebook_cells]
        if len(set(starts)) < len(starts):
            return ""
        before = [number for number, first in self.notebook_cells if first <= line]
        return f"notebook cell {before[-1]}" if before else ""

    @property
    def slug(self) -> str:
        """The page's name: the file's stem."""
        return self.path.stem

    @property
    def cells(self) -> tuple[Cell | Expression, ...]:
        """Everything that runs, in document order."""
        return self.rmarkdown.cells if self.rmarkdown else cells(self.body)
