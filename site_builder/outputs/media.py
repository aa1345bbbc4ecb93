"""Sounds, films and frames in HTML: what they hold becomes a file of the site, and what is elsewhere a link."""

from __future__ import annotations

import base64
import binascii
import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from site_builder.markdown.tree import Element, element
from site_builder.outputs.base import Figure, OutputPlace, Rendered
from site_builder.problems import Problem

PLAYED = ("audio", "video")
FRAMES = {"iframe": "src", "embed": "src", "object": "data"}

ENDINGS = {
    "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/ogg": "ogg",
    "audio/flac": "flac", "audio/mp4": "m4a", "audio/webm": "weba", "video/mp4": "mp4", "video/webm": "webm", "video/ogg": "ogv",
    "video/m4v": "mp4",
}  # fmt: skip
"""MIME type -> suffix of the file; other types are refused by name."""

EMBEDDED = re.compile(r"data:([\w/+.-]+)(?:;[\w=.-]+)*;base64,(.*)", re.DOTALL)


class Media(HTMLParser):
    """Collects the sounds, films and frames of a text: the element, and the address of what it shows."""

    def __init__(self, html: str) -> None:
        """Read a text."""
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that plays or frames, or the source of the one that is open."""
        given = dict(attrs)
        if tag in PLAYED:
            self._inside = tag
            self.found.append((tag, given.get("src") or ""))
        elif tag == "source" and self._inside and self.found and not self.found[-1][1]:
            self.found[-1] = (self._inside, given.get("src") or "")
        elif tag in FRAMES:
            self.found.append((tag, given.get(FRAMES[tag]) or ""))

    def handle_endtag(self, tag: str) -> None:
        """Note that a sound or film is over."""
        self._inside = "" if tag == self._inside else self._inside


def rendered(html: str, place: OutputPlace, code: str) -> tuple[Rendered, bool]:
    """Return what a page shows of the sounds, films and frames in HTML, and whether all of them are shown.

    ``code`` is that of the problem that one is shown as a link.
    """
    nodes: list[Element] = []
    figures: list[Figure] = []
    problems: list[Problem] = []
    found = Media(html).found
    for number, (tag, address) in enumerate(found, 1):
        name = place.figure if number == 1 else f"{place.figure}-{number}"
        file = _file(address, name) if tag in PLAYED else None
        parts = urlsplit(address)
        if file is not None:
            figures.append(file)
            nodes.append(_player(tag, str(file.target), place))
        elif tag in PLAYED and address and not parts.scheme:
            nodes.append(_player(tag, address, place))
        elif parts.scheme in ("http", "https"):
            nodes.append(element("p", element("a", address, href=address), line=place.line))
            hint = "the page asks no other host: link to it in the text, or keep a file of it in the lesson"
            problems.append(place.warning(code, f"<{tag}> of {parts.hostname} is shown as a link", hint))
    return Rendered(tuple(nodes), tuple(figures), tuple(problems)), len(nodes) == len(found)


def framed_file(html: str) -> str:
    """Return the address of the first frame that shows a file beside the notebook, empty if there is none."""
    addresses = (address for tag, address in Media(html).found if tag in FRAMES)
    return next((address for address in addresses if address[:1] not in ("", "#") and urlsplit(address)[:2] == ("", "")), "")


def _file(address: str, name: str) -> Figure | None:
    found = EMBEDDED.match(address)
    ending = ENDINGS.get(found[1].lower()) if found else None
    if not found or not ending:
        return None
    try:
        return Figure(PurePosixPath("fig") / f"{name}.{ending}", base64.b64decode(found[2]))
    except (binascii.Error, ValueError):
        return None


def _player(tag: str, address: str, place: OutputPlace) -> Element:
    title = place.options.figure_alt or place.options.figure_caption
    named = {"aria_label": title} if title else {}
    return element(tag, controls="", src=address, line=place.line, **named)
