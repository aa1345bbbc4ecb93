"""Link and image targets: protocol, anchor on the page, file in the repository (codes LS810 to LS814).

The rules are pegboard's: https://github.com/carpentries/pegboard/blob/main/R/validate_links.R.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from site_builder.check.active import RUNNING
from site_builder.check.divisions import CLASSES
from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.markdown.tree import CodeBlock, Element, walk
from site_builder.problems import Problem, did_you_mean
from site_builder.spelling import Speller
from site_builder.weave.filter.targets import FOLDERS, MEDIA

_PROTOCOL_WORDS = (
    "data ftp ftps geo git http https irc ircs magnet mailto matrix mid news nntp sftp sip sips sms ssh svn tel telnet urn webcal xmpp"
)
PROTOCOLS = frozenset(_PROTOCOL_WORDS.split())
"""Protocols that make sense in a lesson's links (IANA registry of URI schemes)."""

HOST = re.compile(r"www\.|[\w.-]+\.(?:com|edu|io|net|org)(?:/|$)")
"""A host whose protocol was left out."""

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
UNENCRYPTED_HOSTS = re.compile(r"localhost|127(\.\d+){3}|0\.0\.0\.0|\[?::1\]?|.*\.(localhost|local|internal|test|invalid)", re.IGNORECASE)
"""Hosts on the reader's own machine or network, which cannot have a certificate (RFC 6761)."""

GENERATED_PAGES = frozenset(("404", "aio", "citation", "images", "index", "instructor-notes", "key-points", "profiles", "reference"))
GENERATED_PLACES = re.compile(
    rf"top|cb\d+(-\d+)?|nav-tab(panel|Content)?-[\d-]+|(accordion|heading|collapse)?({'|'.join(CLASSES)})\d+", re.IGNORECASE
)
"""Ids that weaving gives to boxes, code and tabs."""

SOURCE_SUFFIXES = (".md", ".Rmd", ".ipynb", ".py")


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What a page's targets are looked up in: whether a path exists, the slugs of all pages, and anchors in other sources.

    ``spelling`` knows the slugs too.
    """

    exists: Callable[[PurePosixPath], bool]
    slugs: Collection[str] = ()
    places: Collection[str] = ()
    spelling: Speller = Speller(())


def check_targets(page: CheckedPage, around: LinkContext) -> Iterator[Problem]:
    """Yield what is wrong with the targets of a page's links and media. Nothing is fetched: addresses of other sites are only read."""
    places = frozenset(identifiers(page)) | frozenset(around.places)
    spelling = Speller(sorted(filter(None, places)))
    for element, line in lined_elements(page, "a", *MEDIA):
        target = element.get("href" if element.tag == "a" else MEDIA[element.tag]).strip()
        found = SCHEME.match(target)
        if found:
            yield from _protocol(page, target, found[1].lower(), line)
        elif target.startswith("#"):
            yield from _place(page, target, line, places, spelling)
        elif target.startswith("/") and not target.startswith("//"):
            yield from _root(page, element, target, line, around)
        elif target and not target.startswith(("/", "?")):
            yield from _file(page, element, target, line, around)


def identifiers(page: CheckedPage) -> Iterator[str]:
    """Yield every name on a page that a link can lead to; dots in names of headings become hyphens."""
    for node in walk(page.body):
        if isinstance(node, CodeBlock):
            yield node.identifier
        elif isinstance(node, Element):
            yield from (node.get("id"), node.get("id").replace(".", "-"), node.get("name") if node.tag == "a" else "")


def _protocol(page: CheckedPage, target: str, protocol: str, line: int) -> Iterator[Problem]:
    if protocol not in PROTOCOLS and protocol not in RUNNING:  # those are another rule's
        hint = did_you_mean(protocol, PROTOCOLS) or "begin with `https://`, or write a path in the lesson"
        yield page.finding("LS811", line, f"the link to '{target}' has the unknown protocol '{protocol}:'", hint)
    elif protocol == "http" and not UNENCRYPTED_HOSTS.fullmatch(_host(target)):
        yield page.finding("LS812", line, f"the link to '{target}' is not encrypted", "write `https:`")


def _host(target: str) -> str:
    try:
        return urlsplit(target).hostname or ""
    except ValueError:  # brackets that hold no address
        return ""


def _place(page: CheckedPage, target: str, line: int, places: Collection[str], spelling: Speller) -> Iterator[Problem]:
    name = unquote(target[1:])
    if name and name not in places and not GENERATED_PLACES.fullmatch(name):
        near = spelling.closest(name)
        hint = f"did you mean '{near}'?" if near else "a heading's id is its text in lower case, with hyphens for spaces"
        yield page.finding("LS813", line, f"link to '#{name}': there is no such anchor on this page", hint)


def _file(page: CheckedPage, element: Element, target: str, line: int, around: LinkContext) -> Iterator[Problem]:
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
    if any(around.exists(candidate) for candidate in _candidates(page.path, path)) or _made(page, path, around):
        return
    kind = "link" if element.tag == "a" else element.tag
    text = f"{kind} to '{unquote(target)}': there is no such file in the lesson"
    yield page.finding("LS814", line, text, _hint(page, path, around))


def _root(page: CheckedPage, element: Element, target: str, line: int, around: LinkContext) -> Iterator[Problem]:
    """A path that begins at the host's root leaves the lesson, whose site usually lies in a folder of its host."""
    path = PurePosixPath(unquote(re.split(r"[?#]", target, maxsplit=1)[0]).lstrip("/"))
    slug = path.stem in around.slugs and path.suffix in ("", ".html", *SOURCE_SUFFIXES)
    there = any(around.exists(place) for place in _candidates(page.path, str(path)))
    name = f"{path.stem}.md" if slug else path.name if path.stem in GENERATED_PAGES else str(path) if there else ""
    hint = f"write `{name}`" if name else "write a path relative to the page, or the whole address"
    kind = "link" if element.tag == "a" else element.tag
    yield page.finding("LS810", line, f"{kind} to '{target}': it begins at the host's root, so it leaves the lesson", hint)


def _hint(page: CheckedPage, path: str, around: LinkContext) -> str:
    if HOST.match(path):
        return f"write `https://{path}`"
    stem = PurePosixPath(path).stem
    if stem in around.slugs:
        return f"name the page with its suffix: `{stem}.md`"
    meant = around.spelling.misspelt(stem)
    return f"did you mean '{meant}'?" if meant else f"paths are relative to {page.path.parent}/"


def _candidates(source: PurePosixPath, path: str) -> Iterator[PurePosixPath]:
    """Yield where a relative target may be: beside its page and in each content folder, as a source or as its page."""
    folders = (source.parent, *(source.parent.parent / folder for folder in (".", *FOLDERS)))
    for folder in dict.fromkeys(folders):
        place = PurePosixPath(posixpath.normpath(folder / path))
        if place.parts[:1] != ("..",):
            yield place
            if place.suffix and place.name:
                yield from (place.with_suffix(suffix) for suffix in SOURCE_SUFFIXES)


def _made(page: CheckedPage, path: str, around: LinkContext) -> bool:
    """Tell whether the build makes a target: a page, or a figure of a knitted source (``fig/SLUG-rendered-…``)."""
    name = PurePosixPath(path)
    if name.suffix in (".html", ".md", ".Rmd"):
        return name.stem in GENERATED_PAGES or name.stem in around.slugs
    return page.path.suffix == ".Rmd" and "-rendered-" in name.name
