"""What a process inherits from whoever started it, put right before a command begins: standard streams, the search path, signals.

A shell, a scheduler, a container or a service may start a program with streams closed, with no ``PATH``, for a user who has no home folder,
or with signals ignored or blocked.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any


def put_right() -> None:
    """Open streams that are closed, set a missing search path and home folder, and let signals end this process as an interrupt does."""
    _open_streams()
    os.environ.setdefault("PATH", os.defpath)  # where Python itself then looks: https://docs.python.org/3/library/os.html#os.defpath
    if os.path.expanduser("~") == "~":  # noqa: PTH111  pathlib raises: a user whom the system does not know, as in a container
        os.environ["HOME"] = os.sep
    _lose_no_interrupt()
    _end_as_interrupted()


def _open_streams() -> None:
    """Open closed standard streams on nothing: otherwise the next file that is opened, such as a record, would be one of them."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
            os.set_inheritable(descriptor, True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process


def _lose_no_interrupt() -> None:
    """Interrupt once more where Python drops an interrupt, since it came in a function that nobody calls, such as one of a weak reference
    (https://docs.python.org/3/library/sys.html#sys.unraisablehook): while modules are imported there are many.
    """
    told = sys.unraisablehook

    def again(dropped: Any) -> None:
        if isinstance(dropped.exc_value, KeyboardInterrupt):
            import threading
            from _thread import interrupt_main

            later = threading.Timer(0.02, interrupt_main)  # not at once: an interrupt in this function is dropped as well
            later.daemon = True
            later.start()
        else:
            told(dropped)

    sys.unraisablehook = again


def _end_as_interrupted() -> None:
    """End on a termination or a hang-up as on Ctrl-C: everything started is ended, and nothing unfinished stays.

    A shell's script starts what it puts into the background with interrupts ignored
    (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_11): there too `kill` ends it. Blocked signals are
    unblocked, since everything started here would inherit that, and this process waits for the ends of others.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD))

    def interrupt(*_: object) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has it ignored
            signal.signal(number, interrupt)
