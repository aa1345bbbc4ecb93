"""The repository's own lesson, built as a user builds it, planned in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.conftest import command

pytestmark = pytest.mark.slow


def test_every_page_of_both_views_is_there(course: Path) -> None:
    site = course / "site"
    learner = {path.name for path in site.glob("*.html")}
    assert learner == {path.name for path in (site / "instructor").glob("*.html")}
    assert {"index.html", "reproducibility.html", "lock-files.html", "conda-packages.html", "reference.html", "404.html"} <= learner


def test_a_second_build_changes_nothing_and_says_so(course: Path) -> None:
    done = command(course, "build")
    assert done.returncode == 0
    assert "nothing changed" in done.stdout
    assert done.stderr == ""


def test_an_episode_shows_code_output_figure_and_provenance_in_a_browser(course: Path, dom: Callable[[Path], str]) -> None:
    page = BeautifulSoup(dom(course / "site" / "lock-files.html"), "html.parser")
    main = page.find("article")
    assert main is not None
    assert main.select("pre > code.language-python, pre.sourceCode.python, .python pre")
    assert main.select(".output pre, pre.output")
    figures = main.select("figure img[src^='fig/lock-files-rendered']")
    assert figures
    assert all(len(str(figure["alt"])) > 20 for figure in figures)
    notes = main.select("details.provenance")
    assert notes
    for word in ("Environment", "Lock", "Machine", "Started"):
        assert word in notes[0].get_text()
    assert "Not run on the machine that built this page. It needs Pixi." in main.get_text()


def test_no_page_asks_another_host_for_anything(course: Path) -> None:
    for path in (course / "site").rglob("*.html"):
        page = BeautifulSoup(path.read_text(), "html.parser")
        loaded = [str(tag.get("src") or tag.get("href")) for tag in page.select("script[src], img[src], link[rel=stylesheet], iframe[src]")]
        assert [address for address in loaded if "//" in address] == []
