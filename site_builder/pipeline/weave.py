"""Put outputs into documents and documents into pages: what building and checking a lesson share."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson import history
from site_builder.lesson.data import DataFile
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.outputs.picture_size import ENOUGH, picture_size
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.stale import NOT_STALE, NOTHING_STALE, Stale
from site_builder.plan.model import Step
from site_builder.weave.filter.page_state import NO_DIAGRAMS
from site_builder.weave.filter.safe import safe_nodes
from site_builder.weave.model import DataLink, Takeaway
from site_builder.weave.outputs import NO_CHARTS, WovenDocument, weave_outputs
from site_builder.weave.site import PreparedPages, begin
from site_builder.weave.translations import Phrases, phrases_for

if TYPE_CHECKING:
    from site_builder.diagrams.model import ChartOutcomes, Outcomes

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def outputs_woven(
    planned: PlannedLesson, charts: ChartOutcomes = NO_CHARTS, stale: Mapping[str, Stale] = NOTHING_STALE, kept: KeptResults = NOTHING_KEPT
) -> Mapping[PurePosixPath, WovenDocument]:
    """Return every document with its cells replaced by their outputs, or by the reason why there are none.

    ``charts`` is what became of the figures of Plotly and Vega, ``stale`` what is stale in episodes, by slug. ``kept`` has what was made of
    equal pages without cells.
    """
    steps = {episode.path: episode.step for episode in planned.episodes}
    words = phrases_for(planned.lesson.settings.lang)
    return {
        path: _woven(
            safe_document(document, planned.lesson), steps.get(path), words, charts, stale.get(document.slug, NOT_STALE).cells, kept
        )
        for path, document in planned.sources.documents.items()
    }


def safe_document(document: Document, lesson: Lesson) -> Document:
    """Return a page as read, or without what the policy of outputs forbids, where the settings say so."""
    return replace(document, body=safe_nodes(document.body), safe=True) if lesson.settings.prose_html == "safe" else document


def _woven(
    document: Document, step: Step | None, words: Phrases, charts: ChartOutcomes, stale: Mapping[str, str], kept: KeptResults
) -> WovenDocument:
    if step is None and document.rmarkdown is None and not document.attachments:
        given = partial(_given, document, words, kept)
        if kept.result("as written", given, partial(_is_as_written, document)):
            return WovenDocument(document)
        woven: WovenDocument = kept.remembered("woven", given, partial(weave_outputs, document, None, words=words))
        return replace(woven, document=replace(document, body=woven.document.body))
    if step is None:
        return weave_outputs(document, None, words=words)
    return weave_outputs(document, step.record, step.request.obstacle, words, charts, stale, kept)


def _is_as_written(document: Document) -> bool:
    """Tell whether a page has nothing that results could replace."""
    woven = weave_outputs(document, None)
    return woven == WovenDocument(document)


def _given(document: Document, words: Phrases, kept: KeptResults) -> tuple[str, str, bytes]:
    """Return all that the body and the problems of a page without results depend on."""
    return str(document.path), words.language, kept.digest_of(document.body)


def begin_pages(
    planned: PlannedLesson, woven: Mapping[PurePosixPath, WovenDocument], diagrams: Outcomes = NO_DIAGRAMS, kept: KeptResults = NOTHING_KEPT
) -> PreparedPages:
    """Return what makes the pages of each view, with the problems found.

    ``diagrams`` is what became of the diagrams, ``kept`` has what was made of equal pages.
    """
    dates = history.dates(planned.lesson.root)
    documents, links = {path: item.document for path, item in woven.items()}, planned.sources.links
    return begin(
        planned.lesson, documents, dates=dates, citation=planned.sources.citation, build_date=_build_date(dates.values()),
        links=links and safe_document(links, planned.lesson), glossary=planned.sources.glossary, takeaways=_takeaways(planned, kept),
        data={episode.path: data_links(planned, episode.data) for episode in planned.episodes if episode.data},
        shared_data=data_links(planned, planned.lesson.data),
        sizes=picture_sizes(planned.lesson) | figure_sizes(woven.values()), diagrams=diagrams, kept=kept,
    )  # fmt: skip


def data_links(planned: PlannedLesson, found: Iterable[DataFile]) -> tuple[DataLink, ...]:
    """Return data from elsewhere as readers are told of them; a size that the author does not give is that of a record of the same data."""
    if not (wanted := tuple(found)):
        return ()
    records = (episode.record for episode in planned.episodes if episode.record)
    sizes = {each.sha256: each.size for record in records for each in record.provenance.data if each.size}
    return tuple(
        DataLink(file.origin, file.name, sizes.get(file.sha256) if file.size is None else file.size, file.title, file.license)
        for file in wanted
    )


def picture_sizes(lesson: Lesson) -> dict[str, tuple[int, int]]:
    """Return width and height of the lesson's pictures by their address; unreadable files are reported elsewhere."""
    found: dict[str, tuple[int, int]] = {}
    for asset in lesson.assets:
        if asset.target.suffix.lower() in PICTURES:
            with contextlib.suppress(OSError), (lesson.root / asset.source).open("rb") as file:
                size = picture_size(file.read(ENOUGH))
                if size:
                    found[str(asset.target)] = size
    return found


def figure_sizes(woven: Iterable[WovenDocument]) -> dict[str, tuple[int, int]]:
    """Return width and height of the figures of cells by their address."""
    sizes = {str(figure.target): picture_size(figure.data[:ENOUGH]) for item in woven for figure in item.figures}
    return {address: size for address, size in sizes.items() if size}


def _takeaways(planned: PlannedLesson, kept: KeptResults) -> Mapping[PurePosixPath, Takeaway]:
    if not planned.plan.steps:
        return {}
    from site_builder.pipeline.takeaways import takeaways  # two tenths of a second of imports that a lesson without cells does not need

    return takeaways(planned, kept)


def _build_date(dates: Iterable[str]) -> str:
    """The day of ``SOURCE_DATE_EPOCH``, else of the newest source, so that two builds have equal bytes; else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    return max(dates, default=datetime.date.today().isoformat())


def site_assets(lesson: Lesson, woven: Mapping[PurePosixPath, WovenDocument]) -> dict[PurePosixPath, Path | bytes]:
    """Return the files beside the pages, by their place in the site: the lesson's own and the figures of cells."""
    assets: dict[PurePosixPath, Path | bytes] = {asset.target: lesson.root / asset.source for asset in lesson.assets}
    for item in woven.values():
        assets |= {figure.target: figure.data for figure in item.figures}
    return assets
