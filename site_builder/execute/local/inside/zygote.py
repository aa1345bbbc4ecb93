"""The fork server of one environment: imports ipykernel and what episodes share once, then forks a kernel for each request. Linux only.

    python zygote.py DESCRIPTOR [MODULE...]

DESCRIPTOR is one end of a SEQPACKET socket pair; every message is one JSON object. Each MODULE is imported before the first one is read.
In: ``{"preload": [module, ...]}`` once, then requests: ``{"id", "arguments", "folder", "variables", "log", "processes"}``.
Out: ``{"up": true}`` once, then for each request
``{"id", "reaper": pid}``, ``{"id", "ready": true}`` when the kernel's sockets are bound, and ``{"reaper": pid, "exit": status}``.
It has one thread. When the other end closes, everything it forked is killed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import launcher  # type: ignore[import-not-found]
import reaper  # type: ignore[import-not-found]  # beside this script

KERNEL = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger")
"""Modules of a kernel."""

LATER = (
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "email.parser", "pkgutil",
    "sqlite3", "stringprep", "tornado.platform.asyncio", "tornado.queues",
)  # fmt: skip
"""What every kernel would import by itself when it starts."""

DRAWING = (
    "IPython.core.pylabtools", "matplotlib.backends.backend_agg", "matplotlib_inline.config", "PIL.BmpImagePlugin", "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.PpmImagePlugin",
)  # fmt: skip
"""What the first figure would import. Not the inline backend itself: it sets itself up at import, and there is no shell yet."""


def import_kernel() -> None:
    """Import ipykernel without its debugger, and what every kernel imports."""
    # Without debugpy, a fifth of its start-up time, ipykernel runs without a debugger; cells can still import debugpy.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in KERNEL:
        importlib.import_module(name)
    del sys.modules["debugpy"]
    import_all(LATER)


def import_all(modules: Iterable[str]) -> None:
    """Import modules; one that cannot be imported is left to the cell that needs it."""
    for name in modules:
        with suppress(Exception):
            importlib.import_module(name)


def preload(modules: list[str]) -> None:
    """Import the modules that episodes share, and exempt everything loaded so far from the kernels' garbage collection."""
    drawing = DRAWING if "matplotlib.pyplot" in modules else ()
    numeric = ("numpy.random",) if "numpy" in modules else ()
    import_all((*modules, *drawing, *numeric))
    if "pandas" in sys.modules:  # it takes the server for a terminal, whose width it would fit; a kernel has 20 columns
        sys.modules["pandas"].options.display.max_columns = 20
    gc.collect()
    gc.freeze()


class Server:
    """Answers requests until the other end of its connection is closed."""

    def __init__(self, connection: socket.socket) -> None:
        """Serve one connection."""
        self._connection = connection
        self._keepers: set[int] = set()
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def say(self, **message: Any) -> None:
        """Send one message."""
        self._connection.send(json.dumps(message).encode())

    def serve(self) -> dict[str, Any] | None:
        """Import what the first message names, then answer until the connection closes; in a forked kernel, return its request."""
        wanted = self._receive()
        if wanted is None:
            self._end()
        else:
            preload([*sys.argv[2:], *wanted["preload"]])
        self.say(up=True)
        while True:
            watched: list[Any] = [self._connection, self._woken]
            ready = select.select(watched, [], [])[0]
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._collect()
            if self._connection in ready:
                request = self._receive()
                if request is None:
                    self._end()
                elif self._fork(request):
                    return request

    def _receive(self) -> dict[str, Any] | None:
        try:
            data = self._connection.recv(1 << 20)
        except ConnectionResetError:
            return None
        return json.loads(data) if data else None

    def _collect(self) -> None:
        while self._keepers:
            number, status = os.waitpid(-1, os.WNOHANG)
            if not number:
                return
            self._keepers.discard(number)
            self.say(reaper=number, exit=os.waitstatus_to_exitcode(status))

    def _end(self) -> None:
        for number in self._keepers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGTERM)
        os._exit(0)

    def _fork(self, request: dict[str, Any]) -> bool:
        """Fork a reaper, which forks the kernel; True in the kernel."""
        server = os.getpid()
        number = os.fork()
        if number:
            self._keepers.add(number)
            self.say(id=request["id"], reaper=number)
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._woken)
        os.close(self._wake)
        if request["variables"].pop(reaper.OFFLINE, ""):
            reaper.leave_network()
        guard, own = reaper.Reaper(int(request["processes"])), os.getpid()
        child = os.fork()
        if not child:
            os.setsid()
            reaper.die_with_parent(own)  # not of the current parent: the reaper may already be gone
            return True
        self._connection.close()
        os._exit(reaper.reap_with_parent(guard, child, server))


def forget_folders(matplotlib: Any) -> None:
    """Let matplotlib ask anew where its settings and caches are: it keeps the answer that it gave the server, which others share."""
    for name in ("get_configdir", "get_cachedir"):
        function = getattr(matplotlib, name, None)
        for variable, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True) if function else ():
            if variable == "called":
                cell.cell_contents = False


def run_kernel(request: dict[str, Any], server: Server) -> None:
    """Turn this fresh process into the requested kernel; never returns."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["variables"])
    time.tzset()
    forget_folders(sys.modules.get("matplotlib"))
    silence = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((silence, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(silence)
    os.close(log)
    if "numpy" in sys.modules:  # Python's own `random` takes a new seed after a fork, numpy's global generator does not
        sys.modules["numpy"].random.seed()
    sys.argv = ["ipykernel_launcher.py", *request["arguments"]]
    app = launcher.application().instance(parent_handle=os.getppid())  # its poller ends the kernel when the reaper dies
    app.initialize(request["arguments"])
    if "matplotlib_inline.backend_inline" in sys.modules:  # preloaded: its own set-up ran before there was a shell
        sys.modules["matplotlib_inline.backend_inline"]._enable_matplotlib_integration()
    server.say(id=request["id"], ready=True)
    server._connection.close()
    app.start()
    _leave(app)


def _leave(app: Any) -> None:
    """End as Python does, without ipykernel's own exit function: which can wait forever for a thread that has stopped."""
    import atexit

    for function in (app.close, getattr(app.iopub_thread, "stop", None)):
        if function is not None:
            atexit.unregister(function)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    os._exit(0)


def main() -> None:
    """Import, serve, and in a forked process become a kernel."""
    del sys.path[0]  # the folder of this script must not be on the cells' path
    connection = socket.socket(fileno=int(sys.argv[1]))
    import_kernel()
    import_all(sys.argv[2:])
    server = Server(connection)
    request = server.serve()
    if request is not None:
        run_kernel(request, server)


if __name__ == "__main__":
    main()
