"""What tags and metadata of cells ask for, as cell options; hidden is folded and can be opened, removed is gone. Pure.

The tags are those of Jupyter Book (https://jupyterbook.org/en/stable/reference/cheatsheet.html#tags) and of nbconvert's and nbclient's
preprocessors (https://nbconvert.readthedocs.io/en/latest/removing_cells.html), the metadata that of nbformat
(https://nbformat.readthedocs.io/en/latest/format_description.html#cell-metadata), of MyST-NB, nbsphinx and Jupyter's extensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

OPTIONS: Mapping[str, Mapping[str, bool]] = {
    "remove-cell": {"include": False},
    "remove-input": {"echo": False},
    "remove-output": {"output": False},
    "remove-all-outputs": {"output": False},
    "remove-stdout": {"stdout": False},
    "remove-stderr": {"warning": False},
    "hide-cell": {"code-fold": True, "output-fold": True},
    "hide-input": {"code-fold": True},
    "hide-output": {"output-fold": True},
    "scroll-output": {"output-scroll": True},
    "output-scroll": {"output-scroll": True},
    "skip-execution": {"eval": False},
}
"""Tag -> cell options by name. Tags of layout (``full-width``, ``margin``, ``popout``) change nothing: such a cell stands in the text."""

RAISES = "raises-exception"
"""The tag of a cell that may raise; the others then still run."""

REMOVED = frozenset(("remove-cell", "remove-input"))
HIDDEN = frozenset(("hide-cell", "hide-input"))
"""Tags that remove or fold a cell of text: it has no output."""


def tags_of(written: Any) -> frozenset[str]:
    """Return tags in one spelling: they are written with hyphens and with underscores, in a list or, by hand, as one word."""
    items = [written] if isinstance(written, str) else written
    return frozenset(str(tag).strip().replace("_", "-") for tag in items) if isinstance(items, list | tuple) else frozenset()


def options_of_tags(tags: Iterable[str]) -> dict[str, bool]:
    """Return the cell options that tags stand for; what removes wins over what hides, whatever their order."""
    return {name: value for tag in sorted(tags) for name, value in OPTIONS.get(tag, {}).items()}


def options_of(metadata: Mapping[str, Any], *, shown: bool) -> dict[str, bool]:
    """Return the cell options that a notebook cell's metadata stand for; ``shown`` tells whether outputs are stored with it.

    ``collapsed`` counts only for outputs that are there: Jupyter used to write it to every cell whose outputs were cleared.
    """
    return {**options_of_tags(tags_of(metadata.get("tags"))), **dict(_further(metadata, shown=shown))}


def _further(metadata: Mapping[str, Any], *, shown: bool) -> Iterator[tuple[str, bool]]:
    jupyter, myst = (_mapping(metadata.get(name)) for name in ("jupyter", "mystnb"))
    if jupyter.get("source_hidden") is True or metadata.get("hide_input") is True:
        yield "code-fold", True
    if jupyter.get("outputs_hidden") is True or metadata.get("hide_output") is True or (shown and metadata.get("collapsed") is True):
        yield "output-fold", True
    if metadata.get("scrolled") is True:
        yield "output-scroll", True
    if metadata.get("nbsphinx") == "hidden":
        yield "include", False
    if myst.get("remove_code_source") is True:
        yield "echo", False
    if myst.get("remove_code_outputs") is True:
        yield "output", False
    if str(myst.get("output_stderr")).startswith("remove"):
        yield "warning", False


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
