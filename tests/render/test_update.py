"""A rendered folder that is brought up to date has the bytes that rendering anew gives."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import element
from site_builder.render.base import Engine
from site_builder.render.registry import ENGINES, prepared
from site_builder.settings.lesson import Settings
from site_builder.weave.model import MenuItem, Page, PageKind, View
from site_builder.weave.parts import whole
from tests.render.rendered import contents_below, staged

NAMES = ("index", "one", "two", "three", "four")
FIGURE = PurePosixPath("fig/a.txt")


def page(name: str, words: str = "words") -> Page:
    body = (element("p", f"{words} of {name}"), element("h2", "Part & *parcel*", id="part"), element("pre", f"a\n\n\t{words}"))
    return Page(
        PurePosixPath(f"{name}.html"), View.LEARNER, PageKind.EPISODE, name.title(), f"<em>{name}</em>", (whole(body),), minutes=7, number=1
    )


class Staging:
    """Stages the learners' view again and again, each time into a folder of its own."""

    def __init__(self, root: Path, own: str = "") -> None:
        root.mkdir()
        (root / "mkdocs.yml").write_text(own)
        self.root, self.number = root, 0
        self.lesson = Lesson(root, Settings(title="L", url="https://example.org/l/"))
        self.pages = {name: page(name) for name in NAMES}
        self.figure = b"1"

    def staged(self) -> Path:
        self.number += 1
        pages = tuple(self.pages.values())
        menu = tuple(MenuItem(page.title, str(page.address)) for page in pages)
        made = {view: (pages if view is View.LEARNER else (), menu) for view in View}
        return staged(self.root / f"staged{self.number}", self.lesson, made, {FIGURE: self.figure}) / "learner"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def digests(engine: Engine, folder: Path) -> Mapping[str, str]:
    return engine.page_digests(folder, contents_below(folder))


def changed(engine: Engine, before: Path, after: Path) -> set[str]:
    old, new = digests(engine, before), digests(engine, after)
    assert set(old) == set(new)
    return {name for name in new if new[name] != old[name]}


def brought_up_to_date(engine: Engine, old: Path, folder: Path, names: set[str]) -> Path:
    """Update a copy of hard links and see that the old bytes stay."""
    target = old.with_name(f"{old.name}+")
    shutil.copytree(old, target, copy_function=os.link)
    before = contents(old)
    assert engine.update(folder, target, names).result().problems == ()
    assert contents(old) == before
    return target


def rendered(engine: Engine, folder: Path) -> Path:
    target = folder.parent / "rendered"
    assert engine.render(folder, target).result().problems == ()
    return target


@pytest.mark.parametrize("fork", [True, False])
def test_what_changed_is_rendered_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: bool) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2 if fork else 1)
    staging = Staging(tmp_path / "lesson")
    with prepared("mkdocs") as engine:
        assert engine.incremental
        first = staging.staged()
        site = rendered(engine, first)
        staging.pages["two"], staging.figure = page("two", "rain & <b>"), b"2"
        second = staging.staged()
        names = changed(engine, first, second)
        assert names == {"two.md", "assets/search-index.js", "fig/a.txt"}
        updated, anew = brought_up_to_date(engine, site, second, names), rendered(engine, second)
        assert contents(updated) == contents(anew) != contents(site)
        kept = {path.relative_to(site) for path in site.rglob("*") if path.is_file() and path.samefile(updated / path.relative_to(site))}
        written = {path.relative_to(updated) for path in updated.rglob("*") if path.is_file()} - kept
        assert {path.as_posix() for path in written} == {"two.html", "assets/search-index.js", "fig/a.txt"}


@pytest.mark.parametrize("fork", [True, False])
@pytest.mark.parametrize("own", ["", "exclude_docs: three.md\n"], ids=["all", "excluded"])
def test_files_that_stay_the_same_need_not_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: bool, own: str) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2 if fork else 1)
    staging = Staging(tmp_path / "lesson", own)
    with prepared("mkdocs") as engine:
        first = staging.staged()
        site = rendered(engine, first)
        for words in ("rain", "wind"):  # a worker that stays is asked again
            staging.pages["two"] = page("two", words)
            second = staging.staged()
            names = changed(engine, first, second)
            same = set(digests(engine, second)) - names
            anew = rendered(engine, second)
            for name in same:
                (second / "docs" / name).unlink()
            target = site.with_name(f"with {words}")
            shutil.copytree(site, target, copy_function=os.link)
            assert engine.update(second, target, names, same).result().problems == ()
            assert contents(target) == contents(anew) != contents(site)


@pytest.mark.parametrize(
    ("facts", "expected"), [({"title": "Second"}, NAMES), ({"minutes": 9}, ("two",)), ({"search": False}, NAMES)],
    ids=["title", "facts of the page", "front matter"],
)  # fmt: skip
def test_what_other_pages_may_show_changes_every_page(tmp_path: Path, facts: dict[str, Any], expected: tuple[str, ...]) -> None:
    staging = Staging(tmp_path / "lesson")
    with prepared("mkdocs") as engine:
        first = staging.staged()
        site = rendered(engine, first)
        staging.pages["two"] = replace(staging.pages["two"], **facts)
        second = staging.staged()
        names = changed(engine, first, second)
        assert {name for name in names if name.endswith(".md")} == {f"{name}.md" for name in expected}
        assert contents(brought_up_to_date(engine, site, second, names)) == contents(rendered(engine, second))


def test_what_a_plugin_sees_nobody_knows(tmp_path: Path) -> None:
    staging = Staging(tmp_path / "lesson", "plugins: [tags]\n")
    with prepared("mkdocs") as engine:
        first = staging.staged()
        staging.pages["two"] = page("two", "rain")
        assert changed(engine, first, staging.staged()) == set(digests(engine, first))


def test_a_version_of_the_engine_changes_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Staging(tmp_path / "lesson").staged()
    with prepared("mkdocs") as engine:
        before = digests(engine, folder)
        monkeypatch.setattr("site_builder.render.mkdocs.engine.PACKAGES", ("mkdocs",))
        assert {name for name, digest in digests(engine, folder).items() if digest != before[name]} == {f"{name}.md" for name in NAMES}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ENGINES))
def test_any_edits_one_after_the_other(tmp_path: Path, name: str) -> None:
    if name == "zensical" and importlib.util.find_spec("zensical") is None:
        pytest.skip("Zensical is not installed")
    seed = random.randrange(10**6)
    choose = random.Random(seed)
    print(f"seed {seed}")
    staging = Staging(tmp_path / "lesson")
    with prepared(name) as engine:
        folder = staging.staged()
        site = rendered(engine, folder)
        for number in range(8):
            some = choose.sample(NAMES, choose.choice((1, 1, 2)))
            staging.pages |= {one: page(one, f"edit {number} & <i>") for one in some}
            if choose.random() < 0.3:
                title = choose.choice(NAMES)
                staging.pages[title] = replace(staging.pages[title], title=f"Title {number}")
            if choose.random() < 0.3:
                staging.figure = str(number).encode()
            before, folder = folder, staging.staged()
            site = brought_up_to_date(engine, site, folder, changed(engine, before, folder))
            assert contents(site) == contents(rendered(engine, folder)), (seed, number)
