"""A notebook's Python cells as a script that Python alone runs, with what a notebook understands beyond Python. Pure.

An ``await`` outside a function, code that is meant to raise, commands of ``!`` and magics of ``%``, cells of the shell, and cells that
require what not every machine has keep their meaning. All cells share one event loop, as they do in a kernel.
"""

from __future__ import annotations

import ast
import io
import json
import re
import symtable
import tokenize
from collections.abc import Iterator, Mapping
from typing import Any

from site_builder.exporting.requirements import PREAMBLE, SHELL, preamble, required, with_preamble

FUTURE = re.compile(r"^from __future__ import .+$", re.MULTILINE)
"""Has to be at the beginning of a script; in a notebook it counts from its cell on."""

AWAIT = '''\
def _new_loop():
    """Return the loop of this script. At the end, threads of libraries get the time to let go of what was awaited."""
    import asyncio
    import atexit
    import time

    atexit.register(time.sleep, 0.5)
    return asyncio.new_event_loop()


_loop = _new_loop()
'''
RAISES = '''\
def _shown(error):
    """Show an error that is meant to be there, and go on."""
    import sys
    import traceback

    sys.stdout.flush()
    traceback.print_exception(error)
'''
IPYTHON = '''\
def get_ipython():
    """Return what runs magics and commands in the names of this script."""
    import sys

    from IPython.core.interactiveshell import InteractiveShell

    return InteractiveShell.instance(user_module=sys.modules[__name__], user_ns=globals())
'''
STEP = "    "


def runnable(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook in Python whose cells are plain Python; what they need stands in a cell before them."""
    made: list[dict[str, Any]] = []
    needs: list[str] = []
    futures: list[str] = []
    helpers: set[str] = set()
    for number, cell in enumerate(cell for cell in notebook["cells"] if cell["id"] != PREAMBLE):
        if cell["cell_type"] != "code":
            made.append(cell)
            continue
        source = "".join(cell["source"])
        futures += FUTURE.findall(source)
        needs += required(source)
        plain, used = _plain(FUTURE.sub("", source), number, raises="raises-exception" in cell["metadata"].get("tags", ()))
        helpers |= used
        made.append({**cell, "source": [plain]})
    first = ["\n".join(dict.fromkeys(futures)) + "\n"] if futures else []
    first += [preamble(needs, notebook=False) + "\n"] if needs else []
    first += [text for text in (AWAIT, RAISES, IPYTHON) if text in helpers]
    return {**notebook, "cells": with_preamble(made, "\n\n".join(first).rstrip())}


def _plain(source: str, number: int, *, raises: bool) -> tuple[str, set[str]]:
    """Return a cell's code as Python, and the helpers that it needs."""
    helpers: set[str] = set()
    needs = required(source)
    if source.startswith(f"%%{SHELL}"):
        code = f"_bash({_quoted(source.partition(chr(10))[2])})"
    else:
        code = _as_python(source)
        if "get_ipython()" in code and "get_ipython()" not in source:
            helpers.add(IPYTHON)
        if _parsed(code) is None:
            code = f'exec(compile({_quoted(code)}, "cell {number}", "exec"))'
        elif _awaits(code):
            code = _in_loop(code, number)
            helpers.add(AWAIT)
    if raises:
        code = f"try:\n{indented(code)}\nexcept (Exception, SystemExit) as _error:\n{STEP}_shown(_error)"
        helpers.add(RAISES)
    if needs:
        names = ", ".join(map(json.dumps, needs))
        code = f"if _why := _lacking({names}):\n{STEP}print(_why)\nelse:\n{indented(code)}"
    return code, helpers


def _as_python(source: str) -> str:
    """Return code in which magics and commands are calls, as IPython itself writes them."""
    if _parsed(source) is not None:
        return source
    from IPython.core.inputtransformer2 import TransformerManager  # takes a tenth of a second, and few cells have magics

    changed = str(TransformerManager().transform_cell(source)).rstrip("\n")  # type: ignore[no-untyped-call]
    return changed if _parsed(changed) is not None else source


def _parsed(source: str) -> ast.Module | None:
    """Return the tree of code that may await outside a function, None if it is no Python."""
    try:
        compile(source, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _awaits(source: str) -> bool:
    """Tell whether code needs a loop that runs."""
    try:
        compile(source, "cell", "exec", dont_inherit=True)
    except SyntaxError:
        return True
    return False


def _in_loop(source: str, number: int) -> str:
    """Return code with an ``await`` as a coroutine that sets the script's names, and the call that runs it."""
    name, body = f"_cell_{number}", indented(source)
    try:
        names = _bound(f"async def {name}():\n{body}")
        shared = f"{STEP}global {', '.join(names)}\n" if names else ""
        code = f"async def {name}():\n{shared}{body}\n\n\n_loop.run_until_complete({name}())"
        compile(code, "cell", "exec", dont_inherit=True)
    except SyntaxError:  # what a function may not hold: an import of everything, an annotated name of the script
        flags = "__import__('ast').PyCF_ALLOW_TOP_LEVEL_AWAIT"
        return f'_loop.run_until_complete(eval(compile({_quoted(source)}, "cell {number}", "exec", {flags}), globals()))'
    return code


def _bound(function: str) -> list[str]:
    """Return the names that a function binds, in alphabetical order."""
    table = symtable.symtable(function, "cell", "exec").get_children()[0]
    return sorted(symbol.get_name() for symbol in table.get_symbols() if symbol.is_local() and not symbol.is_free())


def indented(source: str) -> str:
    """Return code one step to the right; lines that begin inside a string keep their place, for they are its text."""
    inside = set(_inside_strings(source))
    lines = source.split("\n")
    return "\n".join(f"{STEP}{line}" if line.strip() and number not in inside else line for number, line in enumerate(lines, 1))


def _inside_strings(source: str) -> Iterator[int]:
    """Yield the numbers of lines that begin inside a string; Python 3.12 and newer have f-strings in parts."""
    depth, start = 0, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = tokenize.tok_name[token.type]
            if kind.endswith("STRING_START"):
                start = token.start[0] if depth == 0 else start
                depth += 1
            elif kind.endswith("STRING_END"):
                depth -= 1
                if depth == 0:
                    yield from range(start + 1, token.end[0] + 1)
            elif kind == "STRING" and depth == 0:
                yield from range(token.start[0] + 1, token.end[0] + 1)
    except (tokenize.TokenError, IndentationError):
        return


def _quoted(text: str) -> str:
    """Return text as a literal, over several lines where it has several and that is possible."""
    return f'r"""\n{text}\n"""' if "\n" in text and '"""' not in text and "\r" not in text else repr(text)
