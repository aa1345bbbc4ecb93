"""A diagram's text: its title and description, what is drawn of it, and which of its lines Mermaid counts."""

from __future__ import annotations

import hashlib
import re

TITLE = re.compile(r"^[ \t]*accTitle[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
DESCRIPTION = re.compile(r"^[ \t]*accDescr[ \t]*(?::[ \t]*(.*?)[ \t]*$|\{([^}]*)\}[ \t]*$)", re.MULTILINE)
"""Title and description for screen readers (https://mermaid.js.org/config/accessibility.html)."""

REMARK = "%% -"
"""Stands where title and description were: some kinds of diagrams end at an empty line, and lines must keep their numbers."""

MOST_CHARACTERS = 50_000
"""What Mermaid draws at most (``maxTextSize``, https://mermaid.js.org/config/schema-docs/config.html); beyond that it draws an apology."""

FRONT_MATTER = re.compile(r"\A-{3}\s*[\n\r](.*?)[\n\r]-{3}\s*[\n\r]+", re.DOTALL)
DIRECTIVE = re.compile(r"%{2}\{.*?\}%{2}", re.DOTALL)
COMMENT = re.compile(r"^\s*%%(?!\{)[^\n]+\n?", re.MULTILINE)
"""What Mermaid takes out before it reads, and counts, lines
(https://github.com/mermaid-js/mermaid/blob/develop/packages/mermaid/src/preprocess.ts).
"""

ICON_OF_MIND_MAP = re.compile(r"^[ \t]*::icon\(([^)]*)\)", re.MULTILINE)


def said(source: str) -> tuple[str, str]:
    """Return a diagram's title and description, empty if its author gave none."""
    source = source.replace("\r\n", "\n")
    title, description = TITLE.search(source), DESCRIPTION.search(source)
    text = (description[1] or description[2] or "") if description else ""
    return title[1] if title else "", " ".join(text.split())


def drawn_text(source: str) -> str:
    """Return what is to be drawn: the source without title and description, which several kinds of diagrams would draw or not accept."""

    def remark(found: re.Match[str]) -> str:
        return "\n".join([REMARK] * (found[0].count("\n") + 1))

    return DESCRIPTION.sub(remark, TITLE.sub(remark, source.replace("\r\n", "\n")))


def key(source: str) -> str:
    """Return the digest by which a diagram's drawing is kept: sha256 of what is drawn, so that title and description can change."""
    return hashlib.sha256(drawn_text(source).rstrip().encode(errors="replace")).hexdigest()


def surviving_lines(source: str) -> list[int]:
    """Return for each line that Mermaid counts its number in the source, from 1."""
    characters, number = [], 1
    for character in drawn_text(source):
        characters.append((character, number))
        number += character == "\n"
    for pattern in (FRONT_MATTER, DIRECTIVE, COMMENT):
        text = "".join(character for character, _ in characters)
        for found in reversed(list(pattern.finditer(text))):
            del characters[found.start() : found.end()]
    while characters and characters[0][0].isspace():
        del characters[0]
    return [place for at, (_, place) in enumerate(characters) if at == 0 or characters[at - 1][0] == "\n"]
