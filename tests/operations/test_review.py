"""A lesson against an earlier copy of it: which results, figures and pages are others; the report fits what reads it."""

from __future__ import annotations

import base64
import html.parser
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from site_builder.commands.main import group
from site_builder.errors import ConfigError
from site_builder.operations.review import LARGEST, as_text, review, write_review
from site_builder.pipeline import execute
from site_builder.pipeline.model import Options
from site_builder.records.model import Display, Stream
from site_builder.review.comment import comment
from site_builder.verification.figure_page import PlacedFigure, figure_page
from site_builder.verification.figure_pairs import changed_figures
from tests.conftest import MakeLesson

HOST = Options("host")
PAGE = "---\ntitle: {0}\nteaching: 1\nexercises: 0\n---\n\n{1}\n\n```{{python}}\n#| label: one\n{2}\n```\n"


def picture(colour: str) -> str:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def drawing(colour: str) -> str:
    return f"from IPython.display import Image, display\nimport base64\ndisplay(Image(base64.b64decode('{picture(colour)}')))"


@pytest.fixture
def copies(make_lesson: MakeLesson, tmp_path: Path) -> tuple[Path, Path]:
    """An earlier copy, and the lesson; both have run."""
    root = make_lesson({
        "config.yaml": "title: L\nlicense: CC0\n", "index.md": "Hi.\n", "episodes/a.md": PAGE.format("A", "Text.", "print(41)"),
        "episodes/b.md": PAGE.format("B", "Text.", drawing("white")), "episodes/c.md": PAGE.format("C", "Text.", "print('same')"),
        "episodes/gone.md": PAGE.format("G", "Text.", "print(1)"),
    })  # fmt: skip
    execute.run(root, HOST, ())
    before = tmp_path / "before"
    shutil.copytree(root, before)
    (root / "episodes/a.md").write_text(PAGE.format("A", "Text.", "print(42)"))
    (root / "episodes/b.md").write_text(PAGE.format("B", "Text.", drawing("black")))
    (root / "episodes/c.md").write_text(PAGE.format("C", "Other text.", "print('same')"))
    (root / "episodes/gone.md").rename(root / "episodes/new.md")
    execute.run(root, HOST, ())
    return before, root


def test_results_figures_and_pages_are_told(copies: tuple[Path, Path], tmp_path: Path) -> None:
    reviewed = review(*copies, HOST)
    found = {each["path"]: each for each in reviewed.report["episodes"]}
    assert {name: each["state"] for name, each in found.items()} == {
        "episodes/a.md": "changed", "episodes/b.md": "changed", "episodes/new.md": "results added", "episodes/gone.md": "results gone",
    }  # fmt: skip
    assert "figure 1: " in found["episodes/b.md"]["cells"][0]["note"]
    (cell,) = found["episodes/a.md"]["cells"]
    assert cell["cell"] == "one"
    assert [line for line in cell["outputs"] if line[0] in "+-"] == ["-41", "+42"]
    assert reviewed.report["pages"] == {
        "added": ["new.html"],
        "changed": ["a.html", "b.html", "c.html", "index.html"],
        "removed": ["gone.html"],
    }
    assert [(figure.path, figure.cell, figure.change.number) for figure in reviewed.figures] == [("episodes/b.md", "one", 1)]
    made = write_review(reviewed, copies[1], tmp_path / "changes")
    assert [path.name for path in made] == ["changes.json", "figures.html"]
    page = made[1].read_text()
    assert picture("white") in page
    assert picture("black") in page
    told = comment(made[0].read_bytes(), "https://github.com/o/r/actions/runs/1")
    assert "episodes/a.md: changed\n  cell one\n  @@ -1 +1 @@\n- 41\n+ 42\n" in told.text
    assert "! c.html" in told.text
    assert "1 figure before and after" in told.text


def test_equal_copies_and_runs_differ_in_nothing(copies: tuple[Path, Path]) -> None:
    assert review(copies[0], copies[0], HOST).report == {
        "schema": 1, "episodes": [], "pages": {"added": [], "changed": [], "removed": []}, "figures": 0
    }  # fmt: skip
    again = copies[0].parent / "again"
    shutil.copytree(copies[0], again)
    shutil.rmtree(again / ".lesson")
    execute.run(again, HOST, ())
    assert review(copies[0], again, HOST).report["pages"]["changed"] == []
    assert review(copies[0], again, HOST).report["episodes"] == []


def test_without_an_earlier_lesson_all_is_new(copies: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = review(tmp_path / "empty", copies[1], HOST).report
    assert {each["state"] for each in report["episodes"]} == {"results added"}
    assert "a.html" in report["pages"]["added"]


def test_an_earlier_copy_that_cannot_be_read_is_an_error_and_not_an_empty_one(copies: tuple[Path, Path]) -> None:
    (copies[0] / "config.yaml").write_text("title: [\n")
    with pytest.raises(ConfigError):
        review(*copies, HOST)


def test_the_command_says_it_in_lines_and_as_json(copies: tuple[Path, Path]) -> None:
    done = CliRunner().invoke(
        group, ["review", str(copies[0]), "--lesson", str(copies[1]), "--environments", "host"], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert "episodes/a.md: changed\n  cell one\n" in done.stdout
    assert done.stdout.endswith("4 episodes with other results, 1 other figure, pages: 1 added, 4 changed, 1 removed\n")
    done = CliRunner().invoke(
        group, ["review", str(copies[0]), "--lesson", str(copies[1]), "--environments", "host", "--json"], catch_exceptions=False
    )
    assert json.loads(done.stdout)["figures"] == 1


@pytest.mark.parametrize("lines", [10, 3000])
def test_a_report_is_never_too_large_for_its_reader(lines: int) -> None:
    cells = [{"cell": f"c{number}", "note": "", "outputs": ["+ " + "ä" * 300] * lines} for number in range(20)]
    episodes: list[dict[str, Any]] = [{"path": f"episodes/{number}.md", "state": "changed", "cells": cells} for number in range(30)]
    text = as_text({"schema": 1, "episodes": episodes, "pages": {"added": [], "changed": [], "removed": []}, "figures": 0})
    assert len(text.encode()) <= LARGEST
    assert len(json.loads(text)["episodes"]) == 30


def test_figures_that_look_alike_are_no_change_and_others_are_named() -> None:
    white, black = (Display({"image/png": picture(colour)}) for colour in ("white", "black"))
    svg = Display({"image/svg+xml": "<svg><text>a</text></svg>"})
    found = [(each.number, each.words) for each in changed_figures((white, Stream("stdout", "x"), svg), (black, svg, white))]
    assert found[0][0] == 1 and "differs" in found[0][1]
    assert found[1:] == [(3, "new")]
    assert [each.words for each in changed_figures((white,), (svg,))] == ["of another type"]
    assert [each.words for each in changed_figures((white,), ())] == ["gone"]


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_of_figures_holds_pictures_and_nothing_else() -> None:
    evil = Display({"image/svg+xml": "<svg><script>alert(1)</script><text>b</text></svg>"})
    other = Display({"image/png": base64.b64encode(b"<script>alert(1)</script>").decode()})
    (change,) = changed_figures((Display({"image/svg+xml": "<svg><text>a</text></svg>"}),), (evil,))
    text = figure_page([PlacedFigure("<b>\"'</b>.md", "<i>", change)])
    tags = Tags()
    tags.feed(text)
    assert {tag for tag, _ in tags.tags} <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "ul", "li", "br", "img"}
    assert all((values["src"] or "").startswith("data:image/svg+xml;base64,") for tag, values in tags.tags if tag == "img")
    assert "default-src 'none'; img-src data:; style-src 'sha256-" in text
    assert list(changed_figures((), (other,))) == []  # it is no picture
