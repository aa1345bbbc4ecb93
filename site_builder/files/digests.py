"""Digests of files that need not be read again: in this process, and between processes for lessons with very many files.

What is kept between processes is told by device, number, size and both times of a file; the time at which a file's entry changed cannot be
set back. What changed within two seconds before it was written down is left out, since file systems know times to some milliseconds
(https://www.gnu.org/software/libc/manual/html_node/File-Times.html). Continuous integration reads every file.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

from site_builder.errors import MachineError
from site_builder.files.reading import digest_of, is_file, read_bytes
from site_builder.files.writing import write_cache

RECENT = 100_000_000
"""Nanoseconds within which two changes of a file may have the same time: file systems know it to some milliseconds."""

SETTLED = 2_000_000_000
"""Nanoseconds after a change from which on a digest is kept for other processes."""

MANY = 1000
"""Of fewer files no digests are kept: they are read as fast."""

_Facts = tuple[int, int, int, int, int]
"""Device, number, size, and times of change of the content and of the entry in nanoseconds."""

_digests: dict[tuple[int, int], tuple[tuple[int, int], str]] = {}
"""Device and number of a file -> its size and time of change in nanoseconds, and its digest."""

_derived: dict[str, str] = {}
_wanted: dict[str, str] = {}
"""By the name of a function and the digest of a file's bytes: the digest of what it makes of them, as kept and as asked for."""

_kept: dict[str, tuple[_Facts, str]] = {}
_asked: dict[str, tuple[_Facts, str, bool]] = {}
"""By path: what told the file when it was asked for, its digest, and whether anybody may write it: then its entry may not change either."""


def recall_digests(path: Path) -> None:
    """Take in what `keep_digests` wrote; a file that is damaged counts for nothing."""
    for known in (_kept, _asked, _derived, _wanted):
        known.clear()
    if os.environ.get("CI") or not is_file(path):
        return
    try:
        data = read_bytes(path)
        if hashlib.sha256(data[32:]).digest() == data[:32]:
            there, derived = marshal.loads(data[32:])  # noqa: S302 - this user's own file
            _kept.update(there)
            _derived.update(derived)
    except (MachineError, ValueError, TypeError, EOFError):
        _kept.clear()
        _derived.clear()


def keep_digests(path: Path) -> None:
    """Write down the digests of the files that this process asked for; a folder that cannot be written costs time, and nothing else."""
    if len(_asked) < MANY or os.environ.get("CI"):
        return
    now = time.time_ns()
    found: dict[str, tuple[_Facts, str]] = {}
    for name, (asked, digest, anybody) in _asked.items():
        facts, told = _facts(name), None if anybody else -1  # giving a file another name changes its entry, and not its content
        if facts is not None and facts[:told] == asked[:told] and now - max(facts[3:told]) > SETTLED:
            found[name] = facts, digest
    if found != _kept or _wanted != _derived:
        data = marshal.dumps((found, _wanted))
        try:
            write_cache(path, hashlib.sha256(data).digest() + data)
        except MachineError:
            return


def settled_digest_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, from what was kept if nothing of the file changed since; for files that anybody may write.

    Raises:
        MachineError: the file cannot be read.
    """
    name = str(path)
    facts, known = _facts(name), _kept.get(name)
    found = known[1] if known is not None and known[0] == facts else hashlib.sha256(read_bytes(path)).hexdigest()
    if facts is not None:
        _asked[name] = facts, found, True
    return found


def derived_digest(function: str, path: Path, digest: str, make: Callable[[bytes], bytes]) -> str:
    """Return the sha256 of what a function, known by its name and version, makes of a file's bytes, whose sha256 is ``digest``.

    Raises:
        MachineError: the file cannot be read.
    """
    key = f"{function} {digest}"
    found = _wanted.get(key) or _derived.get(key)
    if found is None:
        data = read_bytes(path)
        found = hashlib.sha256(make(data)).hexdigest()
        if hashlib.sha256(data).hexdigest() != digest:  # it was written meanwhile
            return found
    _wanted[key] = found
    return found


def known_digest_of(path: str | Path) -> str:
    """Return what `digest_of` does; a file that is the same one, of the same size and time of change as before, is not read again.

    For files that only the builder writes: whoever wants to can change a file and set its time back.
    """
    name = str(path)
    facts = _facts(name)
    if facts is None:
        return ""
    before = _digests.get(facts[:2])
    if before is not None and before[0] == facts[2:4]:
        _asked[name] = facts, before[1], False
        return before[1]
    known = _kept.get(name)
    found = known[1] if known is not None and known[0] == facts else digest_of(Path(name))
    if facts[1] and time.time_ns() - facts[3] > RECENT:  # of one that changes now, the next change may have the same time
        _digests[facts[:2]] = facts[2:4], found
        _asked[name] = facts, found, False
    return found


def _facts(path: str) -> _Facts | None:
    """Return what tells a regular file from a changed one; None for everything else."""
    try:
        state = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(state.st_mode):
        return None
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns
