"""Code as a session shows it, with a prompt before each command: the opposite of `site_builder.typed.session`. Pure."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from site_builder.typed.shell import statements

PROMPTS = {"bash": ("$ ", "> "), "sh": ("$ ", "> "), "python": (">>> ", "... ")}
"""Language -> what stands before a command, and before its further lines."""


def with_prompts(source: str, language: str) -> str:
    """Return code with its language's prompts; as it is where the language has none here, or the code cannot be read."""
    if language not in PROMPTS:
        return source
    first, more = PROMPTS[language]
    lines = source.split("\n")
    begins = _python(source) if language == "python" else frozenset(_shell(lines))
    if begins is None:
        return source
    marked = ((first if number in begins else more, line) for number, line in enumerate(lines))
    return "\n".join((prompt + line).rstrip() if line.strip() or prompt == more else line for prompt, line in marked)


def _shell(lines: list[str]) -> Iterator[int]:
    place = 0
    for held in statements(lines):
        yield place
        place += len(held)


def _python(source: str) -> frozenset[int] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    first = [min((node.lineno for node in getattr(each, "decorator_list", ())), default=each.lineno) - 1 for each in body]
    begun = frozenset(first)
    inside = {line for start, each in zip(first, body, strict=True) for line in range(start + 1, each.end_lineno or each.lineno)}
    return begun | frozenset(number for number in range(source.count("\n") + 1) if number not in inside)
