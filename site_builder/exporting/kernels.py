"""Which kernel a notebook names, and what the page's expressions gave. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from site_builder.markdown.document import Document
from site_builder.markdown.tree import Expression
from site_builder.records.inline import inline_text
from site_builder.records.model import EpisodeRecord

KERNELS: Mapping[str, tuple[str, str]] = {
    "python": ("python3", "Python 3"),
    "r": ("ir", "R"),
    "bash": ("bash", "Bash"),
    "julia": ("julia", "Julia"),
}
"""Language -> name and display name of the kernel as its own installer registers it."""
SHELLS = ("bash", "sh")


def kernel_language(language: str) -> str:
    """Return the language whose kernel runs code of a language."""
    return "bash" if language in SHELLS else language


def main_language(document: Document, *, script: bool) -> str:
    """Return the language of a notebook's kernel: Python where there is any, else the one that most cells are in.

    A script in a language of which we do not know how its comments look is one of Python, in which its code stands as comments.
    """
    counts = Counter(kernel_language(cell.language) for cell in document.cells)
    main = "python" if not counts or "python" in counts else counts.most_common(1)[0][0]
    return "python" if script and main not in KERNELS else main


def expression_values(document: Document, record: EpisodeRecord | None) -> dict[str, str]:
    """Return what a page's expressions gave as text, by their identifiers; those without a result are left out."""
    results = record.by_identifier if record else {}
    found = {}
    for cell in document.cells:
        result = results.get(cell.identifier) if isinstance(cell, Expression) else None
        text = inline_text(result.outputs, cell.language) if result else None
        if text is not None:
            found[cell.identifier] = text
    return found
