"""Work grows no faster than the text: what is counted are calls, so that the machine's speed does not matter."""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from site_builder.markdown.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PAGE = PurePosixPath("page.md")
SIZE = 300


def calls(text: str) -> int:
    """Return how many functions, Python's and C's, are called while a text is read."""
    count = 0

    def see(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        read(text, PAGE)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "Term *a*\n: def `x`\n\n",
        "T\n: d\n",
        "- a ` b\n",
        "- a ` b\n  c\n\n",
        "<!-- a\n",
        "<!-- a\n\n",
        "x <!-- a ",
        "- <!-- a\n",
        "a <p>\n",
        "a <p> ",
        "a@b",
        "[a]:\n",
        "[a [",
        "'a ",
        "*a **b ",
        "```\nx\n",
        "::: a\n",
        "| a\n",
        "http://a.b/",
    ],
)
def test_twice_the_text_is_less_than_three_times_the_work(piece: str) -> None:
    read(piece, PAGE)
    once, twice = calls(piece * SIZE), calls(piece * (2 * SIZE))
    assert twice < 3 * once


def test_twenty_thousand_unclosed_comments_are_kept_as_text(html: Callable[[str], str]) -> None:
    assert len(re.findall("&lt;!– a", html("<!-- a\n" * 20_000))) == 20_000
