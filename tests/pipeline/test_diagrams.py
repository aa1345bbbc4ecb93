"""Diagrams of a lesson: drawn once, all together, kept, committed, and never in silence. No browser runs here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import pytest

from site_builder import browser
from site_builder.diagrams.model import DiagramFault, Drawing, Outcome, Undrawn
from site_builder.errors import LessonFailed
from site_builder.operations import check, manage_records
from site_builder.pipeline import draw as draw_stage
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Built, Options
from site_builder.problems import Problem, Severity

MakeLesson = Callable[[dict[str, str]], Path]
HOST = Options("host")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><marker id="ID-0"/></defs><path marker-end="url(#ID-0)"/><text>drawn</text></svg>'
EPISODE = "---\ntitle: T\nteaching: 1\nexercises: 1\n---\n\n::: questions\n\n- Why?\n\n:::\n\n::: objectives\n\n- So.\n\n:::\n\n::: keypoints\n\n- Yes.\n\n:::\n\n```mermaid\nflowchart LR\n  accTitle: A\n  accDescr: B\n  {body}\n```\n"
ONE, TWO = EPISODE.format(body="a --> b"), EPISODE.format(body="c --> d")


class Browser:
    """Stands in for the browser: answers by what a diagram says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.answers: dict[str, Outcome] = {}

    def draw(self, sources: Sequence[str], program: str, folder: Path) -> list[Outcome]:
        self.asked.append([source.splitlines()[-1].strip() for source in sources])
        return [self.answers.get(source.splitlines()[-1].strip(), Drawing(SVG, dark=True)) for source in sources]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Browser:
    made = Browser()
    monkeypatch.setattr(draw_stage, "draw", made.draw)
    monkeypatch.setattr(browser, "find_browser", lambda *wanted: "/usr/bin/a-browser")
    return made


@pytest.fixture
def lesson(make_lesson: MakeLesson) -> Path:
    return make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\n", "episodes/one.md": ONE, "episodes/two.md": TWO})


def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda *wanted: None)


def about_diagrams(problems: Sequence[Problem]) -> list[str]:
    return [f"{each.code} {each.location}" for each in problems if each.code in ("LS610", "LS611", "LS612")]


def told(built: Built) -> list[str]:
    return about_diagrams(built.report.problems)


def test_all_new_ones_are_drawn_together_and_once(lesson: Path, stand_in: Browser) -> None:
    said: list[str] = []
    built = build(lesson, None, HOST, said.append)
    assert stand_in.asked == [["a --> b", "c --> d"]]
    assert "drawing 2 diagrams with a-browser" in said
    assert (built.site / "one.html").read_text().count("<text>drawn</text>") == 1
    assert not build(lesson, None, HOST).changed
    (lesson / "episodes/two.md").write_text(EPISODE.format(body="e --> f"))
    build(lesson, None, HOST)
    (lesson / "episodes/one.md").write_text(ONE.replace("accTitle: A", "accTitle: Other") + "\nMore.\n")
    build(lesson, None, HOST)
    assert stand_in.asked[1:] == [["e --> f"]]


def test_ids_are_unique_on_the_page_with_all_episodes(lesson: Path, stand_in: Browser) -> None:
    html = (build(lesson, None, HOST).site / "aio.html").read_text()
    assert html.count('<marker id="diagram-1-0">') == html.count('<marker id="diagram-1-0-1">') == 1
    assert html.count('marker-end="url(#diagram-1-0)"') == html.count('marker-end="url(#diagram-1-0-1)"') == 1


def test_a_lesson_without_diagrams_asks_for_no_browser(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda *wanted: pytest.fail("nothing is to be drawn"))
    build(make_lesson({"config.yaml": "title: L\n", "episodes/one.md": "Text.\n\n```text\nmermaid\n```\n"}), None, HOST)


def test_without_a_browser_the_committed_drawings_are_shown(lesson: Path, stand_in: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    build(lesson, None, HOST)
    saved = manage_records.save_records(lesson, HOST)
    assert [path.parent for path in saved] == [PurePosixPath("records/diagrams")] * 2
    assert manage_records.save_records(lesson, HOST) == ()
    for file in (lesson / ".lesson/records/diagrams").iterdir():
        file.unlink()
    without_browser(monkeypatch)
    built = build(lesson, None, Options("host", strict=True, force=True))
    assert told(built) == []
    assert "<text>drawn</text>" in (built.site / "two.html").read_text()


def test_with_neither_the_source_is_shown_with_a_problem_and_strict_refuses(
    lesson: Path, stand_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_browser(monkeypatch)
    built = build(lesson, None, HOST)
    assert told(built) == ["LS610 episodes/one.md:25", "LS610 episodes/two.md:25"]
    page = (built.site / "one.html").read_text()
    assert "a --&gt; b" in page
    assert "<strong>A</strong>. <span" in page
    assert about_diagrams(check.check(lesson, HOST).problems) == told(built)
    assert not build(lesson, None, HOST).changed
    with pytest.raises(LessonFailed):
        build(lesson, None, Options("host", strict=True))
    assert stand_in.asked == []


def test_once_there_is_a_browser_the_same_lesson_is_drawn(lesson: Path, stand_in: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as lacking:
        without_browser(lacking)
        assert told(build(lesson, None, HOST)) != []
    built = build(lesson, None, HOST)
    assert (told(built), built.changed, len(stand_in.asked)) == ([], True, 1)


def test_a_browser_that_fails_is_tried_again(lesson: Path, stand_in: Browser) -> None:
    stand_in.answers = {"a --> b": Undrawn("no display", "another"), "c --> d": Undrawn("no display", "another")}
    assert told(build(lesson, None, HOST)) == ["LS610 episodes/one.md:25", "LS610 episodes/two.md:25"]
    stand_in.answers = {}
    assert told(build(lesson, None, HOST)) == []


def test_a_fault_is_named_at_its_line_and_looked_for_once(lesson: Path, stand_in: Browser) -> None:
    stand_in.answers = {"a --> b": DiagramFault("not so", 4)}
    assert told(build(lesson, None, HOST)) == ["LS611 episodes/one.md:29"]
    (lesson / "episodes/two.md").write_text(TWO + "\nMore.\n")
    assert told(build(lesson, None, HOST)) == ["LS611 episodes/one.md:29"]
    assert about_diagrams(check.check(lesson, HOST).problems) == ["LS611 episodes/one.md:29"]
    assert len(stand_in.asked) == 1
    build(lesson, None, Options("host", force=True))
    assert stand_in.asked[1:] == [["a --> b"]]


def test_a_check_draws_nothing_and_says_what_it_knows(lesson: Path, stand_in: Browser) -> None:
    assert about_diagrams(check.check(lesson, HOST).problems) == []
    (lesson / "episodes/one.md").write_text(EPISODE.format(body="x" * 50_001))
    found = [problem for problem in check.check(lesson, HOST).problems if problem.code == "LS611"]
    assert [(str(problem.location), problem.severity) for problem in found] == [("episodes/one.md:25", Severity.WARNING)]
    assert stand_in.asked == []


def test_other_scripts_drawing_is_made_anew_or_kept_for_want_of_a_browser(
    lesson: Path, stand_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(lesson, None, HOST)
    monkeypatch.setattr(draw_stage, "made_by", lambda: "newer")
    with monkeypatch.context() as lacking:
        without_browser(lacking)
        assert told(build(lesson, None, Options("host", force=True))) == []
    build(lesson, None, Options("host", force=True))
    assert len(stand_in.asked) == 2


def test_drawings_are_merged_and_pruned_like_records(lesson: Path, stand_in: Browser, tmp_path: Path) -> None:
    build(lesson, None, HOST)
    brought = tmp_path / "brought"
    (lesson / ".lesson/records/diagrams").rename(brought)
    (brought / "damaged.svg").write_text(SVG)
    merged = manage_records.merge_records(lesson, [brought])
    assert [arrival.value for _, _, arrival in merged.arrivals] == ["new", "new"]
    assert [problem.code for problem in merged.refused] == ["LS505"]
    again = manage_records.merge_records(lesson, [next(brought.glob("*[0-9a-f].svg"))])
    assert [arrival.value for _, _, arrival in again.arrivals] == ["equal"]
    (lesson / "episodes/two.md").write_text(EPISODE.format(body="e --> f"))
    assert manage_records.prune_records(lesson, HOST) == ()
    unused = manage_records.prune_records(lesson, HOST, committed=True)
    assert [(item.path.parent, item.reason) for item in unused] == [(PurePosixPath("records/diagrams"), "no page has this diagram")]
    assert len(list((lesson / "records/diagrams").iterdir())) == 1


def test_a_hostile_drawing_in_a_lesson_is_not_shown(lesson: Path, stand_in: Browser) -> None:
    build(lesson, None, HOST)
    manage_records.save_records(lesson, HOST)
    for file in (lesson / "records/diagrams").iterdir():
        file.write_text(file.read_text().replace("<text>drawn</text>", "<script>x()</script>"))
    for file in (lesson / ".lesson/records/diagrams").iterdir():
        file.unlink()
    build(lesson, None, Options("host", force=True))
    assert len(stand_in.asked) == 2
    assert "x()" not in (lesson / "site/one.html").read_text()


def test_state_of_a_build_says_only_that_a_browser_was_lacking(lesson: Path, stand_in: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    build(lesson, None, HOST)
    assert "browser" not in json.loads((lesson / ".lesson/state.json").read_text())["requirements"]
    without_browser(monkeypatch)
    (lesson / "episodes/two.md").write_text(EPISODE.format(body="e --> f"))
    build(lesson, None, HOST)
    assert json.loads((lesson / ".lesson/state.json").read_text())["requirements"]["browser"] is False
