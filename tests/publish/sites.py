"""Sites and foreign files for tests of publishing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from site_builder.publish.manifest import Identity, write_manifest

LESSON = Identity("L")


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files (path -> text) below a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def rendered(place: Path, text: str = "1", /, staged: str = "s", **more: str) -> Path:
    """Make a finished site of two pages, and more if given (``__`` means a slash, ``_`` a dot)."""
    pages = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    write(place, {"index.html": text, "sub/x.html": text, **pages})
    write_manifest(place, staged, identity=LESSON)
    return place


def tree(folder: Path) -> dict[str, bytes | str | None]:
    """Return all entries of a folder: a file's bytes, a link's target, None for a folder."""
    found: dict[str, bytes | str | None] = {}
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place, name)
            key = path.relative_to(folder).as_posix()
            found[key] = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found
