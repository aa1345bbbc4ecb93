"""Wait until something in a folder is saved: the system's own notifications, and a look at the files now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

QUIET = 0.015
"""Seconds without another notification after which a save is over: editors write a file in several steps."""

SETTLED = 0.005
"""Seconds after which it is over where a file was closed by who wrote it, or put in another one's place."""

LONGEST = 0.5
"""Seconds after which it is looked at all the same: something that is written all the time is never over."""

LOOK_ANYWAY = 2.0
"""Seconds between looks at the files without any notification: some file systems, such as those of a network, give none."""

ENDED = 5.0
"""Seconds within which the notifications end."""

WHOLE = frozenset(("closed", "moved"))
"""Notifications of files that are whole (https://python-watchdog.readthedocs.io/en/stable/api.html#module-watchdog.events)."""


class FileWatcher:
    """Notices changes below some folders. ``wait`` is called by one thread."""

    def __init__(self, is_concerned: Callable[[Path], bool]) -> None:
        """Watch nothing yet; ``is_concerned`` tells of a path whether its change matters at all."""
        self._is_concerned = is_concerned
        self._changed = threading.Condition()
        self._over: float | None = None  # when the change that was noticed is over, if nothing else comes
        self._observer: Any = None
        self._watches: dict[tuple[Path, bool], Any] = {}

    def watch(self, whole: Iterable[Path], flat: Iterable[Path]) -> None:
        """Watch these folders from now on, with all that they hold or only their own entries; other ones no longer."""
        wanted = {(path, True) for path in whole if path.is_dir()} | {(path, False) for path in flat if path.is_dir()}
        if self._observer is None:
            self._observer = _observer()
        for gone in self._watches.keys() - wanted:
            self._observer.unschedule(self._watches.pop(gone))
        for path, deep in sorted(wanted - self._watches.keys()):
            try:
                self._watches[path, deep] = self._observer.schedule(
                    _Handler(self._noticed), str(path), recursive=deep, event_filter=_changes()
                )
            except OSError:  # the system watches no more files (inotify(7)): they are looked at now and then
                continue

    def wait(self, seconds: float = LOOK_ANYWAY) -> bool:
        """Wait for the next change, and until it is over; False if there was none for so many seconds."""
        with self._changed:
            if self._over is None:
                self._changed.wait(seconds)
            if self._over is None:
                return False
            end = time.monotonic() + LONGEST
            while (left := min(self._over, end) - time.monotonic()) > 0:
                self._changed.wait(left)
            self._over = None
            return True

    def wake(self) -> None:
        """End a wait, as a change does."""
        self._expect(time.monotonic())

    def close(self) -> None:
        """Watch nothing any more."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(ENDED)  # its thread ends with the process in any case

    def _noticed(self, kind: str, of_folder: bool, paths: Iterable[str]) -> None:
        if any(self._is_concerned(Path(path)) for path in paths if path):
            now = time.monotonic()
            with self._changed:
                known = (self._over or 0.0) if of_folder else 0.0  # of a folder it is said again what its files say
                self._expect(max(known, now + (SETTLED if of_folder or kind in WHOLE else QUIET)))

    def _expect(self, over: float) -> None:
        with self._changed:
            self._over = over
            self._changed.notify()


class _Handler:
    """Passes a notification on (https://python-watchdog.readthedocs.io/en/stable/api.html#watchdog.events.FileSystemEventHandler)."""

    def __init__(self, noticed: Callable[[str, bool, Iterable[str]], None]) -> None:
        self._noticed = noticed

    def dispatch(self, event: Any) -> None:
        self._noticed(event.event_type, event.is_directory, (str(event.src_path), str(event.dest_path)))


def _changes() -> list[Any]:
    """Return the kinds of notifications that are asked for: none of files that are only read, of which a build would cause hundreds."""
    from watchdog import events as kinds

    return [
        kinds.FileCreatedEvent, kinds.FileModifiedEvent, kinds.FileClosedEvent, kinds.FileMovedEvent, kinds.FileDeletedEvent,
        kinds.DirCreatedEvent, kinds.DirModifiedEvent, kinds.DirMovedEvent, kinds.DirDeletedEvent,
    ]  # fmt: skip


def _observer() -> Any:
    from watchdog.observers import Observer

    made = Observer()
    made.daemon = True
    made.start()
    return made
