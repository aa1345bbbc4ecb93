"""Make what the pages of a finished episode need while others still run: at its end a run leaves cores idle.

All of it is kept by what it is made of (`site_builder.kept_results`); what pages turn out to need besides is made with them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from site_builder.check.links import look_at
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.takeaways import export_ahead
from site_builder.pipeline.weave import figure_sizes, picture_sizes, safe_document
from site_builder.records.model import EpisodeRecord
from site_builder.weave.filter.diagrams import diagrams_in
from site_builder.weave.filter.views import seen_part
from site_builder.weave.finishing import Finishing
from site_builder.weave.model import View
from site_builder.weave.outputs import weave_outputs
from site_builder.weave.parts import apart
from site_builder.weave.staged_text import text_of_part
from site_builder.weave.translations import phrases_for


class PagesAhead:
    """Gets the record of each episode that has run."""

    def __init__(self, planned: PlannedLesson, options: Options) -> None:
        """Remember what the pages share."""
        self._planned, self._kept = planned, options.kept
        self._sizes = picture_sizes(planned.lesson)

    def __call__(self, record: EpisodeRecord) -> None:
        """Make what follows from a record."""
        with suppress(Exception):  # whatever is wrong is wrong again when the pages are made, and is told there
            self._make(record)

    def _make(self, record: EpisodeRecord) -> None:
        episode = self._planned.episode(record.episode)
        lesson = self._planned.lesson
        export_ahead(self._planned, episode, self._kept)
        woven = weave_outputs(safe_document(episode.document, lesson), record, words=phrases_for(lesson.settings.lang), kept=self._kept)
        if any(True for _ in diagrams_in(woven.document.body)):
            return  # they are drawn later
        finishing = Finishing(lesson, self._kept, self._planned.sources.glossary, self._sizes | figure_sizes([woven]))
        text, _ = finishing.text(woven.document)
        for view in View:
            for part in apart(self._kept, (seen_part(view, text, self._kept),)):
                text_of_part(part, self._kept)
                look_at(replace(part, file=episode.path), self._kept)
