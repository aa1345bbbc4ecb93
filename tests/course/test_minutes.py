"""Times are estimated from the text by the rule of docs/minutes-of-the-course.md, and what is stated agrees with it."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from site_builder.markdown.document import Document
from site_builder.markdown.reader import read
from site_builder.markdown.tree import HEADINGS, Cell, CodeBlock, Element, Node, text_of, walk
from tests.course.test_course import MINUTES, PRESENT, ROOT, boxes, document
from tools import course_minutes as rule

if TYPE_CHECKING:
    from collections.abc import Iterator

VISIBLE, TYPED = 12, 80
"""Lines of a cell that is not folded, and lines that a page asks to type."""
CODE = 5.5
"""Lines of code on all pages, for each minute of teaching."""


@pytest.fixture(params=PRESENT, ids=lambda path: path.stem, scope="module")
def episode(request: pytest.FixtureRequest) -> Document:
    return document(request.param)


def loaded(text: str) -> rule.Load:
    """Return what a page of this text asks of a class."""
    return rule.load_of(read(text, PurePosixPath("episodes/a.md"), episode=True))


def test_the_stated_teaching_time_is_the_estimate_in_steps_of_five(episode: Document) -> None:
    stated = MINUTES[episode.slug][0]
    assert stated % 5 == 0
    assert abs(stated - rule.load_of(episode).teaching) <= rule.TOLERANCE


def test_the_stated_exercises_are_those_of_the_challenges(episode: Document) -> None:
    assert rule.load_of(episode).exercises == MINUTES[episode.slug][1]


def test_nobody_types_more_than_a_page_of_code(episode: Document) -> None:
    assert rule.load_of(episode).lines <= TYPED


def all_code(page: Document) -> Iterator[str]:
    """Yield the code of cells and blocks, those that are folded and those in solutions too; diagrams are none."""
    for node in walk(page.body):
        if isinstance(node, Cell):
            yield node.source
        elif isinstance(node, CodeBlock) and "mermaid" not in node.classes:
            yield node.text


def test_a_minute_of_teaching_has_little_code_on_the_page() -> None:
    pages = [document(path) for path in PRESENT]
    lines = sum(rule.lines_of(code) for page in pages for code in all_code(page))
    assert lines / sum(MINUTES[page.slug][0] for page in pages) <= CODE


def shown_cells(nodes: tuple[Node, ...]) -> Iterator[Cell]:
    """Yield the cells outside solutions that are not folded."""
    for node in nodes:
        if isinstance(node, Element) and "solution" not in node.classes:
            yield from shown_cells(node.children)
        elif isinstance(node, Cell) and not node.options.code_fold:
            yield node


def test_a_cell_that_is_not_folded_is_short(episode: Document) -> None:
    long = {cell.identifier: rule.lines_of(cell.source) for cell in shown_cells(episode.body)}
    assert {name: lines for name, lines in long.items() if lines > VISIBLE} == {}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("word " * 260, 2),
        ("```bash\n" + "pixi list\n\n" * 12 + "```\n", 2),
        ("```{python}\n" + "x = 1\n" * 3 + "```\n", 1),
        ("```{python}\n#| code-fold: true\n" + "x = 1\n" * 30 + "```\n", 1),
        ("::: {.discussion .poll}\n\n### Which?\n\n" + "word " * 300 + "\n\n:::\n", 2),
        ("::: instructor\n\n" + "word " * 300 + "\n\n:::\n", 0),
        ("::: group-tab\n\n### A\n\n" + "word " * 129 + "\n\n### B\n\n" + "word " * 129 + "\n\n:::\n", 1),
    ],
    ids=["words", "lines", "cell", "folded", "poll", "note", "tabs"],
)
def test_the_rule(text: str, minutes: int) -> None:
    assert loaded(text).teaching == minutes


def test_a_challenge_has_the_minutes_of_its_heading_and_of_nothing_in_it() -> None:
    box = "::: challenge\n\n### Count (7 minutes)\n\nTen (99 minutes) words.\n\n```bash\nls\n```\n\n:::\n"
    assert loaded(box) == rule.Load(exercises=7)


def test_the_page_of_the_rule_says_the_numbers_that_are_used() -> None:
    page = (ROOT / "docs/minutes-of-the-course.md").read_text(encoding="utf-8")
    told = (
        f"1 for every {rule.WORDS_A_MINUTE} |",
        f"1 for every {rule.LINES_A_MINUTE};",
        f"| a cell | {float(rule.OUTPUT)},",
        f"another {float(rule.FOLDED)},",
        f"| a poll | {rule.POLL}:",
        f"at most {VISIBLE} lines",
        f"more than {TYPED} lines",
        f"at most {CODE} lines for each minute",
    )
    assert [text for text in told if text not in page] == []
    assert rule.TOLERANCE == 3
    assert "differ from the estimate by three minutes" in page


def sections(page: Document) -> dict[str, rule.Load]:
    """Return what each section of a page asks of a class, by its heading."""
    found: dict[str, list[Node]] = {"": []}
    name = ""
    for part in page.body:
        if isinstance(part, Element) and part.tag in HEADINGS:
            name = text_of((part,))
            found[name] = []
        else:
            found[name].append(part)
    return {name: rule.load_of(Document(page.path, body=tuple(parts))) for name, parts in found.items()}


CUT = re.compile(r"^\d+\. (?P<what>.*) \((?P<minutes>[\d to]+)\)\.$", re.MULTILINE)
WHOLE = re.compile(r'((?:"[^"]+"(?: and )?)+) in \*([^*]+)\*')
NOTES = ROOT / "instructors/instructor-notes.md"


def test_the_cut_list_names_sections_that_exist_and_saves_what_it_says() -> None:
    pages = [document(path) for path in PRESENT]
    cuts = list(CUT.finditer(NOTES.read_text(encoding="utf-8")))
    assert len(cuts) == 10
    tested = 0
    for cut in cuts:
        for names, title in WHOLE.findall(cut["what"]):
            (page,) = (page for page in pages if title in page.front_matter.title)
            taught = sections(page)
            saved = sum(taught[name].teaching for name in re.findall('"([^"]+)"', names))
            assert int(cut["minutes"]) <= saved + 1, cut[0]
            tested += 1
        assert all(any(title in page.front_matter.title for page in pages) for title in re.findall(r"\*([^*]+)\*", cut["what"]))
    assert tested == 8


def test_the_last_challenge_is_as_long_as_the_cut_list_says() -> None:
    last = [[rule.exercise_minutes(box) for box in boxes(document(path).body, "challenge")][-1] for path in PRESENT]
    cut = next(CUT.finditer(NOTES.read_text(encoding="utf-8")))
    assert "last challenge" in cut["what"]
    assert cut["minutes"] == f"{min(last)} to {max(last)}"


def test_an_afternoon_fits_a_half_day() -> None:
    notes = NOTES.read_text(encoding="utf-8")
    (found,) = re.finditer(r"Afternoons \((\d+):(\d\d) to (\d+):(\d\d)\) are (\d+) minutes of work [^.]* and a break of (\d+)\.", notes)
    first, first_minute, last, last_minute, work, pause = map(int, found.groups())
    assert (last - first) * 60 + last_minute - first_minute == work + pause <= rule.HALF_DAY


def test_the_table_is_printed_and_a_time_that_is_too_far_off_is_marked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rule.main(ROOT) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(MINUTES)
    monkeypatch.setattr(rule, "LINES_A_MINUTE", Fraction(1))
    assert rule.main(ROOT) == 1
    assert "<- differs" in capsys.readouterr().out
