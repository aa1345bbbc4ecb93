"""Whole pages: what reading the dialect must produce, whichever module does it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, CodeBlock, Element, Expression, elements, text_of, to_html, walk
from tests.world import examples

if TYPE_CHECKING:
    from site_builder.markdown.document import Document

PAGE = PurePosixPath("episodes/page.md")


def page(text: str, *, links: str = "", episode: bool = False) -> Document:
    return read(text, PAGE, links=links, episode=episode)


def html(text: str, *, links: str = "") -> str:
    return to_html(page(text, links=links).body).replace("\n", "")


def codes(document: Document) -> list[tuple[str, int]]:
    return [(problem.code, problem.location.line) for problem in document.problems]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("text\n::: callout\nx\n:::", "<p>text::: calloutx:::</p>"),
        ("::: Callout\nx\n:::", '<div class="Callout"><p>x</p></div>'),
        ("::: {.callout .extra #u key='v'}\nb\n:::", '<div id="u" class="callout extra" key="v"><p>b</p></div>'),
        (
            '<div class="challenge">\n## T\npara **b**\n</div>',
            '<div class="challenge"><h2 id="t">T</h2><p>para <strong>b</strong></p></div>',
        ),
        (" ::: callout\nx\n:::", "<p>::: calloutx:::</p>"),
        ("## H\n::: callout\nx\n:::", '<h2 id="h">H</h2><div class="callout"><p>x</p></div>'),
        ("```\nx\n```\n::: c\ny\n:::", '<pre><code>x</code></pre><div class="c"><p>y</p></div>'),
        ("<!-- c -->\n::: c\ny\n:::", '<!-- c --><div class="c"><p>y</p></div>'),
        ("::: callout\n\nOpen\n\n## After", '<div class="callout"><p>Open</p><h2 id="after">After</h2></div>'),
        ("H~2~O x^2^ ~~z~~", "<p>H<sub>2</sub>O x<sup>2</sup> <del>z</del></p>"),
        ("costs $5 and $6, $a_b$", '<p>costs $5 and $6, <span class="math inline">\\(a_b\\)</span></p>'),
        (":smile:", '<p><span class="emoji" data-emoji="smile">😄</span></p>'),
        ("@someone", '<p><span class="citation">@someone</span></p>'),
        ("Term\n: Def", "<dl><dt>Term</dt><dd>Def</dd></dl>"),
        ("a) x", '<ol style="list-style-type: lower-alpha"><li>x</li></ol>'),
        ("- [x] b", '<ul class="task-list"><li><label><input type="checkbox" checked="">b</label></li></ul>'),
        ("![](a.png){alt='a'}\n![](b.png){alt='b'}", '<p><img src="a.png" alt="a"><img src="b.png" alt="b"></p>'),
        ('[![l](e.png){alt="k"}](https://x.org)', '<p><a href="https://x.org"><img src="e.png" alt="k"></a></p>'),
        ("text\n# x\n> y\n- z", "<p>text# x&gt; y- z</p>"),
        ("# Ab\n\n[Ab]", '<h1 id="ab">Ab</h1><p><a href="#ab">Ab</a></p>'),
        ("a\\\nb  \nc", "<p>a<br>b<br>c</p>"),
        ('"x" it\'s -- --- ...', "<p>“x” it’s – — …</p>"),
        ("{% liquid %} {{ x }}", "<p>{% liquid %} {{ x }}</p>"),
        ("\\foo{bar}x", "<p>x</p>"),
        ("`<b>`{=html}z", "<p><b>z</p>"),
        ("```{=html}\n<b>\n```", "<b>"),
        ("```{=latex}\n\\b\n```", ""),
    ],
)
def test_the_dialect_is_read_as_the_specification_says(source: str, expected: str) -> None:
    assert html(source) == expected


def test_an_image_alone_becomes_a_figure_with_caption_and_separate_alternative_text() -> None:
    figure = next(elements(page("![cap *x*](../fig/a.png){alt='one' width=\"50%\"}").body, "figure"))
    image, caption = figure.children
    assert isinstance(image, Element)
    assert image.attributes == (("src", "../fig/a.png"), ("style", "width:50.0%"), ("alt", "one"))
    assert to_html((caption,)) == "<figcaption>cap <em>x</em></figcaption>\n"


def test_headings_are_numbered_over_the_whole_page() -> None:
    body = page("## A\n\n::: solution\n## A\n:::\n\n## A\n\n## A-1\n\n## 1.2\n\n## x {#y .k}").body
    assert [heading.get("id") for heading in elements(body, "h2")] == ["a", "a-1", "a-2", "a-1-1", "section", "y"]


def test_links_are_appended_and_win_over_the_pages_own_definitions() -> None:
    shown = html("[a] [b]\n\n[a]: own.md", links="[a]: theirs.md\n[b]: b.md\n<!-- end -->")
    assert shown == '<p><a href="theirs.md">a</a> <a href="b.md">b</a></p><!-- end -->'


def test_footnotes_stand_at_the_end_in_order_of_use() -> None:
    shown = html("x[^b] y^[in *line*]\n\n[^b]: first\n\n    - item")
    assert '<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a>' in shown
    notes = shown.split('<div class="footnotes footnotes-end-of-document"><hr><ol>')[1]
    assert notes.index("first") < notes.index("in <em>line</em>")
    assert '<a href="#fnref2" class="footnote-back">↩︎</a></p></li>' in notes


def test_cells_run_only_in_episodes() -> None:
    source = "---\ntitle: T\n---\n\n```{python}\n#| label: one\n#| echo: false\nx = 1\n```\n\n`{python} x`\n\n```{bash}\nls\n```\n"
    one, expression, two = page(source, episode=True).cells
    assert isinstance(one, Cell)
    assert (one.identifier, one.language, one.source, one.line, one.source_line) == ("one", "python", "x = 1", 5, 8)
    assert not one.options.echo
    assert expression == Expression("expression-1", "python", "x", 11)
    assert (two.identifier, two.line) == ("cell-2", 13)
    elsewhere = page(source)
    assert not elsewhere.cells
    assert codes(elsewhere) == [("LS305", 5), ("LS305", 13)]
    assert any(isinstance(node, CodeBlock) for node in elsewhere.body)


def test_code_that_is_only_shown_is_never_a_cell() -> None:
    document = page("---\ntitle: T\n---\n```python\na\n```\n\n```{.python .x k=v}\nb\n```\n\n    c\n", episode=True)
    shown = [node for node in document.body if isinstance(node, CodeBlock)]
    assert [(block.text, block.classes, block.line) for block in shown] == [
        ("a", ("python",), 4),
        ("b", ("python", "x"), 8),
        ("c", ("sh",), 12),
    ]
    assert not document.cells


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("::: a\nx", [("LS202", 1)]),
        ("x\n\n:::\n", [("LS203", 3)]),
        ("<div>\nx", [("LS204", 1)]),
        ("```python\nx", [("LS201", 1)]),
        ("```{python}\nx", [("LS201", 1)]),
        ("[^a]: x\n\n[^a]: y", [("LS205", 3)]),
        ("---\ntitle: [\n---\n", [("LS103", 3)]),
        ("---\n- a\n---\n", [("LS104", 2)]),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_line(source: str, expected: list[tuple[str, int]]) -> None:
    assert codes(page(source)) == expected


def test_what_is_wrong_keeps_its_text() -> None:
    assert "kept" in text_of(page("```python\nkept").body)
    assert "kept" in text_of(page("::: a\nkept").body)


def test_line_ends_byte_order_mark_and_nul_are_read() -> None:
    document = page("\ufeff---\r\ntitle: T\r\n---\r\n\r\na\0b\r\n")
    assert document.front_matter.title == "T"
    assert text_of(document.body) == "a\ufffdb"
    assert [element.line for element in elements(document.body, "p")] == [5]


@pytest.mark.parametrize(
    "source",
    [
        "::: a\n\n" * 200 + "x\n\n" + ":::\n\n" * 200,
        "<div>\n" * 200 + "x\n" + "</div>\n" * 200,
        ">" * 2000 + " x",
        "".join("  " * depth + "- x\n" for depth in range(200)),
        "*a **" * 3000 + "x",
        "[" * 5000 + "x" + "]" * 5000,
        "^[" * 3000 + "x" + "]" * 3000,
        "<span>" * 3000 + "x",
    ],
)
def test_deep_nesting_is_read_without_exhausting_the_stack(source: str) -> None:
    assert "x" in text_of(page(source).body)


ALPHABET = st.sampled_from(
    [*list("ab *_`~^$[](){}<>!@:|-+=#.'\"\\&;1\n\n\t/"), "```", ":::", "---", "<div>", "</div>", "    ", "[^a]", "- ", "1. "]
)


def assert_readable(source: str) -> None:
    document = page(source, links="[x]: y", episode=True)
    last = source.count("\n") + 1
    lines = [node.line for node in walk(document.body) if not isinstance(node, str)]
    assert all(0 <= line <= last for line in lines)
    assert all(0 <= problem.location.line <= last + 1 for problem in document.problems)


@settings(max_examples=300, deadline=None)
@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_any_text_is_read_and_lines_are_in_range(source: str) -> None:
    assert_readable(source)


@pytest.mark.world("sequences")
@settings(max_examples=examples(10_000), deadline=None)
@given(st.lists(ALPHABET, max_size=80).map("".join))
def test_any_text_is_read_in_ten_thousand_cases(source: str) -> None:
    assert_readable(source)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=1),
    st.sampled_from([" ", "\n", "\n\n", "\n- ", "\n> ", "\n\n> ", " *", "* "]),
)
def test_no_word_of_prose_is_lost(words: list[str], joint: str) -> None:
    shown = text_of(page(joint.join(words)).body)
    assert [shown.count(word) for word in words] == [words.count(word) for word in words]


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_characters_are_read(source: str) -> None:
    page(source, episode=True)
