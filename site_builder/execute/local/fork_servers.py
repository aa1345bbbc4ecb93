"""The fork servers of a run: one for each environment that forks kernels, started when first asked for, and those that fork R."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.fork_server import ForkServer
from site_builder.execute.local.knitr.servers import RServers
from site_builder.execute.local.scratch_environment import installs
from site_builder.execute.local.server_process import HAS_REAPER, ServerProcess
from site_builder.execute.local.working_folder import server_variables


class ForkServers:
    """Returns the server of a job's environment; episodes with a GPU have none (nothing is forked after CUDA)."""

    def __init__(self, scratch: Path, *, fork: bool = True, ahead: ServerProcess | None = None) -> None:
        """Serve one run; without ``fork`` there is no server at all and every kernel is started.

        ``ahead`` is a process that was started before the lesson was read; it is used if it fits, and dropped if it does not.
        """
        self._scratch = scratch
        self._fork = fork and HAS_REAPER
        self._ahead = ahead
        self._servers: dict[tuple[tuple[object, ...], frozenset[str]], ForkServer] = {}
        self.knitr = RServers(scratch, fork=fork)

    def start(self, assignments: Iterable[Assignment]) -> None:
        """Start the servers of these jobs, which import while the caller continues."""
        found = tuple(assignments)
        for assignment in found:
            self.of(assignment)
        self.knitr.start(found)

    def of(self, assignment: Assignment) -> ForkServer | None:
        """Return the server for a job, or None if its kernels are started.

        What is fixed when an interpreter starts (hash seed, thread counts, library paths, locale) is in the variables, so it is in the key.
        A server that has imported more than a job's episodes share serves them too.
        """
        job, python = assignment.job, assignment.activation.python
        if not self._fork or assignment.activation.image or job.accelerated or job.knit or installs(job.cells):
            return None
        own = server_variables(assignment.activation.variables, self._scratch) | dict(job.variables)
        same = (python, tuple(sorted(own.items())))
        wanted = frozenset(job.preload)
        found = next((server for (key, loaded), server in self._servers.items() if key == same and wanted <= loaded), None)
        if found is None:
            try:
                process = self._process(python, own)
            except OSError:  # the kernel itself, which cannot be started either, says why
                return None
            found = self._servers[same, wanted.union(process.modules)] = ForkServer(process, job.preload)
        return found

    def _process(self, python: Path, variables: dict[str, str]) -> ServerProcess:
        ahead = self._ahead
        if ahead is None or (ahead.python, ahead.variables) != (python, variables):
            return ServerProcess(python, variables)
        self._ahead = None
        return ahead

    async def stop(self) -> None:
        """End all servers and everything they forked."""
        await asyncio.gather(self.knitr.stop(), *(server.stop() for server in self._servers.values()))
        self._servers.clear()
        if self._ahead is not None:
            self._ahead.drop()
