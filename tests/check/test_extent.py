"""Too large to read or to load."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from site_builder.check.extent import LARGEST_FILM, LARGEST_PICTURE, check_extent, check_media, check_results
from site_builder.lesson.model import Asset, Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.tree import CodeBlock
from site_builder.settings.lesson import Settings
from tests.check.conftest import finder, markdown


def row(columns: int) -> str:
    return "|" + " a |" * columns + "\n"


def test_titles_fit_on_a_line() -> None:
    assert finder(check_extent)(f"---\nteaching: 1\ntitle: {'x' * 121}\n---\n") == [("LS871", 3)]
    assert finder(check_extent)(f"---\ntitle: {'x' * 120}\n---\n") == []


@pytest.mark.parametrize(("columns", "expected"), [(12, []), (13, [("LS872", 3)])])
def test_tables_are_narrow(columns: int, expected: list[tuple[str, int]]) -> None:
    assert finder(check_extent)(f"text\n\n{row(columns)}|{'---|' * columns}\n{row(columns)}") == expected


def test_cells_that_span_columns_count_them() -> None:
    found = finder(check_extent)('<table><tr><th colspan="13">a</th></tr></table>\n\n<table><tr><th colspan="x">a</th></tr></table>\n')
    assert found == [("LS872", 1)]


@pytest.mark.parametrize(
    ("kind", "lines", "found"), [("output", 201, True), ("output", 200, False), ("error", 500, True), ("python", 500, False)]
)
def test_outputs_written_by_hand_are_short(kind: str, lines: int, found: bool) -> None:
    text = "```" + kind + "\n" + "x\n" * lines + "```\n"
    assert [problem.message for problem in check_extent(markdown(text))] == ([f"an output has {lines} lines"] if found else [])


def test_outputs_of_cells_are_short_and_typed_ones_are_not_told_twice() -> None:
    typed, given = CodeBlock("x\n" * 300, ("output",), line=4), CodeBlock("y\n" * 400, ("error",), line=9)
    path = PurePosixPath("episodes/a.md")
    found = list(check_results({path: Document(path, body=(typed, given, CodeBlock("z\n" * 400)))}, {id(typed)}))
    assert [(problem.code, problem.location.path, problem.location.line) for problem in found] == [("LS873", path, 9)]
    assert "max-lines" in found[0].hint


def test_pictures_and_films_are_light() -> None:
    names = ("a.png", "b.JPG", "c.mp4", "d.webm", "e.csv")
    assets = tuple(Asset(PurePosixPath("episodes/fig") / name, PurePosixPath("fig") / name) for name in names)
    sizes = dict(zip((asset.source for asset in assets), (4 << 20, LARGEST_PICTURE, LARGEST_FILM + 1, 9, 1 << 30), strict=True))
    found = list(check_media(Lesson(Path("/l"), Settings(), assets=assets), sizes))
    assert [(problem.code, problem.location.path.name) for problem in found] == [("LS874", "a.png"), ("LS875", "c.mp4")]
    assert found[0].message == "the picture is 4.0 MB"
