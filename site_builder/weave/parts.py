"""What a page is made of: parts whose nodes are made when somebody looks at them, each with a digest of everything that decides them.

What follows from a part - its ids, its text, its links - is kept by its digest, so that a page of which nothing changed is never made.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import TypeAlias

from site_builder.kept_results import TOO_DEEP, KeptResults, digest_of_plain
from site_builder.markdown.tree import Node, as_plain
from site_builder.weave.filter.identifiers import Assigned, TakenIdentifiers, assigned, identifiers, renamed

Nodes: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class PagePart:
    """Nodes that follow each other on a page; parts of equal ``digest`` (SHA-256) have equal nodes. ``file`` is where they come from."""

    digest: bytes
    make: Callable[[], Nodes]
    file: PurePosixPath | None = None

    @property
    def nodes(self) -> Nodes:
        """The nodes, made now."""
        return self.make()


Look: TypeAlias = Callable[[PagePart], object]
"""Asks a part for what is wanted of it, which is kept."""


def nobody(part: PagePart) -> None:
    """Ask nothing."""


EMPTY = PagePart(hashlib.sha256(b"").digest(), lambda: ())
"""A part without nodes."""


def whole(nodes: Sequence[Node], file: PurePosixPath | None = None) -> PagePart:
    """Return nodes that are there already as a part."""
    return _of(nodes, lambda: digest_of_plain(as_plain(nodes)), file)


def known(nodes: Sequence[Node], kept: KeptResults) -> PagePart:
    """Do what `whole` does; of nodes that were looked at before the digest is known."""
    return _of(nodes, lambda: kept.digest_of(nodes), None)


def _of(nodes: Sequence[Node], digest: Callable[[], bytes], file: PurePosixPath | None) -> PagePart:
    there = tuple(nodes)
    return PagePart(_digest(digest), lambda: there, file)


def derived(kept: KeptResults, function: str, given: Callable[[], object], make: Callable[[], Sequence[Node]]) -> PagePart:
    """Return what a function makes of what it is given, without making it; ``given`` as for `KeptResults.result`."""
    digest = _digest(lambda: digest_of_plain((function, given())))
    return PagePart(digest, partial(kept.lately, digest, lambda: tuple(make())))


def by_nodes(part: PagePart, kept: KeptResults) -> PagePart:
    """Return a part with the digest of its nodes: equal nodes of different texts are equal then."""
    digest = kept.result("digest of nodes", lambda: part.digest, lambda: _digest(lambda: digest_of_plain(as_plain(part.nodes))))
    return PagePart(digest, part.make, part.file)


def _digest(compute: Callable[[], bytes]) -> bytes:
    try:
        return compute()
    except TOO_DEEP:
        return os.urandom(32)  # equal to nothing, so that whatever follows from it is made anew


def is_empty(part: PagePart, kept: KeptResults) -> bool:
    """Tell whether a part has no nodes."""
    return kept.result("empty", lambda: part.digest, lambda: not part.nodes)


def not_empty(kept: KeptResults, parts: Sequence[PagePart]) -> tuple[int, ...]:
    """Return the places of the parts that have nodes."""
    decided = tuple(part.digest for part in parts)
    return kept.grouped("not empty", lambda: decided, lambda: tuple(place for place, part in enumerate(parts) if not is_empty(part, kept)))


def ids_of(part: PagePart, kept: KeptResults) -> tuple[str, ...]:
    """Return all ids of a part, in document order."""
    return kept.result("ids", lambda: part.digest, lambda: identifiers(part.nodes))


def apart(kept: KeptResults, parts: Sequence[PagePart], taken: Sequence[str] = (), look: Look = nobody) -> list[PagePart]:
    """Make the ids of all parts of a page unique, as `site_builder.weave.filter.identifiers.unique` does with one part after the other.

    ``taken`` are ids that no part may have; ``look`` sees each part when its ids are known, while its nodes are at hand.
    """
    decided = tuple(part.digest for part in parts), tuple(taken), look is nobody

    def asked() -> tuple[Assigned, ...]:
        ids, found = TakenIdentifiers(taken), []
        for part in parts:
            names = assigned(ids_of(part, kept), ids)
            look(_renamed(kept, part, names))
            found.append(names)
        return tuple(found)

    new = kept.grouped("apart", lambda: decided, asked)  # nobody looks again at a page of which nothing changed
    return [_renamed(kept, part, names) for part, names in zip(parts, new, strict=True)]


def _renamed(kept: KeptResults, part: PagePart, names: Assigned) -> PagePart:
    if not names:
        return part
    made = derived(kept, "renamed", lambda: (part.digest, tuple(sorted(names.items()))), lambda: renamed(part.nodes, names))
    return PagePart(made.digest, made.make, part.file)
