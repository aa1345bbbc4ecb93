"""What turns a staged folder into a site: the seam between a lesson's pages and the programs that can render them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Protocol

from site_builder.problems import Location, Problem, Report, Severity
from site_builder.weave.staged_content import Content

THEME = Path(__file__).parent / "theme"
"""The builder's own templates, styles and scripts, which add to Material's."""
CONFIGURATION = "mkdocs.yml"
"""In a staged folder: the settings of its site."""
DOCS = "docs"
"""In a staged folder: the pages and assets of its site."""


class Rendering(Protocol):
    """A view that is being rendered."""

    def result(self) -> Report:
        """Wait until it is done and return what the engine complained about.

        Raises:
            MachineError: the engine failed; nothing in the target is to be used then.
        """
        ...


class Engine(Protocol):
    """A site engine. It reads staged folders, which are the same for every engine, and knows nothing else of a lesson.

    A staged folder has the pages and assets of one view in ``docs/`` and their settings in ``mkdocs.yml``. ``title`` is the engine's name
    as people write it; ``incremental`` tells whether `update` can render single pages, or renders the whole view.
    """

    title: str
    incremental: bool

    @property
    def version(self) -> str:
        """The engine with everything that its output depends on beside the staged folder, by name and version."""
        ...

    @property
    def scripts(self) -> tuple[str, ...]:
        """The templates of the engine's theme whose scripts stand on every page, as texts."""
        ...

    def prepare(self) -> None:
        """Begin to load what rendering needs, while the lesson is still being read.

        Raises:
            EnvironmentUnavailable: the engine is not installed.
        """
        ...

    def render(self, folder: Path, target: Path) -> Rendering:
        """Begin to render a staged folder into ``target``, which is not there or empty, while the caller goes on."""
        ...

    def page_digests(self, folder: Path, contents: Mapping[str, Content]) -> Mapping[str, str]:
        """Return, for each file below ``docs/`` of a staged folder, the sha256 over all that its rendered file depends on.

        ``contents`` tells of each what it is; the files need not be there yet.
        """
        ...

    def update(self, folder: Path, target: Path, changed: Collection[str], same: Collection[str] = ()) -> Rendering:
        """Begin to bring a rendered folder up to date, so that it has the bytes that rendering anew would give.

        ``target`` is what this engine made of a staged folder with files of the same names, ``changed`` are those whose digest differs.
        The files called ``same`` need not be in the staged folder, if the engine is incremental: their rendered ones stay.
        Files that are written are new files: hard links of the old ones keep their bytes.
        """
        ...

    def close(self) -> None:
        """End what still runs."""
        ...


@cache
def versions(packages: tuple[str, ...]) -> str:
    """Return names and versions of installed packages in words; a package's whole description is read for that, once.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    from importlib import metadata  # imports the e-mail parser

    return " ".join(f"{name} {metadata.version(name)}" for name in packages)


def complaint(title: str, message: str) -> Problem:
    """Return what an engine said about a site as a problem."""
    return Problem("LS701", f"{title}: {message}", Location(PurePosixPath("mkdocs.yml")), severity=Severity.WARNING)
