"""Zensical, the successor of the theme's authors, builds the same staged folder with the same main content, by the same templates."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.pipeline.weave import begin_pages, outputs_woven, site_assets
from site_builder.render.configuration import configurations
from site_builder.render.mkdocs import MkDocsRenderer
from site_builder.weave.model import View
from site_builder.weave.site import woven_site
from site_builder.weave.stage import StagedSite, stage
from tests.browser import lesson as small

ZENSICAL = shutil.which("zensical", path=str(Path(sys.executable).parent)) or shutil.which("zensical")


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> StagedSite:
    """The browser tests' lesson, staged; its cells say that they have not run."""
    folder = tmp_path_factory.mktemp("zensical")
    planned = open_lesson(small.write(folder / "lesson"), Options("host"))
    woven = outputs_woven(planned)
    weaving = begin_pages(planned, woven)
    site = woven_site({view: weaving.pages(view) for view in View})
    return stage(site, {**weaving.files, **site_assets(planned.lesson, woven)}, configurations(planned.lesson), folder / "staged")


def main_content(page: Path) -> dict[str, Any]:
    """What readers read: the article without chrome, as text, with its code, links, pictures and places."""
    article = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml").find("article")
    assert article is not None, page
    for chrome in article.select("[data-chrome], .headerlink"):
        chrome.decompose()
    return {
        "text": " ".join(article.get_text(" ").split()),
        "code": [block.get_text() for block in article.select("pre")],
        "links": [link.get("href") for link in article.select("a")],
        "pictures": [(image.get("src"), image.get("alt")) for image in article.select("img")],
        "places": [place.get("id") for place in article.select("[id]")],
    }


@pytest.mark.slow
@pytest.mark.skipif(ZENSICAL is None and importlib.util.find_spec("zensical") is None, reason="Zensical is not installed")
def test_both_engines_make_the_same_pages(staged: StagedSite, tmp_path: Path) -> None:
    with MkDocsRenderer() as renderer:
        renderer.render(staged, tmp_path / "mkdocs")
    for view in View:
        command = [ZENSICAL or "zensical", "build", "-f", str(staged.folder(view) / "mkdocs.yml")]
        subprocess.run(command, cwd=staged.folder(view), check=True, capture_output=True)
        theirs, ours = staged.folder(view) / "site", tmp_path / "mkdocs" / ("" if view is View.LEARNER else view.value)
        pages = sorted(page.name for page in ours.glob("*.html"))
        assert pages == sorted(page.name for page in theirs.glob("*.html")) and len(pages) > 10
        for name in pages:
            assert main_content(theirs / name) == main_content(ours / name), name
        for needed in ("assets/lesson.css", "assets/lesson.js", "assets/search-index.js"):
            assert (theirs / needed).is_file()
