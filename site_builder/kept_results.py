"""Results of pure functions, kept from one build to the next by a digest of everything that they were made from.

The file lies in the folder for working files that only this user may write (`site_builder.files.scratch_folder`), never in a lesson, which
may come from anybody: what it holds is read as Python objects. In any doubt a result is made anew.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import marshal
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from site_builder import files
from site_builder.errors import MachineError
from site_builder.markdown.tree import Element, Node, Raw, as_plain

T = TypeVar("T")

FILE = "kept"

TOO_DEEP = (RecursionError, ValueError)
"""What `marshal` and functions that call themselves raise for pages with very many levels; these are made anew."""


def view_of(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a mapping that cannot be changed; a kept result names this function where it has one."""
    return MappingProxyType(values)


TABLE = {
    **copyreg.dispatch_table,
    MappingProxyType: lambda view: (view_of, (dict(view),)),
    Element: lambda node: (Element, (node.tag, node.attributes, node.children, node.line)),
    Raw: lambda node: (Raw, (node.html, node.line)),
}
"""How objects are written that Python's own pickling cannot write, or reads slowly: those that trees are made of."""


LATELY = 256
"""Of so many parts of pages the nodes are kept, because what is asked of a part is asked of it soon. One of a long episode has 0.1 MiB."""


class KeptResults:
    """Results by key, in memory and, between processes, in a file; results are immutable, so that whoever asks gets the same object."""

    def __init__(self, folder: Path | None, version: str) -> None:
        """Read the file of a folder, if it is whole; without a folder nothing is kept for another process.

        ``version`` identifies the functions: results of other ones do not count.
        """
        self._written = files.KeptValues(folder / FILE, version) if folder else None
        self._values: dict[bytes, Any] = {}
        self._used: set[bytes] = set()
        self._passing: set[bytes] = set()
        self._digests: dict[int, tuple[Node, bytes]] = {}
        self._earlier: dict[int, tuple[Node, bytes]] = {}
        self._wholes: dict[int, tuple[Iterable[Node], bytes]] = {}
        self._lately: OrderedDict[bytes, Any] = OrderedDict()

    def digest_of(self, nodes: Iterable[Node]) -> bytes:
        """Return the sha256 over nodes and all below them; those that several pages share are looked at once.

        Raises:
            RecursionError, ValueError: a tree has very many levels.
        """
        before = self._wholes.get(id(nodes))
        if before is not None:
            return before[1]
        whole = hashlib.sha256()
        for node in nodes:
            known = self._digests.get(id(node)) or self._earlier.get(id(node))
            if known is None:
                known = node, digest_of_plain(as_plain((node,)))
            self._digests[id(node)] = known  # with the node, whose id nothing else has for so long
            whole.update(known[1])
        found = whole.digest()
        if isinstance(nodes, tuple):
            self._wholes[id(nodes)] = nodes, found
        return found

    def result(self, function: str, given: Callable[[], object], compute: Callable[[], T]) -> T:
        """Return what a function makes of what it is given: the kept result, or the computed one, which is kept.

        ``given`` returns what `marshal` writes: texts, bytes, numbers and tuples of these.
        """
        try:
            key = digest_of_plain((function, given()))
        except TOO_DEEP:
            return compute()
        self._used.add(key)
        if key not in self._values:
            self._values[key] = self._restored(key, compute)
        found: T = self._values[key]
        return found

    def grouped(self, function: str, given: Callable[[], object], compute: Callable[[], T]) -> T:
        """Do what `result` does with a function that asks for other results: these are kept as long as its own, though nobody asks for
        them then.
        """
        found, others = self.result(function, given, partial(self._recorded, compute))
        self._used.update(others)
        return found

    def _recorded(self, compute: Callable[[], T]) -> tuple[T, tuple[bytes, ...]]:
        """Return what is computed, and the keys of all that was asked for meanwhile."""
        outer, self._used = self._used, set()
        try:
            found = compute()
        finally:
            own, self._used = self._used, outer
            self._used.update(own)
        return found, tuple(sorted(own - self._passing))

    def retain(self, function: str, given: object) -> None:
        """Keep a result for the next time that nobody need look at this time, if there is one."""
        self._used.add(digest_of_plain((function, given)))

    def remembered(self, function: str, given: Callable[[], object], compute: Callable[[], T]) -> T:
        """Return what `result` does of a function that is about as fast as reading its result: it is kept in memory alone."""
        try:
            key = digest_of_plain((function, given()))
        except TOO_DEEP:
            return compute()
        self._used.add(key)
        if key not in self._values:
            self._values[key] = compute()
            self._passing.add(key)
        found: T = self._values[key]
        return found

    def lately(self, digest: bytes, compute: Callable[[], T]) -> T:
        """Return what has this digest: one of the last results that were asked for in this way, or the computed one."""
        if digest not in self._lately:
            made = compute()  # which may ask for others
            self._lately[digest] = made
            if len(self._lately) > LATELY:
                self._lately.popitem(last=False)
            return made
        self._lately.move_to_end(digest)
        found: T = self._lately[digest]
        return found

    def settle(self) -> None:
        """Forget the results in memory that nobody asked for since the last time."""
        self._values = {key: value for key, value in self._values.items() if key in self._used}
        self._passing &= self._used
        self._earlier, self._digests, self._wholes = self._digests, {}, {}
        self._used = set()

    def save(self, *, others: bool = False) -> None:
        """Write the results that were asked for since the last time, and forget the ``others``, unless they are kept too: a build may
        want what a check does not ask for.

        A folder that cannot be written costs the next build time, and nothing else.
        """
        if self._written is not None:
            lasting = self._used - self._passing | (self._written.keys() if others else set())
            new = (key for key in lasting if key in self._values and key not in self._written)
            made = {key: data for key in new if (data := _dumped(self._values[key]))}
            try:
                self._written.save(lasting, made)
            except MachineError:
                self._written = None
        self.settle()

    def _restored(self, key: bytes, compute: Callable[[], T]) -> T:
        data = self._written.get(key) if self._written is not None else None
        if self._written is None or data is None:
            return compute()
        try:
            found: T = pickle.loads(data)  # noqa: S301 - this user's own file, see above
        except Exception:  # of another time: unpickling may raise anything
            self._written.forget(key)
            return compute()
        return found


class _Nothing(KeptResults):
    def result(self, function: str, given: Callable[[], object], compute: Callable[[], T]) -> T:
        return compute()

    def grouped(self, function: str, given: Callable[[], object], compute: Callable[[], T]) -> T:
        return compute()

    def remembered(self, function: str, given: Callable[[], object], compute: Callable[[], T]) -> T:
        return compute()

    def lately(self, digest: bytes, compute: Callable[[], T]) -> T:
        return compute()


NOTHING_KEPT: KeptResults = _Nothing(None, "")
"""Keeps nothing."""


def digest_of_plain(value: object) -> bytes:
    """Return the sha256 of what `marshal` writes: texts, bytes, numbers and tuples of these.

    Raises:
        RecursionError, ValueError: it has very many levels.
    """
    return hashlib.sha256(_plain_bytes(value)).digest()


def _plain_bytes(value: Any) -> bytes:
    return marshal.dumps(value, 2)  # this version of the format writes equal values as equal bytes


def _dumped(value: Any) -> bytes:
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, 5)
    pickler.dispatch_table = TABLE
    try:
        pickler.dump(value)
    except RecursionError:
        return b""
    return stream.getvalue()
