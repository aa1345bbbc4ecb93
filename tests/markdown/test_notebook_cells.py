"""Notebooks are taken at their word: tags, metadata, attachments, titles, and links to each other."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import pytest

from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import NotANotebook, convert, relocated, with_page_links
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, Element, elements, text_of

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
        ("hide-input", "code_fold", True), ("hide-cell", "code_fold", True), ("hide-cell", "output_fold", True),
        ("hide-output", "output_fold", True), ("hide_output", "output_fold", True), ("hide-output", "code_fold", False),
        ("scroll-output", "output_scroll", True), ("output_scroll", "output_scroll", True), ("remove-stdout", "stdout", False),
        ("remove-stderr", "warning", False), ("remove_all_outputs", "output", False), ("skip-execution", "evaluate", False),
        ("raises-exception", "may_raise", True), ("parameters", "echo", True),
    ],
)  # fmt: skip
def test_a_tag_is_an_option(tag: str, option: str, value: bool) -> None:
    assert getattr(only_cell(notebook(code("1 / 0", tags=[tag]))).options, option) is value


@pytest.mark.parametrize(
    ("metadata", "option", "value"),
    [
        ({"jupyter": {"outputs_hidden": True}}, "output_fold", True), ({"jupyter": {"outputs_hidden": False}}, "output_fold", False),
        ({"jupyter": None}, "code_fold", False), ({"hide_input": True}, "code_fold", True), ({"hide_output": True}, "output_fold", True),
        ({"scrolled": True}, "output_scroll", True), ({"scrolled": "auto"}, "output_scroll", None),
        ({"scrolled": False}, "output_scroll", None), ({"nbsphinx": "hidden"}, "include", False),
        ({"mystnb": {"remove_code_source": True}}, "echo", False), ({"mystnb": {"remove_code_outputs": True}}, "output", False),
        ({"mystnb": {"output_stderr": "remove-warn"}}, "warning", False), ({"mystnb": "odd"}, "warning", True),
        ({"tags": "hide-output"}, "output_fold", True), ({"tags": None}, "output_fold", False),
    ],
)  # fmt: skip
def test_metadata_is_an_option(metadata: dict[str, Any], option: str, value: bool) -> None:
    assert getattr(only_cell(notebook(code("1", **metadata))).options, option) is value


def test_outputs_are_collapsed_only_where_there_were_some() -> None:
    stored = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    assert only_cell(notebook(code("1", collapsed=True) | {"outputs": stored})).options.output_fold
    assert not only_cell(notebook(code("1", collapsed=True))).options.output_fold


def test_text_is_folded_or_removed_as_its_tags_say() -> None:
    hidden = notebook(prose("Once **more**\n\n::: callout\ntold\n:::", metadata={"tags": ["hide-cell"]}), prose("after"))
    first, second = (node for node in hidden.body if not isinstance(node, str))
    assert isinstance(first, Element) and first.classes == ("spoiler",) and "Once more" in text_of(first.children)
    assert isinstance(second, Element) and text_of(second.children) == "after"
    assert 0 < first.line < second.line
    removed = notebook(prose("# Title"), prose("gone", metadata={"tags": ["remove-cell"]}), prose("stays"))
    assert "gone" not in text_of(removed.body) and "stays" in text_of(removed.body)


def test_notebooks_of_an_older_format_are_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Old"], "metadata": {}},
        {"cell_type": "code", "input": ["print(1)"], "language": "python", "outputs": [], "metadata": {}, "collapsed": False},
    ]
    text = json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}, indent=1
    )
    converted = convert(text, ".ipynb", "page")
    document = relocated(read(converted.text, PATH, episode=True), converted)
    assert (document.front_matter.title, only_cell(document).source) == ("Old", "print(1)")


def test_raw_cells_for_other_formats_are_not_shown() -> None:
    raw = {"cell_type": "raw", "source": "shown"}
    kinds: list[dict[str, Any]] = [
        {},
        {"raw_mimetype": "text/html"},
        {"format": "text/markdown"},
        {"format": "text/latex"},
        {"raw_mimetype": "text/restructuredtext"},
    ]
    shown = ["shown" in text_of(notebook(prose("# A"), raw | {"metadata": kind}).body) for kind in kinds]
    assert shown == [True, True, True, False, False]


def test_metadata_that_are_no_mapping_are_passed_over() -> None:
    document = notebook(code("1"), kernelspec=None, language_info="python")
    assert only_cell(document).language == "python"


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
        ({"kernelspec": {"name": "x", "display_name": "x", "language": "Wolfram Language"}}, "wolfram-language"),
        ({"kernelspec": {"name": "x", "display_name": "x", "language": "C#"}}, "csharp"), ({"jupytext": {"main_language": "R"}}, "r"),
        ({"kernelspec": {"name": "python3", "display_name": "x"}, "jupytext": {"main_language": "R"}}, "python"),
    ],
)  # fmt: skip
def test_the_language_is_that_of_the_kernel(metadata: dict[str, Any], language: str) -> None:
    assert only_cell(notebook(code("1"), **metadata)).language == language


@pytest.mark.parametrize("metadata", [{"nbsphinx": {"allow_errors": True}}, {"mystnb": {"execution_allow_errors": True}}])
def test_all_cells_may_raise_where_the_notebook_says_so(metadata: dict[str, Any]) -> None:
    assert only_cell(notebook(code("1 / 0"), **metadata)).options.may_raise
    assert not only_cell(notebook(code("1 / 0"), nbsphinx={"allow_errors": False}, mystnb=None)).options.may_raise


@pytest.mark.parametrize("metadata", [{"nbsphinx": {"execute": "never"}}, {"mystnb": {"execution_mode": "off"}}])
def test_a_notebook_that_is_never_run_is_only_shown(metadata: dict[str, Any]) -> None:
    assert not only_cell(notebook(code("1"), **metadata)).options.evaluate
    assert only_cell(notebook(code("#| eval: true\n1"), **metadata)).options.evaluate
    assert only_cell(notebook(code("1"), nbsphinx={"execute": "auto"})).options.evaluate


def test_anchors_are_those_of_jupyter() -> None:
    text = "# The `Top`\n\n## That's *a* Part\n\n[a](#That's-a-Part) [b](#that-s-a-part) [c](#nowhere) [d](02-b.ipynb#That's-a-Part) [e](02-b.ipynb#The-Top)"
    text += " [i](02-b.ipynb#Version-2.0)\n\n## Version 2.0\n\n"
    text += " [f](02-b.ipynb#That%27s-a-Part) [g](Index.ipynb) [h](03-c.ipynb#x)"
    document = notebook(prose(text.replace("`", "")))
    linked = with_page_links(document, {PurePosixPath("episodes/02-b.ipynb"): document})
    found = [link.get("href") for link in elements(linked.body, "a")]
    identifier = next(heading.get("id") for heading in elements(document.body, "h2"))
    assert found == [
        f"#{identifier}", f"#{identifier}", "#nowhere", f"02-b.html#{identifier}", "02-b.html", "02-b.html#version-2-0",
        f"02-b.html#{identifier}", "index.html",
        "03-c.ipynb#x",
    ]  # fmt: skip


ODD = (None, 1, "x", [], {}, [1], ["a", 2], {"a": 1}, True, 1.5)
WHOLE: dict[str, Any] = {
    "cells": [
        prose("# T\n![x](attachment:a.png)", attachments={"a.png": {"image/png": "aGk="}}, metadata={"tags": ["hide-cell"]}),
        code("1", tags=["hide-output"], jupyter={"source_hidden": True}, mystnb={"remove_code_source": True}),
        {"cell_type": "raw", "metadata": {"format": "text/latex"}, "source": ["x"]},
    ],
    "metadata": {"kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "python"}, "nbsphinx": {"execute": "x"}},
    "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in places(each, (*path, key)))]


@pytest.mark.parametrize("path", [path for path in places(WHOLE) if path], ids=str)
def test_no_odd_value_anywhere_ends_in_a_traceback(path: tuple[str | int, ...]) -> None:
    for odd in ODD:
        changed = json.loads(json.dumps(WHOLE))
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = odd
        with suppress(NotANotebook):
            converted = convert(json.dumps(changed, indent=1), ".ipynb", "page")
            relocated(read(converted.text, PATH, episode=True), converted)


def test_links_to_notebooks_that_are_pages_lead_to_the_pages() -> None:
    document = notebook(prose("[a](02-b.ipynb) [b](02-b.ipynb#part) [c](files/02-b.ipynb) [d](https://x.org/02-b.ipynb) [e](other.py)"))
    linked = with_page_links(document, {PurePosixPath("episodes/02-b.ipynb"): Document(PurePosixPath("episodes/02-b.ipynb"))})
    assert [link.get("href") for link in elements(linked.body, "a")] == [
        "02-b.html", "02-b.html#part", "files/02-b.ipynb", "https://x.org/02-b.ipynb", "other.py",
    ]  # fmt: skip
