"""The builder's secret variables, kept where no cell can read them.

A cell runs as the same user as the builder, and Linux shows a user the variables that each process was started with
(proc_pid_environ(5)). So a command that runs cells starts itself anew without those whose names look secret, and reads them from a file in
memory that nobody else has. They are passed to Pixi alone, which may need them for its channels. The shell that called the command still
has them: https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping

HANDLE = "LESSON_WITHHELD"
"""Names the descriptor of the file in memory, for the moment in which the command starts anew."""

_held: dict[str, str] = {}


def variables() -> dict[str, str]:
    """Return the variables of this process with those that are withheld from everything it starts."""
    return {**os.environ, **_held}


def withhold(secret: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
    """Start this command anew without the variables that ``secret`` chooses, if there are any; called in the new one, read them.

    Nothing happens where the system shows no variables of other processes.
    """
    if HANDLE in os.environ:
        descriptor = int(os.environ.pop(HANDLE))
        with os.fdopen(descriptor, encoding="utf-8") as file:
            _held.update(json.load(file))
        return
    chosen = dict(secret(os.environ)) if hasattr(os, "memfd_create") and sys.executable else {}
    if chosen:
        descriptor = os.memfd_create("lesson", 0)
        os.write(descriptor, json.dumps(chosen).encode())
        os.lseek(descriptor, 0, os.SEEK_SET)
        rest = {name: value for name, value in os.environ.items() if name not in chosen}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**rest, HANDLE: str(descriptor)})  # noqa: S606 - this command itself
