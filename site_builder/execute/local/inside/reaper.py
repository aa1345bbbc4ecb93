"""Watch one process, so that nothing it ever started outlives it, not even daemons in their own sessions. Linux only.

    python reaper.py LIMIT PROGRAM ARGUMENT...
    python reaper.py --keep LIMIT FILE PARENT

The second form is for a process that has forked the program and then becomes its reaper: FILE has the program's process id and is deleted
when the reaper is ready; it ends with its own PARENT, and tells how the program ended in a line of JSON.

SIGINT is passed on to the program's process group; SIGTERM kills everything. The exit status is the program's (128 + n for signal n), or 97
if more than LIMIT processes ran at once. Runs in any Python from 3.9 on, with only the standard library.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

TYPE_CHECKING = False  # as in `typing`, whose import would be another 10 ms of start
if TYPE_CHECKING:
    from collections.abc import Callable

TOO_MANY = 97
"""Exit status if the limit of processes was exceeded."""

OFFLINE = "LESSON_OFFLINE"
"""The variable that asks for a program without a network."""

INTERVAL = 0.5
"""Seconds between two counts of the processes."""

_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # linux/sched.h
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, net/if.h


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process; a refusal of the kernel is ignored."""
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def leave_network() -> bool:
    """Move this process, which must have one thread, to a network of its own that has nothing but ``localhost``; tell whether it worked.

    Who is not root needs a user namespace for it, which some systems forbid (user_namespaces(7), network_namespaces(7)).
    """
    user, group = os.getuid(), os.getgid()
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_NEW_NET) != 0:
        if unshare(_NEW_USER | _NEW_NET) != 0:
            return False
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            try:
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123
                    file.write(text)
            except OSError:  # the ids then stay unmapped, which changes what programs see, but not what they may reach
                continue
    _raise_loopback()
    return True


def _raise_loopback() -> None:
    """Switch on ``localhost``, where lessons start servers of their own."""
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            request = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
            flags = struct.unpack("16sh14x", request)[1] | _UP
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags))
        except OSError:
            return


def die_with_parent(parent: int, number: int = 9) -> None:
    """Ask for a signal (SIGKILL) when the parent process ends; end now if it is already gone."""
    prctl(_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def descendants(top: int) -> list[int]:
    """Return the processes below ``top``, parents before children; one that ends meanwhile is left out."""
    below = _children if os.path.exists(f"/proc/{top}/task/{top}/children") else _scan()  # noqa: PTH110 - pathlib starts slowly
    found, waiting = [], [top]
    while waiting:
        numbers = below(waiting.pop())
        found += numbers
        waiting += numbers
    return found


def _children(parent: int) -> list[int]:
    """Read a process's children from the kernel (proc(5), where it was built with CONFIG_PROC_CHILDREN)."""
    numbers: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{parent}/task"):  # noqa: PTH208
            with open(f"/proc/{parent}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                numbers += map(int, file.read().split())
    except OSError:
        return numbers
    return numbers


def _scan() -> Callable[[int], list[int]]:
    """Read every process's parent from /proc."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(name))
    return lambda parent: children.get(parent, [])


def kill_all(top: int) -> None:
    """Send SIGKILL to everything below ``top``."""
    for number in descendants(top):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


def sweep() -> None:
    """Kill and collect until this process has no child left; it adopts orphans because it is their sub-reaper."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
        while True:
            kill_all(os.getpid())
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


class Reaper:
    """Keeps one child process; make it before the fork, `keep` after it, in the parent."""

    def __init__(self, limit: int) -> None:
        """Become the reaper of all orphans below; ``limit`` is the most processes that may run at once."""
        self._limit = limit
        self._crowded = False
        prctl(_SET_CHILD_SUBREAPER, 1)

    def watch(self, child: int) -> int:
        """Wait for the child, leave nothing alive, and return its exit status."""
        signal.signal(signal.SIGINT, lambda *_: self._forward(child))
        signal.signal(signal.SIGTERM, lambda *_: kill_all(os.getpid()))
        signal.signal(signal.SIGALRM, lambda *_: self._count())
        signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
        while True:
            number, status = os.waitpid(-1, 0)
            if number == child:
                break
        signal.setitimer(signal.ITIMER_REAL, 0)
        sweep()
        code = os.waitstatus_to_exitcode(status)
        return TOO_MANY if self._crowded else code if code >= 0 else 128 - code

    def _forward(self, child: int) -> None:
        try:
            os.killpg(child, signal.SIGINT)
        except ProcessLookupError:
            return

    def _count(self) -> None:
        if len(descendants(os.getpid())) > self._limit:
            self._crowded = True
            kill_all(os.getpid())


def keep() -> None:
    """Keep a program that this process had forked before it became a reaper."""
    own, limit, file, parent = os.getpid(), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    reaper = Reaper(limit)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for number in (0, 2):
        os.close(number)
    child = _written_number(file)
    die_with_parent(parent, signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: kill_all(own))
    os.unlink(file)
    status = reaper.watch(child)
    os.write(1, f'{{"reaper": {own}, "exit": {status}}}\n'.encode())
    os._exit(status)


def _written_number(file: str) -> int:
    """Return what a child process of this one writes into a file; if it ends before it does, so does this process."""
    while not os.path.exists(file):  # noqa: PTH110
        time.sleep(0.001)
        if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            os._exit(1)
    with open(file, encoding="ascii") as found:  # noqa: PTH123
        return int(found.read())


def main() -> None:
    """Start the program in its own session and keep it."""
    if sys.argv[1] == "--keep":
        keep()
    parent, own, limit, arguments = os.getppid(), os.getpid(), int(sys.argv[1]), sys.argv[2:]
    if os.environ.pop(OFFLINE, ""):
        leave_network()
    reaper = Reaper(limit)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = os.fork()
    if not child:
        os.setsid()
        die_with_parent(own)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            os.execvpe(arguments[0], arguments, os.environ)  # noqa: S606
        except OSError as error:
            sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
            os._exit(127)
    # The program has the pipes: if they were open here too, their reader would wait for this process.
    for number in (0, 1, 2):
        os.close(number)
    status = reap_with_parent(reaper, child, parent)
    os._exit(status)


def reap_with_parent(reaper: Reaper, child: int, parent: int) -> int:
    """Keep the child, and end it when the parent process ends."""
    signal.signal(signal.SIGTERM, lambda *_: kill_all(os.getpid()))
    die_with_parent(parent, signal.SIGTERM)
    return reaper.watch(child)


if __name__ == "__main__":
    main()
