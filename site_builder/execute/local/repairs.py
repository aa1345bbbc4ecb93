"""What happens to a locked environment whose kernel does not start: it is compared with its packages and repaired, once a run."""

from __future__ import annotations

import asyncio

from site_builder.environments.base import UNAVAILABLE, EnvironmentProvider
from site_builder.errors import EnvironmentUnavailable
from site_builder.execute.base import Job, Reason, Result
from site_builder.problems import Location, Problem


def not_started(result: Result) -> bool:
    """Tell whether an episode stopped because a kernel did not start."""
    return result.failure is not None and result.failure.reason is Reason.NOT_STARTED


class Repairs:
    """The repairs of one run, and what could not be repaired: a fault of the environment, never of the episode's code."""

    def __init__(self, provider: EnvironmentProvider) -> None:
        """Nothing is looked at before a kernel fails to start."""
        self._provider = provider
        self._lock = asyncio.Lock()
        self._done: dict[str, bool] = {}
        self._problems: dict[str, Problem] = {}

    async def repaired(self, job: Job) -> bool:
        """Repair the environment of a job, unless that was tried before; tell whether it was damaged and is whole now."""
        name = job.environment.name
        async with self._lock:
            if name not in self._done:
                try:
                    self._done[name] = await asyncio.to_thread(self._provider.repair, name)
                except EnvironmentUnavailable as error:
                    self._done[name] = False
                    self._problems[name] = Problem(UNAVAILABLE, error.message, Location(job.path, 1), error.hint)
        return self._done[name]

    def lost(self, result: Result) -> None:
        """Note an episode whose kernel does not start in an environment in which nothing is damaged, or no more."""
        name, failure = result.job.environment.name, result.failure
        assert failure is not None
        message = f"environment `{name}` cannot run cells: {failure.message}"
        hint = f"`pixi reinstall -e {name}` or `lesson environment install {name} --verify` installs it again; `lesson doctor` shows more"
        self._problems.setdefault(name, Problem(UNAVAILABLE, message, failure.location, hint))

    def refuse(self) -> None:
        """Stop after a run in which an environment could not be used.

        Raises:
            EnvironmentUnavailable: there was one; all of them are named, each once.
        """
        if self._problems:
            raise EnvironmentUnavailable("not every environment is available on this machine", problems=tuple(self._problems.values()))
