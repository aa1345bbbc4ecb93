"""ipykernel with four differences: no output is dropped, however fast it comes or whatever characters it contains, no single
message is huge, and the history of inputs is only in memory: nobody needs it after the kernel's end.

    python launcher.py -f CONNECTION_FILE

ZeroMQ's publisher silently drops messages beyond its high-water mark (1000); here they wait in the kernel's memory instead.
Text is sent after each megabyte, and not only every fifth of a second.
"""

from __future__ import annotations

import os
import sys
from typing import Any

FLUSH_CHARACTERS = 1_000_000
"""Characters of a stream that make a message."""


def send_in_pieces() -> None:
    """Change ipykernel's streams; a text longer than their ``longest`` (none at first) is cut to it, and its cell is stopped.

    This has to be done before the shell runs anything: IPython keeps the streams' present ``write`` for itself around each cell.
    """
    from ipykernel.iostream import OutStream

    write, process = OutStream.write, os.getpid()

    def bounded(self: Any, text: Any) -> Any:
        if isinstance(text, str):
            self.waiting += len(text)
            if self.waiting > FLUSH_CHARACTERS and os.getpid() == process:
                self.waiting = 0
                self.flush()
            if self.longest is not None and len(text) > self.longest:
                text = text[: self.longest]
        return write(self, text)

    stream: Any = OutStream
    stream.write, stream.waiting, stream.longest = bounded, 0, None


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

    send_in_pieces()

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
