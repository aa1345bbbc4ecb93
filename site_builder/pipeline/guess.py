"""What the Python cells of a lesson probably need, by a look at its text before it is read: wrong guesses cost time and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from site_builder import files
from site_builder.changes.snapshot import NOTEBOOKS, PROSE
from site_builder.plan.imports import COMMON

CELL = re.compile(rb"^[ \t>]*(```+|~~~+) *\{python\b[^\n]*\n(.*?)(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)
FENCE = re.compile(rb"^[ \t>]*(```+|~~~+) *\{?\.?(?:python|py|ipython)\b[^\n]*\n(.*?)(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(rb"(?:^|[\"';>]|\\n)[ \t]*(?:import|from)[ \t]+([a-z]+)\b", re.MULTILINE)
"""An import at the beginning of a line, also of a line in a notebook's JSON."""
SETTINGS = ("config.yaml", "mkdocs.yml")


def python_code(root: Path, *, plain: bool = False) -> Iterator[bytes]:
    """Yield the text of each Python cell of a lesson's episodes; with ``plain`` that of each fence of Python, and notebooks whole."""
    folder = root / "episodes"
    opening = FENCE if plain else CELL
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix in (*NOTEBOOKS, *PROSE) and files.is_file(path):
            data = files.read_bytes(path)
            yield from (data,) if path.suffix in NOTEBOOKS else (found[2] for found in opening.finditer(data))


def runs_python(root: Path, *, plain: bool = False) -> bool:
    """Guess whether an episode of the lesson has Python cells; with ``plain`` whether it has fences of Python at all."""
    return any(True for _ in python_code(root, plain=plain))


def shared_modules(root: Path, *, plain: bool = False) -> tuple[str, ...]:
    """Guess which modules a fork server imports for all episodes; none if settings name them, which they do by environment."""
    if any(b"preload" in files.read_bytes(root / name) for name in SETTINGS if files.is_file(root / name)):
        return ()
    named = {found.decode() for code in python_code(root, plain=plain) for found in IMPORT.findall(code)}
    return tuple(module for name, module in COMMON.items() if name in named)
