"""Tables, diagrams and videos for those who do not see or hear them."""

from __future__ import annotations

import pytest

from site_builder.check.alternatives import check_diagrams, check_tables, check_videos
from tests.check.conftest import finder, markdown

ROW = "<tr><td>1</td><td>2</td></tr>"
VIDEO = '<video src="a.mp4" controls>\n{}\n</video>\n\n{}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", []),
        ("text\n\n|   |   |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n", [("LS831", 3)]),
        (f"<table>{ROW}{ROW}</table>\n", [("LS831", 1)]),
        (f"<table>{ROW}</table>\n", []),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>\n", []),
        (f"<table>\n    <thead>\n        <tr><th>K</th><td></td></tr>\n    </thead>\n{ROW}</table>\n", []),
        (f'<table role="presentation">{ROW}{ROW}</table>\n', []),
    ],
)
def test_tables_have_a_header(text: str, expected: list[tuple[str, int]]) -> None:
    assert finder(check_tables)(text) == expected


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        ("accTitle: A\n  accDescr: B", ""),
        ("accTitle: A\naccDescr {\n  B\n}", ""),
        ("accTitle: A", "a diagram has no accDescr"),
        ("accDescr: A", "a diagram has no accTitle"),
        ("a --> accTitle", "a diagram has no accTitle and no accDescr"),
    ],
)
def test_diagrams_have_title_and_description(lines: str, lacking: str) -> None:
    problems = list(check_diagrams(markdown(f"```mermaid\ngraph LR\n{lines}\n```\n")))
    assert [problem.message for problem in problems] == ([lacking] if lacking else [])
    assert {(problem.code, problem.location.line) for problem in problems} <= {("LS832", 1)}


def test_other_code_is_no_diagram() -> None:
    assert finder(check_diagrams)("```python\ngraph\n```\n") == []


@pytest.mark.parametrize(
    "text",
    [
        VIDEO.format('<track kind="captions" src="a.vtt">', ""),
        VIDEO.format('<track kind="subtitles" src="a.vtt">', ""),
        VIDEO.format('<track src="a.vtt">', ""),
        VIDEO.format("", "Read the [transcript](a.md)."),
        VIDEO.format("", "[Subtítulos](a.md)"),
        VIDEO.format("", "[text of the film](a.vtt)"),
        '<video src="a.mp4" autoplay muted></video>\n',
        '<!-- <video src="a.mp4"></video> -->\n',
    ],
)
def test_videos_that_can_be_read(text: str) -> None:
    assert finder(check_videos)(text) == []


@pytest.mark.parametrize("inside", ["", '<track kind="chapters" src="a.vtt">', "Your browser shows no videos."])
def test_videos_without_captions(inside: str) -> None:
    assert finder(check_videos)("text\n\n" + VIDEO.format(inside, "[more films](b.md)")) == [("LS833", 3)]


def test_each_video_is_looked_at_by_itself() -> None:
    captioned = VIDEO.format('<track kind="captions" src="a.vtt">', "")
    assert finder(check_videos)(captioned + "\n" + VIDEO.format("", "")) == [("LS833", 7)]
