"""Kernels in a container: the same command behind the image's engine, which sees the episode's folder and nothing else of the machine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from site_builder.environments.images import ContainerImage
from site_builder.execute.base import Job
from site_builder.execute.local.inside import launcher_path
from site_builder.execute.local.kernel import SOCKETS, Kernel
from site_builder.execute.local.session import SessionPlace


class ContainedKernel(Kernel):
    """A kernel whose container is ended with it."""

    def __init__(self, image: ContainerImage, python: str, place: SessionPlace, job: Job) -> None:
        """Remember what to start; `start` starts it."""
        self._image, self._container = image, f"lesson-{secrets.token_hex(8)}"
        launcher = launcher_path()
        front = image.command(
            folder=place.start, shared=(place.top, Path(SOCKETS)), read_only=(Path(launcher).parent,), variables=place.variables,
            container=self._container, gpu=job.accelerated, offline=job.offline, limit=place.limits.processes,
        )  # fmt: skip
        super().__init__([*front, python, launcher, "-f", "{connection_file}"], replace(place, variables=image.outer(place.variables)))

    async def stop(self) -> None:
        """End the kernel, everything it started, and its container."""
        await super().stop()
        self._image.end(self._container)
