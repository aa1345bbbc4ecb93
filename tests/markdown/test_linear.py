"""Work grows no faster than the text: what is counted are calls, so that the machine's speed does not matter."""

from __future__ import annotations

import gc
import re
import sys
import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from site_builder.markdown.reader import read
from site_builder.markdown.tree import to_html
from site_builder.operations.check import check
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson
from tests.shapes import CHUNKS, SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PAGE = PurePosixPath("page.md")
SIZE = 4_500
"""Characters, more than on a line that is read whole (`paragraphs.FAR`)."""


def calls(text: str, path: PurePosixPath = PAGE, *, episode: bool = False) -> int:
    """Return how many functions, Python's and C's, are called while a text is read."""
    count = 0

    def see(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        read(text, path, episode=episode)
    finally:
        sys.setprofile(before)
    return count


QUICKLY = (
    "'<tr><td>'", "'</div>'", "'<div>x</div>'", "'<p>x'", "'<pre>x '", "'  <tr>\\n  <td>a\\n'", "'<p>`a'", "'< a\\n<p>\\n'", "'<xx>x '",
    "'<x@>x ' counted", "'<!-- a\\n'", "'- <!-- a\\n'", "'- a ` b\\n'", "'T\\n: d\\n'", "'```\\nx\\n'", "'::: a\\n'", "'a@b'", "\"'a \"",
    "'*a **b '", "'http://a.b/'", "'\\\\a['", "'<? x\\n'", "nested brackets", "nested citations", "rows in a list", "nested pre, of which three end",
)  # fmt: skip
"""Shapes that are tried each time; the others take some minutes."""


@pytest.mark.parametrize("shape", [pytest.param(name, marks=() if name in QUICKLY else pytest.mark.slow) for name in SHAPES])
def test_twice_the_text_is_less_than_three_times_the_work(shape: str) -> None:
    read(SHAPES[shape](10), PAGE)
    once, twice = calls(SHAPES[shape](SIZE)), calls(SHAPES[shape](2 * SIZE))
    if twice >= 3 * once:  # another way of reading begins at some length between these: the next doubling tells
        once, twice = twice, calls(SHAPES[shape](4 * SIZE))
    assert twice < 3 * once


def test_every_shape_that_is_tried_each_time_is_there() -> None:
    assert set(QUICKLY) <= set(SHAPES)


@pytest.mark.slow
@pytest.mark.parametrize("shape", CHUNKS)
def test_twice_the_r_markdown_is_less_than_three_times_the_work(shape: str) -> None:
    path = PurePosixPath("page.Rmd")
    once, twice = (calls(CHUNKS[shape](size), path, episode=True) for size in (SIZE, 2 * SIZE))
    assert twice < 3 * once


def test_twenty_thousand_unclosed_comments_are_kept_as_text(html: Callable[[str], str]) -> None:
    assert len(re.findall("&lt;!– a", html("<!-- a\n" * 20_000))) == 20_000


def seconds(text: str, path: PurePosixPath = PAGE) -> float:
    """Return the processor's time that reading a text takes."""
    gc.collect()
    began = time.process_time()
    read(text, path, episode=path.suffix == ".Rmd")
    return time.process_time() - began


PAGES = {
    **{name: (shape, PAGE) for name, shape in SHAPES.items()},
    **{name: (shape, PurePosixPath("a.Rmd")) for name, shape in CHUNKS.items()},
}
QUICK = 0.3
"""Seconds in which a text of any shape may be read, whatever half of it takes."""


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_twice_a_long_text_takes_about_twice_the_time(name: str) -> None:
    """Searching and copying inside one call is seen by its time alone; the length is one at which either would prevail."""
    shape, path = PAGES[name]
    for _ in range(3):  # others use the processor's memory too
        half, whole = (seconds(shape(size), path) for size in (20_000, 40_000))
        if whole < max(QUICK, 2.8 * half):
            return
    raise AssertionError(f"{half:.2f} s, then {whole:.2f} s")


def test_addresses_that_references_repeat_are_bounded() -> None:
    found = read(f"[a]: {'b' * 100_000}\n\n" + "[a] " * 50, PAGE)
    assert [problem.code for problem in found.problems] == ["LS211"]
    assert len(to_html(found.body)) < 5_000_000
    assert not read(f"[a]: {'b' * 100_000}\n\n" + "[a] " * 30, PAGE).problems


@pytest.mark.parametrize(
    "shape", ["nested divs", "nested fences", "nested tags", "nested tags in a heading", "nested images", "nested roots"]
)
def test_what_is_nested_thousands_of_times_is_checked_like_everything_else(shape: str, make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Home\n", "episodes/a.md": SHAPES[shape](30_000)})
    assert check(root, Options("host")).problems


def test_marks_that_end_too_late_are_text(html: Callable[[str], str]) -> None:
    assert "[a](b “" in html('[a](b "t [a](c "t')
    assert '<a href="b" title="t">a</a>' in html('[a](b "t")')
    assert 'title="t' not in html('[x [a](b "t] ")')
    assert "math" not in html("[x \\(a] \\)") and "math" in html("x \\(a\\)")
    assert "begin{equation} a" in html("x \\begin{equation} a \\end{align}")
    assert html("x\\a[b][c]{d} y") == html("x y") and "[b" in html("x\\a[b\nc] y")
