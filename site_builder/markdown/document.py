"""The result of reading one source file: front matter, block tree, problems."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from site_builder.markdown.tree import Cell, Expression, Node, cells
from site_builder.settings.front_matter import FrontMatter

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from site_builder.markdown.knitted import RMarkdown
    from site_builder.problems import Problem


@dataclass(frozen=True)
class Document:
    """One page as written: path relative to the lesson, front matter, body and problems.

    Heading elements carry their final pandoc identifier, unique on the page, in ``id``. ``notebook_cells`` pairs the
    number of each cell of a notebook with its first line in the file. ``rmarkdown`` is the text of an episode that knitr runs.
    ``attachments`` are the pictures that a notebook contains, by their address in the site, in base64. ``safe`` says that HTML passes the
    policy of outputs: that of ``body`` has passed it, and what is read again, with results, must pass it as well.
    """

    path: PurePosixPath
    front_matter: FrontMatter = FrontMatter()
    body: tuple[Node, ...] = ()
    problems: tuple[Problem, ...] = ()
    notebook_cells: tuple[tuple[int, int], ...] = ()
    rmarkdown: RMarkdown | None = None
    attachments: tuple[tuple[str, str], ...] = ()
    safe: bool = False

    def where(self, line: int) -> str:
        """Return the cell of a notebook that a line of its file is in, in words: ``notebook cell 3``; empty for other files.

        Empty too for a file without line breaks between its cells.
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

    @cached_property
    def cells(self) -> tuple[Cell | Expression, ...]:
        """All executable cells and expressions, in document order."""
        return self.rmarkdown.cells if self.rmarkdown else cells(self.body)
