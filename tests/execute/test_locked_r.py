"""R Markdown in a locked environment: its own R runs, forked and fresh. The prefix is made for the test and runs this machine's R."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.environments.base import Activation, Package, PackageSet
from site_builder.environments.providers.host import HostProvider
from site_builder.execute.base import Finished, Job, Result
from site_builder.execute.content import FolderContent
from site_builder.execute.local.executor import LocalExecutor
from tests.execute.test_knitr import chunk, knit_job, shown
from tests.r import needs_knitr

pytestmark = [needs_knitr, pytest.mark.world("r"), pytest.mark.skipif(os.name == "nt", reason="the prefix has shell scripts")]

LOCKED = PackageSet("default", "linux-64", (Package("r-base", "4.2.2", "0", "a" * 64), Package("r-knitr", "1.42", "0", "b" * 64)))


class Prefix(HostProvider):
    """A locked environment whose programs are those of a prefix."""

    def __init__(self, name: str, prefix: Path) -> None:
        self.name, self._prefix = name, prefix

    def packages(self, environment: str) -> PackageSet:
        return LOCKED

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        variables = {"PATH": f"{self._prefix / 'bin'}:/usr/bin:/bin", "CONDA_PREFIX": str(self._prefix)}
        return Activation(self.name, LOCKED, True, self._prefix, self._prefix / "bin/python", variables)


def make_prefix(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "conda-meta").mkdir()
    for package in LOCKED.packages:
        (folder / "conda-meta" / f"{package.name}-{package.version}-{package.build}.json").write_text("{}")
    for name in ("R", "Rscript"):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\necho "$*" >> "{folder}/calls"\nexport R_OF_PREFIX=yes\nexec "{shutil.which(name)}" "$@"\n')
        program.chmod(0o755)
    return folder


def run(provider: Prefix, scratch: Path, job: Job, *, fork: bool) -> Result:
    """Run a job behind another one like it, since the first one has no server of R to wait for; return its result."""
    ahead = replace(job, slug="ahead", before=1e6)

    async def driven() -> list[Result]:
        executor = LocalExecutor(provider, scratch, fork=fork)
        try:
            async with aclosing(executor.run([ahead, job], FolderContent(Path(tempfile.mkdtemp())))) as events:
                return [event.result async for event in events if isinstance(event, Finished)]
        finally:
            await executor.close()

    (result,) = (each for each in asyncio.run(driven()) if each.job.slug == job.slug)
    return result


@pytest.mark.parametrize("name", ["pixi", "rattler"])
@pytest.mark.parametrize("fork", [True, False])
def test_the_r_of_the_environment_runs_the_document(tmp_path: Path, name: str, fork: bool) -> None:
    prefix = make_prefix(tmp_path / "environment")
    text = chunk("cat(Sys.getenv(c('R_OF_PREFIX', 'CONDA_PREFIX')))", "r where") + chunk("plot(1)", "r figure") + "`r 1 + 1`\n"
    result = run(Prefix(name, prefix), tmp_path / "scratch", knit_job(text)[0], fork=fork)
    assert result.failure is None
    assert shown(result.cells[0])[-1] == ("output", "yes /environment")
    assert [kind for kind, _ in shown(result.cells[1])] == ["source", "plot"]
    assert result.surroundings is not None
    found = result.surroundings
    assert (found.provider, found.locked, found.python, found.packages) == (name, True, "", LOCKED)
    assert {"R", "knitr"} <= {package.name for package in result.loaded}
    assert ("--serve" in (prefix / "calls").read_text()) == fork


def test_an_environment_without_r_is_told(tmp_path: Path) -> None:
    prefix = make_prefix(tmp_path / "environment")
    for name in ("R", "Rscript"):
        (prefix / "bin" / name).unlink()

    class Bare(Prefix):
        def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
            return Activation("pixi", LOCKED, True, prefix, prefix / "bin/python", {"PATH": str(prefix / "bin")})

    result = run(Bare("pixi", prefix), tmp_path / "scratch", knit_job(chunk("1"))[0], fork=True)
    assert result.failure is not None and result.failure.message == "there is no Rscript on PATH"
