"""Diagrams: a described drawing where the renderer is there, and the source in any case."""

from __future__ import annotations

import sys

import pytest

from site_builder.markdown.tree import CodeBlock, elements, text_of, to_html
from site_builder.weave.filter import diagrams
from site_builder.weave.filter.diagrams import diagram, said
from site_builder.weave.filter.page_state import PageState

SOURCE = "flowchart LR\n  accTitle: From cloud to table\n  accDescr: Rain falls\n  a --> b"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SOURCE, ("From cloud to table", "Rain falls")),
        ("flowchart LR\naccDescr {\n  Two\n  lines\n}\na-->b", ("", "Two lines")),
        ("flowchart LR\na-->b", ("", "")),
    ],
)
def test_title_and_description_are_mermaids_own(source: str, expected: tuple[str, str]) -> None:
    assert said(source) == expected


def drawn(monkeypatch: pytest.MonkeyPatch, renderer: diagrams.DiagramRenderer | None) -> str:
    monkeypatch.setattr(diagrams, "renderer", lambda: renderer)
    return to_html((diagram(CodeBlock(SOURCE, ("mermaid",)), PageState()),))


def test_a_drawing_is_named_and_its_ids_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    html = drawn(monkeypatch, lambda source: '<?xml?><svg><marker id="m"/><path marker-end="url(#m)"/><use href="#m"/></svg>')
    assert 'role="img" aria-label="From cloud to table. Rain falls"' in html
    assert '<svg><marker id="diagram-1-m"/><path marker-end="url(#diagram-1-m)"/><use href="#diagram-1-m"/></svg>' in html
    assert "<details><summary" in html and 'class="diagram-source"' in html


def refuse(source: str) -> str:
    raise ValueError(source)


@pytest.mark.parametrize("renderer", [None, refuse, lambda source: ""])
def test_without_a_drawing_the_source_is_open(monkeypatch: pytest.MonkeyPatch, renderer: diagrams.DiagramRenderer | None) -> None:
    html = drawn(monkeypatch, renderer)
    assert "<details" not in html and "<svg" not in html
    assert "a --&gt; b" in html and "<strong>From cloud to table</strong>. Rain falls" in html


def test_no_block_is_left_for_a_script_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "renderer", lambda: None)
    made = diagram(CodeBlock("a", ("mermaid",)), PageState())
    assert not any(node.tag == "pre" and "mermaid" in node.classes for node in elements((made,)))
    assert text_of(made.children).startswith("aDiagram 1")


def test_the_renderer_draws_what_authors_write_and_no_markup_of_theirs() -> None:
    pytest.importorskip("mmdr")
    draw = diagrams.renderer()
    assert draw is not None
    svg = draw('flowchart LR\n a["<script>alert(1)</script>"] --> b')
    assert svg.startswith("<svg") and "<script" not in svg and "foreignObject" not in svg


@pytest.mark.parametrize(
    ("renderer", "hint"), [(None, "mmdr is not installed; `lesson doctor`"), (refuse, "accTitle"), (lambda source: "", "no drawing")]
)
def test_what_cannot_be_drawn_is_reported(monkeypatch: pytest.MonkeyPatch, renderer: diagrams.DiagramRenderer | None, hint: str) -> None:
    monkeypatch.setattr(diagrams, "renderer", lambda: renderer)
    state = PageState()
    diagram(CodeBlock(SOURCE, ("mermaid",), line=5), state)
    assert [(problem.code, problem.location.line) for problem in state.problems] == [("LS610", 5)] and hint in state.problems[0].hint


def test_without_the_renderer_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mmdr", None)
    diagrams.renderer.cache_clear()
    assert diagrams.renderer() is None
    diagrams.renderer.cache_clear()
