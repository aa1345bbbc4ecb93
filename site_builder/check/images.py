"""Pictures and other media: can those who do not see or hear them know what they say (WCAG 2.2, 1.1.1, 1.2.2 and 1.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.check.findings import SourcePage, lined_elements
from site_builder.markdown.tree import CodeBlock, Element, Raw, elements, text_of, walk
from site_builder.problems import Problem

DECORATION = ("presentation", "none")
"""Roles that take an element out of what is read aloud (WAI-ARIA 1.2, presentation)."""

VIDEO = re.compile(r"<(/?)(video|track)\b([^>]*)>", re.IGNORECASE)
CAPTIONED = re.compile(r"captions|subtitles", re.IGNORECASE)
KIND = re.compile(r"\bkind\s*=", re.IGNORECASE)
MUTED = re.compile(r"\bmuted\b", re.IGNORECASE)
TRANSCRIPT = re.compile(r"caption|transcript|subt[ií]t|transcri[pç]|untertitel|sous-titre|napis|субтитр|字幕", re.IGNORECASE)


def check_images(page: SourcePage) -> Iterator[Problem]:
    """Yield pictures without an alternative text of their own (workbench-spec 6.1, images; codes LS821 and LS822).

    An empty text, written so, says that the picture is decoration, and is fine. Bracket text becomes the caption of a picture that stands
    alone: used as its alternative text too, it is read aloud twice and still does not say what can be seen. Inside text it is the
    alternative text and no caption, so it counts.
    """
    captioned = {id(image) for figure in elements(page.body, "figure") for image in _repeated(figure)}
    for image, line in lined_elements(page, "img"):
        if image.get("role") in DECORATION or image.get("aria-hidden") == "true":
            continue
        shown = image.get("src")[:80]
        if not image.has("alt"):
            hint = "say what it shows: `{alt='...'}`; for decoration write `{alt=''}`"
            yield page.finding("LS821", line, f"the image '{shown}' has no alternative text", hint)
        elif id(image) in captioned:
            hint = "the text in brackets is its caption; say what can be seen with `{alt='...'}`"
            yield page.finding("LS822", line, f"the image '{shown}' has a caption and no alternative text", hint)


def _repeated(figure: Element) -> Iterator[Element]:
    caption = next(elements(figure.children, "figcaption"), None)
    said = _squeezed(text_of(caption.children)) if caption else ""
    return (image for image in elements(figure.children, "img") if said and _squeezed(image.get("alt")) == said)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def check_tables(page: SourcePage) -> Iterator[Problem]:
    """Yield tables in which no cell is a heading (code LS831)."""
    for table, line in lined_elements(page, "table"):
        if table.get("role") not in DECORATION and not any(elements(table.children, "th")):
            hint = "name its columns in a first row"
            yield page.finding("LS831", line, "a table has no header row", hint)


def check_diagrams(page: SourcePage) -> Iterator[Problem]:
    """Yield Mermaid diagrams without a title or a description for those who do not see them (Mermaid, accessibility; code LS832)."""
    for block in walk(page.body):
        if isinstance(block, CodeBlock) and "mermaid" in block.classes[:1]:
            lacking = [name for name in ("accTitle", "accDescr") if not re.search(rf"^\s*{name}\s*[:{{]", block.text, re.MULTILINE)]
            if lacking:
                hint = "write `accTitle: ...` and `accDescr: ...` below its first line"
                yield page.finding("LS832", block.line, f"a diagram has no {' and no '.join(lacking)}", hint)


def check_videos(page: SourcePage) -> Iterator[Problem]:
    """Yield videos with sound that have neither captions nor, on their page, a link to captions or a transcript (code LS833).

    Players of other sites (``iframe``) bring their own captions, which cannot be seen from here.
    """
    if any(_speaks(link) for link in elements(page.body, "a")):
        return
    opened: int | None = None
    for line, closing, name, attributes in _video_tags(page):
        if name == "video" and not closing:
            opened = None if MUTED.search(attributes) else line
        elif name == "track" and (CAPTIONED.search(attributes) or not KIND.search(attributes)):
            opened = None  # a track without a kind is one of subtitles (HTML standard, 4.8.11)
        elif name == "video" and opened is not None:
            hint = "add `<track kind=\"captions\" src=\"...\">`, or link to a transcript"
            yield page.finding("LS833", opened, "a video has no captions", hint)
            opened = None


def _speaks(link: Element) -> bool:
    return bool(TRANSCRIPT.search(text_of(link.children))) or link.get("href").lower().endswith((".vtt", ".srt"))


def _video_tags(page: SourcePage) -> Iterator[tuple[int, bool, str, str]]:
    """Yield the tags of videos in the order written, be they paired or not: line, whether it closes, name, attributes."""
    for node in walk(page.document.body):
        if isinstance(node, Raw) and not node.html.startswith("<!--"):
            for found in VIDEO.finditer(node.html):
                yield node.line + node.html.count("\n", 0, found.start()), bool(found[1]), found[2].lower(), found[3]
