"""A page's source as lines, boxes and cells."""

from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from site_builder.exporting.events import Close, Line, Open, events
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell


def seen(text: str, *, plain: bool = False) -> list[str]:
    """The events in short: text, ``<kind``, ``>``, and ``source@line`` of a cell."""
    document = read(text, PurePosixPath("episodes/a.md"), episode=True)
    found = []
    for event in events(text, document, plain=plain):
        if isinstance(event, Line):
            found.append(("#" if event.typed else "|" if event.code else "") + event.text)
        elif isinstance(event, Open):
            found.append(f"<{event.kind}")
        else:
            found.append(">" if isinstance(event, Close) else f"{event.source}@{event.line}")
    return found


def test_front_matter_is_left_out_and_lines_stay_in_their_order() -> None:
    assert seen("---\ntitle: T\n---\n\nText.\n") == ["", "Text.", ""]


def test_cells_are_those_that_the_reader_found() -> None:
    text = "---\ntitle: T\n---\n```{python}\n#| label: a\nx = 1\n```\n\n```python\ny\n```\n"
    assert seen(text) == ["x = 1@4", "", "|```python", "|y", "|```", ""]
    commented = "<!--\n\n```{python}\nx\n```\n\n-->\n"
    assert not any("@" in item for item in seen(commented))


def test_boxes_open_and_close_also_as_html_and_colons_in_code_are_code() -> None:
    text = "::: challenge\n\n```\n:::\n```\n\n:::::: solution\n\nS\n\n::::::\n\n:::\n"
    assert seen(text) == ["<challenge", "", "|```", "|:::", "|```", "", "<solution", "", "S", "", ">", "", ">", ""]
    assert seen('<div class="instructor">\n\nX\n\n</div>\n') == ["<instructor", "", "X", "", ">", ""]
    assert seen("<div>\nX\n</div>\n") == ["<", "X", ">", ""]
    assert seen("::: {.callout #id}\nX\n:::\n") == ["<callout", "X", ">", ""]
    assert seen("::: {#id}\nX\n:::\n") == ["<", "X", ">", ""]


def test_what_is_never_closed_is_closed_at_the_end_and_a_closer_too_many_is_text() -> None:
    assert seen("::: challenge\nX") == ["<challenge", "X", ">"]
    assert seen(":::\nX") == [":::", "X"]
    assert seen("```\nX") == ["|```", "|X"]
    assert seen("::: a\n</div>\n:::") == ["<a", "</div>", ">"]


def test_plain_python_is_a_cell_where_that_is_asked_for_and_its_typed_output_is_marked() -> None:
    text = "```python\nx\n```\n\n```output\n1\n```\n\n```{.python}\ny\n```\n\n```\nz\n```\n"
    assert seen(text, plain=True) == ["x@1", "", "#```output", "#1", "#```", "", "y@9", "", "|```", "|z", "|```", ""]
    assert "x@1" not in seen(text)


PIECES = ["text", "", "```", "~~~", "````", "::: challenge", ":::", "<div>", "</div>", "```{python}", "x = 1", "> q"]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_every_box_is_closed_and_there_are_no_more_cells_than_the_reader_found(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = read(text, PurePosixPath("episodes/a.md"), episode=True)
    depth, cells = 0, []
    for event in events(text, document):
        depth += isinstance(event, Open) - isinstance(event, Close)
        assert depth >= 0
        if isinstance(event, Cell):
            cells.append(event)
    assert depth == 0
    assert len(cells) <= len(document.cells)
