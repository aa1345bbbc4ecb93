"""The new text of a page: cells in place of fences, and no other byte."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.conversion.editing import edit
from site_builder.conversion.model import LeftPlain, NewCell, Part
from site_builder.conversion.pictures import Picture, pictures_below
from site_builder.markdown.fence_source import fence_at, holds, lines_of
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, CodeBlock, walk
from site_builder.verification.typed.fences import fences_of
from site_builder.weave.filter.raw import lift

PATH = PurePosixPath("episodes/a.md")
HEAD = "---\ntitle: A\n---\n\n"


def cell(line: int, code: str, *options: str, removed: tuple[int, ...] = (), picture: Picture | None = None) -> NewCell:
    return NewCell(line, "python", code, (Part(code, options),), removed, picture)


def all_cells(text: str) -> list[NewCell]:
    """Every fence of code as a cell, every typed output removed."""
    return [
        cell(each.line, each.code, removed=tuple(item.line for item in each.typed if item.near))
        for each in fences_of(read(text, PATH, episode=True)).exchanges
    ]


def test_a_fence_and_its_output() -> None:
    text = HEAD + "Words.\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\nMore.\n"
    made = edit(text, [cell(7, "print(1)", "error: true", removed=(11,))])
    assert made.text == HEAD + "Words.\n\n```{python}\n#| error: true\nprint(1)\n```\n\nMore.\n"
    assert made.places[7] == 7


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- ```python\n  1\n  ```\n\n  ```output\n  1\n  ```\n", "- ```{python}\n  1\n  ```\n"),
        ("> ```python\n> 1\n> ```\n>\n> ```output\n> 1\n> ```\n", "> ```{python}\n> 1\n> ```\n"),
        ("> 1. ````{.python}\n>    1\n>    ````\n>\n>    ```output\n>    1\n>    ```\n>\n>    x\n", "> 1. ````{{python}}\n>    1\n>    ````\n>\n>    x\n"),
        ("::: solution\n\n~~~ python\n1\n~~~\n~~~output\n1\n~~~\n\n:::\n", "::: solution\n\n~~~{python}\n1\n~~~\n\n:::\n"),
        ("```python\n\tif x:\n\t\ty\n```\n", "```{python}\n\tif x:\n\t\ty\n```\n"),
    ],
)  # fmt: skip
def test_whatever_is_around_the_fence_stays(before: str, after: str) -> None:
    after = after.replace("{{python}}", "{python}")
    made = edit(before, all_cells(before))
    assert made.text == after
    assert [node.source for node in walk(read(made.text, PATH, episode=True).body) if isinstance(node, Cell)]
    assert edit(made.text, all_cells(made.text)).text == made.text


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_the_byte_order_mark_stay(end: str) -> None:
    text = ("\ufeff" + HEAD + "a\t\n\n```python\n1\n```\n\n```output\n1\n```\n\nb  \n").replace("\n", end)
    made = edit(text, all_cells(text), (), ("inputs: [x]",), [("python", "y = 1")])
    expected = "\ufeff---\ntitle: A\ninputs: [x]\n---\n\n```{python}\n#| include: false\ny = 1\n```\n\na\t\n\n```{python}\n1\n```\n\nb  \n"
    assert made.text == expected.replace("\n", end)


PIECES = st.sampled_from(
    [
        "Words with `code`.\n", "\n", "\t tab\n", "- item\n", "```python\nx = 1\n```\n", "```output\n1\n```\n", "```{.python}\nprint('```')\n```\n",
        "~~~r\nf(x)\n~~~\n", "> quote\n", "> ```python\n> y\n> ```\n", "::: challenge\n", ":::\n", "## Heading\n", "```\nplain\n```\n", "  ```bash\n  ls\n  ```\n",
        "- ```python\n  z\n  ```\n", "```python\n", "    indented\n", "![c](fig/a.png){alt='x'}\n", "```{python}\nold\n```\n", "```error\nE\n```\n", "<!-- c -->\n",
    ]
)  # fmt: skip


def prose(text: str) -> list[str]:
    """The lines outside of fences, without empty ones; those of fences that were removed are none either."""
    lines, _ = lines_of(text)
    inside: set[int] = set()
    for node in walk(read(text, PATH, episode=True).body):
        if isinstance(node, (CodeBlock, Cell)) and (fence := fence_at(lines, node.line)) is not None:
            code = node.text if isinstance(node, CodeBlock) else ""
            if isinstance(node, Cell) or holds(lines, fence, code):
                inside |= {*range(fence.first, fence.last + 1)}
    return [line for number, line in enumerate(lines) if number not in inside and line.strip(" \t>")]


@given(st.lists(PIECES, max_size=12), st.sampled_from(["\n", "\r\n"]))
@example(["- ```python\n  z\n  ```\n", "```output\n1\n```\n"], "\r\n")
@example(["- ```python\n  z\n  ```\n", "```output\n1\n```\n", "\t tab\n", "~~~r\nf(x)\n~~~\n"], "\n")
@example(["> ```python\n> y\n> ```\n", "```output\n1\n```\n", "Words.\n", "> ```python\n> y\n> ```\n"], "\n")
def test_prose_keeps_every_byte_and_a_second_time_changes_nothing(pieces: list[str], end: str) -> None:
    text = (HEAD + "".join(pieces)).replace("\n", end)
    made = edit(text, all_cells(text))
    assert prose(made.text) == prose(text)
    again = edit(made.text, all_cells(made.text))
    assert again.text == made.text
    if not any(isinstance(choice, NewCell) for choice in made.choices):
        assert made.text == text


def test_what_is_not_found_as_it_was_read_stays() -> None:
    text = HEAD + "```{.python .numberLines}\n1\n```\n\n    indented\n"
    made = edit(text, [cell(5, "1"), cell(9, "indented"), cell(5, "2")])
    assert made.text == text
    reasons = [choice.reason for choice in made.choices if isinstance(choice, LeftPlain)]
    assert re.match("its fence has attributes", reasons[0])
    assert reasons[1] == reasons[2] == "its fence could not be found in the file, or is not closed"


def test_a_picture_gives_way_and_labels_stay_apart() -> None:
    body = "```python\nplot()\n```\n\n![A *c*](fig/lines.svg){alt='said\nhere'}\n\nText.\n"
    text = HEAD + body + body
    below = pictures_below(lift(read(text, PATH, episode=True).body))
    cells = [cell(line, "plot()", f"label: {picture.label}", picture=picture) for line, (picture,) in below.items()]
    made = edit(text, cells, ["lines"])
    assert made.text == HEAD + "".join(f"```{{python}}\n#| label: lines-{n}\nplot()\n```\n\nText.\n" for n in (2, 3))
    (first,) = below[5]
    assert (first.caption, first.alternative, first.marked) == ("A c", "said here", True)


@pytest.mark.parametrize(
    ("below", "pictures"),
    [
        ("![](a.png)\n", 1), ("```output\n1\n```\n\n![](a.png)\n", 1), ("![](a.png)\n\n![](b.png)\n", 2), ("Words.\n\n![](a.png)\n", 0),
        ("## H\n\n![](a.png)\n", 0), ('<img src="a.png" alt="x"/>\n', 1),
        ('<div class="figure">\n<img src="a.png" alt="x"/>\n<p class="caption">C</p>\n</div>\n', 1), ("![](a.png) and words\n", 0),
    ],
)  # fmt: skip
def test_which_pictures_are_those_of_the_code(below: str, pictures: int) -> None:
    found = pictures_below(lift(read(HEAD + "```python\np()\n```\n\n" + below, PATH, episode=True).body))
    assert len(found.get(5, ())) == pictures


def test_the_label_of_a_picture() -> None:
    assert Picture("fig/9_gdp line.svg?x=1", "", None, 1).label == "9_gdp-line"
    assert Picture("fig/08-plot-rendered-by-year-1.png", "", None, 1).label == "by-year"
