"""Weave, stage, render, check and publish: a view is rendered while the next one is woven and the links are checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files
from site_builder.check.links import check_links
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK
from site_builder.pipeline.model import STAGE, Built, OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, refuse_errors
from site_builder.pipeline.weave import begin_pages, outputs_woven, site_assets
from site_builder.problems import Report
from site_builder.publish.exchange import publish, workplace
from site_builder.publish.foreign import Kept
from site_builder.publish.manifest import MANIFEST, Identity, is_current, read_manifest, write_manifest
from site_builder.publish.targets import check_site, mark_site, remember
from site_builder.render.base import Renderer, Rendering
from site_builder.weave.model import MenuItem, Page, View
from site_builder.weave.site import PreparedPages, woven_site
from site_builder.weave.stage import joined, stage_assets, stage_view


def render_and_publish(
    planned: PlannedLesson, site: Path, options: Options, renderer: Renderer, tell: OnProgress
) -> tuple[Built, tuple[Kept, ...]]:
    """Make the site of a lesson that has run and put it in the old one's place; nothing is touched where nothing changed.

    Also return what had to get another name there.

    Raises:
        LessonFailed: the pages have errors (warnings too, under ``strict``).
        MachineError: the site cannot be rendered or written.
    """
    from site_builder.render.configuration import configurations

    lesson = planned.lesson
    woven = outputs_woven(planned)
    assets = site_assets(lesson, woven)
    weaving = begin_pages(planned, woven)
    assets = {**weaving.files, **assets}
    outputs = Report(tuple(problem for item in woven.values() for problem in item.problems))
    stages = files.temporary_folder(lesson.root / WORK, STAGE)
    with stages as folder, workplace(site) as beside:
        views = _Views(folder, beside, configurations(lesson), renderer, _parts(site, options))
        views.weave(weaving, assets)
        links = check_links(woven_site(views.made), assets)
        report = planned.report + outputs + Report(weaving.problems) + links
        refuse_errors(report, strict=options.strict)
        pages = sum(len(found) for found, _ in views.made.values())
        if not options.force and is_current(site, joined(views.parts)):
            return Built(site, False, pages, 0, report), ()
        tell(f"rendering {pages} pages")
        report += views.finish()
        refuse_errors(report, strict=options.strict)
        write_manifest(views.rendered, joined(views.parts), views.parts, identity(lesson))
        check_site(site, lesson.root, identity(lesson))  # once more: rendering takes a while
        mark_site(views.rendered, site, lesson.root)
        kept = publish(views.rendered, site)
        if not site.is_relative_to(lesson.root):
            remember(lesson.root, site / MANIFEST)
    return Built(site, True, pages, 0, report), kept


def identity(lesson: Lesson) -> Identity:
    """Return what tells this lesson's site from those of others."""
    return Identity(lesson.settings.title, lesson.settings.source, lesson.settings.url)


def _parts(site: Path, options: Options) -> tuple[str, ...]:
    """The digests of the parts that the site which is there was made from."""
    manifest = None if options.force else read_manifest(site)
    return manifest.parts if manifest else ()


class _Views:
    """The views of one build: what was made of each, its digest, and its rendering."""

    def __init__(
        self, staged: Path, beside: Path, settings: Mapping[View, Mapping[str, Any]], renderer: Renderer, before: tuple[str, ...]
    ) -> None:
        self._staged, self._settings, self._renderer, self._before = staged, settings, renderer, before
        self.made: dict[View, tuple[tuple[Page, ...], tuple[MenuItem, ...]]] = {}
        self.parts: list[str] = []
        self._running: dict[View, Rendering] = {}
        # The engine empties its destination first, so no view may be built inside another one's.
        self._targets = {view: beside / view.value for view in View}

    @property
    def rendered(self) -> Path:
        """The whole site."""
        return self._targets[View.LEARNER]

    def weave(self, weaving: PreparedPages, assets: Mapping[PurePosixPath, Path | bytes]) -> None:
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
            self._running[view] = self._renderer.begin(self._staged / view.value, self._targets[view])

    def finish(self) -> Report:
        """Render what is not yet being rendered, wait for all, and put the views together."""
        for view in View:
            self._begin(view)
        messages = Report()
        for view in View:
            messages += self._renderer.report(self._running[view].result())
        for view, target in self._targets.items():
            if target != self.rendered:
                files.move_folder(target, self.rendered / view.value)
        return messages
