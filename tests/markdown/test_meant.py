"""Fences that were meant and are none, named at their own line with the cause."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.problems import Severity

PAGE = PurePosixPath("page.md")


def told(source: str, links: str = "") -> list[tuple[str, int, str]]:
    """Return code, line and cause of what is reported."""
    return [
        (each.code, each.location.line, each.message.partition("` ")[2].partition(":")[0])
        for each in read(source, PAGE, links=links).problems
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Text\n::: callout\nx\n:::", [("LS208", 2, "follows a line of text")]),
        ("Text\n::: callout\n\nx\n\n:::", [("LS208", 2, "follows a line of text")]),
        ("- one\n- two\n::: solution\n\nx\n\n:::", [("LS208", 3, "follows a line of text")]),
        ("1. a\n\n    ::: callout\n\n    x\n\n    :::", [("LS208", 3, "is indented by 4, 3 are wanted")]),
        (" ::: hint\n\nx\n\n:::", [("LS208", 1, "is indented by 1, none are wanted")]),
        ("a\n\n    ::: hint\n\n    x\n\n    :::", [("LS208", 3, "is indented by 4, none are wanted")]),
        ("> a\n>\n>  ::: hint\n>\n> x", [("LS208", 3, "is indented by 1")]),
        (":: callout\n\nx\n\n::", [("LS208", 1, "has two colons, three are wanted")]),
        ("::: callout Tip\n\nx\n\n:::", [("LS208", 1, "has more than one word")]),
        ("::: challenge {#x}\n\nx\n\n:::", [("LS208", 1, "has more than one word")]),
        ("::: {note}\nx\n:::", [("LS208", 1, "has no class")]),
        ("::: {.callout\n\nx\n\n:::", [("LS208", 1, "has braces that are never closed")]),
        ("::: discussion\n\nx\n\n :::\n\n::: callout\n\ny\n\n:::\n\n:::", [("LS208", 5, "is indented by 1, none are wanted")]),
        ("::: challenge\n\nx\n::: solution\n\ny\n\n:::\n\n:::", [("LS208", 4, "follows a line of text")]),
        ("Text\n~~~\ncode\n~~~", [("LS209", 2, "follows a line of text")]),
        ("> a\n{: .challenge}", [("LS209", 2, "is a class of Jekyll's Markdown (kramdown)")]),
        ("> [!NOTE]\n> a", [("LS209", 1, "is an alert of GitHub's Markdown")]),
        ("!!! note\n    a", [("LS209", 1, "is an admonition of MkDocs")]),
        ("{% include links.md %}", [("LS209", 1, "is a tag of Jekyll's templates (Liquid)")]),
        ("::: callout\n\nx\n\n:::\n\n```\nText\n::: hint\n```\n\n`::: x`\n\na :: callout\n\n::: some words\n", []),
        ("::: callout\n- a\n:::\n\n::: {.callout #x}\nb\n:::", []),
    ],
)
def test_each_is_named_at_its_own_line(source: str, expected: list[tuple[str, int, str]]) -> None:
    assert told(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "::: Instructor\nseven\n:::",
        "::: instuctor\n\nseven\n\n:::",
        "<div class='instructors x'>\n\nseven\n\n</div>",
        "Ask.\n::: instructor\nseven\n:::",
        ":: instructor\n\nseven",
        " ::: {.instructor #x}\n\nseven\n\n:::",
        "::: instructor Note\n\nx",
    ],
)
def test_a_note_for_instructors_that_learners_can_read_is_an_error(source: str) -> None:
    (problem,) = (each for each in read(source, PAGE).problems if each.code == "LS208")
    assert problem.severity is Severity.ERROR and "learners can read" in problem.message


def test_the_lines_of_links_are_not_those_of_the_page() -> None:
    assert told("a\nb\nc", links="{% comment %}\n\nx\n::: callout") == []
    assert told("{% comment %}\n\nx\n::: callout") == [
        ("LS209", 1, "is a tag of Jekyll's templates (Liquid)"),
        ("LS208", 4, "follows a line of text"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Open List<String>.\n\nA <user> and\n<user> <b>x", [("LS207", 1), ("LS207", 3)]),
        ("<b>a</b> <x-y> <br> <g></g> `<file>` \\<file>", []),
        ("## A <user>", []),
    ],
)
def test_words_in_angle_brackets_are_named_once(source: str, expected: list[tuple[str, int]]) -> None:
    assert [(each.code, each.location.line) for each in read(source, PAGE).problems] == expected
