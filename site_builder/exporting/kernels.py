"""Which kernel a notebook names, and the values of the page's expressions. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from site_builder.markdown.document import Document
from site_builder.markdown.tree import Expression, Raw, text_of
from site_builder.outputs.registry import chosen_inline
from site_builder.outputs.storage import PLAIN
from site_builder.records.inline import inline_bundle
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
    """Return the language of a notebook's kernel: Python if any cell has it, else the most frequent one.

    A script in a language whose comment syntax we do not know is a Python script with its code as comments.
    """
    counts = Counter(kernel_language(cell.language) for cell in document.cells)
    main = "python" if not counts or "python" in counts else counts.most_common(1)[0][0]
    return "python" if script and main not in KERNELS else main


def expression_values(document: Document, record: EpisodeRecord | None) -> dict[str, str | Raw]:
    """Return the values of a page's expressions by their identifiers: text, or finished Markdown.

    Those without a result are left out. Formulas between dollars are Markdown for a notebook.
    """
    results = record.by_identifier if record else {}
    found: dict[str, str | Raw] = {}
    for cell in document.cells:
        result = results.get(cell.identifier) if isinstance(cell, Expression) else None
        bundle = inline_bundle(result.outputs, cell.language) if result else {}
        kind = chosen_inline(bundle)
        if kind is None or kind.inline is None:
            continue
        value = bundle[kind.mime]
        found[cell.identifier] = Raw(value.strip()) if kind.mime != PLAIN else text_of(kind.inline(value))
    return found
