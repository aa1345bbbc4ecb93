"""Zensical, by the theme's authors, makes the same site of the same staged folder: `lesson build --engine zensical`."""

from __future__ import annotations

import html
import importlib.util
import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from bs4 import BeautifulSoup

from site_builder.errors import EnvironmentUnavailable, MachineError
from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import element
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.problems import Report
from site_builder.publish.manifest import read_manifest
from site_builder.render.registry import prepared
from site_builder.render.zensical.engine import complaints, reason
from site_builder.render.zensical.ignored import ignored
from site_builder.settings.lesson import Settings
from site_builder.weave.model import MenuItem, Page, PageKind, View
from site_builder.weave.parts import whole
from tests.browser import lesson as small
from tests.conftest import command
from tests.render.rendered import rendered

installed = pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="Zensical is not installed")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The browser tests' lesson, built by both engines as a user does."""
    folder = tmp_path_factory.mktemp("engines")
    lesson = small.write(folder / "lesson")
    assert build(lesson, None, Options("host")).ran == 2
    for engine in ("mkdocs", "zensical"):
        done = command(lesson, "build", "--environments", "host", "--engine", engine, "--output", str(folder / engine))
        assert done.returncode == 0, done.stderr
    assert "32 pages with Zensical, which renders all of them every time" in done.stderr
    return {engine: folder / engine for engine in ("mkdocs", "zensical")}


def seen(page: Path) -> dict[str, Any]:
    """What a page gives its readers, head and menu included: text, code, links, pictures, places, names for screen readers."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    for skip in soup.select("script, style, meta[name=generator], .md-skip, .md-dialog"):  # the last two are the theme's, and not shown
        skip.decompose()
    assert soup.html is not None and soup.title is not None

    def attributes(selector: str, *names: str) -> list[list[str]]:
        return [[str(tag.get(name, "")).removeprefix("./") for name in names] for tag in soup.select(selector)]

    return {
        "language": soup.html.get("lang"),
        "title": soup.title.get_text(strip=True),
        "text": " ".join(soup.get_text(" ").split()),
        "code": [block.get_text() for block in soup.select("pre")],
        "links": attributes("a", "href", "rel", "aria-current"),
        "pictures": attributes("img", "src", "alt", "width", "height"),
        "places": attributes("article [id]", "id"),
        "names": attributes("[aria-label], [role]", "aria-label", "role"),
        "canonical": attributes("link[rel=canonical]", "href"),
        "description": attributes("meta[name]", "name", "content"),
    }


@pytest.mark.slow
@installed
class TestTheSameSite:
    """Of one lesson by both engines."""

    def test_pages_are_the_same_from_head_to_foot(self, sites: dict[str, Path]) -> None:
        names = {engine: sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html")) for engine, site in sites.items()}
        assert names["mkdocs"] == names["zensical"] and len(names["mkdocs"]) == 32
        for name in names["mkdocs"]:
            assert seen(sites["zensical"] / name) == seen(sites["mkdocs"] / name), name

    def test_everything_that_is_the_lessons_own_has_the_same_bytes(self, sites: dict[str, Path]) -> None:
        manifests = {engine: read_manifest(site) for engine, site in sites.items()}
        assert manifests["mkdocs"] is not None and manifests["zensical"] is not None
        theirs, ours = (
            {
                name: digest
                for name, digest in manifests[engine].files.items()
                if not re.search(r"\.html$|(^|/)sitemap\.xml|(^|/)assets/(javascripts|stylesheets|images)/", name)
            }
            for engine in ("zensical", "mkdocs")
        )
        assert {name for name in theirs if name not in ours} == {"search.json", "instructor/search.json"}
        assert {name: theirs[name] for name in ours} == ours
        assert {"assets/search-index.js", "assets/lesson.css", "assets/lesson.js", "instructor/assets/teach.js"} <= set(ours)

    @pytest.mark.parametrize("view", ["", "instructor/"])
    def test_sitemaps_name_the_same_addresses(self, sites: dict[str, Path], view: str) -> None:
        found = {engine: re.findall(r"<loc>(.*?)</loc>", (site / view / "sitemap.xml").read_text()) for engine, site in sites.items()}
        assert sorted(found["zensical"]) == sorted(found["mkdocs"])
        assert f"https://example.github.io/weather/{view}first-look.html" in found["zensical"]

    def test_a_missing_page_names_the_sites_address(self, sites: dict[str, Path]) -> None:
        # The engines write attributes in two ways, such as `&#x2f;` for a slash.
        found = {
            engine: re.findall(r"<script data-root[^>]*>if \(location.*?</script>", html.unescape((site / "404.html").read_text()))
            for engine, site in sites.items()
        }
        assert found["zensical"] == found["mkdocs"] and len(found["mkdocs"]) == 1


def built(root: Path, own: str = "", **facts: Any) -> tuple[Path, Report]:
    root.mkdir(exist_ok=True)
    (root / "mkdocs.yml").write_text(own)
    body = (element("p", "one\ttab"), element("h2", "Part", id="part.1"))
    pages = {
        view: ((Page(PurePosixPath("index.html"), view, PageKind.HOME, "T", "T", (whole(body),)),), (MenuItem("Home", "index.html"),))
        for view in View
    }
    return rendered(root / "out", Lesson(root, Settings(title="L", **facts)), pages, engine="zensical")


@pytest.mark.slow
@installed
def test_the_lessons_own_settings_count(tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text(
        "extra_css: [base.css]\nsite_dir: elsewhere\nnav: [gone.md]\ntheme: {palette: {scheme: slate, primary: red}}\n"
    )
    site, report = built(tmp_path / "lesson", "INHERIT: ../base.yml\nextra_css: [own.css]\nextra_javascript: [own.js]\n")
    assert report.problems == ()
    text = (site / "index.html").read_text()
    assert [text.count(name) for name in ("own.css", "own.js", "base.css", "gone")] == [1, 1, 0, 0]
    assert 'data-md-color-scheme="slate" data-md-color-primary="red"' in text
    assert (site / "instructor" / "index.html").is_file()


@pytest.mark.slow
@installed
def test_what_it_passes_over_is_a_warning_that_names_it(tmp_path: Path) -> None:
    own = "hooks: [../tools/hook.py]\nplugins:\n- search: {lang: de, separator: ' '}\n- git-authors\n- material/tags: {export: true}\n"
    _, report = built(tmp_path / "lesson", own)
    assert [(problem.code, problem.severity.value) for problem in report.problems] == [("LS703", "warning")] * 4
    told = [re.findall(r"`(.*?)`", problem.message) for problem in report.problems]
    assert told == [["lang", "search"], ["git-authors"], ["export", "material/tags"], ["hook.py"]]


def test_plugins_may_be_a_mapping_or_nothing() -> None:
    assert [problem.message for problem in ignored({"plugins": {"blog": {}, "privacy": None}})] == [
        "Zensical: the plugin `privacy` is not run: its documentation does not list it"
    ]
    assert list(ignored({"plugins": None, "hooks": "h.py"})) == []


@pytest.mark.slow
@installed
def test_its_failure_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"Zensical cannot build the site: .*no_such_extension") as caught:
        built(tmp_path / "lesson", "markdown_extensions: [no_such_extension]\n")
    assert "\n" not in caught.value.message


def test_what_it_says_becomes_lines() -> None:
    said = "Warning: page does not exist\n   ╭─[ a.md:3:5 ]\n   │\n 3 │ [x](nope.md)\n   │     ┬\n───╯\nWarning: other\n2 issues found\n"
    assert complaints(said) == ["page does not exist [ a.md:3:5 ] 3 [x](nope.md)", "other"]
    assert complaints("something else\n") == ["something else"]
    assert complaints("No issues found\n") == complaints("") == []
    assert reason(
        "Traceback (most recent call last):\n  File x\nValueError: wrong\n\nRuntimeError: undefined value (in main.html:1)\n"
    ) == ("undefined value (in main.html:1)")
    assert (reason("killed\n"), reason("")) == ("killed", "")


def test_where_it_is_missing_one_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EnvironmentUnavailable, match="not installed") as caught, prepared("zensical"):
        pass
    assert caught.value.exit_code == 3 and "lesson-site-builder[zensical]" in caught.value.hint
