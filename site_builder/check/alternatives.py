"""Tables, diagrams and videos without an alternative for people who cannot see or hear them (codes LS831 to LS833).

WCAG 2.2, 1.1.1, 1.2.2 and 1.3.1: https://www.w3.org/TR/WCAG22/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.check.images import DECORATION
from site_builder.diagrams.source import said
from site_builder.markdown.tree import Element, Raw, elements, text_of, walk
from site_builder.problems import Problem
from site_builder.weave.filter.diagrams import diagrams_in

VIDEO = re.compile(r"<(/?)(video|track)\b([^>]*)>", re.IGNORECASE)
CAPTIONED = re.compile(r"captions|subtitles", re.IGNORECASE)
KIND = re.compile(r"\bkind\s*=", re.IGNORECASE)
MUTED = re.compile(r"\bmuted\b", re.IGNORECASE)
TRANSCRIPT = re.compile(
    r"caption|subt[ií]t|sottotitol|sous-titre|untertitel|trans[ck]ri|trascri|субтитр|стенограм|字幕|文字起こし", re.IGNORECASE
)
"""Words for captions and transcripts in the languages of the interface."""


def check_tables(page: CheckedPage) -> Iterator[Problem]:
    """Yield tables of several rows and columns in which no cell is a heading (code LS831)."""
    for table, line in lined_elements(page, "table"):
        rows = [sum(1 for _ in elements(row.children, "td", "th")) for row in elements(table.children, "tr")]
        if len(rows) < 2 or max(rows, default=0) < 2:
            continue  # a layout, or a list
        if table.get("role") not in DECORATION and not any(elements(table.children, "th")):
            hint = "add a first row that names its columns"
            yield page.finding("LS831", line, "a table has no header row", hint)


def check_diagrams(page: CheckedPage) -> Iterator[Problem]:
    """Yield Mermaid diagrams without a title or a description (https://mermaid.js.org/config/accessibility.html; code LS832)."""
    for block in diagrams_in(page.body):
        lacking = [name for name, text in zip(("accTitle", "accDescr"), said(block.text), strict=True) if not text]
        if lacking:
            hint = "write `accTitle: ...` and `accDescr: ...` below its first line"
            yield page.finding("LS832", block.line, f"a diagram has no {' and no '.join(lacking)}", hint)


def check_videos(page: CheckedPage) -> Iterator[Problem]:
    """Yield videos with sound that have neither captions nor, on their page, a link to captions or a transcript (code LS833).

    Embedded players (``iframe``) have their own captions, which cannot be checked here.
    """
    if any(_speaks(link) for link in elements(page.body, "a")):
        return
    opened: int | None = None
    for line, closing, name, attributes in _video_tags(page):
        if name == "video" and not closing:
            opened = None if MUTED.search(attributes) else line
        elif name == "track" and (CAPTIONED.search(attributes) or not KIND.search(attributes)):
            opened = None  # a track without a kind holds subtitles (HTML standard, 4.8.11)
        elif name == "video" and opened is not None:
            hint = 'add `<track kind="captions" src="...">`, or link to a transcript'
            yield page.finding("LS833", opened, "a video has no captions", hint)
            opened = None


def _speaks(link: Element) -> bool:
    return bool(TRANSCRIPT.search(text_of(link.children))) or link.get("href").lower().endswith((".vtt", ".srt"))


def _video_tags(page: CheckedPage) -> Iterator[tuple[int, bool, str, str]]:
    """Yield video tags in order, paired or not: line, whether it closes, name, attributes."""
    for node in walk(page.document.body):
        if isinstance(node, Raw) and not node.html.startswith("<!--"):
            for found in VIDEO.finditer(node.html):
                yield node.line + node.html.count("\n", 0, found.start()), bool(found[1]), found[2].lower(), found[3]
