"""Text and inline elements as CommonMark, read again by a CommonMark reader."""

from __future__ import annotations

import re
from html import unescape
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from site_builder.exporting.blocks import blocks
from site_builder.exporting.escaping import code
from site_builder.exporting.inline import InlineContext, inline, line
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Element, Expression, Node, Raw, element, text_of

BASE = "https://example.org/lesson"
DOCS = "https://example.org/docs"
LINKS = f"[docs]: {DOCS}\n[two words]: other.md#here\n"


def written(text: str, around: InlineContext | None = None) -> str:
    document = read(text, PurePosixPath("episodes/a.md"), links=LINKS, episode=True)
    return "\n\n".join(blocks(document.body, around or InlineContext(BASE)))


def as_read(markdown: str) -> str:
    """Return the text that a CommonMark reader with GitHub's tables and strikethrough shows."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [the docs][docs], [Docs][] and [docs].", f"See [the docs]({DOCS}), [Docs]({DOCS}) and [docs]({DOCS})."),
        ("[x][Two  words]", f"[x]({BASE}/other.html#here)"),
        ("`[docs]` stays, so does ``a `b` [docs]``", "`[docs]` stays, so does ``a `b` [docs]``"),
        ("x ![caption](fig/a.png){alt='What is seen' width='50%'}", f"x ![What is seen]({BASE}/fig/a.png)"),
        ('x ![c](fig/a.png "title")', f'x ![c]({BASE}/fig/a.png "title")'),
        ("[text](page.md){target='_blank'}", f"[text]({BASE}/page.html)"),
        ("[a](https://en.wikipedia.org/wiki/X_(y))", "[a](<https://en.wikipedia.org/wiki/X_(y)>)"),
        ("<https://example.org> and <ada@example.org>", "<https://example.org> and <ada@example.org>"),
        ("[](https://example.org) x", "x"),
        ("*a* and **b**, ~~c~~ H~2~O, x^2^, *a **b** c*", "*a* and **b**, ~~c~~ H<sub>2</sub>O, x<sup>2</sup>, *a **b** c*"),
        ("***both***", "<strong>*both*</strong>"),
        ("$x_1$ and $$\\frac{1}{2}$$ and \\(y\\), 5$", "$x_1$ and $$\\frac{1}{2}$$ and $y$, 5\\$"),
        ("snake_case, 2 * 3, a < b, A&B, R&amp;D", "snake_case, 2 \\* 3, a < b, A\\&B, R\\&D"),
        ("[words]{lang=fr} :tada:", "words 🎉"),
        ("one\\\ntwo", "one\\\ntwo"),
        ("line\n\\- no item\n1\\. no item", "line\n\\- no item\n1\\. no item"),
        ("See e.g. this.", "See e.g. this."),
        ("a <b>raw</b> tag", "a <b>raw</b> tag"),
        ("```` ``` ```` begins", "```` ``` ```` begins"),
        ("It is `{python} 1 + 1`.", "It is `1 + 1`."),
        ("", ""),
    ],
)
def test_each_piece_of_text(text: str, expected: str) -> None:
    assert written(text) == expected


def test_an_alternative_text_has_the_values_of_its_expressions() -> None:
    around = InlineContext(BASE, {"expression-1": "2 [m]", "expression-2": Raw("$x$")})
    text = "x ![`{python} a` and `{python} b`, `{python} c`](fig/a.png)"
    assert written(text, around) == f"x ![2 \\[m\\] and $x$, c]({BASE}/fig/a.png)"
    figure = written("![is `{python} a`](fig/a.png){alt='told `{python} b`'}", around)
    assert figure == f"![told 2 \\[m\\]]({BASE}/fig/a.png)\n\n*is $x$*"


def test_the_value_of_an_expression_stands_in_its_place_as_text() -> None:
    nodes = ["is ", Expression("e", "python", "x"), "."]
    assert inline(nodes, InlineContext(values={"e": "*5*\n\n6"})) == "is \\*5\\*\n6\\."


def test_a_mark_that_would_be_none_beside_a_letter_is_a_tag() -> None:
    nodes: list[Node] = ["a", element("strong", "“b”"), "c ", element("em", "(d)"), " ", element("em", "e"), element("em", "f")]
    assert inline(nodes, InlineContext()) == "a<strong>“b”</strong>c *(d)* <em>e</em>*f*"
    assert inline([element("em", " x ")], InlineContext()) == " *x* "
    assert inline(["a", element("em", " "), "b"], InlineContext()) == "a b"


def test_headings_and_cells_are_one_line() -> None:
    assert line(["a\n b", Element("br"), "\nc"], InlineContext()) == "a b<br> c"


@given(st.text("`x ", min_size=1, max_size=8))
def test_a_code_span_shows_its_text(text: str) -> None:
    (token,) = MarkdownIt("commonmark").parseInline(code(f"a{text}b"))[0].children or []
    assert token.content == f"a{text}b"


HARD = st.text("ab1 \n*_`~[]()<>!&;#$\\-+=|.:{}\"'", max_size=25)


@given(HARD)
def test_text_comes_back_from_commonmark_as_it_was(text: str) -> None:
    shown = inline([text.strip()], InlineContext())
    assert as_read(shown) == " ".join(text.split())


@given(st.lists(st.tuples(st.sampled_from(("", "em", "strong", "del", "code")), HARD), max_size=5))
def test_emphasis_loses_and_adds_no_character(parts: list[tuple[str, str]]) -> None:
    nodes: list[Node] = [element(tag, text) if tag else text for tag, text in parts]
    shown = inline(nodes, InlineContext()).strip()
    assert "".join(as_read(shown).split()) == "".join(text_of(nodes).split())


@given(st.text("ab[]()!`{}#:*_~^$<>&\\|-+.\"' \n", max_size=60))
def test_no_text_at_all_is_an_error(text: str) -> None:
    written(text)


def test_a_long_line_of_marks_takes_no_time() -> None:
    for text in ("[" * 20_000, "![" * 10_000, "`" * 20_000, "[a](" * 5_000, "[a][" * 5_000, "*a " * 5_000):
        written(text)


def test_brackets_are_left_alone_where_they_make_no_link() -> None:
    link = element("a", "x", href="https://x.org")
    assert inline(["see [1]", element("em", "a"), " and [2]", link, " wow!", link, " [3](a) [4]"], InlineContext()) == (
        "see [1]*a* and [2\\][x](https://x.org) wow\\![x](https://x.org) [3\\](a) [4]"
    )
