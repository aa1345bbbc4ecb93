"""What in prose could run a script, frame another site or change the page around it (codes LS852 to LS858).

The page's policy stops most of it (`site_builder.outputs.origins`); what an author needs is accepted by name, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from site_builder.check.findings import CheckedPage
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock, Element, Node, Raw, walk
from site_builder.outputs.origins import DATA, sources
from site_builder.outputs.sanitise import IGNORED, SCHEME
from site_builder.problems import Location, Problem, Severity

SCRIPT, HANDLER, ADDRESS, FRAME, CHANGES, HOST, FILE = "LS852", "LS853", "LS854", "LS855", "LS856", "LS857", "LS858"

RUNNING = frozenset(("javascript", "vbscript", "livescript", "data", "blob", "filesystem", "view-source"))
"""Schemes that run a script, or open a document which can."""

PICTURES = re.compile(r"data:(image|audio|video|font)/(?!svg)", re.IGNORECASE)
LINKS = frozenset(
    ("href", "xlink:href", "src", "action", "formaction", "data", "poster", "values", "to", "from", "content", "srcdoc", "background")
)
SHOWING = frozenset(("img", "source", "audio", "video", "image", "feimage"))
"""Elements that show a picture or play sound; the last two are SVG's."""

EVENT = re.compile(r"on[a-z]+")
"""The name of an event handler (https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers): drawing programs have others."""

FRAMES = frozenset(("iframe", "frame", "frameset", "portal", "fencedframe"))
CHANGING = frozenset(("base", "form", "object", "embed", "applet", "meta", "link", "style"))
LISTED = (
    "youtube.com", "youtube-nocookie.com", "youtu.be", "vimeo.com", "player.vimeo.com", "archive.org", "peertube.tv", "media.ccc.de",
    "carpentries.org", "zenodo.org", "video.ethz.ch", "tube.switch.ch", "docs.google.com", "openstreetmap.org", "geogebra.org", "h5p.org",
)  # fmt: skip
"""Hosts of films, slides and maps that lessons show in frames."""

HINTS: Mapping[str, str] = {
    SCRIPT: "put it into a file of the lesson and name that in `src`: the page's policy runs no other script",
    HANDLER: "the page's policy does not run it; remove it",
    ADDRESS: "the page's policy does not run it; write an address that begins with https://",
    FRAME: "link to it instead, or accept it with its reason",
    CHANGES: "remove it, or accept it with its reason",
}
LINKED = PurePosixPath("links.md")
QUICK = re.compile(r"<!|<[a-z/?]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that could run or change something: its code, what it is, and its line."""

    code: str
    message: str
    line: int


def check_active(page: CheckedPage) -> Iterator[Problem]:
    """Yield an error for each script, handler, address that runs, frame and element that changes the page, in an author's text.

    Errors of these codes are the only ones that can be accepted: the site can be built with them.
    """
    for found in active(page.document.body):
        own = found.line <= len(page.lines) or not page.lines  # below a page's last line stands what every page has from `links.md`
        place = Location(page.path, found.line) if own else Location(LINKED)
        yield Problem(found.code, found.message, place, HINTS[found.code], Severity.ERROR)


def check_hosts(page: CheckedPage) -> Iterator[Problem]:
    """Yield a warning for each host from which a page loads something: the page asks it whenever it is read."""
    told: set[str] = set()
    for node, line in _loading(page.document.body):
        for host in sorted({host for hosts in sources(node).values() for host in hosts} - told):
            told.add(host)
            hint = "copy the file into the lesson, so that readers are not known to others"
            yield page.finding(HOST, line, f"the page loads from {host}", hint)


def active_on(documents: Iterable[Document], kept: KeptResults = NOTHING_KEPT) -> Iterator[Problem]:
    """Yield what `check_active` finds as warnings: a build goes on, and the page's policy decides. ``kept`` has what was found before."""
    for document in documents:
        for found in _kept_active(document.body, kept):
            yield Problem(found.code, found.message, Location(document.path, found.line), HINTS[found.code], Severity.WARNING)


def _kept_active(nodes: Sequence[Node], kept: KeptResults) -> tuple[Found, ...]:
    return kept.result("active", lambda: kept.digest_of(nodes), lambda: tuple(active(nodes)))


def active(nodes: Sequence[Node], at: int = 0) -> Iterator[Found]:
    """Yield what could run or change something in the nodes of a page, in their order."""
    line = at
    for node in walk(nodes):
        line = getattr(node, "line", 0) or line
        if isinstance(node, Raw) and QUICK.search(node.html):
            yield from (Found(item.code, item.message, line + item.line) for item in read(node.html))
        elif isinstance(node, Element):
            yield from (Found(code, message, line) for code, message in _element(node.tag, node.attributes))
        elif isinstance(node, CodeBlock):
            yield from (Found(code, message, line) for code, message in _element("pre", node.attributes))


def read(html: str) -> tuple[Found, ...]:
    """Return what could run or change something in HTML as text; lines are counted from 0."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # a marked section that the parser does not know: what follows is read by nobody
        pass
    return tuple(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0] - 1
        self.found += [Found(code, text, line) for code, text in _element(tag, tuple((name, value or "") for name, value in attrs))]

    handle_startendtag = handle_starttag


def _element(tag: str, attributes: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    given = dict(attributes)
    if tag == "script" and given.get("type", "").strip().lower() not in DATA:
        yield SCRIPT, f"a script {given['src'][:60]!r}" if given.get("src") else "a script in the text"
    elif tag in FRAMES and not _listed(given.get("src", "")):
        yield (
            FRAME,
            f"a frame with {given['src'][:60]!r}" if given.get("src") and "srcdoc" not in given else "a frame with a document of its own",
        )
    elif tag in CHANGING and _changes(tag, given):
        yield CHANGES, f"the element <{tag}>"
    for name, value in attributes:
        lower = name.lower()
        if EVENT.fullmatch(lower):
            yield HANDLER, f"the event handler `{name}` of <{tag}>"
        elif lower in LINKS and (scheme := _running(value)) and not (tag in SHOWING and PICTURES.match(value)):
            yield ADDRESS, f"an address of <{tag}> with the scheme `{scheme}:`"


def _changes(tag: str, given: Mapping[str, str]) -> bool:
    if tag == "meta":
        return bool(given.get("http-equiv"))
    return tag not in ("link", "style") or (tag == "link" and given.get("rel", "").lower() in ("import", "manifest", "preload", "prefetch"))


def _listed(address: str) -> bool:
    try:
        host = (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return False
    return any(host == name or host.endswith(f".{name}") for name in LISTED)


def _running(value: str) -> str:
    """Return the scheme by which one of an attribute's addresses runs something: browsers skip white space in it."""
    for part in re.split(r"[;,]|url=", IGNORED.sub("", unescape(value)), flags=re.IGNORECASE):
        found = SCHEME.match(part)
        if found and found[1].lower() in RUNNING:
            return found[1].lower()
    return ""


def _loading(nodes: Sequence[Node]) -> Iterator[tuple[str, int]]:
    """Yield as HTML what may load something, with its line."""
    from site_builder.markdown.tree import to_html

    line = 0
    for node in walk(nodes):
        line = getattr(node, "line", 0) or line
        if isinstance(node, Raw) and "//" in node.html:
            yield node.html, line
        elif isinstance(node, Element) and any("//" in value for name, value in node.attributes if name in ("src", "style")):
            yield to_html((Element(node.tag, node.attributes),)), line


def check_files(files: Mapping[PurePosixPath, str]) -> Iterator[Problem]:
    """Yield a warning for each file of the lesson that is a document with a script: opened by its address, it runs as the site's own."""
    for path, text in files.items():
        found = next((item for item in read(text) if item.code in (SCRIPT, HANDLER, ADDRESS)), None)
        if found:
            message = f"the file has {found.message}, which runs when it is opened"
            yield Problem(FILE, message, Location(path, found.line + 1), "check who wrote it", Severity.WARNING)
