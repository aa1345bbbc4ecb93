"""Runs episodes again and again: the environments' fork servers stay, so that a run costs little more than its cells."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import aclosing

from site_builder.execute.base import Content, Executor, Finished, Result
from site_builder.pipeline.data import fetch_for
from site_builder.pipeline.execute import episodes_again, episodes_to_run, executor_of, failure_problems, working_content
from site_builder.pipeline.jobs import jobs_of
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.record import Recorder
from site_builder.pipeline.secrets import without_secrets
from site_builder.problems import Problem

OnProblem = Callable[[Problem], None]
"""Receives a problem of the lesson as soon as it is found."""


class Runner:
    """Runs what must run, in one event loop, until it is closed; what was run is told, and so is what failed."""

    def __init__(self, options: Options, tell: OnProgress, found: OnProblem | None = None) -> None:
        """Start nothing; without ``found`` problems are lines of progress."""
        self._options, self._tell = options, tell
        self._found: OnProblem = found or (lambda problem: tell(str(problem)))
        self._executor: Executor | None = None

    async def run(self, planned: PlannedLesson, chosen: Collection[str]) -> bool:
        """Run those of the chosen episodes (default: all) that must run, and tell whether everything completed.

        Raises:
            SiteBuilderError: an environment cannot be made ready.
        """
        episodes = episodes_to_run(planned, chosen, again=False)
        recorder = Recorder(planned)
        results: dict[str, Result] = {}
        while episodes:
            if self._executor is None:
                self._executor = executor_of(planned.lesson, planned.provider, self._options)
            self._executor.serve(planned.provider)
            fetch_for(planned.lesson, episodes, self._tell)
            with working_content(planned.lesson) as content:
                async with aclosing(self._executor.run(jobs_of(planned, episodes, self._options, content), content)) as events:
                    async for heard in events:
                        event = without_secrets(heard)
                        if isinstance(event, Finished):
                            self._finished(event.result, planned, recorder, content)
                            results[event.result.job.slug] = event.result
            episodes, planned = episodes_again(planned, results)
            recorder.renew(planned)
        for problem in recorder.leaked:
            self._found(problem)
        return not any(result.failure for result in results.values()) and not recorder.leaked

    async def close(self) -> None:
        """End the fork servers."""
        if self._executor is not None:
            await self._executor.close()

    def _finished(self, result: Result, planned: PlannedLesson, recorder: Recorder, content: Content) -> None:
        recorder.save(result, content)
        for problem in failure_problems(result, planned):
            self._found(problem)
        if result.failure is None:
            self._tell(f"ran {result.job.path} in {result.seconds:.2f} s")
