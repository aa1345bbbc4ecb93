"""The author's Markdown as a notebook can show it: no attributes in braces, no references to definitions that stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from site_builder.markdown.attributes import read_attributes

CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
DEFINITION = re.compile(r"^ {0,3}\[([^\]^][^\]]*)\]:[ \t]*<?(\S+?)>?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?[ \t]*$", re.MULTILINE)
IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)(\s+\"[^\"]*\")?\)(\{[^{}]*\})?")
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|!?\[[^\[\]]*\])*)\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)(\s+\"[^\"]*\")?\)(\{[^{}]*\})?")
REFERENCE = re.compile(r"(!?)\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?![\[(:])")
HEADING = re.compile(r"^(#{1,6}[ \t]+.*?)[ \t]*(?:#+[ \t]*)?(?:\{[^{}]*\})?[ \t]*$")
EXPRESSION = re.compile(r"^\{(\w+)\}\s+(.*)$", re.DOTALL)
FENCE_HEAD = re.compile(r"^(\s*(?:`{3,}|~{3,}))\s*\{\s*\.([\w+-]+)[^}]*\}\s*$")
EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|/|$")


def definitions(text: str) -> dict[str, str]:
    """Return the link definitions of a page or of ``links.md``: name in small letters with single spaces -> address."""
    return {_key(found[1]): found[2] for found in DEFINITION.finditer(text)}


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def for_notebook(text: str, links: Mapping[str, str], value: Callable[[str, str], str], base: str = "") -> str:
    """Return prose for a notebook: references become links, attributes go (an image's ``alt`` becomes its text), expressions are replaced.

    ``value`` gives what stands for an expression of a language; ``base`` is the address that relative links of a site begin at, if known.
    """
    text = DEFINITION.sub("", text)
    parts, end = [], 0
    for span in CODE_SPAN.finditer(text):
        parts.append(_outside_code(text[end : span.start()], links, base))
        found = EXPRESSION.match(span[2]) if span[1] == "`" else None
        parts.append(value(found[1], found[2]) if found else span[0])
        end = span.end()
    parts.append(_outside_code(text[end:], links, base))
    return "\n".join(HEADING.sub(r"\1", line) for line in "".join(parts).split("\n"))


def _outside_code(text: str, links: Mapping[str, str], base: str) -> str:
    def reference(found: re.Match[str]) -> str:
        address = links.get(_key(found[3] or found[2]))
        return f"{found[1]}[{found[2]}]({address})" if address else found[0]

    def image(found: re.Match[str]) -> str:
        return f"![{_alternative(found[4] or '') or found[1]}]({address_of(found[2], base)}{found[3] or ''})"

    def link(found: re.Match[str]) -> str:
        return f"[{found[1]}]({address_of(found[2], base)}{found[3] or ''})"

    return LINK.sub(link, IMAGE.sub(image, REFERENCE.sub(reference, text)))


def _alternative(attributes: str) -> str:
    read = read_attributes(attributes, 0)
    pairs: Iterable[tuple[str, str]] = read[0].pairs if read else ()
    return next((value for name, value in pairs if name == "alt"), "")


def address_of(address: str, base: str) -> str:
    """Return where a link leads from outside the site: pages lie beside each other there, figures and files keep their folder."""
    if not base or EXTERNAL.match(address):
        return address
    path, mark, place = address.partition("#")
    parts = [part for part in PurePosixPath(path).parts if part not in (".", "..", "episodes", "learners", "instructors", "profiles")]
    name = "/".join(parts)
    page = re.sub(r"\.(md|Rmd|ipynb|py)$", ".html", name) if "/" not in name else name
    return f"{base.rstrip('/')}/{page}{mark}{place}"


def plain_fence(line: str) -> str:
    """Return a line of a code fence with its language in the short form that every Markdown reader knows."""
    return FENCE_HEAD.sub(r"\1\2", line)
