"""The lesson filter's rules, one test a vector of the compatibility specification (section A)."""

from __future__ import annotations

from pathlib import PurePosixPath

from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock, Element, Node, element, elements, text_of, to_html
from site_builder.weave.filter.page import filter_page
from site_builder.weave.filter.views import body_for
from site_builder.weave.model import View
from site_builder.weave.translations import Phrases

PATH = PurePosixPath("episodes/x.md")


def filtered(*nodes: Node) -> tuple[Node, ...]:
    return filter_page(Document(PATH, body=nodes), Phrases())[0]


def div(names: str, *children: Node, **attributes: str) -> Element:
    return element("div", *children, class_=names).set(dict(attributes))


def p(*children: Node) -> Element:
    return element("p", *children)


def boxes(nodes: tuple[Node, ...]) -> list[tuple[str, str, str, str]]:
    """Kind, id, title and content's text of each top-level box or accordion."""
    found = []
    for node in nodes:
        assert isinstance(node, Element)
        title = next((e for e in elements((node,), "h3", "h4") if {"callout-title", "accordion-header"} & set(e.classes)), None)
        content = next(e for e in elements((node,), "div") if {"callout-content", "accordion-body"} & set(e.classes))
        kind = " ".join(node.classes).removeprefix("callout ")
        found.append((kind, node.get("id"), text_of(title.children) if title else "", text_of(content.children).strip()))
    return found


def test_vector_1_a_challenge_is_a_train_of_boxes_and_accordions() -> None:
    title = element("h2", "My ", element("code", "code"), " one", id="cid", class_="k")
    solution = div("solution", element("h2", "Solution", id="solution"), p("s"))
    hint = div("hint", element("h3", "T ", element("em", "x"), id="t-x"), p("h"))
    made = filtered(div("challenge", title, p("q"), solution, p("mid"), hint, p("tail")))
    assert boxes(made) == [
        ("challenge", "cid", "My code one", "q"),
        ("solution challenge-accordion", "accordionSolution1", "Show me the solution", "s"),
        ("challenge", "challenge2", "My code one (continued)", "mid"),
        ("hint challenge-accordion", "accordionHint1", "T x", "h"),
        ("discussion", "discussion1", "My code one (continued)", "tail"),
    ]
    assert '<h3 class="callout-title">My <code>code</code> one<em> (continued)</em></h3>' in to_html(made)


def test_vector_2_one_div_holds_several_pairs() -> None:
    pairs = (
        element("h2", "One", id="one"),
        p("q1"),
        div("solution", p("a1")),
        element("h2", "Two", id="two"),
        p("q2"),
        div("solution", p("a2")),
    )
    assert [(kind, identifier) for kind, identifier, _, _ in boxes(filtered(div("challenge", *pairs)))] == [
        ("challenge", "one"),
        ("solution challenge-accordion", "accordionSolution1"),
        ("challenge", "two"),
        ("solution challenge-accordion", "accordionSolution2"),
    ]


def test_vector_3_a_challenge_without_accordion_is_one_box() -> None:
    assert boxes(filtered(div("challenge", p("q")))) == [("challenge", "challenge1", "Challenge", "q")]


def test_vector_4_titled_boxes_count_too() -> None:
    first = div("callout", element("h3", "T", id="t"), p("body"))
    made = filtered(first, div("callout", p("body")))
    assert [node.get("id") for node in made if isinstance(node, Element)] == ["t", "callout2"]


def test_vector_5_a_divs_own_id_and_attributes_go_to_the_content() -> None:
    made = filtered(div("callout extra", p("b"), id="u", key="v"))
    assert boxes(made)[0][:2] == ("extra", "callout1")
    assert '<div class="callout-content" id="u" key="v">' in to_html(made)


def test_vector_6_a_title_of_any_level_becomes_level_three() -> None:
    made = filtered(div("discussion", element("h4", "Four", id="four"), p("d")))
    assert boxes(made) == [("discussion", "four", "Four", "d")]
    assert [e.tag for e in elements(made, "h3", "h4")] == ["h3"]


def test_vector_7_an_unknown_div_merges_with_the_heading_it_begins_with() -> None:
    made = filtered(div("unknown", element("h2", "H", id="h"), p("x")))
    assert to_html(made) == '<div class="section level2 unknown"><h2 id="h">H</h2>\n<p>x</p>\n</div>\n'


def test_vector_7_an_unknown_div_with_equal_headings_is_no_section() -> None:
    made = filtered(div("unknown", element("h2", "H", id="h"), element("h2", "I", id="i")))
    assert isinstance(made[0], Element) and made[0].classes == ("unknown",)


def test_vector_9_class_names_are_case_sensitive() -> None:
    assert to_html(filtered(div("Callout", p("x")))) == '<div class="Callout"><p>x</p>\n</div>\n'


def test_vector_10_a_solution_among_classes_wins() -> None:
    assert boxes(filtered(div("challenge solution", p("x"))))[0][1] == "accordionSolution1"


def test_vector_11_objectives_alone_show_nothing_and_are_reported() -> None:
    alone = element("div", element("ul", element("li", "o")), class_="objectives", line=7)
    nodes, problems = filter_page(Document(PATH, body=(alone,)), Phrases())
    assert nodes == ()
    assert [(problem.code, problem.location.line) for problem in problems] == [("LS602", 7)]


def test_vector_12_key_points_with_a_heading_are_named_by_it() -> None:
    made = filtered(div("keypoints", element("h2", "Key Points", id="key-points"), p("k")))
    assert boxes(made) == [("keypoints", "key-points", "Key Points", "k")]


def test_vector_13_group_tabs_are_named_by_their_titles() -> None:
    tabs = div(
        "group-tab", element("h3", "Linux (x86)", id="l"), element("ul", element("li", "a")), element("h3", "mac OS", id="m"), p("b")
    )
    made = filtered(tabs)
    inputs = list(elements(made, "input"))
    assert [box.get("id") for box in inputs] == ["nav-tab-1-Linuxx86", "nav-tab-1-macOS"]
    assert [box.get("data-tab") for box in inputs] == ["Linuxx86", "macOS"]
    assert [text_of(label.children) for label in elements(made, "label")] == ["Linux (x86)", "mac OS"]
    assert [text_of((panel,)) for panel in elements(made, "div") if "tabbed-block" in panel.classes] == ["a", "b"]


def test_vector_14_headings_outside_boxes_stay_plain() -> None:
    headings = (element("h1", "L1", id="l1"), element("h2", "Sub", id="sub"))
    assert filtered(*headings) == headings


def test_vector_15_a_figure_with_its_own_caption() -> None:
    image = element("img", src="../episodes/fig/a.png", alt="one", width="50%")
    made = to_html(filtered(element("figure", image, element("figcaption", "cap ", element("em", "x")))))
    assert '<img src="fig/a.png" alt="one" style="width:50.0%" class="figure mx-auto d-block">' in made
    assert "<figcaption>cap <em>x</em></figcaption>" in made


def test_vector_16_an_image_in_a_link_stays_in_its_paragraph() -> None:
    link = element("a", element("img", src="fig/e.png", alt="lnk"), href="https://x.org")
    made = to_html(filtered(p(link)))
    assert made == '<p><a href="https://x.org" class="external-link"><img src="fig/e.png" alt="lnk" class="figure"></a></p>\n'


def test_vector_18_links_between_sources_become_links_between_pages() -> None:
    targets = ("../learners/setup.md", "setup.md#s", "../episodes/02-x.Rmd#t", "https://a.org/x.md")
    made = filtered(p(*(element("a", "a", href=target) for target in targets)))
    assert [link.get("href") for link in elements(made, "a")] == ["index.html#setup", "index.html#s", "02-x.html#t", "https://a.org/x.md"]


def test_vector_22_labels_of_code() -> None:
    made = filtered(CodeBlock("x"), CodeBlock("x", ("output",)), CodeBlock("ls", ("sh",)))
    assert made[0] == CodeBlock("x")
    assert [text_of(label.children) for label in elements(made, "p")] == ["OUTPUT", "SH"]


def test_vector_25_instructor_notes_are_not_for_learners() -> None:
    made = filtered(p("a"), div("instructor", element("h3", "Note ", element("strong", "b"), id="note-b"), p("n")))
    assert body_for(View.LEARNER, made) == (p("a"),)
    assert boxes(body_for(View.INSTRUCTOR, made)[1:]) == [("instructor instructor-note", "accordionInstructor1", "Note b", "n")]


def test_vector_26_the_last_of_two_headings_is_the_title() -> None:
    made = filtered(div("challenge", element("h2", "T1", id="t1"), element("h3", "T2", id="t2"), p("x")))
    assert boxes(made) == [("challenge", "t2", "T2", "x")]
