"""The process of a fork server, which can be started before its requests are known. Linux only."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from site_builder.execute.local.inside import zygote_path

HAS_REAPER = sys.platform == "linux" and Path("/proc/self/stat").is_file()
"""Whether processes run below a reaper that ends daemons (Linux with /proc), and kernels are forked; elsewhere a process group is
killed, and each kernel is started.
"""


class ServerProcess:
    """A process of one interpreter with fixed variables that imports what every kernel needs, and then waits for the rest."""

    def __init__(self, python: Path, variables: Mapping[str, str], modules: Sequence[str] = ()) -> None:
        """Start it; it imports while the caller continues, ``modules`` too.

        Raises:
            OSError: the interpreter cannot be started.
        """
        self.python, self.variables, self.modules = python, dict(variables), tuple(modules)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.setblocking(False)
        try:
            self._process = subprocess.Popen(
                [str(python), zygote_path(), str(theirs.fileno()), *modules], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=self.log, env=self.variables, start_new_session=True,
            )  # fmt: skip
        except OSError:
            self.socket.close()
            self.log.close()
            raise
        finally:
            theirs.close()

    def preload(self, modules: Sequence[str]) -> None:
        """Have it import these too; then it is ready to fork. Call it once."""
        with suppress(OSError):  # it is gone: its reader notices
            self.socket.send(json.dumps({"preload": list(modules)}).encode())

    def last_words(self) -> str:
        """Return the last line that it wrote, or a note that it did not start."""
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "the fork server did not start"

    def end(self) -> None:
        """End it and every kernel it forked that still runs; a second call does nothing."""
        self.socket.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.log.close()

    def drop(self) -> None:
        """Kill it, since it will not be used; if it has already ended, nothing happens."""
        self.socket.close()
        self._process.kill()
        self._process.wait()
        self.log.close()
