"""Values by key in files of this user's: most of them are read only if somebody asks, and what is new is written beside the rest.

A file begins with the SHA-256 of its head, which has the number of keys, the keys in order, and where the record of each ends; a record
begins with the first bytes of the SHA-256 of its value. What is damaged does not count. Values of equal keys are equal, so that two
processes which write at once lose nothing but time.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping
from pathlib import Path

from site_builder.errors import MachineError
from site_builder.files.reading import is_file, read_bytes
from site_builder.files.writing import write_cache

KEY = 32
"""Bytes of a key."""
CHECK = 16
"""Bytes of a value's digest."""
DIGEST = 32
NUMBER = 8
"""Bytes of a number: little-endian, without a sign."""

NEW = ".new"
"""Ends the name of the file with what came after the other one was written."""
SHARE = 4
"""One of so many bytes may be new, or forgotten, before all is written again."""


class _Packed:
    """One file as it was when it was read; ``identity`` is the digest with which it begins."""

    def __init__(self, data: bytes = b"", version: str = "") -> None:
        """Read the head; a file of another version, or one that is not whole, has no values."""
        self.identity, self._data = b"", data
        self._places: dict[bytes, int] = {}
        self._ends = array("Q")
        self._start = 0
        lead = version.encode()
        begin = DIGEST + len(lead)
        count = int.from_bytes(data[begin : begin + NUMBER], "little")
        keys = begin + NUMBER
        ends = keys + count * KEY
        start = ends + count * NUMBER
        if (
            len(data) >= start >= keys > begin
            and data[DIGEST:begin] == lead
            and hashlib.sha256(data[DIGEST:start]).digest() == data[:DIGEST]
        ):
            self.identity, self._start = data[:DIGEST], start
            self._ends.frombytes(data[ends:start])
            self._places = {data[keys + KEY * place : keys + KEY * place + KEY]: place for place in range(count)}

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    @property
    def places(self) -> Mapping[bytes, int]:
        """Where the record of each key is among all."""
        return self._places

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self._data)

    def get(self, key: bytes) -> bytes | None:
        """Return a value; None if there is none, or it is damaged."""
        place = self._places.get(key)
        if place is None:
            return None
        begin = self._start + (self._ends[place - 1] if place else 0)
        value = self._data[begin + CHECK : self._start + self._ends[place]]
        return value if hashlib.sha256(value).digest()[:CHECK] == self._data[begin : begin + CHECK] else None


def _pack(values: Mapping[bytes, bytes], version: str) -> bytes:
    ends, end = array("Q"), 0
    for key in sorted(values):
        end += CHECK + len(values[key])
        ends.append(end)
    head = b"".join((version.encode(), len(values).to_bytes(NUMBER, "little"), *sorted(values), ends.tobytes()))
    records = (part for key in sorted(values) for part in (hashlib.sha256(values[key]).digest()[:CHECK], values[key]))
    return b"".join((hashlib.sha256(head).digest(), head, *records))


class KeptValues:
    """The values in a file and in the one beside it."""

    def __init__(self, path: Path, version: str) -> None:
        """Read what is there; values of another ``version`` do not count."""
        self._path, self._version = path, version
        self._beside = path.with_name(path.name + NEW)
        self._all = _Packed(_read(path), version)
        # which rest of values it belongs to is part of its version
        self._new = _Packed(_read(self._beside), self._version_beside) if self._all.identity else _Packed()
        self._damaged: set[bytes] = set()

    @property
    def _version_beside(self) -> str:
        return f"{self._version} {self._all.identity.hex()}"

    def __contains__(self, key: bytes) -> bool:
        return (key in self._new or key in self._all) and key not in self._damaged

    def keys(self) -> set[bytes]:
        """Return the keys of all values."""
        return (self._all.places.keys() | self._new.places.keys()) - self._damaged

    def get(self, key: bytes) -> bytes | None:
        """Return a value; None if there is none, or it is damaged."""
        found = self._new.get(key) or self._all.get(key)
        if found is None:
            self.forget(key)
        return found

    def forget(self, key: bytes) -> None:
        """Leave a value out from now on, if there is one: nobody can use it."""
        if key in self:
            self._damaged.add(key)

    def save(self, lasting: set[bytes], made: Mapping[bytes, bytes]) -> None:
        """Keep the values of these keys, those that were ``made`` among them; what else there was may stay for a while.

        Raises:
            MachineError: a file cannot be written.
        """
        there = self.keys()
        new = {key: found for key in (self._new.places.keys() & lasting) - self._damaged if (found := self._new.get(key))} | dict(made)
        size = sum(map(len, new.values()))
        few = size * SHARE <= self._all.size and len(there - lasting) * SHARE <= len(there) and not self._damaged
        if self._all.identity and few:
            if made:
                data = _pack(new, self._version_beside)
                write_cache(self._beside, data)
                self._new = _Packed(data, self._version_beside)
            return
        old = {key: found for key in (lasting & there) if (found := self.get(key))}
        data = _pack({**old, **made}, self._version)
        write_cache(self._path, data)
        self._all, self._new, self._damaged = _Packed(data, self._version), _Packed(), set()


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path) if is_file(path) else b""
    except MachineError:
        return b""
