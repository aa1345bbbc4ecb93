"""Weave, stage, render, check and publish: a view is rendered while the next one is woven and the links are checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from site_builder import files
from site_builder.check.active import active_on
from site_builder.check.links import check_links
from site_builder.check.redirects import check_redirects
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK
from site_builder.pipeline.charts import drawn_charts
from site_builder.pipeline.data import data_addresses
from site_builder.pipeline.diagrams import drawn_diagrams
from site_builder.pipeline.earlier import EarlierSite, earlier_site, keep
from site_builder.pipeline.model import STAGE, Built, OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, refuse_errors
from site_builder.pipeline.shown_files import awaited, unmade
from site_builder.pipeline.stale import NOTHING_STALE, Stale
from site_builder.pipeline.views import Views
from site_builder.pipeline.watched import NOBODY
from site_builder.pipeline.weave import begin_pages, outputs_woven, site_assets
from site_builder.problems import Report
from site_builder.publish.exchange import publish, workplace
from site_builder.publish.foreign import Kept
from site_builder.publish.manifest import MANIFEST, Identity, is_current, write_manifest
from site_builder.publish.targets import check_site, mark_site, remember
from site_builder.render.base import Engine
from site_builder.weave.redirects import redirect_pages
from site_builder.weave.site import woven_site
from site_builder.weave.stage import joined
from site_builder.weave.translations import phrases_for


def render_and_publish(
    planned: PlannedLesson, site: Path, options: Options, engine: Engine, tell: OnProgress, stale: Mapping[str, Stale] = NOTHING_STALE
) -> tuple[Built, tuple[Kept, ...]]:
    """Make the site of a lesson that has run and put it in the old one's place; nothing is touched where nothing changed.

    Also return what had to get another name there. ``stale`` marks results of other code, by episode.

    Raises:
        LessonFailed: the pages have errors (warnings too, under ``strict``).
        MachineError: the site cannot be rendered or written.
    """
    from site_builder.render.configuration import configurations

    lesson = planned.lesson
    woven = outputs_woven(planned, drawn_charts(planned, tell, again=options.force), stale, options.kept)
    assets = site_assets(lesson, woven)
    diagrams = drawn_diagrams(lesson.root, woven.values(), tell, again=options.force, kept=options.kept)
    weaving = begin_pages(planned, woven, diagrams, options.kept)
    assets = {**weaving.files, **assets}
    outputs = Report(tuple(problem for item in woven.values() for problem in item.problems))
    settings = configurations(lesson, cited=weaving.citation is not None, scripts=engine.scripts)
    stages = files.temporary_folder(lesson.root / WORK, STAGE)
    with stages as folder, workplace(site) as beside:
        earlier = EarlierSite(site) if options.force else earlier_site(lesson.root, site)
        known = planned.shown(planned.report + outputs + Report(weaving.problems))
        watched = NOBODY if known.failed(strict=options.strict) else options.watched
        views = Views(folder, beside, settings, engine, earlier, options.kept, watched)
        views.weave(weaving, assets)
        whole = woven_site(views.made)
        moved = redirect_pages(lesson, {view: found for view, (found, _) in views.made.items()}, phrases_for(lesson.settings.lang))
        views.add(moved)
        made, lost = awaited(planned.episodes), unmade(planned.episodes)
        links = check_links(whole, {**assets, **moved}, made, lost, options.kept, data_addresses(lesson, planned.episodes))
        links += Report(tuple(check_redirects(lesson.redirects, whole, assets, options.kept)))
        active = active_on(planned.sources.documents.values(), options.kept) if lesson.settings.prose_html != "safe" else ()
        told = Report(tuple(active))
        report = planned.shown(planned.report + outputs + Report(weaving.problems) + links + told)
        refuse_errors(report, strict=options.strict)
        pages = sum(len(found) for found, _ in views.made.values())
        if not options.force and is_current(site, joined(views.parts)):
            return Built(site, False, pages, 0, report), ()
        views.begin()
        tell(_told(views.again, pages, engine))
        report = planned.shown(report + views.finish())
        refuse_errors(report, strict=options.strict)
        write_manifest(views.rendered, joined(views.parts), views.parts, identity(lesson))
        check_site(site, lesson.root, identity(lesson))  # once more: rendering takes a while
        mark_site(views.rendered, site, lesson.root)
        kept = publish(views.rendered, site)
        keep(lesson.root, site, views.notes)
        if not site.is_relative_to(lesson.root):
            remember(lesson.root, site / MANIFEST)
    return Built(site, True, pages, 0, report), kept


def identity(lesson: Lesson) -> Identity:
    """Return what tells this lesson's site from those of others."""
    return Identity(lesson.settings.title, lesson.settings.source, lesson.settings.url)


def _told(again: int, pages: int, engine: Engine) -> str:
    if not engine.incremental:
        return f"rendering {pages} pages with {engine.title}, which renders all of them every time"
    return f"rendering {pages} pages" if again == pages else f"rendering {again} of {pages} pages"
