"""Every episode of real lessons becomes notebooks that Jupyter accepts: all cells of the page, none of a solution's words for learners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import pytest

from site_builder.boxes import FOR_INSTRUCTORS
from site_builder.exporting.kernels import kernel_language
from site_builder.exporting.notebook import TITLES, ExportKind, notebook
from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import to_script
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, Raw, walk

BASE = "https://example.org/l"
LEFT_OVER = re.compile(r"^:{3,}.*$|\]\([^()\s]*\)\{[^{}]*\}", re.MULTILINE)
WORD = re.compile(r"\w{4,}")


def sources(made: dict[str, Any], kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == kind]


def words(nodes: Sequence[Node], *, answers: bool, inside: bool = False) -> Iterator[str]:
    """Yield the words of answers and notes for instructors, or those of everything else, whatever could print them."""
    for node in nodes:
        if isinstance(node, Element):
            here = inside or (node.tag == "div" and not FOR_INSTRUCTORS.isdisjoint(node.classes))
            if here == answers:
                yield from WORD.findall(" ".join(value for _, value in node.attributes))
            yield from words(node.children, answers=answers, inside=here)
        elif inside == answers:
            yield from node.classes if isinstance(node, CodeBlock) else ()
            text = (
                node if isinstance(node, str) else node.html if isinstance(node, Raw) else node.text if isinstance(node, CodeBlock) else ""
            )
            yield from WORD.findall(text or getattr(node, "source", ""))


def cells_of(document: Document, language: str) -> list[str]:
    """Return the sources of a page's cells in a language in order, or of its Python fences where it has no cells."""
    cells = [cell for cell in document.cells if isinstance(cell, Cell)]
    if not cells:
        return [node.text for node in walk(document.body) if isinstance(node, CodeBlock) and node.classes[:1] in (("python",), ("py",))]
    return [cell.source for cell in cells if cell.options.evaluate and kernel_language(cell.language) == language]


@pytest.mark.slow
def test_all_episodes_of_all_lessons(corpus: Path) -> None:
    count = secret = 0
    for page in sorted(corpus.glob("*/source/episodes/*.*md")):
        links = page.parents[1] / "links.md"
        definitions = links.read_text(encoding="utf-8", errors="replace") if links.is_file() else ""
        text = page.read_text(encoding="utf-8", errors="replace")
        document = read(text, PurePosixPath("episodes", page.name), links=definitions, episode=True)
        allowed = {*words(document.body, answers=False)}
        allowed |= {*WORD.findall(" ".join((*TITLES.values(), BASE, "html markdown", document.front_matter.title)))}
        hidden = {*words(document.body, answers=True)} - allowed
        secret += bool(hidden)
        for kind in ExportKind:
            made = notebook(document, None, kind, base=BASE)
            nbformat.validate(nbformat.from_dict(made))
            prose = "\n".join(sources(made, "markdown"))
            shown = re.sub(r"^( *(?:> *)*)(`{3,}|~{3,}).*?^\1\2", "", prose, flags=re.MULTILINE | re.DOTALL)
            assert LEFT_OVER.findall(shown) == [], page
            if kind in (ExportKind.LEARNER, ExportKind.LIVE, ExportKind.SCRIPT):
                everything = to_script(made) if kind is ExportKind.SCRIPT else "\n".join((prose, *sources(made, "code")))
                assert hidden.intersection(WORD.findall(everything)) == set(), page
        made = notebook(document, None, ExportKind.INSTRUCTOR)
        found = [source for source in sources(made, "code") if not source.startswith("%%bash")]
        assert found == cells_of(document, made["metadata"]["kernelspec"]["language"]), page
        count += 1
    assert count > 50
    assert secret > 50
