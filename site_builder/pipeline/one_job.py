"""Run episodes as one job of a scheduler, beside others in the same lesson: nothing is written but records and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from site_builder import files
from site_builder.execute.base import Event, Finished, Result, Started
from site_builder.execute.local.granted import job
from site_builder.lesson.root import find_root
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.execute import failure_problems, run_planned
from site_builder.pipeline.execute import progress as progress_of
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, refuse_errors
from site_builder.pipeline.some_episodes import open_episodes
from site_builder.plan.choosing import changed_reads
from site_builder.records.outcome import EpisodeOutcome, EpisodeState, write_outcome


def run_job(
    path: Path, options: Options, names: Sequence[str], records: Path, further: Sequence[str] = (), tell: OnProgress = lambda line: None
) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """Execute the named episodes and put their records into ``records``; return the results, and the episodes that were done already.

    The lesson is not locked, so that any number of jobs can share it; it may be read-only. An episode of which the folder has the record
    that is wanted is not run again: a job that starts a second time goes on where the first one ended. Beside the records there is, for
    each episode, how it went (`EpisodeOutcome`). A termination ends the cells that run in order.

    Raises:
        SiteBuilderError: as `execute.run` does, but for `Busy`.
    """
    root = find_root(path)
    folder = files.make_folder(files.real_path(records))
    with files.own_scratch(root) as scratch, server_ahead(root, replace(options, scratch=scratch, endable=True)) as ready:
        planned = open_episodes(path, ready, names, folder, further)
        refuse_errors(planned.shown(planned.report))
        slugs = tuple(dict.fromkeys(Path(name).stem for name in names))
        done = tuple(slug for slug in slugs if is_done(planned, slug))
        for slug in done:
            tell(f"{planned.episode(slug).path} is done: {records} has its record")
        waiting = [slug for slug in slugs if slug not in done]
        if not waiting:
            if ready.ahead is not None:
                ready.ahead.drop()
            return (), done

        def watch(event: Event) -> None:
            slug, outcome = _outcome(event, planned)
            write_outcome(folder, slug, outcome)

        return run_planned(planned, ready, tell, waiting, watch)[0], done


def is_done(planned: PlannedLesson, slug: str) -> bool:
    """Tell whether the folder of new records has one of an episode with its present key, in which all ran that can run here."""
    step = planned.episode(slug).step
    if step is None or step.request.obstacle:
        return False
    request = step.request
    return any(
        stored.record.parts.key == request.parts.key and request.runnable <= stored.record.ran and not changed_reads(request, stored.record)
        for stored in planned.store.own(slug)
    )


def _outcome(event: Event, planned: PlannedLesson) -> tuple[str, EpisodeOutcome]:
    if isinstance(event, Started):
        return event.job.slug, EpisodeOutcome(EpisodeState.RUNNING, progress_of(event), job())
    assert isinstance(event, Finished)
    result = event.result
    said: Mapping[bool, str] = {True: "\n".join(str(each) for each in failure_problems(result, planned)), False: progress_of(event)}
    return result.job.slug, EpisodeOutcome(
        EpisodeState.FAILED if result.failure else EpisodeState.DONE, said[result.failure is not None], job()
    )
