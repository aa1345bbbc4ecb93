"""Renamed pages: both views keep the old address as a page that leads on, in every engine, and nothing lists it."""

from __future__ import annotations

import html.parser
import json
import subprocess
from pathlib import Path

import pytest

from site_builder.errors import LessonFailed
from site_builder.operations.archive import archive
from site_builder.operations.check import check
from site_builder.outputs.origins import digests
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson

HOST = Options("host")
PAGE = "---\ntitle: {}\nteaching: 1\nexercises: 0\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n\n## Steps\n\nText.\n\n::: keypoints\n- K\n:::\n"
SETTINGS = "title: L\nlicense: CC0\nlang: de\nurl: https://example.org/lesson/\nredirects:\n"


class Parsed(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag]


@pytest.fixture
def lesson(make_lesson: MakeLesson) -> Path:
    lines = "  01-old.html: new.html\n  notes/: episodes/new.md#steps\n  handout.html: instructor-notes.html\n"
    return make_lesson({
        "config.yaml": SETTINGS + lines, "index.md": "Hi, [old](01-old.html).\n", "episodes/new.md": PAGE.format("Neu & *gut* <1"),
        "instructors/instructor-notes.md": "---\ntitle: N\n---\n\nText.\n",
    })  # fmt: skip


@pytest.mark.parametrize("engine", ["mkdocs", pytest.param("zensical", marks=pytest.mark.slow)])
def test_an_old_address_leads_on_in_both_views(lesson: Path, engine: str) -> None:
    built = build(lesson, None, Options("host", engine=engine))
    assert built.report.problems == ()
    site = lesson / "site"
    for folder in ("", "instructor/"):
        text = (site / folder / "01-old.html").read_text()
        page = Parsed(text)
        assert page.of("html") == [{"lang": "de"}]
        meta = {found.get("http-equiv") or found.get("name"): found.get("content") for found in page.of("meta")}
        assert meta["refresh"] == "0; url=new.html"
        assert meta["robots"] == "noindex"
        assert page.of("link") == [{"rel": "canonical", "href": f"https://example.org/lesson/{folder}new.html"}]
        assert page.of("a") == [{"href": "new.html"}]
        assert "<h1>Diese Seite ist umgezogen</h1>" in text
        assert '<bdi lang="de">Neu &amp; gut &lt;1</bdi>' in text
        (script,) = digests(text)
        assert f"script-src {script};" in str(meta["Content-Security-Policy"])
        assert "'unsafe" not in str(meta["Content-Security-Policy"])
        assert Parsed((site / folder / "notes/index.html").read_text()).of("a") == [{"href": "../new.html#steps"}]
        assert Parsed((site / folder / "handout.html").read_text()).of("a") == [{"href": "instructor-notes.html"}]
    listed = json.loads((site / "manifest.json").read_text())["files"]
    assert {"01-old.html", "instructor/01-old.html", "notes/index.html"} <= listed.keys()
    for path in (*site.rglob("sitemap.xml"), *site.rglob("search*.js*")):
        assert "01-old" not in path.read_text(), path


def test_they_stay_while_other_pages_change_and_go_with_their_line(lesson: Path, tmp_path: Path) -> None:
    build(lesson, None, HOST)
    (lesson / "episodes/new.md").write_text(PAGE.format("Anders"))
    build(lesson, None, HOST)
    assert "Anders" in (lesson / "site/01-old.html").read_text()
    whole = tmp_path / "whole"
    build(lesson, whole, Options("host", force=True))
    assert {path.relative_to(whole): path.read_bytes() for path in whole.rglob("*.html")} == {
        path.relative_to(lesson / "site"): path.read_bytes() for path in (lesson / "site").rglob("*.html")
    }
    assert not build(lesson, None, HOST).changed
    assert archive(lesson, tmp_path / "l.zip", HOST).files > 0
    (lesson / "index.md").write_text("Hi.\n")
    (lesson / "config.yaml").write_text(SETTINGS + "  handout.html: instructor-notes.html\n")
    build(lesson, None, HOST)
    assert not (lesson / "site/01-old.html").exists()
    assert not (lesson / "site/instructor/notes").exists()
    assert (lesson / "site/handout.html").exists()


def test_a_changed_line_alone_changes_the_site(lesson: Path) -> None:
    build(lesson, None, HOST)
    text = (lesson / "config.yaml").read_text()
    (lesson / "config.yaml").write_text(text.replace("episodes/new.md#steps", "instructor-notes.html") + "  further.html: new.html\n")
    assert build(lesson, None, HOST).changed
    assert Parsed((lesson / "site/notes/index.html").read_text()).of("a") == [{"href": "../instructor-notes.html"}]
    assert (lesson / "site/instructor/further.html").exists()


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("old.html: nwe.html", "LS041", "there is no page nwe.html"),
        ("new.html: index.html", "LS042", "new.html is still there"),
        ("New.html: new.html", "LS042", "are one file"),
        ("aio.html: new.html", "LS042", "aio.html is still there"),
        ("old.html: https://example.org", "LS039", "not an address in the site"),
        ("old.html: old.html", "LS040", "in a circle"),
    ],
)
def test_what_leads_nowhere_stops_a_build_at_its_line(lesson: Path, line: str, code: str, words: str) -> None:
    (lesson / "index.md").write_text("Hi.\n")
    (lesson / "config.yaml").write_text(f"{SETTINGS}  {line}\n")
    with pytest.raises(LessonFailed) as caught:
        build(lesson, None, HOST)
    (problem,) = [each for each in caught.value.problems if each.code == code]
    assert (problem.location.line, problem.code) == (6, code)
    assert words in problem.message
    assert problem in check(lesson, HOST).problems


def test_a_place_that_the_page_lacks_is_a_warning(lesson: Path) -> None:
    (lesson / "index.md").write_text("Hi.\n")
    (lesson / "config.yaml").write_text(f"{SETTINGS}  old.html: new.html#stepps\n")
    (problem,) = [each for each in check(lesson, HOST).problems if each.code == "LS041"]
    assert (problem.code, problem.severity.value, problem.hint) == ("LS041", "warning", "did you mean 'steps'?")


def git(root: Path, *arguments: str) -> None:
    told = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *told, *arguments], cwd=root, check=True, capture_output=True)


def test_check_proposes_what_history_shows(make_lesson: MakeLesson) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nlicense: CC0\n", "index.md": "Hi.\n", "episodes/01-a.md": PAGE.format("A"), "episodes/b.md": PAGE.format("Beta"),
    })  # fmt: skip
    assert check(root, HOST).note == ""
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    assert check(root, HOST).note == ""
    git(root, "mv", "episodes/01-a.md", "episodes/alpha.md")
    git(root, "commit", "-qm", "second")
    git(root, "mv", "episodes/alpha.md", "episodes/two words.md")
    git(root, "commit", "-qm", "third")
    note = check(root, HOST).note
    assert note.startswith(
        "2 pages had other names before; if links to the old addresses should lead on, write in config.yaml:\nredirects:\n"
    )
    lines = note.split("config.yaml:\n")[1]
    (root / "config.yaml").write_text(f"title: L\nlicense: CC0\n{lines}\n")
    found = check(root, HOST)
    assert ([each for each in found.problems if each.code in ("LS039", "LS040", "LS041", "LS042")], found.note) == ([], "")
    build(root, None, HOST)
    assert Parsed((root / "site/01-a.html").read_text()).of("a") == [{"href": "two%20words.html"}]
    (root / "config.yaml").write_text("title: L\nlicense: CC0\nredirects:\n  alpha.html: false\n")
    note = check(root, HOST).note
    assert (
        note
        == "1 page had another name before; if links to the old addresses should lead on, add to `redirects` (config.yaml:3:1):\n  01-a.html: 'two words.html'"
    )
