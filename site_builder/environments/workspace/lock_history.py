"""Which package sets earlier versions of a lock had, as Git has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from site_builder import files, processes
from site_builder.environments.workspace.lock import read_lock
from site_builder.errors import EnvironmentUnavailable, MachineError
from site_builder.version_control import git


class LockHistory:
    """The history of one lock. Nothing is read before somebody asks; what was read of a version stays in ``cache``."""

    def __init__(self, lock: Path, cache: Path) -> None:
        """Remember the lock's file, and the file that remembers the digests of its versions."""
        self._lock, self._cache = lock, cache
        self._known: dict[str, list[str]] | None = None

    def known(self, environment: str, platform: str, digest: str) -> bool | None:
        """Tell whether any version of the lock had this set of packages; None if it is not found and history cannot be read whole."""
        row = f"{environment} {platform} {digest}"
        whole = self._whole()
        if whole is None:
            return None
        if any(row in self._rows(blob) for blob in self._versions()):
            return True
        return False if whole else None

    def _whole(self) -> bool | None:
        """Tell whether the repository has all of its history; None if there is no repository."""
        done = self._git("rev-parse", "--is-shallow-repository")
        return None if done.status else done.output.strip() != "true"

    def _versions(self) -> Iterator[str]:
        """Yield the ids of the lock's versions, the newest first, on any branch."""
        command = ("log", "--all", "--format=", "--raw", "--no-abbrev", "--no-renames", "--", self._lock.name)
        seen = set()
        for line in self._git(*command).output.splitlines():
            blob = line.split()[3] if line.startswith(":") else ""
            if blob.strip("0") and blob not in seen:
                seen.add(blob)
                yield blob

    def _rows(self, blob: str) -> list[str]:
        """Return ``environment platform digest`` of each package set of a version; none of one that cannot be read."""
        if self._known is None:
            self._known = _read(self._cache)
        if blob not in self._known:
            self._known[blob] = self._parsed(blob)
            with suppress(MachineError):  # a lesson may be read-only: the next process reads it again
                files.write_text(self._cache, json.dumps(self._known))
        return self._known[blob]

    def _parsed(self, blob: str) -> list[str]:
        with files.temporary_folder(files.scratch_folder(self._lock.parent), "lock.") as folder:
            file = folder / self._lock.name
            files.write_text(file, self._git("cat-file", "blob", blob).output)
            try:
                return [f"{item.environment} {item.platform} {item.digest}" for item in read_lock(file).sets]
            except EnvironmentUnavailable:
                return []

    def _git(self, command: str, *arguments: str) -> processes.Outcome:
        return git(self._lock.parent, command, *arguments)


def _read(cache: Path) -> dict[str, list[str]]:
    found: Any = files.read_json(cache)
    rows = found.items() if isinstance(found, dict) else ()
    return {str(blob): [str(row) for row in value] for blob, value in rows if isinstance(value, list)}
