"""A site that was brought up to date has the bytes of one that was made anew, whatever changed, and in whatever order."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.errors import MachineError, SiteBuilderError
from site_builder.files import scratch_folder
from site_builder.kept_results import KeptResults
from site_builder.pipeline import assemble
from site_builder.pipeline import build as build_stage
from site_builder.pipeline.engine import engine_ahead
from site_builder.pipeline.model import Options
from site_builder.pipeline.preview import preview
from site_builder.pipeline.watched import Watched
from site_builder.weave import finishing, stage
from tests.conftest import MakeLesson
from tests.world import examples

HOST = Options(environments="host", workers=2)
HEAD = "---\ntitle: {title}\nteaching: 5\nexercises: 3\n---\n\n::: questions\n- Why {title}?\n:::\n\n::: objectives\n- Know.\n:::\n\n"
BODY = "## Part\n\nWords of {title}.[link](two.md)\n\n::: challenge\n## Try\n\nDo.\n\n:::: solution\nDone.\n::::\n:::\n\n::: keypoints\n- {title} counts.\n:::\n"
CELL = "\n```{{python}}\nprint({number} * 2)\n```\n"
PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xff\xff?\0\5\xfe\2\xfe\r\xefF\xb8\0\0\0\0IEND\xaeB`\x82"


def files(names: tuple[str, ...] = ("one", "two", "three")) -> dict[str, str]:
    return {
        "config.yaml": settings(names), "index.md": "Hello.\n", "links.md": "[here]: https://example.org/here\n",
        "learners/setup.md": "---\ntitle: Setup\n---\n\nInstall.\n", "learners/reference.md": "---\ntitle: Words\n---\n\n## Glossary\n\nTerm.\n",
        "instructors/instructor-notes.md": "---\ntitle: Notes\n---\n\nBe there.\n",
        **{f"episodes/{name}.md": HEAD.format(title=name) + BODY.format(title=name) for name in names},
    }  # fmt: skip


def settings(names: tuple[str, ...] | list[str], more: str = "") -> str:
    return "title: L\nurl: https://example.org/l/\nepisodes:\n" + "".join(f"- {name}.md\n" for name in names) + more


def contents(site: Path) -> dict[str, bytes]:
    """Return what a build made; a file that it kept for somebody else is none of it."""
    found = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not name.startswith(".lesson/") and ".kept" not in name}


def made_anew(root: Path) -> dict[str, bytes]:
    other = root.parent / "anew"
    shutil.rmtree(other, ignore_errors=True)
    build_stage.build(root, other, replace(HOST, force=True))
    return contents(other)


def told(root: Path) -> list[str]:
    lines: list[str] = []
    build_stage.build(root, None, HOST, lines.append)
    return [line for line in lines if line.startswith("rendering")]


def test_a_sentence_renders_the_pages_that_show_it(make_lesson: MakeLesson) -> None:
    root = make_lesson(files())
    assert told(root) == ["rendering 26 pages"]
    page = root / "episodes/one.md"
    page.write_text(page.read_text().replace("Words of", "Other words of"))
    before = contents(root / "site")
    assert told(root) == ["rendering 4 of 26 pages"]
    after = contents(root / "site")
    assert after == made_anew(root)
    assert {name for name in after if after[name] != before[name]} == {
        *(f"{view}{name}" for view in ("", "instructor/") for name in ("one.html", "aio.html", "assets/search-index.js")), "manifest.json",
    }  # fmt: skip


def test_a_sentence_stages_and_makes_the_pages_that_show_it(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson(files())
    told(root)
    staged: list[str] = []
    made: list[str] = []
    place, text = stage.StagedView._place, stage.page_text
    monkeypatch.setattr(stage.StagedView, "_place", lambda view, name, text: (staged.append(name), place(view, name, text))[1])
    monkeypatch.setattr(stage, "page_text", lambda page, *more: made.append(str(page.address)) or text(page, *more))
    page = root / "episodes/one.md"
    page.write_text(page.read_text().replace("Words of", "Other words of"))
    told(root)
    assert sorted(staged) == sorted(["aio.md", "one.md", "assets/search-index.js"] * 2)
    assert set(made) == {"aio.html", "one.html"}
    assert contents(root / "site") == made_anew(root)


def test_a_changed_line_of_a_link_that_leads_nowhere_is_told(make_lesson: MakeLesson) -> None:
    """Links are looked at again only where one changed; the lines of those that are wrong are right all the same."""
    root = make_lesson(files())
    page = root / "episodes/one.md"
    text = page.read_text()

    def lines() -> list[int]:
        report = build_stage.build(root, None, HOST).report
        return [problem.location.line for problem in report.problems if problem.code == "LS401"]

    assert lines() == []
    page.write_text(f"{text}\n[nowhere](gone.md)\n")
    (line,) = lines()
    page.write_text(f"{text}\nA line.\n\n[nowhere](gone.md)\n")
    assert lines() == [line + 2]
    page.write_text(f"{text}\nA line.\n")
    assert lines() == []
    (root / "episodes/two.md").write_text((root / "episodes/two.md").read_text().replace("## Part", "## Other part"))
    page.write_text(f"{text}\n[there](two.md#part)\n")
    assert [problem.code for problem in build_stage.build(root, None, HOST).report.problems if problem.code[:4] == "LS40"] == ["LS402"]


def test_of_a_long_lesson_a_sentence_renders_its_own_part_of_the_page_of_everything(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_long(monkeypatch)
    root = make_lesson(files())
    told(root)
    page = root / "episodes/three.md"
    before = contents(root / "site")
    page.write_text(page.read_text().replace("Words of", "Terms of"))
    assert told(root) == ["rendering 4 of 30 pages"]
    after = contents(root / "site")
    assert after == made_anew(root)
    names = {name for name in after if after[name] != before[name]} - {"manifest.json"}
    index = {name for name in names if "search-index" in name}
    assert names - index == {f"{view}{name}" for view in ("", "instructor/") for name in ("three.html", "aio-2.html")}
    assert len(index) == 2 and {name for name in after if "search-index" in name} > index


def test_a_new_picture_renders_the_pages_that_show_it(make_lesson: MakeLesson) -> None:
    root = make_lesson(files())
    told(root)
    (root / "episodes/fig").mkdir()
    (root / "episodes/fig/new.png").write_bytes(PIXEL)
    page = root / "episodes/one.md"
    page.write_text(page.read_text().replace("Words of", "![new](fig/new.png) Words of"))
    made: list[str] = []
    real = finishing.filter_page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finishing, "filter_page", lambda document, *more: made.append(document.slug) or real(document, *more))
        told(root)
    assert made == ["one"]
    assert contents(root / "site") == made_anew(root)
    assert 'width="1" height="1"' in (root / "site/one.html").read_text()


@pytest.mark.slow
def test_the_text_of_an_episode_is_made_as_soon_as_it_has_run(make_lesson: MakeLesson) -> None:
    root = make_lesson(files())
    one = root / "episodes/one.md"
    one.write_text(one.read_text() + CELL.format(number=21))
    happened: list[str] = []
    real, render = finishing.filter_page, assemble.render_and_publish
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finishing, "filter_page", lambda document, *more: happened.append(document.slug) or real(document, *more))
        patch.setattr(assemble, "render_and_publish", lambda *given: happened.append("render") or render(*given))
        told(root)
    assert happened.count("one") == 1 and happened.index("one") < happened.index("render")
    assert ">42" in (root / "site/one.html").read_text()
    assert contents(root / "site") == made_anew(root)


@pytest.mark.slow
def test_what_fails_ahead_of_the_pages_is_told_with_them(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson(files())
    one = root / "episodes/one.md"
    one.write_text(one.read_text() + CELL.format(number=21))
    monkeypatch.setattr("site_builder.pipeline.pages_ahead.weave_outputs", _fail)
    told(root)
    assert ">42" in (root / "site/one.html").read_text()


@pytest.mark.parametrize("edit", ["title", "settings", "added", "removed", "renamed"])
def test_what_every_page_shows_renders_every_page(make_lesson: MakeLesson, edit: str) -> None:
    root = make_lesson(files())
    told(root)
    one = root / "episodes/one.md"
    if edit == "title":
        one.write_text(one.read_text().replace("title: one", "title: First"))
    elif edit == "settings":
        (root / "config.yaml").write_text(settings(("one", "two", "three"), "lang: de\n"))
    elif edit == "added":
        make_lesson({"episodes/four.md": HEAD.format(title="four"), "config.yaml": settings(("one", "two", "three", "four"))})
    else:
        names = ("two", "three") if edit == "removed" else ("begin", "two", "three")
        one.rename(root / "episodes/begin.md") if edit == "renamed" else one.unlink()
        (root / "config.yaml").write_text(settings(names))
    (line,) = told(root)
    assert " of " not in line
    assert contents(root / "site") == made_anew(root)


@pytest.mark.parametrize("damage", ["note", "other version", "kept", "page", "manifest"])
def test_what_cannot_be_relied_on_is_made_anew(make_lesson: MakeLesson, damage: str) -> None:
    root = make_lesson(files())
    told(root)
    (note,) = (root / ".lesson/rendered").iterdir()
    if damage == "note":
        note.write_bytes(note.read_bytes()[:-30])
    elif damage == "other version":
        note.write_text(note.read_text().replace('"builder": "', '"builder": "0'))
    elif damage == "kept":
        kept = scratch_folder(root) / "kept"
        kept.write_bytes(kept.read_bytes()[:40] + b"\0" + kept.read_bytes()[41:])
    elif damage == "page":
        (root / "site/two.html").write_text("mine")
    else:
        (root / "site/manifest.json").write_bytes((root / "site/manifest.json").read_bytes().replace(b'"schema": 1', b'"schema":  1'))
    page = root / "episodes/one.md"
    page.write_text(page.read_text() + "\nMore.\n")
    (line,) = told(root)
    whole = {"kept": " 4 of 26 ", "page": " 15 of 26 "}.get(damage, " 26 pages")  # the other view is as it was
    assert whole in line
    assert contents(root / "site") == made_anew(root)
    if damage == "page":
        assert (root / "site/two.html.kept").read_text() == "mine"


def test_what_the_engine_complains_of_is_said_by_each_build(make_lesson: MakeLesson) -> None:
    root = make_lesson({**files(), "mkdocs.yml": "theme:\n  name: material\nnot_a_setting: 1\n"})

    def problems() -> list[str]:
        return [problem.code for problem in build_stage.build(root, None, HOST).report.problems if problem.code == "LS701"]

    first = problems()
    page = root / "episodes/one.md"
    page.write_text(page.read_text() + "\nMore.\n")
    assert problems() == first
    assert contents(root / "site") == made_anew(root)


def test_pages_with_very_many_levels_are_made_anew_each_time(make_lesson: MakeLesson) -> None:
    root = make_lesson({**files(), "episodes/two.md": HEAD.format(title="two") + "> " * 900 + "deep\n"})
    told(root)
    page = root / "episodes/one.md"
    page.write_text(page.read_text() + "\nMore.\n")
    told(root)
    assert contents(root / "site") == made_anew(root)


class Author:
    """Changes a lesson at random, as authors do."""

    def __init__(self, root: Path, choose: random.Random) -> None:
        self.root, self.choose, self.number = root, choose, 0
        self.names = ["one", "two", "three"]
        self.more = ""
        (root / "episodes/fig").mkdir(exist_ok=True)

    def edit(self) -> str:
        self.number += 1
        edits: list[Callable[[], None]] = [
            self.prose, self.prose, self.prose, self.heading, self.title, self.code, self.added, self.removed, self.renamed, self.moved,
            self.setting, self.picture, self.shown, self.host, self.other, self.notes, self.links, self.commit, self.note, self.kept,
            self.interrupted, self.page, self.back, self.half,
        ]  # fmt: skip
        chosen = self.choose.choice(edits)
        chosen()
        return chosen.__name__

    def _one(self) -> Path:
        return self.root / "episodes" / f"{self.choose.choice(self.names)}.md"

    def _append(self, path: Path, text: str) -> None:
        path.write_text((path.read_text() if path.exists() else "---\ntitle: X\n---\n") + text)

    def _listed(self) -> None:
        (self.root / "config.yaml").write_text(settings(self.names, self.more))

    def prose(self) -> None:
        self._append(self._one(), f"\nSentence {self.number} with `code`, a [link](one.md#part) and <b>{self.choose.random()}</b>.\n")

    def heading(self) -> None:
        self._append(self._one(), f"\n## Section {self.choose.randrange(3)} & *more*\n\nText.\n")

    def title(self) -> None:
        path = self._one()
        path.write_text(path.read_text().replace("title: ", f"title: {self.number} ", 1))

    def code(self) -> None:
        self._append(self._one(), CELL.format(number=self.choose.randrange(2)))

    def added(self) -> None:
        name = f"new{self.number}"
        (self.root / f"episodes/{name}.md").write_text(HEAD.format(title=name) + BODY.format(title=name))
        self.names.insert(self.choose.randrange(len(self.names) + 1), name)
        self._listed()

    def removed(self) -> None:
        if len(self.names) > 1:
            name = self.names.pop(self.choose.randrange(len(self.names)))
            (self.root / f"episodes/{name}.md").unlink()
            self._listed()

    def renamed(self) -> None:
        place = self.choose.randrange(len(self.names))
        new = f"name{self.number}"
        (self.root / f"episodes/{self.names[place]}.md").rename(self.root / f"episodes/{new}.md")
        self.names[place] = new
        self._listed()

    def moved(self) -> None:
        self.choose.shuffle(self.names)
        self._listed()

    def setting(self) -> None:
        self.more = self.choose.choice(
            ["", "lang: de\n", "carpentry: lab\n", "brand: {primary: '#123456'}\n", "prose-html: safe\n", "copy: all\n"]
        )
        self._listed()

    def picture(self) -> None:
        (self.root / f"episodes/fig/{self.choose.choice('ab')}.png").write_bytes(PIXEL + bytes([self.number % 256]))

    def shown(self) -> None:
        self._append(self._one(), f"\n![Picture](fig/{self.choose.choice('ab')}.png){{alt='A dot'}}\n")

    def host(self) -> None:
        self._append(self._one(), f"\n![Far](https://h{self.choose.randrange(3)}.example.org/x.png){{alt='Far'}}\n")

    def other(self) -> None:
        self._append(
            self.root / self.choose.choice(["index.md", "learners/setup.md", "learners/reference.md", "learners/more.md"]),
            f"\nWord {self.number}.\n",
        )

    def notes(self) -> None:
        self._append(self.root / "instructors/instructor-notes.md", f"\n### Note {self.number}\n\nSay it.\n")

    def links(self) -> None:
        (self.root / "links.md").write_text(f"[here]: https://example.org/{self.number}\n")

    def commit(self) -> None:
        git = ["git", "-C", str(self.root), "-c", "user.name=A", "-c", "user.email=a@example.org"]
        for words in (
            ["init", "-q"],
            ["add", "-A", "episodes", "config.yaml"],
            ["commit", "-qm", "x", "--date", f"2026-01-{self.number % 27 + 1:02}T00:00:00"],
        ):
            subprocess.run([*git, *words], capture_output=True, check=False)

    def note(self) -> None:
        for path in (self.root / ".lesson/rendered").iterdir():
            path.write_bytes(path.read_bytes()[: self.choose.randrange(2000)])

    def kept(self) -> None:
        path = scratch_folder(self.root) / "kept"
        data = bytearray(path.read_bytes())
        data[self.choose.randrange(len(data))] ^= 1
        path.write_bytes(data)

    def interrupted(self) -> None:
        self.prose()
        place = self.choose.choice(["publish", "write_manifest", "keep", "check_links"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"site_builder.pipeline.render.{place}", _fail)
            with pytest.raises(SiteBuilderError):
                build_stage.build(self.root, None, HOST)

    def page(self) -> None:
        path = (
            self.root / "site" / self.choose.choice(["index.html", "aio.html", "instructor/index.html", "assets/lesson.css", "sitemap.xml"])
        )
        self.choose.choice([path.unlink, lambda: path.write_text("mine")])()

    def back(self) -> None:
        path = self._one()
        text = path.read_text()
        self.prose()
        build_stage.build(self.root, None, HOST)
        path.write_text(text)

    def half(self) -> None:
        """A file that was only half written when it was read."""
        path = self._one()
        text = path.read_text()
        path.write_text(text[: self.choose.randrange(len(text))])
        try:
            build_stage.build(self.root, None, HOST)
        except SiteBuilderError:
            path.write_text(text)
            return
        path.write_text(text)


def _fail(*_: object, **__: object) -> None:
    raise MachineError("the disk is full")


def be_long(patch: pytest.MonkeyPatch) -> None:
    """Have every lesson divided like a very long one, at places that move with the text."""
    patch.setattr("site_builder.weave.pages.all_in_one.LONGEST", 1000)
    patch.setattr("site_builder.weave.pages.all_in_one.EACH", 4000)
    patch.setattr("site_builder.weave.pages.episode_list.LONG", 2)
    patch.setattr("site_builder.weave.search_index.LONGEST", 300)
    patch.setattr("site_builder.weave.search_index.EACH", 400)


@pytest.mark.slow
@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
def test_any_edits_one_after_the_other_give_the_bytes_of_a_whole_build(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    if long:
        be_long(monkeypatch)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    author, done, narrowed = Author(make_lesson(files()), random.Random(seed)), [], 0
    build_stage.build(author.root, None, HOST)
    count = examples(100 if long else 300)
    for number in range(count):
        done = [author.edit() for _ in range(author.choose.choice((1, 1, 1, 2, 3)))]
        narrowed += any(" of " in line for line in told(author.root))
        assert contents(author.root / "site") == made_anew(author.root), (seed, number, done)
        if number % 10 == 9:  # so that pages do not grow without end
            for name in author.names:
                (author.root / f"episodes/{name}.md").write_text(HEAD.format(title=name) + BODY.format(title=name))
    assert narrowed > count // 10


@pytest.mark.slow
def test_a_preview_whose_workers_stay_gives_the_bytes_of_a_whole_build(make_lesson: MakeLesson) -> None:
    """And so do the pages that it shows before the rest."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    author = Author(make_lesson(files()), random.Random(seed))
    root, site = author.root, author.root / ".lesson/preview"
    options = replace(HOST, kept=KeptResults(scratch_folder(root), "1"))
    sooner: dict[str, bytes] = {}
    shown, unchanged = 0, {}

    def show(pages: Mapping[str, bytes], same: frozenset[str]) -> None:
        sooner.update(pages)
        unchanged.update({name: (site / name).read_bytes() for name in same})

    with engine_ahead(root, options) as engine_for:
        preview(root, options, engine_for)
        for number in range(examples(150)):
            author.number += 1
            edits = [author.prose] * 6 + [author.heading, author.shown, author.host, author.picture, author.other, author.notes]
            edit = author.choose.choice([*edits, author.title, author.setting, author.added, author.moved, author.links])
            edit()
            addresses = sorted(contents(site))
            watched = Watched(frozenset(author.choose.sample(addresses, len(addresses) // 2)), show)
            sooner.clear()
            unchanged.clear()
            preview(root, replace(options, watched=watched), engine_for)
            options.kept.settle()
            found = contents(site)
            assert found == made_anew(root), (seed, number, edit.__name__)
            assert {**found, **sooner, **unchanged} == found, (seed, number, edit.__name__)
            shown += len(sooner)
    assert shown > examples(150) // 10
