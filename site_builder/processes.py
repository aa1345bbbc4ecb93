"""The one place where programs are run for their output (kernels are in `site_builder.execute.local.kernel`)."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended: exit status (127 if not found, 126 if it cannot be started, 124 if it took too long) and its two outputs."""

    status: int
    output: str = ""
    errors: str = ""


def run(
    arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, folder: Path | None = None, timeout: float = 60
) -> Outcome:
    """Run a program to its end without standard input and return its outcome; never raises for what the program does."""
    logger.debug("run %s", " ".join(arguments))
    try:
        done = subprocess.run(
            list(arguments), env=None if environment is None else dict(environment), cwd=folder, timeout=timeout,
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError as error:  # of the program, or of the folder to run it in
        return Outcome(127, errors=f"{error.filename or arguments[0]}: not found")
    except OSError as error:
        return Outcome(126, errors=f"{arguments[0]}: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Outcome(124, errors=f"{arguments[0]}: no answer within {timeout:g} s")
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Reply:
    """How a program ended, as in `Outcome`; its output is bytes."""

    status: int
    output: bytes = b""
    errors: str = ""


def ask(
    arguments: Sequence[str], given: bytes, *, environment: Mapping[str, str] | None = None, folder: Path | None = None, timeout: float = 60
) -> Reply:
    """Run a program as `run` does, with these bytes as its standard input."""
    logger.debug("ask %s", " ".join(arguments))
    try:
        done = subprocess.run(
            list(arguments), env=None if environment is None else dict(environment), cwd=folder, timeout=timeout, input=given,
            capture_output=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        return Reply(127, errors=f"{error.filename or arguments[0]}: not found")
    except OSError as error:
        return Reply(126, errors=f"{arguments[0]}: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Reply(124, errors=f"{arguments[0]}: no answer within {timeout:g} s")
    return Reply(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def run_polled(
    arguments: Sequence[str], poll: Callable[[float], None], *, environment: Mapping[str, str] | None = None, timeout: float = 60,
    every: float = 1.0,
) -> Outcome:  # fmt: skip
    """Run a program as `run` does, and call ``poll`` with the seconds passed about every second while it runs.

    When the caller is interrupted, the program and all that it started end as well: asked first, killed two seconds later.
    """
    logger.debug("run %s", " ".join(arguments))
    try:
        process = subprocess.Popen(
            list(arguments), env=None if environment is None else dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        return Outcome(127, errors=f"{error.filename or arguments[0]}: not found")
    except OSError as error:
        return Outcome(126, errors=f"{arguments[0]}: {error.strerror}")
    assert process.stdout
    assert process.stderr
    output, errors = _Listener(process.stdout, b"\0"), _Listener(process.stderr, b"\0")
    start = time.monotonic()
    try:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(every)
                break
            passed = time.monotonic() - start
            if passed > timeout:
                _end_all(process)
                return Outcome(124, errors=f"{arguments[0]}: no answer within {timeout:g} s")
            poll(passed)
    except BaseException:
        _ask_to_end(process)
        _end_all(process)
        raise
    return Outcome(process.returncode, output.text(), errors.text())


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt a program's group, as Ctrl-C does, and wait for a moment."""
    if os.name != "nt":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(2)


class _Listener(threading.Thread):
    """Reads one output of a program to its end and remembers when a line with a sign in it last came."""

    def __init__(self, stream: IO[bytes], sign: bytes) -> None:
        super().__init__(daemon=True)
        self._stream, self._sign, self._lines = stream, sign, list[bytes]()
        self.heard = time.monotonic()
        self.start()

    def run(self) -> None:
        for line in self._stream:
            self._lines.append(line)
            if self._sign in line:
                self.heard = time.monotonic()

    def text(self) -> str:
        """Return what was read; a process that got away may hold the stream open, so the end is not waited for long."""
        self.join(5)
        return b"".join(self._lines).decode(errors="replace")


def run_watched(arguments: Sequence[str], *, sign: str, patience: float) -> Outcome:
    """Run a program as `run` does, and end it with all that it started when no sign of progress comes any more (status 124).

    A line of its error output that contains ``sign`` is one; ``patience`` is in seconds. What was written until then is in the outcome.
    """
    logger.debug("run %s", " ".join(arguments))
    try:
        process = subprocess.Popen(
            list(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    except FileNotFoundError:
        return Outcome(127, errors=f"{arguments[0]}: not found")
    except OSError as error:
        return Outcome(126, errors=f"{arguments[0]}: {error.strerror}")
    assert process.stdout
    assert process.stderr
    output, errors = _Listener(process.stdout, b"\0"), _Listener(process.stderr, sign.encode())
    try:
        while process.poll() is None:
            left = errors.heard + patience - time.monotonic()
            if left <= 0:
                _end_all(process)
                return Outcome(124, output.text(), errors.text())
            with suppress(subprocess.TimeoutExpired):
                process.wait(left)
    except BaseException:
        _end_all(process)
        raise
    return Outcome(process.returncode, output.text(), errors.text())


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a program and whatever it started: its group, or on Windows its tree."""
    if os.name == "nt":
        run(("taskkill", "/F", "/T", "/PID", str(process.pid)), timeout=20)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
