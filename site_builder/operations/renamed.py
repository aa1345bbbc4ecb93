"""Pages that had other names before, as Git's history shows: what to write so that links to them still lead somewhere."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from site_builder.lesson.config import BLOCK, MKDOCS
from site_builder.lesson.history import renames
from site_builder.lesson.model import Lesson
from site_builder.lesson.redirects import CONTENT, address, proposed

SHOWN = 12
"""Lines that are proposed at once; the next check has the others."""


def advice(lesson: Lesson, pages: Collection[PurePosixPath]) -> str:
    """Return the lines of `redirects` that the settings lack, as they are to be written; empty if there are none.

    ``pages`` are the addresses of the site's pages. A redirect that is set to `false` is not proposed again.
    """
    known = {found for old in lesson.settings.redirects if (found := address(old)[0]) is not None}
    lines = [f"{_quoted(str(old))}: {_quoted(str(new))}" for old, new in proposed(renames(lesson.root, CONTENT), pages, known).items()]
    if not lines:
        return ""
    more = f"\n  # and {len(lines) - SHOWN} more, which the next check lists" if len(lines) > SHOWN else ""
    what = "1 page had another name" if len(lines) == 1 else f"{len(lines)} pages had other names"
    shown = "".join(f"\n  {line}" for line in lines[:SHOWN]) + more
    begun = f"{what} before; if links to the old addresses should lead on, "
    if lesson.settings.redirects:
        return f"{begun}add to `redirects` ({lesson.settings.place('redirects')}):{shown}"
    below = f" below `{': '.join(map(str, BLOCK))}`" if lesson.settings.path == MKDOCS else ""
    return f"{begun}write in {lesson.settings.path}{below}:\nredirects:{shown}"


def _quoted(text: str) -> str:
    """Return text as YAML: in quotation marks, unless it is a plain name of a page."""
    plain = text.isascii() and text.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return text if plain else "'" + text.replace("'", "''") + "'"
