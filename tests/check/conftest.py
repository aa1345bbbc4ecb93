"""Running one source rule over one page of Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from site_builder.check.findings import CheckedPage, Rule, source_page
from site_builder.markdown.reader import read

PATH = PurePosixPath("episodes/x.md")
Found = Callable[[str], list[tuple[str, int]]]


def markdown(text: str, path: str = "episodes/x.md") -> CheckedPage:
    """A page as the rules see it."""
    return source_page(read(text, PurePosixPath(path)), text)


def finder(rule: Rule) -> Found:
    """What a rule finds in Markdown: codes and lines."""
    return lambda text: [(problem.code, problem.location.line) for problem in rule(markdown(text))]
