"""Which pictures of a site are taken."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def screenshots() -> ModuleType:
    specification = importlib.util.spec_from_file_location("screenshots", ROOT / "tools" / "screenshots.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules["screenshots"] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path: Path) -> Path:
    pages = {
        "index.html": "", "exercises.html": "", "404.html": "", "aio.html": '<div class="callout challenge">',
        "b.html": '<article data-kind="episode"><div class="callout challenge">',
        "a.html": '<article data-kind="episode"><img src="x"><details class="provenance">',
        "instructor/index.html": "", "instructor/a.html": "",
    }  # fmt: skip
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_one_page_of_each_kind_that_is_there_in_both_views(screenshots: ModuleType, site: Path) -> None:
    assert screenshots.kinds(site) == {
        "index": "index.html", "aio": "aio.html", "exercises": "exercises.html", "404": "404.html", "episode": "a.html",
        "instructor-index": "instructor/index.html", "instructor-episode": "instructor/a.html",
    }  # fmt: skip


def test_each_in_both_schemes_and_at_both_widths(screenshots: ModuleType, site: Path) -> None:
    taken = list(screenshots.every(site))
    assert len(taken) == 4 * 7
    assert len({picture.name for picture in taken}) == len(taken)


def test_the_documentation_shows_what_its_page_names_and_no_more(screenshots: ModuleType, site: Path) -> None:
    taken = {picture.name: picture.address for picture in screenshots.chosen(site)}
    shown = (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
    assert {f"images/{name}.png" for name in taken} == {part.split(")")[0] for part in shown.split("](") if part.startswith("images/")}
    assert len(taken) <= screenshots.PICTURES
    assert taken["episode-output"] == "a.html"
    assert taken["presentation"] == "b.html?present"


def test_the_committed_pictures_are_small(screenshots: ModuleType) -> None:
    pictures = list((ROOT / "docs" / "images").glob("*"))
    assert len(pictures) <= screenshots.PICTURES
    assert sum(picture.stat().st_size for picture in pictures) <= screenshots.BYTES
