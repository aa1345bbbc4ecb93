"""Make the preview of a lesson's site: nothing runs, and results of other code are shown and marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder.changes.dependencies import dependencies_of
from site_builder.pipeline.engine import EngineFor
from site_builder.pipeline.model import Built, OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson, refuse_errors
from site_builder.pipeline.render import render_and_publish
from site_builder.pipeline.stale import Stale, with_last_results
from site_builder.publish.manifest import read_manifest
from site_builder.publish.targets import PREVIEW


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview: what was built, the digests of the files that changed by address (None of those that are gone), the lesson as it was
    planned, and what is stale, by episode.

    ``further`` are paths that the results depend on.
    """

    built: Built
    changed: Mapping[str, str | None]
    planned: PlannedLesson
    stale: Mapping[str, Stale]
    further: tuple[str, ...]


def preview(root: Path, options: Options, engine_for: EngineFor, tell: OnProgress = lambda line: None) -> Preview:
    """Bring the preview of a lesson up to date; what is there stays if the lesson has errors.

    Raises:
        SiteBuilderError: as for a build.
    """
    planned = open_lesson(root, options)
    refuse_errors(planned.shown(planned.report))
    shown, stale = with_last_results(planned)
    site = root / PREVIEW
    before = _digests(site)
    built, _ = render_and_publish(shown, site, options, engine_for(planned.lesson.settings), tell, stale)
    after = _digests(site) if built.changed else before
    changed = {name: after.get(name) for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)}
    return Preview(built, changed, planned, stale, dependencies_of(planned.lesson, planned.episodes).paths)


def _digests(site: Path) -> Mapping[str, str]:
    manifest = read_manifest(site)
    return manifest.files if manifest else {}
