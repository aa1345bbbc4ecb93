"""An executor that shares nothing with this process but a folder of records: jobs, files and results cross as bytes.

    python -m tests.execute.elsewhere FOLDER

runs every ``jobs/*.json`` below FOLDER with the files ``files/DIGEST`` and writes ``results/*.json``, as a worker on another machine does.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.providers.host import HostProvider
from site_builder.execute.base import Event, Finished, Job, Started
from site_builder.execute.content import FolderContent
from site_builder.execute.local.executor import LocalExecutor
from site_builder.execute.wire import job_from_json, job_to_json, result_from_json, result_to_json

ROOT = Path(__file__).parents[2]


class Elsewhere:
    """Sends jobs through ``folder`` to a worker process that starts in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def run(self, jobs: Sequence[Job], content: FolderContent) -> AsyncGenerator[Event, None]:
        for number, job in enumerate(jobs):
            (self._folder / "jobs").mkdir(parents=True, exist_ok=True)
            (self._folder / f"jobs/{number}.json").write_bytes(job_to_json(job))
            for file in (*job.inputs, *job.received):
                content.place(file.digest, self._folder / "files" / file.digest)
            yield Started(job, "elsewhere")
        arguments = (sys.executable, "-m", "tests.execute.elsewhere", str(self._folder))
        worker = await asyncio.create_subprocess_exec(*arguments, cwd=ROOT)
        assert await worker.wait() == 0
        for path in sorted((self._folder / "results").glob("*.json")):
            result = result_from_json(path.read_bytes())
            for file in result.left:
                assert content.add_file(self._folder / "files" / file.digest) == file.digest
            yield Finished(result)

    def serve(self, provider: EnvironmentProvider, lesson: Path | None = None) -> None:
        """The worker finds environments itself."""

    def end(self) -> None:
        """The worker runs to its end."""

    async def close(self) -> None:
        """Nothing is kept alive."""


async def work(folder: Path) -> None:
    """Run what is in the folder."""
    with tempfile.TemporaryDirectory() as own:
        content = FolderContent(Path(own) / "content")
        for file in (folder / "files").glob("*"):
            content.refer_to(file)
        jobs = [job_from_json(path.read_bytes()) for path in sorted((folder / "jobs").glob("*.json"))]
        executor = LocalExecutor(HostProvider(), Path(own) / "work")
        (folder / "results").mkdir()
        async with aclosing(executor.run(jobs, content)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    for file in event.result.left:
                        content.place(file.digest, folder / "files" / file.digest)
                    (folder / f"results/{event.result.job.slug}.json").write_bytes(result_to_json(event.result))
        await executor.close()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
