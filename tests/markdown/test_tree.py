"""The block tree: looking at it, changing it, writing it."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.document import Document
from site_builder.markdown.tree import (
    Cell,
    CodeBlock,
    Element,
    Expression,
    Node,
    Raw,
    cells,
    element,
    elements,
    is_heading,
    text_of,
    to_html,
    transform,
    walk,
)

CELL = Cell("c", "python", "x")
EXPRESSION = Expression("e", "python", "y")


def test_an_element_is_built_with_attributes_named_as_python_allows() -> None:
    built = element("div", "x", line=3, class_="a b", data_x="1")
    assert built == Element("div", (("class", "a b"), ("data-x", "1")), ("x",), 3)
    assert built.classes == ("a", "b")
    assert (built.get("data-x"), built.get("id", "none")) == ("1", "none")
    assert (built.has("class"), built.has("id")) == (True, False)


def test_attributes_are_set_in_place_added_at_the_end_and_removed() -> None:
    built = element("p", class_="a", id="i")
    assert built.with_attributes(class_="b", title="t", id=None).attributes == (("class", "b"), ("title", "t"))
    assert built.set({"lang": None}).attributes == built.attributes
    assert built.with_children(["x"]).children == ("x",)


def test_only_headings_are_headings() -> None:
    assert [is_heading(node) for node in (Element("h2"), Element("p"), "h2")] == [True, False, False]


def test_walking_goes_in_document_order() -> None:
    tree = (element("p", "a", element("b", "c")), "d")
    assert [node if isinstance(node, str) else node.tag for node in walk(tree) if isinstance(node, str | Element)] == [
        "p",
        "a",
        "b",
        "c",
        "d",
    ]
    assert [found.tag for found in elements(tree)] == ["p", "b"]
    assert [found.tag for found in elements(tree, "b")] == ["b"]


def test_what_runs_is_found_in_document_order() -> None:
    body = (element("p", EXPRESSION), CELL)
    assert cells(body) == (EXPRESSION, CELL)
    assert Document(PurePosixPath("episodes/a.md"), body=body).cells == (EXPRESSION, CELL)
    assert Document(PurePosixPath("episodes/a.md")).slug == "a"


def test_a_transformation_sees_children_first_and_may_drop_keep_or_replace() -> None:
    seen: list[str] = []

    def change(node: Node) -> list[Node] | None:
        seen.append(node if isinstance(node, str) else type(node).__name__)
        if node == "drop":
            return []
        return ["1", "2"] if node == "split" else None

    kept = element("i", "keep")
    assert transform((element("p", "drop", "split", kept), "x"), change) == (element("p", "1", "2", kept), "x")
    assert seen == ["drop", "split", "keep", "Element", "Element", "x"]


def test_a_tree_that_does_not_change_is_not_copied() -> None:
    tree = element("p", element("i", "a"))
    assert transform((tree,), lambda _: None)[0] is tree


def test_plain_text_keeps_code_and_breaks_and_drops_markup() -> None:
    assert text_of((element("p", "a", Element("br"), element("em", "b"), Raw("<x>")), CodeBlock("c"))) == "a bc"


def test_writing_escapes_text_and_attributes() -> None:
    shown = to_html((element("p", "a < b", Raw("<hr>"), title='"'), CodeBlock("<x>", ("python",), "i", (("k", "v"), ("empty", "")))))
    assert shown == ('<p title="&quot;">a &lt; b<hr></p>\n<pre id="i" class="python" k="v"><code>&lt;x&gt;\n</code></pre>\n')


@pytest.mark.parametrize("node", [CELL, EXPRESSION])
def test_what_was_not_woven_cannot_be_written(node: Node) -> None:
    with pytest.raises(TypeError, match="was not woven"):
        to_html((node,))
