"""What authors may do to a page without making it useless, and what `lesson check` reports about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from site_builder.operations.check import check
from site_builder.pipeline.model import Options

pytestmark = pytest.mark.slow


def test_the_check_names_each_of_them_and_says_what_to_do(written: Path, site: Path) -> None:
    assert site
    found = {problem.code: problem for problem in check(written, Options("host")).problems}
    expected = {"LS862", "LS863", "LS871", "LS872", "LS873", "LS874"}
    assert expected <= set(found)
    assert all(found[code].hint and found[code].location.path.name for code in expected)
    assert found["LS874"].message == "the picture is 4.1 MB"


def test_a_missing_logo_leaves_the_programmes_name(planned: Any) -> None:
    page = planned("index.html")
    assert page.locator(".lesson-home img").count() == 0 and page.locator(".lesson-programme").is_visible()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(("address", "selector"), [("long-outputs.html", "article img"), ("long-outputs.html", "article video")])
def test_pictures_and_films_fit_the_column(planned: Any, address: str, selector: str, width: int) -> None:
    page = planned(address, viewport={"width": width, "height": 900})
    media, column = (page.locator(one).first.bounding_box() for one in (selector, "article"))
    assert media["x"] >= column["x"] and media["x"] + media["width"] <= column["x"] + column["width"]


def test_a_long_title_wraps_and_the_head_stays_low(planned: Any) -> None:
    page = planned("wide-tables.html")
    assert page.locator("h1").bounding_box()["width"] <= 800
    assert page.locator(".lesson-header").bounding_box()["height"] < 80
