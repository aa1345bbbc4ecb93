"""Pages that are looked at are rendered before the rest of a site, and shown as soon as they are.

The site itself is made as if nobody looked; what is shown here is only shown sooner.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import MachineError
from site_builder.pipeline.watched import Watched
from site_builder.render.base import Engine
from site_builder.weave.model import View
from site_builder.weave.stage import PAGE


class First:
    """Renders the watched pages of one build after the other view, in the order in which their views are staged."""

    def __init__(self, watched: Watched, engine: Engine, folder: Path) -> None:
        """Render into folders below ``folder``, which is a temporary one."""
        self._watched, self._engine, self._folder = watched, engine, folder
        self._unchanged: set[str] = set()

    def same(self, view: View, names: Collection[str]) -> None:
        """Note rendered files of a view that stay as they are."""
        self._unchanged.update(address(view, name) for name in names)

    def show(self, view: View, staged: Path, changed: Collection[str], names: Collection[str]) -> None:
        """Render and show those of the changed files of a staged view that are watched, if any; ``names`` are those of all its files.

        Where this fails, rendering the whole view does so as well, and says why.
        """
        pages = {address(view, rendered(name)): name for name in changed if name.endswith(PAGE)}
        wanted = {place: name for place, name in pages.items() if place in self._watched.addresses}
        if not wanted:
            return
        target = self._folder / view.value
        try:
            shown = frozenset(wanted.values())
            if self._engine.update(staged, target, shown, frozenset(names) - shown).result().problems:
                return
            found = {place: files.read_bytes(target / rendered(name)) for place, name in wanted.items()}
        except MachineError:
            return
        self._watched.show(found, frozenset(self._unchanged))


def rendered(name: str) -> str:
    """Return the name of what a staged file is rendered to."""
    return str(PurePosixPath(name).with_suffix(".html")) if name.endswith(PAGE) else name


def address(view: View, name: str) -> str:
    """Return the address in the site of a rendered file of a view."""
    return name if view is View.LEARNER else f"{view.value}/{name}"
