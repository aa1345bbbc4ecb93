"""A locked environment whose kernel does not start: repaired once if it is damaged, else the environment's fault."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from site_builder.environments.base import Activation
from site_builder.errors import EnvironmentUnavailable
from site_builder.execute.base import Finished, Reason, Result
from site_builder.execute.content import FolderContent
from site_builder.execute.local.executor import LocalExecutor
from tests.execute.jobs import Host, cell, job

BROKEN = "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'ipykernel.kernelapp'\" >&2\nexit 1\n"


class Damaged(Host):
    """A locked environment whose interpreter fails until it is repaired; ``cures`` is what repairing does."""

    def __init__(self, python: Path, cures: bool | EnvironmentUnavailable) -> None:
        super().__init__(python)
        self._cures, self.repairs = cures, 0
        python.write_text(BROKEN)
        python.chmod(0o755)

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        return replace(super().activate(environment, modules), locked=True)

    def repair(self, environment: str) -> bool:
        self.repairs += 1
        if isinstance(self._cures, EnvironmentUnavailable):
            raise self._cures
        if self._cures:
            self._python = Path(sys.executable)
        return self._cures


def run(provider: Damaged, scratch: Path, content: Path, done: list[Result]) -> None:
    async def episodes() -> None:
        jobs = [replace(job(cell("a", "print(1)")), slug=name, path=PurePosixPath(f"episodes/{name}.md")) for name in ("one", "two")]
        executor = LocalExecutor(provider, scratch)
        try:
            async with aclosing(executor.run(jobs, FolderContent(content))) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        done.append(event.result)
        finally:
            await executor.close()

    asyncio.run(episodes())


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    return tmp_path / "content"


def test_a_damaged_environment_is_repaired_unasked_and_its_episodes_run(tmp_path: Path, content: Path) -> None:
    provider, done = Damaged(tmp_path / "python", True), list[Result]()
    run(provider, tmp_path / "work", content, done)
    assert [result.failure for result in done] == [None, None]
    assert provider.repairs == 1


def test_what_cannot_be_repaired_is_the_environments_fault_and_named_once(tmp_path: Path, content: Path) -> None:
    error = EnvironmentUnavailable("environment `default` is damaged: a of b is missing", hint="delete it")
    provider, done = Damaged(tmp_path / "python", error), list[Result]()
    with pytest.raises(EnvironmentUnavailable) as caught:
        run(provider, tmp_path / "work", content, done)
    (problem,) = caught.value.problems
    assert (problem.code, problem.message, problem.hint) == ("LS512", error.message, "delete it")
    assert [result.failure.reason for result in done if result.failure] == [Reason.NOT_STARTED, Reason.NOT_STARTED]
    assert provider.repairs == 1


def test_a_whole_environment_whose_kernel_does_not_start_says_why(tmp_path: Path, content: Path) -> None:
    provider, done = Damaged(tmp_path / "python", False), list[Result]()
    with pytest.raises(EnvironmentUnavailable) as caught:
        run(provider, tmp_path / "work", content, done)
    (problem,) = caught.value.problems
    assert "environment `default` cannot run cells: the python kernel does not start: ModuleNotFoundError" in problem.message
    assert "--verify" in problem.hint
    assert (caught.value.exit_code, len(done)) == (3, 2)
