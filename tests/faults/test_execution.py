"""Faults of running code, by their numbers in the list of faults: each is held, and other episodes complete."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from site_builder.execute.base import Reason
from site_builder.execute.limits import Limits
from site_builder.execute.local.server_process import HAS_REAPER
from site_builder.records.model import Display, Stream
from tests.execute.jobs import cell, job, run_all
from tests.execute.test_episode import outputs, running

on_linux = pytest.mark.skipif(not HAS_REAPER, reason="daemons are swept up on Linux only")


@pytest.mark.parametrize("fork", [True, False], ids=["forked", "started"])
@pytest.mark.parametrize(
    ("source", "language", "reason", "said"),
    [
        ("import os; os._exit(3)", "python", Reason.DIED, "exit status 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "python", Reason.DIED, "SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "python", Reason.DIED, "memory"),
        ("while True: pass", "python", Reason.TIMEOUT, "longer than 1 s"),
        ("while True:\n    try:\n        import time; time.sleep(60)\n    except KeyboardInterrupt: pass", "python", Reason.TIMEOUT, "1 s"),
        ("sleep 60", "bash", Reason.TIMEOUT, "1 s"),
        ("trap '' INT TERM; while :; do :; done", "bash", Reason.TIMEOUT, "1 s"),
        ("input()", "python", Reason.RAISED, "EOFError: no keyboard here"),
        ("!cat", "python", Reason.RAISED, "EOFError: no keyboard here"),
    ],
)
def test_11_a_kernel_that_ends_or_hangs_is_a_typed_failure_in_time(
    tmp_path: Path, source: str, language: str, reason: Reason, said: str, fork: bool
) -> None:
    started = time.monotonic()
    results = run_all([job(cell("bad", source, language, timeout=1.0)), job(cell("good", "1 + 1"))], tmp_path, fork=fork)
    assert time.monotonic() - started < 8
    failure = next(result.failure for result in results if result.failure)
    assert failure.reason is reason
    assert said in failure.message
    assert any(result.failure is None for result in results)


@on_linux
@pytest.mark.parametrize("fork", [True, False], ids=["forked", "started"])
@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("import subprocess\nfor _ in range(50): print(subprocess.Popen(['sleep', '300']).pid)", "python"),
        ("import subprocess\nprint(subprocess.Popen(['sleep', '300'], start_new_session=True).pid)", "python"),
        (
            "import os\nread, write = os.pipe()\nif not os.fork():\n    os.setsid()\n    if os.fork(): os._exit(0)\n"
            "    os.write(write, str(os.getpid()).encode())\n    import time; time.sleep(300)\nprint(os.read(read, 20).decode())",
            "python",
        ),
        ("setsid sleep 300 & echo $!; setsid sleep 300 & echo $!", "bash"),
    ],
    ids=["fifty children", "own session", "double fork", "shell daemons"],
)
def test_12_no_process_is_left(tmp_path: Path, source: str, language: str, fork: bool) -> None:
    (result,) = run_all([job(cell("a", source, language))], tmp_path, fork=fork)
    assert result.failure is None
    written = [item.text for item in outputs(result)["a"] if isinstance(item, Stream) and item.name == "stdout"]
    numbers = [int(word) for text in written for word in text.split()]
    assert numbers
    assert [number for number in numbers if running(number)] == []


@on_linux
def test_12_too_many_processes_end_the_episode(tmp_path: Path) -> None:
    source = "import subprocess, time\nrunning = [subprocess.Popen(['sleep', '300']) for _ in range(40)]\ntime.sleep(30)"
    (result,) = run_all([job(cell("a", source), limits=Limits(processes=20))], tmp_path)
    assert result.failure is not None
    assert "more than 20 processes" in result.failure.message


def peak() -> int:
    return psutil.Process().memory_info().rss


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("line = 'x' * 99_999\nfor _ in range(3000): print(line)", "python"),
        ("yes | head -c 300000000", "bash"),
        ("from IPython.display import display\nfor number in range(300_000): display(number)", "python"),
        ("import sys\nfor _ in range(30): sys.stderr.write('y' * 10_000_000)", "python"),
    ],
    ids=["stdout", "bash", "outputs", "stderr"],
)
def test_13_a_flood_is_stopped_and_costs_the_builder_little(tmp_path: Path, source: str, language: str) -> None:
    before, started = peak(), time.monotonic()
    limits = Limits(flood_bytes=64_000_000, flood_pieces=20_000)
    (result,) = run_all([job(cell("a", source, language), limits=limits)], tmp_path)
    assert result.failure is not None
    assert result.failure.reason is Reason.FLOODED
    assert time.monotonic() - started < 30
    assert peak() - before < 200_000_000


@pytest.mark.slow
def test_13_what_is_cut_says_so_and_the_episode_goes_on(tmp_path: Path) -> None:
    source = (
        "from IPython.display import display\nhandle = display('start', display_id=True)\nfor number in range(2000): handle.update(number)"
    )
    (result,) = run_all(
        [
            job(
                cell("long", "print('z' * 3_000_000)"),
                cell("many", "from IPython.display import display\nfor number in range(12_000): display(number)"),
                cell("updates", source),
                cell(
                    "picture",
                    "from IPython.display import Image, display\ndisplay(Image(data=b'\\x89PNG' + b'0' * 9_000_000, format='png'))",
                ),
                cell("after", "print('still here')"),
            )
        ],
        tmp_path,
    )
    assert result.failure is None, result.failure
    shown = outputs(result)
    assert isinstance(shown["long"][0], Stream)
    assert len(shown["long"][0].text) < 1_000_200
    for name in ("long", "many"):
        last = shown[name][-1]
        assert isinstance(last, Stream)
        assert "output cut here" in last.text
    assert len(shown["many"]) < 10_100
    assert isinstance(shown["picture"][0], Display)
    assert "picture left out" in shown["picture"][0].data["text/plain"]
    assert shown["after"] == (Stream("stdout", "still here\n"),)


def test_13_an_episode_as_a_whole_has_a_limit(tmp_path: Path) -> None:
    cells = [cell(f"c{number}", "print('z' * 900_000)") for number in range(4)]
    (result,) = run_all([job(*cells, limits=Limits(episode_bytes=2_000_000))], tmp_path)
    written = sum(len(item.text) for found in outputs(result).values() for item in found if isinstance(item, Stream))
    assert result.failure is None
    assert written < 2_001_000


def test_11_an_episode_has_a_limit_of_time(tmp_path: Path) -> None:
    cells = [cell(f"c{number}", "import time; time.sleep(0.5)") for number in range(6)]
    (result,) = run_all([job(*cells, limits=Limits(episode_seconds=1.2))], tmp_path)
    assert result.failure is not None
    assert result.failure.reason is Reason.TIMEOUT
    assert "the episode took longer than 1.2 s" in result.failure.message


def test_14_bytes_of_every_kind_become_text(tmp_path: Path) -> None:
    source = "import sys\nsys.stdout.flush(); print(bytes(range(256)).decode('latin-1')); print('\\x1b[2J\\x1b[31mred\\x1b[0m', '\\u202e', '\\ud800'.encode('utf-8', 'surrogatepass').decode('utf-8', 'replace'))"
    (result,) = run_all([job(cell("a", source), cell("b", "printf '\\xff\\xfe\\x00\\x07ok'", "bash"))], tmp_path)
    assert result.failure is None
    for found in outputs(result).values():
        for item in found:
            assert isinstance(item, Stream)
            item.text.encode("utf-8")
            assert not set(item.text) & {chr(number) for number in range(32) if chr(number) not in "\n\t\x1b"}
