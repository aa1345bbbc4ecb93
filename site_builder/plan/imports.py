"""What an episode's cells need before they run: the modules that they import directly."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath

from site_builder.markdown.tree import Cell, Expression


def imported_modules(cells: Iterable[Cell | Expression], inputs: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the top-level names of modules that Python cells import at their outermost level, sorted, without the standard library.

    A module that is part of the lesson, as a file or folder among the declared ``inputs``, need not be in the environment.

    Imports inside functions, ``try`` blocks or ``if`` statements are left to the cell: it may handle a missing module itself.
    """
    found: set[str] = set()
    for cell in cells:
        if cell.language == "python" and _must_succeed(cell):
            found |= _imports(cell.source)
    shipped = {part.removesuffix(".py") for name in inputs if name.endswith(".py") for part in PurePosixPath(name).parts}
    return tuple(sorted(found - sys.stdlib_module_names - shipped))


_WRITTEN = re.compile(r"\b([A-Za-z_]\w*)(?:\.py\b|/__init__\.py)")


def named_modules(cells: Iterable[Cell | Expression]) -> tuple[str, ...]:
    """Return the Python files that cells name, as in ``%%writefile helper.py`` or ``cat > helper.py``, and the packages that they make.

    A module of such a name may exist when a cell imports it: only the import itself can tell.
    """
    return tuple(sorted({f"{name}.py" for cell in cells for name in _WRITTEN.findall(cell.source)}))


def _must_succeed(cell: Cell | Expression) -> bool:
    """Tell whether a cell runs and is not expected to raise: only then must its modules exist."""
    return isinstance(cell, Expression) or (cell.options.evaluate and not cell.options.error)


COMMON = {"numpy": "numpy", "matplotlib": "matplotlib.pyplot", "pandas": "pandas"}
"""Modules that are slow to import and safe to import before a fork, by the name that cells import."""


def preloaded(cells: Iterable[Cell | Expression]) -> tuple[str, ...]:
    """Return the modules that a fork server imports for such cells if the lesson's settings name none for the environment."""
    request = imported_modules(cells)
    return tuple(module for name, module in COMMON.items() if name in request)


@functools.lru_cache(maxsize=4096)  # called for every cell when its episode is read, prepared and run
def _imports(source: str) -> frozenset[str]:
    found: set[str] = set()
    if "import" in source:
        with suppress(SyntaxError, ValueError, RecursionError):
            for node in ast.parse(source).body:
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return frozenset(found)
