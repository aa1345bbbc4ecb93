"""Code that a session runs before the first cell, and what it notes meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from site_builder.execute.local.inside import guard_source
from site_builder.execute.local.session import SessionPlace
from site_builder.files import is_file, read_text

LOG = "opened.txt"
"""File beside the working folder where a Python kernel notes the files that its cells open."""

R_PRINTS = "options(jupyter.rich_display = FALSE)"
"""R prints as at its own prompt, which is what lessons show."""


def preparation(language: str, place: SessionPlace) -> str:
    """Return the code for a language's session; it leaves no name, output or history behind."""
    if language == "r":
        return R_PRINTS
    if language != "python":
        return ""
    given = {
        "flood_bytes": place.limits.flood_bytes, "picture_bytes": place.limits.picture_bytes, "log": str(place.top / LOG),
        "folders": [f"{folder}/" for folder in (place.top / "lesson", *place.watched)],
    }  # fmt: skip
    return f"exec(compile({guard_source()!r}, 'guard', 'exec'), {{'__name__': 'guard', 'GUARD': {given!r}}})"


def files_read(top: Path, watched: Iterable[Path]) -> tuple[str, ...]:
    """Return the files that cells read without having written them, sorted, relative to ``episodes/``."""
    if not is_file(top / LOG):
        return ()
    read: set[PurePosixPath] = set()
    written: set[PurePosixPath] = set()
    for line in read_text(top / LOG)[0].splitlines():
        kind, _, name = line.partition("\t")
        base = next((folder for folder in (top / "lesson", *watched) if name.startswith(f"{folder}/")), None)
        if base is not None:
            (written if kind == "w" else read).add(PurePosixPath(name).relative_to(base.as_posix()))
    return tuple(sorted(_from_episodes(path) for path in read - written))


def _from_episodes(path: PurePosixPath) -> str:
    return path.relative_to("episodes").as_posix() if path.parts[:1] == ("episodes",) else f"../{path.as_posix()}"
