"""What is too large to read or to load: titles, tables, outputs, pictures and videos (codes LS871 to LS875).

The site stays usable with all of them; readers would scroll and wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from pathlib import PurePosixPath

from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock, Element, elements, walk
from site_builder.problems import Location, Problem, Severity

LONGEST_TITLE = 120
"""Characters of a title: menus, search results and browser tabs show it whole or cut it."""
WIDEST_TABLE = 12
"""Columns that still fit side by side on a laptop's screen."""
LONGEST_OUTPUT = 200
"""Lines; longer output should be shortened, or be a file to download."""
LARGEST_PICTURE = 300 * 1024
"""Bytes; a photograph 1600 pixels wide stays below this as WebP."""
LARGEST_FILM = 5 * 1024 * 1024
"""Bytes; a site archive should stay below 15 MB."""

PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"))
"""Pictures of pixels; one that is drawn (SVG) cannot be saved as WebP without loss."""
FILMS = frozenset((".mp4", ".webm", ".mov", ".avi", ".mkv", ".ogv", ".m4v"))
RESULTS = ("output", "error", "warning")


def check_extent(page: CheckedPage) -> Iterator[Problem]:
    """Yield a title (LS871), tables (LS872) and outputs written by hand (LS873) that are too long or too wide."""
    front = page.document.front_matter
    if len(front.title) > LONGEST_TITLE:
        message = f"the title has {len(front.title)} characters"
        yield page.finding("LS871", front.lines.get("title", 1), message, "shorten it to one line; put the rest in the text")
    for table, line in lined_elements(page, "table"):
        columns = max((_columns(row) for row in elements(table.children, "tr")), default=0)
        if columns > WIDEST_TABLE:
            yield page.finding(
                "LS872", line, f"a table has {columns} columns", "keep the columns that the text discusses, or swap rows and columns"
            )
    for block in walk(page.body):
        if isinstance(block, CodeBlock) and block.classes[:1] and block.classes[0] in RESULTS:
            yield from _output(page.path, block, "keep its first lines and `...`")


def check_results(documents: Mapping[PurePosixPath, Document], typed: Set[int]) -> Iterator[Problem]:
    """Yield cell outputs that are too long (LS873).

    ``documents`` have outputs in place of cells; ``typed`` are the ``id`` of nodes that were in the source.
    """
    for path, document in documents.items():
        for block in walk(document.body):
            if id(block) not in typed and isinstance(block, CodeBlock) and block.classes[:1] and block.classes[0] in RESULTS:
                yield from _output(path, block, "write `#| max-lines: 20`, or print less")


def check_media(lesson: Lesson, sizes: Mapping[PurePosixPath, int]) -> Iterator[Problem]:
    """Yield pictures (LS874) and videos (LS875) that are too large; ``sizes`` are bytes by path in the lesson."""
    for asset in lesson.assets:
        size, suffix = sizes.get(asset.source, 0), asset.source.suffix.lower()
        if suffix in PICTURES and size > LARGEST_PICTURE:
            yield _heavy("LS874", asset.source, f"the picture is {_megabytes(size)}", "save it as WebP, at most 1600 pixels wide")
        elif suffix in FILMS and size > LARGEST_FILM:
            yield _heavy("LS875", asset.source, f"the video is {_megabytes(size)}", "host it on a video site with captions, and link to it")


def _columns(row: Element) -> int:
    return sum(int(span) if (span := cell.get("colspan", "1")).isdecimal() else 1 for cell in row.children if isinstance(cell, Element))


def _output(path: PurePosixPath, block: CodeBlock, hint: str) -> Iterator[Problem]:
    lines = block.text.count("\n") + 1
    if lines > LONGEST_OUTPUT:
        yield Problem("LS873", f"an output has {lines} lines", Location(path, block.line), hint, Severity.WARNING)


def _heavy(code: str, path: PurePosixPath, message: str, hint: str) -> Problem:
    return Problem(code, message, Location(path), hint, Severity.WARNING)


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
