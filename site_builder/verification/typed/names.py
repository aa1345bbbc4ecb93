"""The names that a piece of code binds and uses, by which what follows from a failure is told from what does not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAGIC = re.compile(r"^(?P<margin>\s*)(?:[%!].*|.*\?\s*)$")
"""A line that is IPython's own: a magic, a command, a question."""
ASSIGNED_FROM_SHELL = re.compile(r"^(?P<margin>\s*)(?P<name>\w+)\s*=\s*[%!].*$")
R_NAME = re.compile(r"(?<![\w.$@'\"])[A-Za-z.][\w.]*")
R_BOUND = re.compile(r"(?:^|[;({\n])\s*([A-Za-z.][\w.]*)(?:\[[^\n]*?\]|\$[\w.]+)*\s*(?:<<?-|=(?!=))|->>?\s*([A-Za-z.][\w.]*)")
WORD = re.compile(r"[\w./*?~+-]+")
FILE_LIKE = re.compile(r"\w\.\w|/|\w[-_]\w")
SHELL_BOUND = re.compile(r"\b(\w+)=|>>?\s*([\w./-]+)|\bfor\s+(\w+)\b|\b(?:mkdir|touch|rm|nano|cp|mv|vi|vim|emacs|git)\b\s+([^\n|;&]+)")
_PLAIN_COMMANDS = "ls cd pwd cat echo cp mv rm mkdir touch nano wc sort head tail uniq cut grep find for do done in if then fi man git bash"
PLAIN_COMMANDS = frozenset(_PLAIN_COMMANDS.split())

TAKES = frozenset(("pop", "popitem", "popleft", "setdefault", "send", "readline", "read", "readlines", "fetchone", "fetchall"))
"""Methods that show a value and change their object all the same; others do one or the other."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names that code binds, those it uses before it binds them, and those whose objects it may change; ``modules`` are imported."""

    bound: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()


def names_in(code: str, language: str) -> Names:
    """Return the names of a piece of code; none of code that cannot be read."""
    if language == "python":
        return _python(code)
    if language == "r":
        bound = frozenset(_r_bound(code))
        return Names(bound, frozenset(R_NAME.findall(code)), bound)
    words = frozenset(word for word in WORD.findall(code) if word not in PLAIN_COMMANDS and not word.startswith("-"))
    bound = frozenset(word for found in SHELL_BOUND.findall(code) for part in found for word in WORD.findall(part) if len(word) > 1)
    changed = frozenset(word for word in words if FILE_LIKE.search(word))
    return Names(*(names | _last_parts(names) for names in (bound & words, words, changed)))


def _r_bound(code: str) -> Iterator[str]:
    """Yield the names that R code binds; a name with an equals sign in a call is that of an argument."""
    depth, place = 0, 0
    for found in R_BOUND.finditer(code):
        depth += code.count("(", place, found.end()) - code.count(")", place, found.end())
        place = found.end()
        if depth <= 0 or not found[0].endswith("="):
            yield found[1] or found[2]


def _last_parts(words: Iterable[str]) -> frozenset[str]:
    """Return the names of files without their folders: learners of a shell go from folder to folder."""
    return frozenset(word.rstrip("/").rpartition("/")[2] for word in words if "/" in word) - {"", ".", "..", "*"}


def names_where(pattern: re.Pattern[str], code: str, language: str) -> Names:
    """Return the names of those statements of Python code in which a pattern is found; of other languages those of the lines."""
    try:
        parts = (
            [ast.get_source_segment(code, node) or "" for node in ast.parse(without_magics(code)).body] if language == "python" else None
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        parts = None
    parts = code.split("\n") if parts is None else parts
    return names_in("\n".join(part for part in parts if pattern.search(part)), language)


def shown_owner(code: str) -> str:
    """Return the name of the object whose method makes the value that Python code shows at its end; empty if none does."""
    try:
        body = ast.parse(without_magics(code)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    last = body[-1] if body else None
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr in TAKES:
        return ""
    inner: ast.expr = call.func.value
    while isinstance(inner, (ast.Subscript, ast.Attribute)):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) else ""


def names_from(code: str, language: str, line: int) -> Names:
    """Return the names of what Python code does from the statement on that contains a line, counted from 1; of other languages all."""
    if language != "python" or line <= 1:
        return names_in(code, language)
    try:
        statements = ast.parse(without_magics(code)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names_in(code, language)
    rest = [statement.lineno for statement in statements if (statement.end_lineno or statement.lineno) >= line]
    return names_in("\n".join(code.split("\n")[rest[0] - 1 :]), language) if rest else Names()


def without_magics(code: str) -> str:
    """Return Python code in which IPython's own lines do nothing."""
    if code.lstrip().startswith("%%"):
        return ""
    lines = (ASSIGNED_FROM_SHELL.sub(r"\g<margin>\g<name> = None", line) for line in code.split("\n"))
    return "\n".join(MAGIC.sub(r"\g<margin>pass", line) if not line.lstrip().startswith("#") else line for line in lines)


def _python(code: str) -> Names:
    bound: set[str] = set()
    used: set[str] = set()
    changed: set[str] = set()
    modules: set[str] = set()
    try:
        for statement in ast.parse(without_magics(code)).body:
            scope = _Scope(set(), set())
            scope.of(statement)
            used |= scope.loaded - bound
            bound |= scope.stored
            modules |= scope.stored if isinstance(statement, (ast.Import, ast.ImportFrom)) else set()
            changed |= set(_changed(statement))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _roughly(code)
    return Names(frozenset(bound), frozenset(used), frozenset(changed - modules), frozenset(modules))


def _roughly(code: str) -> Names:
    """Return the names of code that is no whole program: what stands before an equals sign is bound."""
    bound = re.findall(r"^\s*([A-Za-z_]\w*)\s*=(?!=)|^\s*def\s+(\w+)", code, re.MULTILINE)
    return Names(frozenset(name for found in bound for name in found if name), frozenset(re.findall(r"[A-Za-z_]\w*", code)))


@dataclass(slots=True)
class _Scope:
    """Names of one scope of Python: those it loads that are not its own, and those it stores."""

    loaded: set[str]
    stored: set[str]

    def of(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            (self.stored if isinstance(node.ctx, ast.Store) else self.loaded).add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.stored.update((item.asname or item.name).split(".")[0] for item in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.stored.add(node.name)
            self._inner(node)
        elif isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            self._inner(node)
        else:
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                self.loaded.add(node.target.id)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                self.stored.add(node.name)
            for child in ast.iter_child_nodes(node):
                self.of(child)

    def _inner(self, node: ast.AST) -> None:
        inner = _Scope(set(), set())
        for child in ast.iter_child_nodes(node):
            inner.of(child)
        own = {item.arg for item in ast.walk(node) if isinstance(item, ast.arg)}
        self.loaded |= inner.loaded - inner.stored - own


def _changed(statement: ast.stmt) -> Iterator[str]:
    """Names whose objects get another content: the target of an assignment to a part, or the owner of a method that is called."""
    for node in ast.walk(statement):
        part = node if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store) else None
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            part = node.value.func if isinstance(node.value.func, ast.Attribute) else None
        inner: ast.expr | None = part
        while isinstance(inner, (ast.Subscript, ast.Attribute)):
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield inner.id
