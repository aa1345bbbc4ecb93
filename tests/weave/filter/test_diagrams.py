"""Diagrams on a page: a described drawing where there is one, and the source in any case."""

from __future__ import annotations

import pytest

from site_builder.diagrams.model import DiagramFault, Drawing, Outcome, Undrawn
from site_builder.markdown.tree import CodeBlock, elements, text_of, to_html
from site_builder.weave.filter.code import wrap_code
from site_builder.weave.filter.diagrams import diagram, diagrams_in
from site_builder.weave.filter.identifiers import TakenIdentifiers, unique
from site_builder.weave.filter.page_state import PageState

SOURCE = "flowchart LR\n  accTitle: From cloud to table\n  accDescr: Rain falls\n  a --> b"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9"><defs><marker id="ID-0" markerWidth="8"><path d="M0,0"/></marker></defs>'
    '<path marker-end="url(#ID-0)" fill="light-dark(#fff,#111)"/><use href="#ID-0"/><text textLength="9">a &lt; <tspan>b</tspan>.</text></svg>'
)
DRAWING = Drawing(SVG, dark=True)


def page(outcome: Outcome | None, source: str = SOURCE, line: int = 5) -> tuple[str, PageState]:
    state = PageState(diagrams={source: outcome} if outcome else {})
    return to_html(wrap_code((CodeBlock(source, ("mermaid",), line=line),), state)), state


def test_a_drawing_is_named_and_its_ids_are_its_own() -> None:
    html, state = page(DRAWING)
    assert 'role="img" aria-label="From cloud to table" aria-describedby="diagram-1-description"' in html
    assert '<strong>From cloud to table</strong>. <span id="diagram-1-description">Rain falls</span>' in html
    assert '<marker id="diagram-1-0" markerWidth="8"><path d="M0,0"></path></marker>' in html
    assert 'marker-end="url(#diagram-1-0)"' in html
    assert '<use href="#diagram-1-0"></use>' in html
    assert '<text textLength="9">a &lt; <tspan>b</tspan>.</text>' in html
    assert 'viewBox="0 0 9 9"' in html
    assert "<details><summary" in html and 'class="diagram-source"' in html
    assert state.problems == []


def test_without_a_name_it_is_counted() -> None:
    html, _ = page(DRAWING, "pie")
    assert 'aria-label="Diagram 1"' in html and "aria-describedby" not in html and "<strong>Diagram 1</strong></figcaption>" in html


@pytest.mark.parametrize(("dark", "classes"), [(True, "diagram-drawing"), (False, "diagram-drawing diagram-on-paper")])
def test_a_drawing_in_one_palette_gets_a_light_ground(dark: bool, classes: str) -> None:
    assert f'<div class="{classes}" data-chrome="">' in page(Drawing(SVG, dark))[0]


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        (None, None),
        (Undrawn("no browser", "install one"), ("LS610", 5, "a diagram is not drawn: no browser", "readers see its source; install one")),
        (DiagramFault("not so", 3), ("LS611", 8, "a diagram cannot be drawn: not so", "readers see its source")),
        (DiagramFault("not so"), ("LS611", 5, "a diagram cannot be drawn: not so", "readers see its source")),
    ],
)
def test_without_a_drawing_the_source_is_open_and_says_why(outcome: Outcome | None, problem: tuple[str, int, str, str] | None) -> None:
    html, state = page(outcome)
    assert "<details" not in html and "<svg" not in html
    assert "a --&gt; b" in html and '<strong>From cloud to table</strong>. <span id="diagram-1-description">Rain falls</span>' in html
    found = [(each.code, each.location.line, each.message, each.hint) for each in state.problems]
    assert found == ([problem] if problem else [])


def test_icons_that_are_missing_are_named() -> None:
    html, state = page(Drawing(SVG, dark=True, icons=("fa fa-book", "fa fa-x")))
    assert "<svg" in html
    assert [(each.code, each.location.line, each.message) for each in state.problems] == [
        ("LS612", 5, "a diagram is drawn without its icons `fa fa-book`, `fa fa-x`")
    ]


def test_links_are_listed_below_and_lead_only_somewhere() -> None:
    links = (
        ("episodes/one.md", "One"),
        ("https://example.org/a:b", ""),
        ("javascript:x()", "no"),
        ("data:text/html,x", "no"),
        ("#a:b", "x"),
    )
    html, _ = page(Drawing(SVG, dark=True, links=links))
    assert '<ul class="diagram-links" data-chrome=""><li><a href="one.html">One</a></li>' in html
    assert '<a href="https://example.org/a:b">https://example.org/a:b</a>' in html
    assert '<a href="#a:b">x</a>' in html
    assert "javascript" not in html and "data:" not in html


def test_no_block_is_left_for_a_script_from_elsewhere() -> None:
    made = diagram(CodeBlock("a", ("mermaid",)), PageState())
    assert not any(node.tag == "pre" and "mermaid" in node.classes for node in elements((made,)))
    assert text_of(made.children).startswith("aDiagram 1")


def test_only_blocks_of_its_language_are_diagrams() -> None:
    blocks = (CodeBlock("a", ("mermaid",)), CodeBlock("b", ("python", "mermaid")), CodeBlock("c"), CodeBlock("d", ("mermaid", "wide")))
    assert [block.text for block in diagrams_in(blocks)] == ["a", "d"]


def test_on_a_page_with_all_episodes_references_follow_their_ids() -> None:
    state, taken = PageState(diagrams={SOURCE: DRAWING}), TakenIdentifiers()
    made = (diagram(CodeBlock(SOURCE, ("mermaid",)), state),)
    assert unique(made, taken) == made
    html = to_html(unique(made, taken))
    for part in ('id="diagram-1-0-1"', 'url(#diagram-1-0-1)', 'href="#diagram-1-0-1"', 'aria-describedby="diagram-1-description-1"', 'id="diagram-1-description-1"'):  # fmt: skip
        assert part in html
