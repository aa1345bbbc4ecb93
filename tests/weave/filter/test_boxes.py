"""Callouts, accordions and tabs beyond the vectors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from site_builder.boxes import kind_of
from site_builder.markdown.tree import Element, Node, Raw, element, elements, text_of, to_html
from site_builder.weave.filter.accordions import accordion, is_accordion
from site_builder.weave.filter.boxes import callout, split_title
from site_builder.weave.filter.divs import filter_divs
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.filter.tabs import tabs
from site_builder.weave.translations import Phrases, phrases

SPANISH = phrases("es") or Phrases()


def div(names: str, *children: Node, **attributes: str) -> Element:
    return element("div", *children, class_=names).set(dict(attributes))


def panels(nodes: tuple[Node, ...]) -> list[str]:
    return [text_of((node,)) for node in elements(nodes, "div") if "tabbed-block" in node.classes]


def test_kind_prefers_classes_that_count_anywhere() -> None:
    assert kind_of(("callout", "hint")) == "hint"
    assert kind_of(("extra", "callout")) is None
    assert kind_of(()) is None


def test_white_space_before_a_title_does_not_hide_it() -> None:
    title = element("h3", "T", id="t")
    assert split_title(("\n", title, "x")) == (title, ("x",))
    assert split_title(("text", title))[0] is None


def test_a_box_has_icon_and_label_in_the_lessons_language() -> None:
    html = to_html((callout("prereq", div("prereq", element("p", "x")), PageState(SPANISH)),))
    assert '<span class="callout-header">Pre requisito</span>' in html
    assert 'data-feather="check"' in html


def test_a_title_that_is_a_default_label_is_translated() -> None:
    box = callout("challenge", div("challenge", element("h2", "Challenge", id="challenge")), PageState(SPANISH))
    assert "Desafío</h3>" in to_html((box,))
    assert box.get("id") == "challenge"


def test_an_accordion_opens_without_a_script() -> None:
    made = accordion("spoiler", div("spoiler", element("p", "x"), id="mine"), PageState())
    html = to_html((made,))
    assert html.startswith('<details id="accordionSpoiler1" class="spoiler spoiler-accordion"><summary')
    assert '<h3 class="accordion-header" id="headingSpoiler1">' in html and "Show details" in html
    assert '<div class="accordion-body" id="mine">' in html and 'id="collapseSpoiler1"' in html
    assert is_accordion(made) and not is_accordion(element("details"))


def test_an_accordion_title_keeps_code_and_loses_links() -> None:
    note = element("a", "1", href="#fn1", class_="footnote-ref")
    title = element("h3", element("code", "ls"), " ", element("a", "here", href="x"), note, id="t")
    made = to_html((accordion("solution", div("solution", title), PageState()),))
    assert '<h4 class="accordion-header" id="headingSolution1"><code>ls</code> here</h4>' in made


def test_default_titles_are_translated_also_when_written_out() -> None:
    for text in ("Solution", "Show me the solution", " "):
        made = accordion("solution", div("solution", element("h2", text, id="s")), PageState(SPANISH))
        assert "Mostrar la solución" in text_of((made,))


def test_a_challenge_of_heading_and_solution_keeps_its_box() -> None:
    made = filter_divs((div("challenge extra", element("h2", "T", id="t"), div("solution", "s"), id="own", lang="fr"),), PageState())
    box = made[0]
    assert isinstance(box, Element) and box.classes == ("callout", "challenge", "extra") and box.get("id") == "t"
    assert '<div class="callout-content" id="own" lang="fr"></div>' in to_html(made)


def test_an_accordion_deeper_in_a_challenge_stays_there() -> None:
    nested = element("ul", element("li", div("solution", "s")))
    made = filter_divs((div("challenge", nested),), PageState())
    assert len(made) == 1 and len(list(elements(made, "details"))) == 1


def test_the_overview_box_stands_where_the_second_part_stood() -> None:
    questions = div("questions", element("h2", "Q", id="q"), element("ul", element("li", "why")))
    objectives = div("objectives", element("p", "know"))
    made = filter_divs((questions, element("p", "between"), objectives), PageState())
    assert [node.tag for node in made if isinstance(node, Element)] == ["p", "div"]
    assert text_of(made) == "betweenOverviewQuestionswhyObjectivesknow"


def test_tabs_keep_every_kind_of_block_and_what_stands_before_them() -> None:
    table = element("table", element("tr", element("td", "cell")))
    made = tabs(
        "tab", div("tab", "\n", element("p", "intro"), element("h3", "A"), table, Raw("<!-- c -->"), element("h3", "B"), "b"), PageState()
    )
    assert text_of(made[:-1]).strip() == "intro"
    assert panels(made) == ["cell", "b"]
    assert [box.get("checked") for box in elements(made, "input")] == ["checked", ""]
    assert [box.get("id") for box in elements(made, "input")] == ["nav-tab-1-1", "nav-tab-1-2"]


def test_a_tab_div_without_headings_stays() -> None:
    plain = div("tab", element("p", "x"))
    assert tabs("tab", plain, PageState()) == (plain,)


def test_tabs_of_both_kinds_have_no_id_in_common() -> None:
    state = PageState()
    two = (element("h3", "1"), "a"), (element("h3", "1"), "b")
    made = (*tabs("tab", div("tab", *two[0], *two[1]), state), *tabs("group-tab", div("group-tab", *two[0], *two[1]), state))
    identifiers = [node.get("id") for node in elements(made) if node.get("id")]
    assert len(identifiers) == len(set(identifiers))
    labels = {label.get("for") for label in elements(made, "label")}
    assert labels == {box.get("id") for box in elements(made, "input")}


def test_two_solutions_in_a_row_need_no_box_between() -> None:
    made = filter_divs((div("challenge", "q", div("hint", "h"), "\n", div("solution", "s"), "\n"),), PageState())
    assert [node.classes[0] for node in made if isinstance(node, Element)] == ["callout", "hint", "solution"]


KINDS = ("callout", "challenge", "keypoints", "solution", "hint", "spoiler", "instructor", "tab", "group-tab", "unknown", "Callout")
LEAVES = st.integers(0, 10**6).map(lambda number: element("p", f"word{number};"))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda kind, title, children: div(kind, *((element("h2", "T", id="t"),) if title else ()), *children),
        st.sampled_from(KINDS),
        st.booleans(),
        st.lists(inner, max_size=4),
    ),
)


@given(st.lists(TREES, max_size=3))
def test_no_box_loses_or_doubles_text(trees: list[Element]) -> None:
    made = filter_divs(trees, PageState())
    words = [text_of(leaf.children) for leaf in elements(trees, "p")]
    assert [text_of(leaf.children) for leaf in elements(made, "p")] == words


def test_deep_nesting_is_no_recursion() -> None:
    deep: Node = element("p", "bottom")
    for level in range(3000):
        deep = div(KINDS[level % len(KINDS)], deep)
    assert "bottom" in to_html(filter_divs((deep,), PageState()))
