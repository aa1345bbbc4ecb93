"""The MkDocs renderer: both views, warnings kept, failures in one line."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
import yaml

from site_builder.errors import MachineError
from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import element
from site_builder.problems import Report
from site_builder.render.configuration import configurations
from site_builder.render.mkdocs import MkDocsRenderer
from site_builder.settings.lesson import Settings
from site_builder.weave.model import MenuItem, Page, PageKind, View, WovenSite
from site_builder.weave.stage import StagedSite, stage


def page(address: str, view: View) -> Page:
    body = (element("p", "one\ttab"), element("h2", "Part", id="part.1"), element("pre", "a\n\n\tb"))
    return Page(PurePosixPath(address), view, PageKind.EPISODE, "T & U", "T &amp; <em>U</em>", body, minutes=7, number=1, progress=0)


def rendered(site: StagedSite, output: Path) -> Report:
    with MkDocsRenderer() as renderer:
        return renderer.render(site, output)


def staged(root: Path, own: str = "") -> StagedSite:
    root.mkdir()
    if own:
        (root / "mkdocs.yml").write_text(own)
    pages = tuple(page(address, view) for view in View for address in ("index.html", "a.html"))
    menus = tuple((view, (MenuItem("Home", "index.html"), MenuItem("1. <em>A</em>", "a.html"))) for view in View)
    settings = configurations(Lesson(root, Settings(title="L")))
    return stage(WovenSite(pages, menus), {PurePosixPath("fig/a.txt"): b"1"}, settings, root / "staged")


@pytest.mark.parametrize("fork", [True, False])
def test_both_views_are_built_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: bool) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2 if fork else 1)
    output = tmp_path / "site"
    report = rendered(staged(tmp_path / "lesson"), output)
    assert report.problems == ()
    learner, instructor = ((output / name).read_text() for name in ("a.html", "instructor/a.html"))
    for text in (learner, instructor):
        assert "<p>one&#9;tab</p>" in text
        assert '<h2 id="part.1">Part' in text
        assert "<pre>a\n\n&#9;b</pre>" in text
        assert "<h1>T &amp; <em>U</em></h1>" in text
    assert 'href="instructor/a.html"' in learner
    assert 'href="../a.html"' in instructor
    assert ("Estimated time: 7 minutes" in instructor, "Estimated time" in learner) == (True, False)
    assert (output / "fig" / "a.txt").read_text() == "1"
    assert all((output / part / "assets" / "search-index.js").is_file() for part in (".", "instructor"))


@pytest.mark.parametrize("fork", [True, False])
def test_a_plugin_that_is_not_there_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: bool) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2 if fork else 1)
    own = yaml.safe_dump({"plugins": ["search", "no-such-plugin"]})
    with pytest.raises(MachineError) as caught:
        rendered(staged(tmp_path / "lesson", own), tmp_path / "site")
    assert "no-such-plugin" in caught.value.message
    assert caught.value.hint


def test_warnings_of_the_engine_are_problems(tmp_path: Path) -> None:
    own = yaml.safe_dump({"nonsense_key": 1})
    report = rendered(staged(tmp_path / "lesson", own), tmp_path / "site")
    assert {problem.code for problem in report.problems} == {"LS701"}
    assert "nonsense_key" in report.problems[0].message


def test_a_broken_template_is_told_in_one_line(tmp_path: Path) -> None:
    site = staged(tmp_path / "lesson")
    broken = site.folder(View.LEARNER) / "mkdocs.yml"
    broken.write_text(broken.read_text().replace("site_name: L", "site_name: L\nhooks: [hook.py]"))
    (site.folder(View.LEARNER) / "hook.py").write_text("def on_page_markdown(*_, **__):\n    raise KeyError('lost')\n")
    with pytest.raises(MachineError, match="KeyError"):
        rendered(site, tmp_path / "site")
