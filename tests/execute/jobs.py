"""Jobs for tests, and this machine's executor driven to its end."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder.environments.base import Activation
from site_builder.environments.providers.host import HostProvider
from site_builder.execute.base import EnvironmentReference, FileReference, Finished, Job, Result
from site_builder.execute.content import FolderContent
from site_builder.execute.local.executor import LocalExecutor
from site_builder.markdown.tree import Cell, Expression
from site_builder.settings.cell import CellOptions

BYTES: dict[str, bytes] = {}
"""The bytes of all inputs of jobs that `job` made."""


class Host(HostProvider):
    """This interpreter as an environment, or another program instead."""

    def __init__(self, python: Path | None = None) -> None:
        self._python = python

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        found = super().activate(environment, modules)
        return replace(found, python=self._python) if self._python else found


def cell(identifier: str, source: str, language: str = "python", **options: object) -> Cell:
    return Cell(identifier, language, source, CellOptions(**options), line=10, source_line=11)  # type: ignore[arg-type]


def job(*cells: Cell | Expression, inputs: Mapping[str, bytes] | None = None, **more: Any) -> Job:
    given = []
    for name, data in (inputs or {}).items():
        digest = hashlib.sha256(data).hexdigest()
        BYTES[digest] = data
        given.append(FileReference(name, digest))
    return Job("page", PurePosixPath("episodes/page.md"), cells, EnvironmentReference("default", ""), tuple(given), **more)


def run_jobs(
    jobs: Sequence[Job], scratch: Path, done: Callable[[Result], None], *, python: Path | None = None, content: FolderContent | None = None,
    **options: Any,
) -> None:  # fmt: skip
    """Run jobs on this machine; ``done`` sees each result as it comes."""

    async def run() -> None:
        kept = content or FolderContent(Path(tempfile.mkdtemp()))
        for data in BYTES.values():
            kept.add(data)
        executor = LocalExecutor(Host(python), scratch, **options)
        try:
            async with aclosing(executor.run(jobs, kept)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        done(event.result)
        finally:
            await executor.close()

    asyncio.run(run())


def run_all(jobs: Sequence[Job], scratch: Path, **options: Any) -> list[Result]:
    results: list[Result] = []
    run_jobs(jobs, scratch, results.append, **options)
    return results
