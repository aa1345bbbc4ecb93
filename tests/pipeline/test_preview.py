"""A preview shows the last results of changed cells, each with why it is not that of the present code; nothing of it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.kept_results import KeptResults
from site_builder.pipeline import build as build_stage
from site_builder.pipeline.engine import engine_ahead
from site_builder.pipeline.model import Options
from site_builder.pipeline.preview import Preview, preview
from site_builder.pipeline.watched import Watched
from tests.conftest import MakeLesson

HOST = Options(environments="host")
HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n"


def cells(*codes: str) -> str:
    return HEAD + "".join(f"```{{python}}\n{code}\n```\n\n" for code in codes)


@pytest.fixture
def root(make_lesson: MakeLesson) -> Path:
    made = make_lesson({
        "config.yaml": "title: L\nepisodes: [one.md]\n", "index.md": "Hello.\n", "episodes/data/n.txt": "4",
        "episodes/one.md": cells("a = 1", "print('b', a)", "print('c', a)"),
    })  # fmt: skip
    build_stage.build(made, None, HOST)
    return made


def look(root: Path) -> tuple[Preview, str]:
    with engine_ahead(root, HOST) as engine_for:
        made = preview(root, HOST, engine_for)
    return made, (root / ".lesson/preview/one.html").read_text()


@pytest.mark.parametrize(
    ("codes", "shown", "stale"),
    [
        (("a = 1", "print('b', a)", "print('c', a)"), ("b 1", "c 1"), {}),
        (("a = 2", "print('b', a)", "print('c', a)"), ("b 1", "c 1"), {1: "this cell", 2: "cell 1, before it", 3: "cell 1, before it"}),
        (("a = 1", "print('b', a + 1)", "print('c', a)"), ("b 1", "c 1"), {2: "this cell", 3: "cell 2, before it"}),
        (("a = 1", "x = 5", "print('b', a)", "print('c', a)"), ("b 1", "c 1"), {3: "cell 2, before it", 4: "cell 2, before it"}),
        (("a = 1", "print('c', a)"), ("c 1",), {2: "this cell"}),
        (("a = 1", "print('b', a)", "print('c', a)", "print('d')"), ("b 1", "c 1"), {}),
    ],
    ids=["nothing", "first", "middle", "added", "removed", "at the end"],
)  # fmt: skip
def test_results_stay_with_their_code_and_say_why_they_are_old(
    root: Path, codes: tuple[str, ...], shown: tuple[str, ...], stale: dict[int, str]
) -> None:  # fmt: skip
    before = (root / "site/one.html").read_bytes()
    (root / "episodes/one.md").write_text(cells(*codes))
    made, page = look(root)
    assert all(words in page for words in shown)
    found = dict(made.stale["one"].cells) if made.stale else {}
    assert found.keys() == {f"cell-{number}" for number in stale}
    assert all(found[f"cell-{number}"].startswith(words) for number, words in stale.items())
    assert (root / "site/one.html").read_bytes() == before and "lesson-stale" not in before.decode()


def test_an_episode_that_never_ran_says_so_and_changed_data_are_named(root: Path) -> None:
    (root / "episodes/one.md").write_text(cells("print(open('data/n.txt').read())"))
    build_stage.build(root, None, HOST)
    (root / "episodes/data/n.txt").write_text("5")
    made, page = look(root)
    assert "data/n.txt changed" in made.stale["one"].reason and "data/n.txt changed" in page
    for record in (root / ".lesson/records/one").iterdir():
        record.unlink()
    made, page = look(root)
    assert made.stale["one"].reason == "it has not run yet" and "lesson-stale" not in page


def test_only_what_changed_is_told_to_pages_and_nothing_runs(root: Path) -> None:
    first, _ = look(root)
    assert "one.html" in first.changed and look(root)[0].changed == {}
    (root / "index.md").write_text("Hello there.\n")
    changed = look(root)[0].changed
    assert {name for name in changed if name.endswith(".html")} == {"index.html", "instructor/index.html"}
    assert len(list((root / ".lesson/records/one").iterdir())) == 1


def test_kept_results_are_those_of_equal_input_alone(tmp_path: Path) -> None:
    made = []

    def ask(kept: KeptResults, function: str, given: object) -> object:
        return kept.result(function, lambda: given, lambda: made.append((function, given)) or ("made", given))

    kept = KeptResults(tmp_path, "1")
    assert ask(kept, "f", ("a", 1)) == ("made", ("a", 1)) and ask(kept, "f", ("a", 1)) == ("made", ("a", 1))
    ask(kept, "f", ("a", 2)), ask(kept, "g", ("a", 1))
    assert len(made) == 3
    kept.save()
    again = KeptResults(tmp_path, "1")
    assert ask(again, "f", ("a", 1)) == ("made", ("a", 1)) and len(made) == 3
    again.save()
    ask(KeptResults(tmp_path, "1"), "g", ("a", 1))
    assert len(made) == 4  # nobody had asked for it, so that it was forgotten
    ask(KeptResults(tmp_path, "2"), "f", ("a", 1))
    assert len(made) == 5
    data = (tmp_path / "kept").read_bytes()
    for broken in (b"", data[:-1], data[:50] + b"\0" + data[51:], b"x" * 100):
        (tmp_path / "kept").write_bytes(broken)
        count = len(made)
        assert ask(KeptResults(tmp_path, "1"), "f", ("a", 1)) == ("made", ("a", 1)) and len(made) == count + 1


@pytest.mark.parametrize("view", ["", "instructor/"])
def test_what_is_looked_at_is_shown_first_and_has_the_bytes_that_the_site_then_has(root: Path, view: str) -> None:
    site, shown = root / ".lesson/preview", []

    def show(pages: Mapping[str, bytes], unchanged: frozenset[str]) -> None:
        shown.append((dict(pages), {name: (site / name).read_bytes() for name in unchanged}))

    look(root)
    page = root / "episodes/one.md"
    page.write_text(page.read_text() + "A new sentence.\n")
    with engine_ahead(root, HOST) as engine_for:
        watched = Watched(frozenset((f"{view}one.html", f"{view}index.html", "none.html")), show)
        preview(root, replace(HOST, watched=watched), engine_for)
    ((pages, unchanged),) = shown
    assert pages.keys() == {f"{view}one.html"} and b"A new sentence." in pages[f"{view}one.html"]
    for name, data in {**pages, **unchanged}.items():
        assert (site / name).read_bytes() == data, name
    assert f"{view}index.html" in unchanged and f"{view}assets/lesson.css" in unchanged
    assert not {f"{view}aio.html", f"{view}assets/search-index.js", "manifest.json"} & unchanged.keys()


def test_nothing_is_shown_first_where_all_pages_change(root: Path) -> None:
    look(root)
    watched = Watched(frozenset(("one.html",)), lambda pages, unchanged: pytest.fail("shown"))
    (root / "config.yaml").write_text("title: Other\nepisodes: [one.md]\n")
    with engine_ahead(root, HOST) as engine_for:
        preview(root, replace(HOST, watched=watched), engine_for)
