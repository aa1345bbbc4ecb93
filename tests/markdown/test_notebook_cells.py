"""Notebooks are taken at their word: tags, metadata, attachments, titles, and links to each other."""

from __future__ import annotations

import base64
import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import convert, relocated, with_page_links
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, elements, text_of

PATH = PurePosixPath("episodes/page.ipynb")


def code(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def prose(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def notebook(*cells: dict[str, Any], **metadata: Any) -> Document:
    text = json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)
    converted = convert(text, ".ipynb", "page")
    return relocated(read(converted.text, PATH, episode=True), converted)


def only_cell(document: Document) -> Cell:
    (found,) = (cell for cell in document.cells if isinstance(cell, Cell))
    return found


@pytest.mark.parametrize(
    ("tag", "option", "value"),
    [
        ("remove-cell", "include", False), ("remove_input", "echo", False), ("remove-output", "output", False),
        ("hide-input", "code_fold", True), ("hide-cell", "code_fold", True), ("skip-execution", "evaluate", False),
        ("raises-exception", "may_raise", True), ("parameters", "echo", True),
    ],
)  # fmt: skip
def test_a_tag_is_an_option(tag: str, option: str, value: bool) -> None:
    assert getattr(only_cell(notebook(code("1 / 0", tags=[tag]))).options, option) is value


def test_hidden_source_is_folded_and_the_cells_own_options_win() -> None:
    assert only_cell(notebook(code("1", jupyter={"source_hidden": True}))).options.code_fold
    assert not only_cell(notebook(code("#| code-fold: false\n1", jupyter={"source_hidden": True}))).options.code_fold
    shown = notebook(prose("# Title"), code("#| echo: true\n1", tags=["remove-input"]))
    assert only_cell(shown).options.echo
    assert shown.problems == ()


def test_lines_are_those_of_the_file_whatever_the_tags_add() -> None:
    other, tagged = (only_cell(notebook(code("a\nb", tags=tags))) for tags in (["x", "y"], ["remove-input", "hide-cell"]))
    assert (tagged.source, tagged.line, tagged.source_line) == (other.source, other.line, other.source_line)


def test_an_attached_picture_is_a_file_of_the_site() -> None:
    data = base64.b64encode(b"picture").decode()
    document = notebook(prose("![red](attachment:a%20b.png)", attachments={"a b.png": {"image/png": data}}))
    (picture,) = elements(document.body, "img")
    assert (picture.get("src"), picture.get("alt")) == ("fig/page-1-a-b.png", "red")
    assert document.attachments == (("fig/page-1-a-b.png", data),)


def test_an_attachment_that_is_not_there_stays_as_it_is_written() -> None:
    document = notebook(prose("![red](attachment:a.png)", attachments={}))
    assert [picture.get("src") for picture in elements(document.body, "img")] == ["attachment:a.png"]


def test_the_first_heading_is_the_title() -> None:
    document = notebook(prose("<!--NAVIGATION-->"), code("# no heading"), prose('# How to "say" `a: b` #\n\nText'), prose("# Second"))
    assert document.front_matter.title == 'How to "say" `a: b`'
    assert [text_of(heading.children) for heading in elements(document.body, "h1")] == ["Second"]
    assert not [problem for problem in document.problems if problem.code in ("LS101", "LS102", "LS103")]


def test_front_matter_comes_before_a_heading() -> None:
    document = notebook({"cell_type": "raw", "metadata": {}, "source": "---\ntitle: Own\n---"}, prose("# Heading"))
    assert document.front_matter.title == "Own"
    assert len(list(elements(document.body, "h1"))) == 1


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "display_name": "R"}}, "r"), ({"language_info": {"name": "R"}}, "r"),
        ({"kernelspec": {"name": "x", "display_name": "x", "language": "julia"}}, "julia"), ({}, "python"),
    ],
)  # fmt: skip
def test_the_language_is_that_of_the_kernel(metadata: dict[str, Any], language: str) -> None:
    assert only_cell(notebook(code("1"), **metadata)).language == language


def test_links_to_notebooks_that_are_pages_lead_to_the_pages() -> None:
    document = notebook(prose("[a](02-b.ipynb) [b](02-b.ipynb#part) [c](files/02-b.ipynb) [d](https://x.org/02-b.ipynb) [e](other.py)"))
    linked = with_page_links(document, frozenset((PurePosixPath("episodes/02-b.ipynb"),)))
    assert [link.get("href") for link in elements(linked.body, "a")] == [
        "02-b.html", "02-b.html#part", "files/02-b.ipynb", "https://x.org/02-b.ipynb", "other.py",
    ]  # fmt: skip
