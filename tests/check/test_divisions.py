"""Classes of divs."""

from __future__ import annotations

import pytest

from site_builder.check.divisions import CLASSES, check_divisions
from tests.check.conftest import finder, markdown

found = finder(check_divisions)


@pytest.mark.parametrize("name", CLASSES)
def test_known_classes_are_fine(name: str) -> None:
    assert found(f"::: {name}\n\ntext\n\n:::\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "::: {.wide .challenge}\n\ntext\n\n:::\n",  # counts at any position
        "::: {#here}\n\ntext\n\n:::\n",
        '<div class="row">\n\ntext\n\n</div>\n',
        "note[^1]\n\n[^1]: text\n",
        "| line\n| block\n",
    ],
)
def test_what_is_no_mistake(text: str) -> None:
    assert found(text) == []


def test_an_unknown_class_is_told_with_the_nearest_known() -> None:
    (problem,) = check_divisions(markdown("text\n\n::: Chalenge\n\ntext\n\n:::\n"))
    assert str(problem) == "LS806 episodes/x.md:3 unknown div class 'Chalenge': it makes no box (did you mean 'challenge'?)"


def test_without_a_near_class_all_are_named() -> None:
    (problem,) = check_divisions(markdown("::: zzz\n\ntext\n\n:::\n"))
    assert problem.hint.startswith("known are callout, caution, challenge")


def test_html_is_told_of_only_where_it_is_nearly_a_known_class() -> None:
    assert found('<div class="calout">\n\ntext\n\n</div>\n') == [("LS806", 1)]
