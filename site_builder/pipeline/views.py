"""Both views of a lesson on their way from pages to a site: woven, staged and rendered, each while the next one is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from site_builder import files
from site_builder.problems import Report
from site_builder.render.base import Engine, Rendering
from site_builder.weave.model import MenuItem, Page, View
from site_builder.weave.stage import BESIDE, stage_assets, stage_view


class Weaving(Protocol):
    """What makes the pages of each view."""

    def pages(self, view: View) -> tuple[tuple[Page, ...], tuple[MenuItem, ...]]:
        """Return the pages and the menu of one view."""
        ...


class Views:
    """The views of one build: what was made of each, its rendering, and the digests of all that the site is made from, in their order.

    The engine is the first of these ``parts``: what another one made, or another version of it, is made anew. ``before`` are those of the
    site that is there.
    """

    def __init__(
        self, staged: Path, beside: Path, settings: Mapping[View, Mapping[str, Any]], engine: Engine, before: tuple[str, ...] = ()
    ) -> None:
        self._staged, self._settings, self._engine, self._before = staged, settings, engine, before
        self.made: dict[View, tuple[tuple[Page, ...], tuple[MenuItem, ...]]] = {}
        self.parts = [hashlib.sha256(engine.version.encode()).hexdigest()]
        self._running: dict[View, Rendering] = {}
        # The engine empties its destination first, so no view may be built inside another one's.
        self._targets = {view: beside / view.value for view in View}

    @property
    def rendered(self) -> Path:
        """The whole site."""
        return self._targets[View.LEARNER]

    def weave(self, weaving: Weaving, assets: Mapping[PurePosixPath, Path | bytes]) -> None:
        """Weave and stage view after view; one that is not what is there already begins to be rendered at once."""
        self.parts.append(stage_assets(assets, self._staged))
        for view in View:
            self.made[view] = weaving.pages(view)
            pages, menu = self.made[view]
            self.parts.append(stage_view(view, pages, menu, self._settings[view], self._staged))
            if self._before[: len(self.parts)] != tuple(self.parts):
                self._begin(view)

    def _begin(self, view: View) -> None:
        if view not in self._running:
            self._running[view] = self._engine.render(self._staged / view.value, self._targets[view])

    def finish(self) -> Report:
        """Render what is not yet being rendered, wait for all, and put the views together; what is said of both views is said once."""
        for view in View:
            self._begin(view)
        reports = [self._running[view].result() for view in View]
        for path in files.files_below(self._staged / BESIDE):
            files.place_copy(path, self.rendered / path.relative_to(self._staged / BESIDE))
        for view, target in self._targets.items():
            if target != self.rendered:
                files.move_folder(target, self.rendered / view.value)
        return Report(tuple(dict.fromkeys(problem for report in reports for problem in report.problems)))
