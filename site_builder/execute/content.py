"""Files by digest in a local folder: inputs that are already in memory, and files that episodes leave."""

from __future__ import annotations

import hashlib
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError


class FolderContent:
    """Stores bytes in memory and files in a folder; a file that does not move can be referenced without a copy."""

    def __init__(self, folder: Path) -> None:
        """Store files in ``folder``, which is created when needed and deleted by its owner."""
        self._folder = folder
        self._bytes: dict[str, bytes] = {}
        self._files: dict[str, Path] = {}

    def add(self, data: bytes) -> str:
        """Store bytes and return their sha256."""
        digest = hashlib.sha256(data).hexdigest()
        self._bytes[digest] = data
        return digest

    def add_file(self, path: Path) -> str:
        """Copy a file and return its sha256.

        Raises:
            MachineError: it cannot be read or copied.
        """
        digest = files.digest_of(path)
        target = self._folder / digest
        if not files.is_file(target):
            files.place_copy(path, target)
        self._files[digest] = target
        return digest

    def refer_to(self, path: Path) -> str:
        """Return the sha256 of a file that nobody changes meanwhile; it is read in place.

        Raises:
            MachineError: it cannot be read.
        """
        digest = files.digest_of(path)
        if not digest:
            raise MachineError(f"{path} cannot be read", hint="check the file and its permissions")
        self._files.setdefault(digest, path)
        return digest

    def know(self, path: Path, digest: str) -> None:
        """Refer to a file whose sha256 is known already."""
        self._files.setdefault(digest, path)

    def place(self, digest: str, target: Path) -> None:
        """Write the bytes with a digest to a file.

        Raises:
            MachineError: it cannot be written.
            KeyError: nothing with this digest is stored.
        """
        if digest in self._bytes:
            files.place_bytes(target, self._bytes[digest])
        else:
            files.place_copy(self._files[digest], target)
