"""ipykernel with five differences: no output is dropped, however fast it comes or whatever characters it contains, no single
message is huge, text comes in the order in which it was written, also that of child processes, and the history of inputs is only in
memory: nobody needs it after the kernel's end.

    python launcher.py -f CONNECTION_FILE

ZeroMQ's publisher silently drops messages beyond its high-water mark (1000); here they wait in the kernel's memory instead.
Text is sent after each megabyte, and not only every fifth of a second.
"""

from __future__ import annotations

import codecs
import os
import select
import sys
import threading
from typing import Any

FLUSH_CHARACTERS = 1_000_000
"""Characters of a stream that make a message."""


class Ordered:
    """The text streams of a kernel and their order.

    A child process writes to a pipe, which ipykernel reads in a thread of its own: its text would come some time later, after the value of
    the cell and the next print. Here whoever writes, or sends what was written, first takes what the pipes hold. And a stream that is
    written to after another one first has that one's text sent. A forked child writes whole lines to the same pipes, as to a terminal:
    ipykernel would send the pieces of a print one by one, past the pipes, and with them a copy of what the kernel had not sent yet.
    """

    def __init__(self, write: Any, flush: Any) -> None:
        """Keep ipykernel's own functions."""
        self._write, self._flush, self._process = write, flush, os.getpid()
        self._streams: list[Any] = []
        self._last: Any = None
        self._lock = threading.RLock()

    def watch(self, stream: Any) -> None:
        """Read a stream's pipe until it is closed, in the thread that ipykernel has for that."""
        stream.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        os.set_blocking(stream._fid, False)
        with self._lock:
            self._streams.append(stream)
        waiting = select.poll()
        waiting.register(stream._fid, select.POLLIN)
        try:
            while stream._should_watch and not waiting.poll()[0][1] & (select.POLLNVAL | select.POLLERR):
                self.take()
        except Exception:  # as ipykernel: the kernel goes on without
            stream._exc = sys.exc_info()

    def take(self) -> None:
        """Add what child processes have written so far."""
        if os.getpid() != self._process:
            return
        with self._lock:
            for stream in self._streams:
                while data := _available(stream._fid):
                    self._add(stream, stream.decode(data))
                    os.write(stream._original_stdstream_copy, data)

    def write(self, stream: Any, text: Any) -> Any:
        """Write a text to a stream, after all that was written before."""
        if self._in_child(stream):
            return self._hold(stream, text)
        self.take()
        with self._lock:
            return self._add(stream, text)

    def flush(self, stream: Any) -> None:
        """Send what was written to a stream."""
        if self._in_child(stream):
            self._pass_on(stream, len(stream.held))
            return
        self.take()
        self._flush(stream)

    def _in_child(self, stream: Any) -> bool:
        return os.getpid() != self._process and bool(stream._should_watch)

    def _hold(self, stream: Any, text: Any) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        stream.held += text
        self._pass_on(stream, max(stream.held.rfind("\n"), stream.held.rfind("\r")) + 1)
        return len(text)

    def _pass_on(self, stream: Any, characters: int) -> None:
        """Write the beginning of what a child holds to its standard output or standard error, wherever that leads."""
        data, stream.held = stream.held[:characters].encode("utf-8", "replace"), stream.held[characters:]
        while data:
            data = data[os.write(stream._original_stdstream_fd, data) :]

    def _add(self, stream: Any, text: Any) -> Any:
        if os.getpid() == self._process:
            if self._last is not None and self._last is not stream:
                self._last._flush()
            self._last = stream
            if isinstance(text, str):
                stream.waiting += len(text)
                if stream.waiting > FLUSH_CHARACTERS:
                    stream.waiting = 0
                    self._flush(stream)
        if isinstance(text, str) and stream.longest is not None and len(text) > stream.longest:
            text = text[: stream.longest]
        return self._write(stream, text)


def _available(descriptor: int) -> bytes:
    """Return what a pipe holds now."""
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


def send_in_order() -> None:
    """Change ipykernel's streams; a text longer than their ``longest`` (none at first) is cut to it, and its cell is stopped.

    This has to be done before the shell runs anything: IPython keeps the streams' present ``write`` for itself around each cell.
    """
    from ipykernel.iostream import OutStream

    stream: Any = OutStream
    ordered, descriptor = Ordered(stream.write, stream.flush), stream.fileno
    # What is written to the stream's own descriptor belongs to the cell as well; ipykernel gives away one of its log.
    stream.fileno = lambda self: self._original_stdstream_fd if self._should_watch else descriptor(self)
    stream.waiting, stream.longest, stream.held = 0, None, ""
    stream.write = lambda self, text: ordered.write(self, text)
    stream.flush = lambda self: ordered.flush(self)
    stream._watch_pipe_fd = lambda self: ordered.watch(self)


def encodable(value: Any) -> Any:
    """Return a message with U+FFFD for each lone surrogate, which a Python string can hold and UTF-8 cannot."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {encodable(name): encodable(part) for name, part in value.items()}
    return [encodable(part) for part in value] if isinstance(value, (list, tuple)) else value


def packing(pack: Any) -> Any:
    """Return a session's function that serialises a message, changed so that no character makes it fail."""

    def packed(message: Any) -> Any:
        try:
            return pack(message)
        except UnicodeEncodeError:  # ipykernel would lose the message, and with it the cell's error
            return pack(encodable(message))

    return packed


def application() -> Any:
    """Return the class of kernel application to start in this process."""
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    send_in_order()

    class Application(IPKernelApp):
        def initialize(self, argv: Any = None) -> None:
            self.update_config(Config({"HistoryManager": {"hist_file": ":memory:"}}))
            super().initialize(argv)  # type: ignore[no-untyped-call]

        def init_iopub(self, context: Any) -> None:
            context.sndhwm = 0
            self.session.pack = packing(self.session.pack)
            super().init_iopub(context)  # type: ignore[no-untyped-call]

    return Application


def main() -> None:
    """Start a kernel by itself, as ipykernel's own launcher does."""
    del sys.path[0]  # the folder of this script must not be on the cells' path
    sys.argv[0] = "ipykernel_launcher.py"
    application().launch_instance()


if __name__ == "__main__":
    main()
