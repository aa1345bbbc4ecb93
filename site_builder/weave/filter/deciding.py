"""What of the whole lesson decides the finished text of one page: a picture that is added elsewhere changes no other page. Pure."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from site_builder.kept_results import KeptResults
from site_builder.markdown.tree import Element, Node, Raw, walk
from site_builder.weave.filter.diagrams import sources_on
from site_builder.weave.filter.images import Sizes
from site_builder.weave.filter.page_state import NO_DIAGRAMS

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes

PICTURE = re.compile(r"[^\"'\s<>=()]+\.(?:png|jpe?g|gif|webp)\b", re.IGNORECASE)
"""What may be the address of a picture in raw HTML."""


class Deciding:
    """The sizes of a lesson's pictures and what became of its diagrams, by page."""

    def __init__(self, sizes: Sizes, diagrams: Outcomes = NO_DIAGRAMS, kept: KeptResults | None = None) -> None:
        """Take in those of the whole lesson; ``kept`` has what was found on equal pages before."""
        self._sizes: Mapping[str, list[str]] = _by_name(sizes)
        self._all, self._diagrams, self._kept = sizes, diagrams, kept or KeptResults(None, "")

    def of(self, body: Sequence[Node]) -> str:
        """Return in words all that is known of the pictures and diagrams of a page; of more than it shows, if names are equal."""
        names = self._kept.result("picture names", lambda: self._kept.digest_of(body), lambda: _pictures(body)) if self._all else ()
        sources = sources_on(body, self._kept) if self._diagrams else ()
        sizes = [(address, self._all[address]) for name in names for address in self._sizes.get(name, ())]
        return repr((sizes, [(source, self._diagrams.get(source)) for source in sources]))


def _by_name(addresses: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for address in sorted(addresses):
        found[posixpath.basename(address)].append(address)
    return found


def _pictures(body: Sequence[Node]) -> tuple[str, ...]:
    """Return the names of the files of all pictures of a page, each once."""
    written: list[str] = []
    for node in walk(body):
        if isinstance(node, Element):
            written.append(node.get("src"))
        elif isinstance(node, Raw):
            written += PICTURE.findall(node.html)
    return tuple(sorted({posixpath.basename(unquote(address)) for address in written} - {""}))
