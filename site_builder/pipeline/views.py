"""Both views of a lesson on their way from pages to a site: woven, staged and rendered, each while the next one is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from site_builder import files
from site_builder.check.links import look_at
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.pipeline.earlier import EarlierSite
from site_builder.pipeline.first import First, rendered
from site_builder.pipeline.watched import NOBODY, Watched
from site_builder.problems import Report
from site_builder.render.base import Engine, Rendering
from site_builder.weave.model import MenuItem, Page, View
from site_builder.weave.parts import Look, PagePart
from site_builder.weave.stage import BESIDE, PAGE, StagedView, stage_assets, stage_beside
from site_builder.weave.staged_text import text_of_part


class Weaving(Protocol):
    """What makes the pages of each view."""

    def pages(self, view: View, take: Callable[[Page], None], look: Look) -> tuple[tuple[Page, ...], tuple[MenuItem, ...]]:
        """Return the pages and the menu of one view; ``look`` sees each part of a page, ``take`` each page as soon as it is there."""
        ...


class Views:
    """The views of one build: what was made of each, its rendering, and the digests of all that the site is made from, in their order.

    The engine is the first of these ``parts``: what another one made, or another version of it, is made anew. ``earlier`` is the site that
    is there: what of it is still right is not rendered again; ``kept`` has what was staged of equal pages before. What is ``watched`` is
    rendered first and shown. ``again`` counts the pages that are rendered.
    """

    def __init__(
        self, staged: Path, beside: Path, settings: Mapping[View, Mapping[str, Any]], engine: Engine, earlier: EarlierSite,
        kept: KeptResults = NOTHING_KEPT, watched: Watched = NOBODY,
    ) -> None:  # fmt: skip
        self._staged, self._settings, self._engine, self._earlier, self._kept = staged, settings, engine, earlier, kept
        self._first = First(watched, engine, staged / "first")
        self.made: dict[View, tuple[tuple[Page, ...], tuple[MenuItem, ...]]] = {}
        self.parts = [hashlib.sha256(engine.version.encode()).hexdigest()]
        self.again = 0
        self._views: dict[View, StagedView] = {}
        self._running: dict[View, Rendering] = {}
        self._digests: dict[View, Mapping[str, str]] = {}
        self._rendered: dict[View, tuple[str, ...]] = {}
        # The engine empties its destination first, so no view may be built inside another one's.
        self._targets = {view: beside / view.value for view in View}

    @property
    def rendered(self) -> Path:
        """The whole site."""
        return self._targets[View.LEARNER]

    def weave(self, weaving: Weaving, assets: Mapping[PurePosixPath, Path | bytes]) -> None:
        """Weave and stage view after view; one that is not what is there already begins to be rendered at once."""
        digest, copied = stage_assets(assets, self._staged)
        self.parts.append(digest)
        for view in View:
            deferred = self._engine.incremental and view in self._earlier.views
            staged = StagedView(view, self._settings[view], self._staged, self._kept, deferred=deferred)
            self._views[view] = staged
            if view is View.LEARNER:
                staged.contents |= copied
            self.made[view] = weaving.pages(view, staged.add, self._look)
            self.parts.append(staged.finish(self.made[view][1]))
            if self._earlier.parts[: len(self.parts)] != tuple(self.parts):
                self._begin(view)
            elif view in self._earlier.views:
                self._first.same(view, self._earlier.views[view].files)

    def _look(self, part: PagePart) -> None:
        """Ask for what staging and the check of links want to know, while the nodes are at hand."""

        def ask() -> None:
            text_of_part(part, self._kept)
            look_at(part, self._kept)

        self._kept.grouped("looked at", lambda: part.digest, ask)

    def add(self, pages: Mapping[PurePosixPath, bytes]) -> None:
        """Add finished pages that no engine makes, by their place in the site; none are no part of what it is made from."""
        if pages:
            self.parts.append(stage_beside(pages, self._staged))

    def _begin(self, view: View) -> None:
        if view in self._running:
            return
        folder, target = self._staged / view.value, self._targets[view]
        staged = self._views[view]
        self._digests[view] = digests = self._engine.page_digests(folder, staged.contents)
        changed = self._earlier.changed(view, digests)
        if changed is not None:
            staged.write(changed)
            self._first.same(view, self._earlier.views[view].files.keys() - {rendered(name) for name in changed})
            self._first.show(view, folder, changed, digests.keys())
        if changed is None or not self._earlier.place(view, target):
            staged.write(digests.keys())
            self.again += sum(name.endswith(PAGE) for name in digests)
            self._running[view] = self._engine.render(folder, target)
        else:
            self.again += sum(name.endswith(PAGE) for name in changed)
            same = digests.keys() - changed
            self._running[view] = self._engine.update(folder, target, changed, same) if changed else _Unchanged()

    def begin(self) -> None:
        """Begin to render each view that is not being rendered yet."""
        for view in View:
            self._begin(view)

    def finish(self) -> Report:
        """Wait until all views are rendered, and put them together; what is said of both views is said once."""
        self.begin()
        reports = {view: self._running[view].result() for view in View}
        for view, target in self._targets.items():
            self._rendered[view] = tuple(path.relative_to(target).as_posix() for path in files.files_below(target))
            if reports[view].problems:  # which page they are about is not known: all are rendered the next time, and say it again
                del self._digests[view]
        for view, target in self._targets.items():
            if target != self.rendered:
                files.move_folder(target, self.rendered / view.value)
        for path in files.files_below(self._staged / BESIDE):
            files.place_copy(path, self.rendered / path.relative_to(self._staged / BESIDE))
        return Report(tuple(dict.fromkeys(problem for report in reports.values() for problem in report.problems)))

    @property
    def notes(self) -> Mapping[View, tuple[Mapping[str, str], tuple[str, ...]]]:
        """What the next build can go on with: the digests of each view's staged files, and the names of its rendered ones."""
        return {view: (digests, self._rendered[view]) for view, digests in self._digests.items()}


class _Unchanged:
    """A view that is there already."""

    def result(self) -> Report:
        return Report()
