"""Notebooks and percent scripts as lesson Markdown; the only module that imports jupytext."""

from __future__ import annotations

import re
from typing import Any

FORMATS = {".ipynb": "ipynb", ".py": "py:percent"}
"""File endings that are read through jupytext, and what jupytext calls them."""

MAGIC = re.compile(r"^%%(bash|sh)[ \t]*\n")


class NotANotebook(ValueError):
    """The file is not what its ending says."""


def to_markdown(text: str, suffix: str) -> str:
    """Return a notebook (``.ipynb``) or percent script (``.py``) as Markdown: a raw first cell is the front matter, code cells are cells.

    Stored outputs are left out: what a page shows was produced by its own build.

    Raises:
        NotANotebook: it cannot be read as one.
    """
    import jupytext  # a tenth of a second to import, and few lessons need it

    try:
        notebook = jupytext.reads(text, fmt=FORMATS[suffix])
    except Exception as error:  # jupytext and nbformat raise errors of many kinds for broken files
        raise NotANotebook(f"not a notebook: {type(error).__name__}") from error
    language = str(notebook.metadata.get("kernelspec", {}).get("language") or "python")
    return "\n\n".join(_cell(cell, language) for cell in notebook.cells) + "\n"


def _cell(cell: Any, language: str) -> str:
    source = str(cell.source).rstrip("\n")
    if cell.cell_type != "code":
        return source
    magic = MAGIC.match(source)
    if magic:
        language, source = "bash", source[magic.end() :]
    longest = max((len(run) for run in re.findall(r"`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{{{language}}}\n{source}\n{fence}"
