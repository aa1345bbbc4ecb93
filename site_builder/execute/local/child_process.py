"""Start a long-lived process that can be ended with everything it ever started."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from site_builder.execute.local.inside import reaper
from site_builder.execute.local.server_process import HAS_REAPER

PATIENCE = 3.0
"""Seconds that a reaper has to clean up before it is killed itself."""


ALL_PROCESSES = 2**20
"""The limit for a server; what it forks has its own."""


class KernelDied(Exception):
    """A kernel or shell ended by itself or never started."""


class KernelNotStarted(KernelDied):
    """A kernel or shell never started: the environment is at fault, not the code."""


class ChildProcess(Protocol):
    """A running process; ``returncode`` is None while it runs."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal."""
        ...

    async def wait(self) -> int:
        """Wait for its end."""
        ...

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        ...


async def spawn(
    arguments: Sequence[str], *, folder: Path, variables: Mapping[str, str], processes: int, output: IO[bytes] | int,
    errors: IO[bytes] | int,     descriptors: Sequence[int] = (),
) -> asyncio.subprocess.Process:  # fmt: skip
    """Start a program in its own session, with empty standard input and ``descriptors`` passed on.

    Raises:
        OSError: it cannot be started.
    """
    reaped = (sys.executable, "-I", "-S", reaper.__file__, str(processes)) if HAS_REAPER else ()
    return await asyncio.create_subprocess_exec(
        *reaped, *arguments, cwd=folder, env=dict(variables), stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=errors,
        pass_fds=tuple(descriptors), start_new_session=True, limit=2**20,
    )  # fmt: skip


def spawn_server(arguments: Sequence[str], *, folder: Path, variables: Mapping[str, str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program in its own session that talks through pipes, and forks what has reapers of its own. Linux only.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-S", reaper.__file__, str(ALL_PROCESSES), *arguments], cwd=folder, env=dict(variables),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
    )  # fmt: skip


def can_go_offline() -> bool:
    """Tell whether this system lets a program be started without a network."""
    if not HAS_REAPER:
        return False
    folder = str(Path(reaper.__file__).parent)
    asks = f"import sys; sys.path.insert(0, {folder!r}); import reaper; sys.exit(not reaper.leave_network())"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", asks], check=False, stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode == 0


def interrupt(process: ChildProcess) -> None:
    """Interrupt a spawned program and its process group."""
    with suppress(ProcessLookupError, PermissionError):
        if HAS_REAPER:
            process.send_signal(signal.SIGINT)
        else:
            os.killpg(process.pid, signal.SIGINT)


async def end(process: ChildProcess) -> None:
    """Kill a spawned program and everything below it, and wait until it is gone."""
    with suppress(ProcessLookupError, PermissionError):
        if not HAS_REAPER:
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError, PermissionError):
            process.send_signal(signal.SIGKILL)
        await process.wait()


def is_crowded(status: int) -> bool:
    """Tell whether a kept program was ended because too many processes ran."""
    return bool(HAS_REAPER) and status == reaper.TOO_MANY


def last_status(status: int, processes: int) -> str:
    """Describe how a kept program ended."""
    if is_crowded(status):
        return f"more than {processes} processes ran at once"
    number = status - 128 if 128 < status < 160 else -status
    if number <= 0 or number not in {each.value for each in signal.Signals}:
        return f"exit status {status}"
    name = signal.Signals(number).name
    return f"killed by {name}" + (", perhaps because memory ran out" if name == "SIGKILL" else "")
