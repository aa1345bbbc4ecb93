"""What an episode's cells need before they run: the modules that they import themselves."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from site_builder.markdown.tree import Cell, Expression


def imported_modules(cells: Iterable[Cell | Expression]) -> tuple[str, ...]:
    """Return the top-level names of modules that Python cells import at their outermost level, sorted, without the standard library.

    Imports inside functions, ``try`` blocks or ``if`` statements are left to the cell: it may have its own answer to a missing module.
    """
    found: set[str] = set()
    for cell in cells:
        if cell.language == "python" and not (isinstance(cell, Cell) and cell.options.error):
            found |= set(_imports(cell.source))
    return tuple(sorted(found - sys.stdlib_module_names))


def _imports(source: str) -> Iterable[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
