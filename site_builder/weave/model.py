"""A finished page, before it is staged: everything the theme needs to show it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from site_builder.markdown.tree import Node
from site_builder.weave.parts import PagePart


class View(Enum):
    """The audience of a page: the learners' site, or the instructors' site below ``instructor/``."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"


class PageKind(Enum):
    """Which template shows a page (https://github.com/carpentries/varnish/tree/main/inst/pkgdown/templates)."""

    HOME = "home"
    EPISODE = "episode"
    PAGE = "page"
    EXTRA = "extra"
    CITATION = "citation"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page: its address within the same view, and its title as HTML."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu: a page, or a group of pages below a title."""

    title: str
    address: str = ""
    items: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file to download: its address in the learners' site, its name (an English phrase of the interface), and its bytes."""

    address: PurePosixPath
    title: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Takeaway:
    """An episode's downloads, and the command that runs its code in its environment, empty if there is none.

    ``teaching`` are files for instructors, linked in their view alone.
    """

    files: tuple[TakenFile, ...] = ()
    command: str = ""
    teaching: tuple[TakenFile, ...] = ()


@dataclass(frozen=True, slots=True)
class DataLink:
    """Data that readers can download where they are kept: the address, the name, the size in bytes if known, title and licence if given."""

    address: str
    name: str
    size: int | None = None
    title: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one view. ``address`` is flat (``introduction.html``) and the same in both views; ``title`` is plain text.

    ``number`` counts episodes from 1; ``minutes`` is the estimated time, ``minutes_left`` the time from its beginning to the lesson's end,
    ``progress`` a percentage, ``updated`` an ISO date; each None if it does not apply. ``edit`` is the address where the source
    can be edited. ``metadata`` is the page's JSON-LD text. ``search`` tells whether the search finds it, ``alone`` whether the other view
    has no such page.
    """

    address: PurePosixPath
    view: View
    kind: PageKind
    title: str
    title_html: str
    parts: tuple[PagePart, ...]
    source: PurePosixPath | None = None
    number: int | None = None
    minutes: int | None = None
    minutes_left: int | None = None
    progress: int | None = None
    previous: PageLink | None = None
    next: PageLink | None = None
    updated: str | None = None
    edit: str = ""
    metadata: str = ""
    search: bool = True
    takeaway: Takeaway | None = None
    data: tuple[DataLink, ...] = ()
    alone: bool = False

    @property
    def body(self) -> tuple[Node, ...]:
        """The nodes of all parts, made now."""
        return tuple(node for part in self.parts for node in part.nodes)

    @property
    def digest(self) -> bytes:
        """The SHA-256 over everything that decides the body."""
        return hashlib.sha256(b"".join(part.digest for part in self.parts)).digest()


@dataclass(frozen=True, slots=True)
class WovenSite:
    """All pages of both views, and the menu of each view."""

    pages: tuple[Page, ...]
    menus: tuple[tuple[View, tuple[MenuItem, ...]], ...]
