"""A forked kernel produces what a started one does; the fork server itself may fail without harm."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from site_builder.execute.base import Reason
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.fork_server import ForkedProcess, ForkServer
from site_builder.execute.local.server_process import HAS_REAPER, ServerProcess
from site_builder.records.model import Output, Stream
from tests.execute.jobs import cell, job, run_all
from tests.execute.test_episode import outputs, running

pytestmark = pytest.mark.skipif(not HAS_REAPER, reason="kernels are forked on Linux only")

PROBES = {
    "printing": "import sys\nprint('out'); print('err', file=sys.stderr); print('again')",
    "value": "{'b': 1, 'a': [1, 2]}",
    "arguments": "import sys\nlen(sys.argv), sys.argv[0].endswith('ipykernel_launcher.py'), __name__, sys.modules['__main__'].__name__",
    "path": "[part for part in sys.path if 'inside' in part or part.endswith('execute')]",
    "folder": "import os\nos.getcwd(), os.path.expanduser('~'), sorted(os.listdir('.'))",
    "hash": "hash('text'), hash(3.5)",
    "pickle": "import pickle\nclass Thing: pass\ntype(pickle.loads(pickle.dumps(Thing()))) is Thing",
    "warning": "import warnings\nwarnings.warn('mind')",
    "logging": "import logging\nlogging.warning('logged'); logging.getLogger().handlers",
    "standard streams": "import subprocess\nsubprocess.run(['echo', 'child'], check=True).returncode",
    "magic": "!echo shelled",
    "cell magic": "%%bash\necho from bash",
    "await": "import asyncio\nawait asyncio.sleep(0); 'awaited'",
    "input": "try:\n    input()\nexcept Exception as error:\n    print(type(error).__name__)",
    "processes": "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))",
    "threads": "from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor(2).map(abs, [-1, -2]))",
    "seeded": "import random, numpy\nrandom.seed(1); numpy.random.seed(1); random.random(), float(numpy.random.random())",
    "figure shown": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 1]); plt.show()",
    "figure left open": "fig, axes = plt.subplots(figsize=(3, 2))\naxes.bar(['a', 'b'], [1, 2]);",
    "display": "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'), 3)",
    "debugger": "import debugpy\ntype(debugpy).__name__",
    "history": "In[1][:6], len(In)",
}
STREAMS = ("stdout", "stderr")
FAILING = {"raises": "def deep():\n    return {}['missing']\n\ndeep()"}


def results(tmp_path: Path, *, fork: bool) -> dict[str, tuple[Output, ...]]:
    cells = [cell(name, source) for name, source in PROBES.items()] + [cell(name, source, error=True) for name, source in FAILING.items()]
    asked = replace(job(*cells, inputs={"data.csv": b"1"}), preload=("numpy", "matplotlib.pyplot"))
    (result,) = run_all([asked], tmp_path, fork=fork)
    assert result.failure is None, result.failure
    return outputs(result)


def told(found: tuple[Output, ...]) -> tuple[object, ...]:
    """Outputs with each stream in one piece: how two streams alternate depends on when each is flushed."""
    texts = {name: "".join(output.text for output in found if isinstance(output, Stream) and output.name == name) for name in STREAMS}
    return *texts.items(), *(output for output in found if not isinstance(output, Stream))


def test_a_forked_kernel_gives_what_a_started_one_gives(tmp_path: Path) -> None:
    found = (results(tmp_path / "fork", fork=True), results(tmp_path / "start", fork=False))
    forked, started = ({name: told(outputs_) for name, outputs_ in each.items()} for each in found)
    assert {name: forked[name] for name in forked if forked[name] != started[name]} == {}
    assert all(found[1].values())


def test_numbers_without_a_seed_differ_between_forked_kernels(tmp_path: Path) -> None:
    source = "import numpy, random, uuid\nprint(numpy.random.random(), random.random(), uuid.uuid4())"
    jobs = [replace(job(cell("a", source)), slug=name, preload=("numpy",)) for name in ("one", "two")]
    first, second = (outputs(result)["a"][0] for result in run_all(jobs, tmp_path))
    assert not set(first.text.split()) & set(second.text.split())  # type: ignore[union-attr]


def test_a_module_that_cannot_be_preloaded_is_left_to_the_cell(tmp_path: Path) -> None:
    (result,) = run_all([replace(job(cell("a", "1")), preload=("no_such_module_here",))], tmp_path)
    assert result.failure is None


def test_when_the_server_is_killed_its_kernels_end_and_the_episode_fails(tmp_path: Path) -> None:
    source = f"import os, signal, psutil\nreaper = psutil.Process(os.getppid())\nprint(os.getpid(), flush=True)\nos.kill(reaper.ppid(), {signal.SIGKILL})\nimport time; time.sleep(30)"
    (result,) = run_all([job(cell("a", source))], tmp_path)
    assert result.failure is not None
    assert result.failure.reason is Reason.DIED
    assert not [process for process in psutil.Process().children(recursive=True) if "zygote" in " ".join(process.cmdline())]


def test_a_server_that_cannot_start_says_its_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no module named ipykernel' >&2\nexit 1\n")
    broken.chmod(0o755)

    async def launch() -> None:
        server = ForkServer(ServerProcess(broken, os.environ), ())
        try:
            await server.launch([], tmp_path, {}, tmp_path / "log", 10)
        finally:
            await server.stop()

    with pytest.raises(KernelDied, match="no module named ipykernel"):
        asyncio.run(launch())


def test_stopping_the_server_ends_every_kernel(tmp_path: Path) -> None:
    async def launch() -> int:
        import sys

        server = ForkServer(ServerProcess(Path(sys.executable), os.environ), ())
        connection = tmp_path / "kernel.json"
        process = await server.launch(["-f", str(connection)], tmp_path, dict(os.environ), tmp_path / "log", 10)
        await server.stop()
        return process.pid

    assert not running(asyncio.run(launch()))


@pytest.mark.parametrize("forked", [False, True], ids=["before it is forked", "before it is ready"])
def test_a_kernel_that_nobody_waits_for_any_more_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forked: bool) -> None:
    began, begin = asyncio.Event(), ForkedProcess.begin

    def noted(self: ForkedProcess, reaper: int) -> None:
        begin(self, reaper)
        began.set()

    async def attempt() -> int:
        monkeypatch.setattr(ForkedProcess, "begin", noted)
        server = ForkServer(ServerProcess(Path(sys.executable), os.environ), ())
        (tmp_path / "log").touch()
        launching = asyncio.ensure_future(server.launch(["-f", str(tmp_path / "none.json")], tmp_path, os.environ, tmp_path / "log", 10))
        while not server._processes:
            await asyncio.sleep(0)
        if forked:
            await began.wait()
        launching.cancel()
        process = server._processes[0]
        while process.returncode is None:
            await asyncio.sleep(0.01)
        await server.stop()
        return process.reaper

    assert not running(asyncio.run(asyncio.wait_for(attempt(), 30)))


def test_an_interpreter_that_is_not_there_fails_the_episode_in_words(tmp_path: Path) -> None:
    asked = job(cell("a", "1"))
    (result,) = run_all([asked], tmp_path / "work", python=tmp_path / "python")
    assert result.failure is not None
    assert result.failure.reason is Reason.NOT_STARTED
    assert "No such file" in result.failure.message
