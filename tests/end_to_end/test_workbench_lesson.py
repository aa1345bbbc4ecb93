"""A published lesson, unchanged: every page at the Workbench's address in both views, and no newly broken link."""

from __future__ import annotations

import posixpath
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.conftest import command

pytestmark = pytest.mark.slow
SLUG = "carpentries-incubator__reproducible-ml-workflows"


@pytest.fixture(scope="module")
def sites(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return (the Workbench's site, ours)."""
    source = tmp_path_factory.mktemp("workbench") / "lesson"
    shutil.copytree(corpus / SLUG / "source", source)
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    done = command(source, "build")
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in before} == before
    return corpus / SLUG / "site", source / "site"


def addresses(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for pattern in ("*.html", "instructor/*.html") for path in site.glob(pattern)}


def broken(site: Path) -> set[tuple[str, str]]:
    """Return (page, target) of every internal link in a page's content that leads to no page or to no id."""
    pages = {name: BeautifulSoup((site / name).read_text(errors="replace"), "html.parser") for name in addresses(site)}
    names = {name: {str(tag.get("id") or tag.get("name")) for tag in page.select("[id], a[name]")} for name, page in pages.items()}
    found = set()
    for name, page in pages.items():
        content = page.find("article") or page.find("main") or page
        for link in content.select("a[href]"):
            address = str(link["href"])
            if urlsplit(address).scheme or address.startswith("//") or "javascript" in address:
                continue
            path, _, fragment = address.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
            if target.endswith(".html") and (target not in pages or (fragment and unquote(fragment) not in names[target])):
                found.add((name, f"{target}#{fragment}"))
    return found


def test_no_page_is_missing_and_the_new_ones_are_known(sites: tuple[Path, Path]) -> None:
    more = {f"{folder}{name}" for folder in ("", "instructor/") for name in ("accessibility.html", "exercises.html")}
    assert addresses(sites[1]) - addresses(sites[0]) == more
    assert addresses(sites[0]) - addresses(sites[1]) == set()


def test_no_link_is_broken_that_was_whole(sites: tuple[Path, Path]) -> None:
    assert broken(sites[1]) - broken(sites[0]) == set()


CHROME = {"Expand", "All", "Solutions", "Last", "updated", "Estimated", "time", "minutes", "Edit", "this", "page"}


def test_no_word_of_an_episode_is_lost(sites: tuple[Path, Path], corpus: Path) -> None:
    episodes = [path.stem for path in (corpus / SLUG / "source" / "episodes").glob("*.md")]
    assert len(episodes) == 8
    for name in [f"{folder}{episode}.html" for episode in episodes for folder in ("", "instructor/")]:
        assert _words(sites[0] / name) - _words(sites[1] / name) <= CHROME, name


def _words(path: Path) -> set[str]:
    """Return the words of a page's content, however highlighting cuts its code into pieces."""
    page = BeautifulSoup(path.read_text(errors="replace"), "html.parser")
    content = page.find("article") or page.find("main")
    assert content is not None
    for code in content.select("pre"):
        code.string = code.get_text()
    return set(re.findall(r"[^\W\d_]+", content.get_text(" ")))
