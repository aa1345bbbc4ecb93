"""Work grows no faster than the text: what is counted are calls, so that the machine's speed does not matter."""

from __future__ import annotations

import re
import sys
import time
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
        '[a](b "',
        "\\(a ",
        "\\begin{a} ",
        "\\a[",
        "[a]{.b ",
        "<? x\n",
    ],
)
def test_twice_the_text_is_less_than_three_times_the_work(piece: str) -> None:
    read(piece, PAGE)
    once, twice = calls(piece * SIZE), calls(piece * (2 * SIZE))
    assert twice < 3 * once


def test_twenty_thousand_unclosed_comments_are_kept_as_text(html: Callable[[str], str]) -> None:
    assert len(re.findall("&lt;!– a", html("<!-- a\n" * 20_000))) == 20_000


def seconds(text: str) -> float:
    """Return the processor's time that reading a text takes, the better of two."""

    def once() -> float:
        began = time.process_time()
        read(text, PAGE)
        return time.process_time() - began

    return min(once(), once())


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["[", "]", "&", "a_b", '[a](b "', "\\(a ", "\\begin{a} ", "\\a[", "<? x\n", "<!-- a\n", "<![CDATA[ x\n"])
def test_twice_a_long_text_takes_about_twice_the_time(piece: str) -> None:
    """Searching and copying inside one call is seen by its time alone; the length is one at which either would prevail."""
    half = piece * (400_000 // len(piece))
    assert seconds(half * 2) < 2.8 * seconds(half)


def test_marks_that_end_too_late_are_text(html: Callable[[str], str]) -> None:
    assert "[a](b “" in html('[a](b "t [a](c "t')
    assert '<a href="b" title="t">a</a>' in html('[a](b "t")')
    assert 'title="t' not in html('[x [a](b "t] ")')
    assert "math" not in html("[x \\(a] \\)") and "math" in html("x \\(a\\)")
    assert "begin{equation} a" in html("x \\begin{equation} a \\end{align}")
    assert html("x\\a[b][c]{d} y") == html("x y") and "[b" in html("x\\a[b\nc] y")
