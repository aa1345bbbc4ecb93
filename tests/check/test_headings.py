"""The outline of a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.check.findings import source_page
from site_builder.check.headings import check_headings
from site_builder.markdown.document import Document
from site_builder.markdown.tree import element
from site_builder.problems import Severity
from tests.check.conftest import PATH, finder

found = finder(check_headings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A\n\n### B\n\n#### C\n\n## D\n", []),
        ("no heading\n", []),
        ("### A\n", [("LS801", 1)]),
        ("# A\n\n## B\n", [("LS802", 1)]),
        ("## A\n\n# B\n", [("LS802", 3)]),
        ("## A\n\n#### B\n", [("LS803", 3)]),
        ("## A\n\n##\n\n## B\n", [("LS804", 3)]),
        ("## ![](x.png)\n", [("LS804", 1)]),
        ("## ![a map](x.png)\n", []),
        ("## `code`\n", []),
        ("## A\n\n### B\n\n### B\n", [("LS805", 5)]),
        ("## A\n\n### B\n\n## C\n\n### B\n", []),
        ("## A\n\n## A\n\n## A\n", [("LS805", 3), ("LS805", 5)]),
    ],
)
def test_levels_names_and_repeats(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


def test_titles_of_boxes_are_no_part_of_the_outline() -> None:
    box = "::: challenge\n\n# Title\n\n:::: solution\n\n##### Solution\n\n::::\n\n:::\n\n"
    assert found(box + "## A\n\n" + box + "### B\n") == []


def test_a_title_without_text_is_told_of_in_a_box_too() -> None:
    assert found("## A\n\n::: callout\n\n##\n\n:::\n") == [("LS804", 5)]


def test_an_unknown_div_is_no_box() -> None:
    assert found("## A\n\n::: wide\n\n#### B\n\n:::\n") == [("LS803", 5)]


def test_messages_name_the_heading_and_the_remedy() -> None:
    page = source_page(Document(PATH, body=(element("h2", "A", line=1), element("h4", "B", line=3))), "")
    (problem,) = check_headings(page)
    assert str(problem) == "LS803 episodes/x.md:3 the heading 'B' jumps from level 2 to level 4 (write `### `)"
    assert problem.severity is Severity.WARNING


@given(st.lists(st.integers(2, 6), max_size=12))
def test_an_outline_is_clean_exactly_if_it_begins_at_two_and_goes_down_by_single_steps(levels: list[int]) -> None:
    body = tuple(element(f"h{level}", f"heading {number}", line=number) for number, level in enumerate(levels, 1))
    clean = not list(check_headings(source_page(Document(PATH, body=body), "")))
    assert clean == all(level <= before + 1 for before, level in zip([1, *levels], levels, strict=False))
