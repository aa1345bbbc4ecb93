"""The fork servers of a run: one for each environment that forks, started when first asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

from site_builder.execute.base import Job
from site_builder.execute.forking import ForkServer, can_fork
from site_builder.execute.spawning import KernelDied


class ForkServers:
    """Gives the server of a job's environment; episodes with a GPU have none (nothing is forked after CUDA)."""

    def __init__(self, scratch: Path, *, fork: bool = True) -> None:
        """Serve one run; without ``fork`` there is no server at all and every kernel is started."""
        self._scratch = scratch
        self._fork = fork and can_fork()
        self._servers: dict[tuple[object, ...], ForkServer] = {}

    def of(self, job: Job, variables: dict[str, str]) -> ForkServer | None:
        """Return the server for a job whose processes share these variables, or None where its kernels are started.

        What is fixed when an interpreter starts (hash seed, thread counts, library paths, locale) is in the variables, so it is in the key.
        """
        if not self._fork or job.accelerated:
            return None
        own = variables | {"HOME": str(self._scratch)}
        key = (job.activation.python, job.preload, tuple(sorted(own.items())))
        if key not in self._servers:
            try:
                self._servers[key] = ForkServer(job.activation.python, job.preload, own)
            except KernelDied:  # the kernel itself, which cannot be started either, says why
                return None
        return self._servers[key]

    async def stop(self) -> None:
        """End all servers with everything they forked."""
        await asyncio.gather(*(server.stop() for server in self._servers.values()))
        self._servers.clear()
