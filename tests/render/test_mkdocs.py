"""The MkDocs engine: both views, warnings kept, failures in one line."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
import yaml

from site_builder.errors import MachineError
from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import element
from site_builder.problems import Report
from site_builder.settings.lesson import Settings
from site_builder.weave.model import MenuItem, Page, PageKind, View
from site_builder.weave.parts import whole
from tests.render.rendered import rendered


def page(address: str, view: View) -> Page:
    body = (element("p", "one\ttab"), element("h2", "Part", id="part.1"), element("pre", "a\n\n\tb"))
    return Page(
        PurePosixPath(address), view, PageKind.EPISODE, "T & U", "T &amp; <em>U</em>", (whole(body),), minutes=7, number=1, progress=0
    )


MENU = (MenuItem("Home", "index.html"), MenuItem("1. <em>A</em>", "a.html"))


def built(root: Path, own: str = "") -> tuple[Path, Report]:
    root.mkdir()
    if own:
        (root / "mkdocs.yml").write_text(own)
    made = {view: (tuple(page(address, view) for address in ("index.html", "a.html")), MENU) for view in View}
    return rendered(root / "out", Lesson(root, Settings(title="L")), made, {PurePosixPath("fig/a.txt"): b"1"})


@pytest.mark.parametrize("fork", [True, False])
def test_both_views_are_built_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: bool) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2 if fork else 1)
    output, report = built(tmp_path / "lesson")
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
        built(tmp_path / "lesson", own)
    assert "no-such-plugin" in caught.value.message
    assert caught.value.hint


def test_warnings_of_the_engine_are_problems(tmp_path: Path) -> None:
    own = yaml.safe_dump({"nonsense_key": 1})
    _, report = built(tmp_path / "lesson", own)
    assert {problem.code for problem in report.problems} == {"LS701"}
    assert "nonsense_key" in report.problems[0].message


def test_a_hook_of_the_lesson_runs_and_its_failure_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "hook.py").write_text("def on_page_markdown(*_, **__):\n    raise KeyError('lost')\n")
    with pytest.raises(MachineError, match="KeyError"):
        built(tmp_path / "lesson", "hooks: [../hook.py]\n")


def test_the_lessons_own_file_counts_with_what_it_inherits_and_with_tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # a fork server has the variables that were there when it began
    monkeypatch.setenv("LESSON_TEST_WORDS", "said elsewhere")
    (tmp_path / "base.yml").write_text(
        "theme:\n  palette: {scheme: slate}\nextra_css: [base.css]\nsite_description: !ENV LESSON_TEST_WORDS\n"
    )
    site, report = built(tmp_path / "lesson", "INHERIT: ../base.yml\nextra_css: [own.css]\nnav: [gone.md]\n")
    text = (site / "a.html").read_text()
    assert report.problems == ()
    assert 'content="said elsewhere"' in text
    assert 'data-md-color-scheme="slate"' in text
    assert ("own.css" in text, "base.css" in text, "gone" in text) == (True, False, False)
