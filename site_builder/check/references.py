"""Marks that name what nothing defines, so that readers see them: references, footnotes, glossary terms (codes LS818 to LS820)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.check.link_texts import TEXT_BLOCKS, written_text
from site_builder.problems import Problem
from site_builder.weave.filter.glossary import PLACEHOLDER

REFERENCE = re.compile(r"(?<![\w\])])\[([^\[\]]+)\]\[([^\[\]^]*)\](?![\[(\w])")
FILE = re.compile(r"\S+\.(?:R?md|html)(?:#\S*)?")
"""What `check_brackets` reports: a file in square brackets."""
FOOTNOTE = re.compile(r"\[\^([\w-]+)\](?!:)")


def check_references(page: CheckedPage) -> Iterator[Problem]:
    """Yield references and footnotes that the reader left as text because nothing defines them.

    In a source that is Markdown, brackets that an author escaped are text that was meant.
    """
    for block, line in lined_elements(page, *TEXT_BLOCKS):
        text = written_text(block.children)
        for found in REFERENCE.finditer(text):
            label = found[2] or found[1]
            if FILE.fullmatch(label) or (found[1].isdigit() and label.isdigit()):
                continue
            place = _place(page, line, f"][{found[2]}]")
            if place:
                hint = f"define it on a line of its own, `[{label}]: https://...`, or write `[{found[1]}](https://...)`"
                yield page.finding("LS818", place, f"'{found[0]}' is not a link: nothing defines '{label}'", hint)
        for found in FOOTNOTE.finditer(text):
            place = _place(page, line, found[0])
            if place:
                hint = f"write the note on a line of its own: `{found[0]}: ...`"
                yield page.finding("LS819", place, f"the footnote '{found[0]}' is defined nowhere", hint)


def check_terms(page: CheckedPage) -> Iterator[Problem]:
    """Yield glossary terms of a lesson that has no glossary: readers see the braces (code LS820)."""
    for block, line in lined_elements(page, *TEXT_BLOCKS):
        for found in PLACEHOLDER.finditer(written_text(block.children)):
            text = f"'{found[0]}' names a term of a glossary, and the lesson has none"
            yield page.finding(
                "LS820", _place(page, line, found[0]) or line, text, "set `glosario` in the settings to a YAML file of terms"
            )


def _place(page: CheckedPage, line: int, mark: str) -> int:
    """Return the line at or below one on which a mark is written without a backslash; 0 if it is not, or none is known."""
    if not page.lines:
        return line
    written = re.compile(rf"(?<!\\){re.escape(mark)}")
    return next((number for number in range(line, len(page.lines) + 1) if written.search(page.line(number))), 0)
