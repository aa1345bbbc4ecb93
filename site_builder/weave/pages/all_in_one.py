"""All episodes on one page (https://github.com/carpentries/sandpaper/blob/main/R/build_aio.R); of a very long lesson on several.

A browser takes seconds for a page of many megabytes, and every change of an episode makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from site_builder.kept_results import KeptResults
from site_builder.lesson.model import SourceFile
from site_builder.lesson.names import aside
from site_builder.markdown.tree import Element, Node, element
from site_builder.weave.model import Page, PageKind, PageLink
from site_builder.weave.pages.aggregates import lazy, shown_episodes
from site_builder.weave.pages.chapters import estimated
from site_builder.weave.pages.view_context import ViewContext, anchor_of, link_to, page, titled
from site_builder.weave.parts import PagePart, apart
from site_builder.weave.staged_text import text_of_part

ADDRESS = PurePosixPath("aio.html")
LONGEST = 2_000_000
"""Characters of HTML up to which all episodes are on one page."""

EACH = 500_000
"""Characters of HTML of each page of a longer lesson; an episode is never divided."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Episodes that follow each other on one page, with their numbers in the lesson."""

    address: PurePosixPath
    first: int
    last: int
    parts: tuple[PagePart, ...]

    @property
    def label(self) -> str:
        return f"{self.first}–{self.last}" if self.first < self.last else str(self.first)


def all_in_one(context: ViewContext) -> Iterator[Page]:
    """Yield the page with all episodes, one after the other, or the pages that they are divided into; no two have equal ids.

    Both views are divided at the same episodes: each page leads to that of the other view.
    """
    parts = {source.path: context.part(source, "all in one", _text, estimated(context, source)) for source in shown_episodes(context)}
    pieces = _pieces(context, parts)
    title = context.phrases("All in One View")
    if len(pieces) == 1:
        yield page(context, ADDRESS, PageKind.EXTRA, context.phrase_title("All in One View"), tuple(parts.values()))
        return
    for number, piece in enumerate(pieces):
        listed = element("nav", element("ul", *_links(pieces, piece)), class_="aio-pages", aria_label=title, data_chrome="")
        made = page(context, piece.address, PageKind.EXTRA, titled((f"{title} ({piece.label})",)), ((listed,), *piece.parts))
        before, after = pieces[number - 1] if number else None, pieces[number + 1] if number + 1 < len(pieces) else None
        yield replace(made, previous=_turn(title, before), next=_turn(title, after))


def _pieces(context: ViewContext, parts: Mapping[PurePosixPath, PagePart]) -> list[_Piece]:
    episodes = context.lesson.episodes
    sizes = [_size(context.whole[source.path], context.kept) for source in episodes]
    if sum(sizes) <= LONGEST:
        return [_Piece(ADDRESS, 1, len(episodes), tuple(parts.values()))]
    pieces: list[_Piece] = []
    begun, size = 0, 0
    whole = dict(zip(parts, apart(context.kept, tuple(parts.values())), strict=True))
    for number in range(len(episodes)):
        size += sizes[number]
        if number + 1 == len(episodes) or size + sizes[number + 1] > EACH:
            count = len(pieces) + 1
            address = aside(context.lesson.sources, f"aio-{count}", f"all-in-one-{count}") if pieces else ADDRESS
            shown = (whole[source.path] for source in episodes[begun : number + 1] if source.path in whole)
            pieces.append(_Piece(address, begun + 1, number + 1, tuple(shown)))
            begun, size = number + 1, 0
    return pieces


def _size(part: PagePart, kept: KeptResults) -> int:
    return kept.result("size", lambda: part.digest, lambda: text_of_part(part, kept).size)


def _links(pieces: Iterable[_Piece], own: _Piece) -> Iterator[Element]:
    for piece in pieces:
        link = element("a", piece.label, href=str(piece.address))
        yield element("li", link.set({"aria-current": "page"}) if piece is own else link)


def _turn(title: str, piece: _Piece | None) -> PageLink | None:
    return PageLink(str(piece.address), f"{title} ({piece.label})") if piece else None


def _text(context: ViewContext, source: SourceFile) -> Iterable[Node]:
    link = element("a", *context.of(source).title.nodes, href=link_to(source))
    # English in every language, as in the Workbench
    yield element("p", "Content from ", link, id=f"aio-{anchor_of(source)}")
    yield element("hr")
    minutes = estimated(context, source)
    if minutes is not None:
        yield element("p", context.phrases("Estimated time: {minutes} minutes", minutes=minutes), class_="estimated-time")
    yield from lazy(context.of(source).body.nodes)
