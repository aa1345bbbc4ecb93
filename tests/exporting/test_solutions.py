"""The words of a solution are in no learner's export, wherever it is; and every cell of the page is there, in order."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.boxes import FOR_INSTRUCTORS
from site_builder.exporting.commands import commands
from site_builder.exporting.notebook import ExportKind, notebook
from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import to_script
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, Element, Node

LEARNERS = (ExportKind.LEARNER, ExportKind.LIVE, ExportKind.SCRIPT)
SECRET = "secretword"


def page(text: str, name: str = "a.md") -> Document:
    return read(text, PurePosixPath("episodes") / name, episode=True)


def code_of(document: Document, kind: ExportKind) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook(document, None, kind)["cells"] if cell["cell_type"] == "code"]


def visible_cells(nodes: tuple[Node, ...], *, answers: bool) -> list[str]:
    """Return the sources of a page's cells in order, by a walk of its own; without ``answers`` those outside boxes for instructors."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Cell):
            found.append(node.source)
        elif isinstance(node, Element) and (answers or node.tag != "div" or FOR_INSTRUCTORS.isdisjoint(node.classes)):
            found += visible_cells(node.children, answers=answers)
    return found


def check(document: Document) -> None:
    for kind in LEARNERS:
        made = notebook(document, None, kind)
        nbformat.validate(nbformat.from_dict(made))
        assert SECRET not in json.dumps(made), kind
        if kind is not ExportKind.LIVE:
            assert code_of(document, kind) == visible_cells(document.body, answers=False)
    assert SECRET not in to_script(notebook(document, None, ExportKind.SCRIPT))
    assert code_of(document, ExportKind.INSTRUCTOR) == visible_cells(document.body, answers=True)


SOLUTION = f"### {SECRET}\n\n{SECRET} words[^s]\n\n```{{python}}\n#| label: {SECRET}\n{SECRET} = 1\n```\n\n```bash\n{SECRET}\n```\n\n`{{python}} {SECRET}`"
NOTE = f"\n\n[^s]: {SECRET} note[^t]\n\n[^t]: {SECRET} again\n"


def indented(text: str, first: str, rest: str) -> str:
    return "\n".join((first if number == 0 else rest) + line if line or number == 0 else "" for number, line in enumerate(text.split("\n")))


SHAPES = {
    "fence": "::: {0}\n\n{1}\n\n:::",
    "attributes": "::::: {{#id .{0} key=value}}\n\n{1}\n\n:::::",
    "second class": "::: {{.callout .{0}}}\n\n{1}\n\n:::",
    "second class of an accordion": "::: {{.spoiler .{0}}}\n\n{1}\n\n:::",
    "html": '<div class="{0}">\n\n{1}\n\n</div>',
    "html with more": '<div id="x" class="box {0}" lang=en>\n\n{1}\n\n</div>',
    "html without quotes": "<DIV CLASS={0}>\n\n{1}\n\n</DIV>",
}
AROUND = {
    "nothing": lambda text: text,
    "item": lambda text: indented(text, "- item\n\n  ", "  "),
    "numbered item": lambda text: "1. first\n\n" + indented(text, "2. item\n\n   ", "   ") + "\n\n3. last",
    "first in item": lambda text: indented(text, "- ", "  "),
    "quote": lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    "definition": lambda text: "term\n\n" + indented(text, ":   ", "    "),
    "challenge": lambda text: f":::: challenge\n\n## Do\n\nit\n\n{text}\n\n::::",
    "tab": lambda text: f":::: group-tab\n\n### Linux\n\n{text}\n\n### Other\n\nelse\n\n::::",
    "spoiler": lambda text: f":::: spoiler\n\n{text}\n\n::::",
    "html div": lambda text: f"<div>\n\n{text}\n\n</div>",
    "unknown div": lambda text: f":::: whatever\n\n{text}\n\n::::",
}  # fmt: skip


@st.composite
def lessons(draw: st.DrawFn) -> str:
    parts = []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(sorted(FOR_INSTRUCTORS)))
        text = draw(st.sampled_from(sorted(SHAPES.values()))).format(kind, SOLUTION.replace("label: ", f"label: n{number}-"))
        for around in draw(st.lists(st.sampled_from(sorted(AROUND)), max_size=3)):
            text = AROUND[around](text)
        parts += [
            text,
            f"```{{python}}\n#| label: shown-{number}\nshown({number})\n```",
            draw(st.sampled_from(("Text.", "## Part", "- item"))),
        ]
    return "\n\n".join(parts) + NOTE


@given(lessons())
def test_solutions_in_every_nesting_are_left_out_and_all_cells_are_there(text: str) -> None:
    document = page(text)
    assert "shown(0)" in visible_cells(document.body, answers=True)
    check(document)


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("around", sorted(AROUND))
def test_each_shape_in_each_place_is_a_box_of_the_page(shape: str, around: str) -> None:
    """Without this the property could hold for lessons without any solution."""
    document = page(AROUND[around](SHAPES[shape].format("solution", SOLUTION)) + NOTE)
    assert len(visible_cells(document.body, answers=True)) == 1
    assert visible_cells(document.body, answers=False) == []
    assert SECRET in json.dumps(notebook(document, None, ExportKind.INSTRUCTOR))
    assert SECRET not in commands(document)
    check(document)


def test_a_one_line_box_an_item_of_which_nothing_is_left_and_comments_go() -> None:
    document = page(
        f'<div class="solution">{SECRET}</div>\n\n- one\n- <div class="solution">{SECRET}</div>\n\n<!-- {SECRET} -->\n\nx <!-- {SECRET} -->\n'
    )
    check(document)
    (text,) = notebook(document, None, ExportKind.LEARNER)["cells"]
    assert "".join(text["source"]) == "- one\n\nx"


def test_in_r_markdown_and_percent_scripts_as_well() -> None:
    check(page(f"::: solution\n\n```{{r}}\n{SECRET}\n```\n\n`r {SECRET}`\n\n:::\n\n```{{r}}\nplot(1)\n```\n", "a.Rmd"))
    document = page(f"::: solution\n\n```python\n{SECRET}\n```\n\n:::\n\n```python\nx\n```\n\n```output\n{SECRET}\n```\n")
    assert code_of(document, ExportKind.LEARNER) == ["x"]
    assert SECRET not in json.dumps(notebook(document, None, ExportKind.LEARNER))
    assert code_of(document, ExportKind.INSTRUCTOR) == [SECRET, "x"]


def test_a_note_to_which_the_text_refers_too_is_kept() -> None:
    text = "Text[^a].\n\n::: solution\n\nx[^b] and[^a]\n\n:::\n\n[^a]: kept[^c]\n[^b]: gone\n[^c]: kept too\n"
    (cell,) = notebook(page(text), None, ExportKind.LEARNER)["cells"]
    source = "".join(cell["source"])
    assert "kept" in source
    assert "kept too" in source
    assert "gone" not in source


def test_items_keep_their_numbers_around_a_cell() -> None:
    text = "1. one\n\n2. two\n\n   ```{python}\n   x = 1\n   ```\n\n   after\n\n3. three\n\n> before\n>\n> ```{python}\n> y\n> ```\n>\n> behind\n"
    found = notebook(page(text), None, ExportKind.LEARNER)["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in found] == [
        ("markdown", "1. one\n\n2. two"), ("code", "x = 1"), ("markdown", "after\n\n3. three\n\n> before"), ("code", "y"), ("markdown", "> behind"),
    ]  # fmt: skip


def test_divs_nest_as_deep_as_an_author_likes() -> None:
    document = page("::: callout\n\n" * 3_000 + f"::: solution\n\n{SECRET}\n\n:::\n\n```{{python}}\nx\n```\n\n" + ":::\n\n" * 3_000)
    assert code_of(document, ExportKind.LEARNER) == ["x"]
    assert SECRET not in json.dumps(notebook(document, None, ExportKind.LEARNER))


@pytest.mark.parametrize(
    ("text", "learner", "instructor"),
    [
        ("```` ``` ```` begins.\n\n```python``` inline.\n\n::: solution\n\n```{python}\nsecretword\n```\n\n:::\n", [], [SECRET]),
        ("    ```text\n    shown\n\n<!--\n```\nleft\n-->\n\n```{python}\n1\n```\n", ["1"], ["1"]),
        ("Code:\n\n    ```\n    shown\n\n::: solution\n\nsecretword\n\n:::\n\n```{python}\n1\n```\n", ["1"], ["1"]),
        ("- a\n    ```{python}\n    y\n    ```\n\n> ```{python}\n> z\n> ```\n", ["z"], ["z"]),
    ],
)
def test_lines_that_only_look_like_fences_open_nothing(text: str, learner: list[str], instructor: list[str]) -> None:
    document = page(text)
    assert code_of(document, ExportKind.LEARNER) == learner
    assert code_of(document, ExportKind.INSTRUCTOR) == instructor
    check(document)


def test_a_table_that_holds_a_cell_is_taken_apart() -> None:
    rows = ["| left   | ```{python} |", "|        | x = 1       |", "|        | ```         |"]
    line = "+--------+-------------+"
    text = "\n".join((line, "| a      | b           |", line.replace("-", "="), *rows, line, ""))
    found = notebook(page(text), None, ExportKind.LEARNER)["cells"]
    assert [("".join(cell["source"]).split(), cell["cell_type"]) for cell in found] == [
        (["a", "b", "left"], "markdown"),
        (["x", "=", "1"], "code"),
    ]
