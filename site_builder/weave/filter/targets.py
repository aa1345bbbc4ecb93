"""Where links and images lead: from paths in the repository to addresses in the site.

The steps are those of the Workbench: https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua,
https://github.com/carpentries/sandpaper/blob/main/R/utils-xml.R (``fix_setup_link``, ``use_instructor``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from site_builder.markdown.tree import Element, Node, transform

FOLDERS = ("episodes", "learners", "instructors", "profiles")
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
PAGE = re.compile(r"\.R?md(#.*)?$", re.DOTALL)
COPIED = re.compile(rf"(?:\.{{1,2}}/)*(?:(?:{'|'.join(FOLDERS)})/)?(?:data|files|fig)/")
MEDIA = {
    "img": "src", "video": "src", "audio": "src", "source": "src", "track": "src", "embed": "src", "iframe": "src", "object": "data",
    "link": "href",
}  # fmt: skip


def leaves_site(target: str) -> bool:
    """Tell whether a target has a scheme; a misspelt one before an absolute address counts too."""
    return bool(SCHEME.match(target)) or "://" in target


def site_address(target: str) -> str:
    """Return the address for a link or image target as an author writes it: one leading ``../`` and content folders are removed,
    and a source file becomes its page.
    """
    target = target.removeprefix("../")
    for folder in FOLDERS:
        target = target.removeprefix(f"{folder}/")
    return target if target.startswith(("http", "ftp:")) else _page(target)


def _page(target: str) -> str:
    """Return the address of the page that a source becomes; Markdown among data and files is copied and stays what it is."""
    return target if COPIED.match(target) else PAGE.sub(r".html\1", target)


def percent_encoded(target: str) -> str:
    """Return an address with non-ASCII letters percent-encoded as UTF-8, as pandoc writes it; the rest stays (RFC 3987, 3.1)."""
    return target if target.isascii() else "".join(letter if letter.isascii() else quote(letter) for letter in target)


def written_targets(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Rewrite Markdown links and images; HTML that authors wrote is not changed by this step."""
    return transform(nodes, _written)


def _written(node: Node) -> tuple[Node, ...] | None:
    if not isinstance(node, Element):
        return None
    name = {"a": "href", "img": "src"}.get(node.tag, "")
    return (node.set({name: percent_encoded(site_address(node.get(name)))}),) if name and node.has(name) else None


def finished_targets(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Rewrite every link, also those in HTML: source files become pages, the setup page is a part of the home page, and links that
    leave the site are marked.
    """
    return transform(nodes, lambda node: (_finished(node),) if isinstance(node, Element) and node.tag == "a" and node.has("href") else None)


def _finished(link: Element) -> Element:
    target = link.get("href")
    if leaves_site(target):
        external = target.startswith(("http://", "https://")) and "external-link" not in link.classes
        return link.set({"class": " ".join(("external-link", *link.classes))}) if external else link
    target = _page(target)
    path, _, fragment = target.partition("#")
    if path in ("setup.html", "./setup.html"):
        target = f"index.html#{fragment or 'setup'}"
    return link.set({"href": target})


def instructor_targets(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Rewrite links and media for pages one folder down: pages have a copy there, all other files do not."""
    return transform(nodes, _instructor)


def _instructor(node: Node) -> tuple[Node, ...] | None:
    if not isinstance(node, Element):
        return None
    if node.tag == "a" and node.has("href"):
        return (node.set({"href": instructor_address(node.get("href"))}),)
    name = MEDIA.get(node.tag, "")
    if name and node.get(name) and not SCHEME.match(node.get(name)):
        return (node.set({name: f"../{node.get(name).lstrip('/')}"}),)
    return None


def instructor_address(target: str) -> str:
    """Return a link target as it must read in the instructors' folder (sandpaper, ``use_instructor``)."""
    path = target.partition("#")[0]
    if not path or leaves_site(target):
        return target
    name = path.removeprefix("./").rstrip("/")
    stays = re.search(r"\.html$|(^|/)[^./]*$", path) and "/" not in name
    return target if stays else f"../{target.lstrip('/')}"
