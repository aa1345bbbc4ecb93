"""What each output type shows."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.tree import CodeBlock, Element, elements, text_of, to_html, walk
from site_builder.outputs import html, json_tree, latex, markdown, text
from site_builder.outputs.base import OutputPlace, Rendered
from site_builder.outputs.sanitise import sanitise
from site_builder.outputs.unseen import hidden_classes, without_hidden
from site_builder.settings.cell import CellOptions
from site_builder.weave.translations import ENGLISH


def place(treatment: str = "") -> OutputPlace:
    return OutputPlace(PurePosixPath("episodes/a.md"), 7, CellOptions(html=treatment), ENGLISH)


def shown(made: Rendered) -> str:
    return to_html(made.nodes).strip()


def as_markdown(source: str) -> str:
    return (
        shown(markdown.render({"text/markdown": source}, place())).removeprefix('<div class="output-html">').removesuffix("</div>").strip()
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "**bold** and [link](https://example.org)",
            '<p><strong>bold</strong> and <a href="https://example.org" rel="noopener">link</a></p>',
        ),
        ("# Title {#id .c}", "<p><strong>Title</strong></p>"),
        ("[x](javascript:alert(1))", '<p><a rel="noopener">x</a></p>'),
        ("<script>alert(1)</script>x", "<p>x</p>"),
        ('[x]{onclick="alert(1)"}', "<p><span>x</span></p>"),
    ],
)
def test_markdown_is_read_as_the_lesson_is_and_cleaned(source: str, expected: str) -> None:
    assert as_markdown(source) == expected


def test_notes_of_markdown_are_text_without_links_into_the_page() -> None:
    made = as_markdown("x[^1]\n\n[^1]: note")
    assert "<sup>1</sup>" in made
    assert "note" in made
    assert "href" not in made
    assert "id=" not in made


def test_formulas_and_code_of_markdown_stay_nodes_that_the_page_finishes() -> None:
    made = markdown.render({"text/markdown": "$x^2$ and\n\n```{python}\n<b>\n```\n"}, place())
    formula = next(node for node in elements(made.nodes, "span") if "math" in node.classes)
    assert (text_of([formula]), formula.line) == ("\\(x^2\\)", 7)
    assert [node for node in walk(made.nodes) if isinstance(node, CodeBlock)] == [CodeBlock("<b>", ("python",), line=7)]


def test_in_a_sentence_markdown_is_its_only_paragraph() -> None:
    assert to_html(markdown.inline("**a** b")) == "<strong>a</strong> b"
    assert markdown.inline("- a\n- b") == ("- a\n- b",)


@pytest.mark.parametrize(
    ("source", "classes", "inner"),
    [
        ("$\\displaystyle x^2$", "math display", "\\[x^2\\]"),
        ("$$x$$", "math display", "\\[x\\]"),
        ("\\(x\\)", "math display", "\\[x\\]"),
        ("\\begin{align}a&=b\\end{align}", "math display", "\\[\\begin{align}a&=b\\end{align}\\]"),
        ("so $x$ is", "math inline", "\\(x\\)"),
        ("so $$x$$ is", "math display", "\\[x\\]"),
    ],
)
def test_formulas_are_marked_for_the_pages_filter(source: str, classes: str, inner: str) -> None:
    made = latex.render({"text/latex": source}, place())
    (formula,) = elements(made.nodes, "span")
    assert (" ".join(formula.classes), text_of([formula])) == (classes, inner)
    assert formula.line == 7


def test_text_between_formulas_stays_as_written() -> None:
    made = latex.render({"text/latex": "\\textbf{a} $x$ <b> 5$"}, place())
    assert text_of(made.nodes) == "\\textbf{a} \\(x\\) <b> 5$"
    assert to_html(latex.inline("$x$")) == '<span class="math inline">\\(x\\)</span>'


def test_json_is_a_tree_of_lists_with_keys_and_values() -> None:
    made = json_tree.TYPES[0].render({"application/json": '{"a": 1, "b": {"c": ["x", null, {"d": true}]}, "e": []}'}, place())
    (details, inner, _) = elements(made.nodes, "details")
    assert details.has("open")
    assert not inner.has("open")
    assert [text_of([key]) for key in elements(made.nodes, "span")] == ["a", "b", "c", "d", "e"]
    assert [text_of([code]) for code in elements(made.nodes, "code")] == ["1", "{1}", "[3]", '"x"', "null", "{1}", "true", "[]"]


def test_what_lies_very_deep_is_one_text() -> None:
    made = json_tree.TYPES[0].render({"application/json": '{"a":' * 60 + "1" + "}" * 60}, place())
    assert len([*elements(made.nodes, "ul")]) == json_tree.DEEPEST
    assert text_of(made.nodes).count('"a"') == 60 - json_tree.DEEPEST


@pytest.mark.parametrize("source", ["3", '"<b>"', "[]", "{}", "no json", "[" * 5_000 + "]" * 5_000, "NaN"])
def test_json_of_any_kind_is_shown(source: str) -> None:
    made = json_tree.TYPES[0].render({"application/json": source}, place())
    assert text_of(made.nodes).strip() == source or "[" in source
    json_tree.TYPES[0].plain({"application/json": source})


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("<audio controls src='data:audio/unknown;base64,aGk='>Your browser does not support audio.</audio>", "<audio>"),
        ("<p>x</p><iframe srcdoc='<b>1</b>'></iframe><video></video>", "<iframe>, <video>"),
        ("<div id='x'></div><script>draw()</script>", "<script>"),
        ("<style>a{}</style><table><tr><td>1</td></tr></table><script>x</script>", ""),
        ("<progress max='3' value='1'></progress>", "<progress>"),
        ("<b>x</b>", ""),
        ("<img src='a.png'><script>x</script>", ""),
    ],
)
def test_what_html_loses_is_a_problem_at_the_cell(source: str, names: str) -> None:
    made = html.render({"text/html": source}, place())
    assert "does not support" not in shown(made)
    assert ("x</p>" in shown(made)) == ("<p>x" in source)
    if not names:
        assert made.problems == ()
        return
    (problem,) = made.problems
    assert (problem.code, str(problem.location)) == ("LS311", "episodes/a.md:7")
    assert names in problem.message
    assert html.render({"text/html": source}, place("sandbox")).problems == ()


def test_what_a_style_sheet_hides_is_not_shown() -> None:
    source = (
        "<style>#a div.gone, .off {display: none} .on{display:none} input:checked~div.on{display:block}</style>"
        "<div class='x gone'>Please <br>rerun &amp; <p>this</div><b class=off>no</b><div class='on'>details</div> &lt;b&gt; stays"
    )
    assert hidden_classes(source) == {"gone", "off"}
    assert sanitise(without_hidden(source)) == '<div class="on">details</div> &lt;b&gt; stays'
    assert without_hidden("<style>.a{color:red}</style><p class=a>x</p>") == "<style>.a{color:red}</style><p class=a>x</p>"


def test_html_for_viewers_without_styles_is_no_part_of_an_output() -> None:
    source = "<style>.fb{display:none}</style><div class='fb'>Please rerun this cell</div><b>estimator</b>"
    assert shown(html.render({"text/html": source}, place())) == '<div class="output-html"><b>estimator</b></div>'


def test_text_in_a_sentence_has_no_quotes() -> None:
    assert [text.inline(each)[0] for each in ("'a b'", "3.5", "'broken", '"x"')] == ["a b", "3.5", "'broken", "x"]
    assert isinstance(text.render({"text/plain": "x\n"}, place()).nodes[0], CodeBlock)
    assert not isinstance(text.render({"text/plain": "x\n"}, place()).nodes[0], Element)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("np.float64(3.5)", "3.5"), ("np.int64(-2)", "-2"), ("np.True_", "True"), ("[np.float64(1.0), np.int8(2)]", "[1.0, 2]"),
        ("np.str_('a')", "a"), ("'np.float64(1.0)'", "np.float64(1.0)"), ("np.complex128(1+2j)", "1+2j"), ("3", "3"),
    ],
)  # fmt: skip
def test_a_number_in_a_sentence_is_shown_as_people_read_it(source: str, expected: str) -> None:
    assert text.inline(source) == (expected,)


@pytest.mark.parametrize(
    "source",
    [
        '<pre style="white-space:pre;line-height:normal;font-family:monospace"></pre>\n',
        "",
        "<div></div>",
        "<span> </span><br>",
    ],
)
def test_html_without_anything_to_see_is_no_empty_box(source: str) -> None:
    assert html.render({"text/html": source}, place()) == Rendered()


@pytest.mark.parametrize(
    "source",
    [
        '<div style="height: 2em; background: #c00"></div>',
        '<div style="border-top: 1px solid"></div>',
        "<table><tr><td></td></tr></table>",
        "<hr>",
        "<p>.</p>",
    ],
)
def test_html_that_shows_something_without_text_stays(source: str) -> None:
    assert html.render({"text/html": source}, place()).nodes


def test_no_link_leads_to_the_file_of_a_cell() -> None:
    assert shown(html.render({"text/html": '<a href="file:cell#3">2.py</a>'}, place())) == (
        '<div class="output-html"><a rel="noopener">2.py</a></div>'
    )
