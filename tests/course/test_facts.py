"""Every dated fact of the course is in the table of docs/facts-of-the-course.md, with the words that its pages use."""

from __future__ import annotations

import datetime

import pytest

from tests.course.test_course import ROOT
from tools import course_facts as dated

DAY = datetime.date(2027, 1, 1)
FACT = dated.Fact("Since Pixi 0.71", ("episodes/a.md",), "its changelog", datetime.date(2026, 11, 1), datetime.date(2027, 5, 1))


def table() -> str:
    return (ROOT / dated.TABLE).read_text(encoding="utf-8")


def test_every_row_is_read() -> None:
    rows = [line for line in table().splitlines() if line.startswith("|")]
    assert len(dated.facts_in(table())) == len(rows) - 2


def test_the_table_and_the_pages_agree() -> None:
    facts = dated.facts_in(table())
    assert list(dated.faults(facts, dated.texts_of(ROOT), max(fact.known for fact in facts))) == []


def test_a_fact_is_looked_at_before_long() -> None:
    for fact in dated.facts_in(table()):
        assert fact.known < fact.due <= fact.known + datetime.timedelta(days=2 * 366), fact.words
        assert fact.files
        assert "](https://" in fact.source or fact.source.startswith("tried with ")


@pytest.mark.parametrize(
    ("text", "today", "told"),
    [
        ("Since Pixi 0.71 it is so.", DAY, []),
        ("Since Pixi 0.71 it is so.", datetime.date(2027, 5, 2), ["due since 2027-05-01"]),
        ("Since Pixi 0.71 it is so.", datetime.date(2026, 10, 31), ["known from a day to come"]),
        ("Nothing.", DAY, ["episodes/a.md does not say `Since Pixi 0.71`"]),
        ("Since Pixi 0.71.\nPixi 0.80 is new.", DAY, ["episodes/a.md:2 says `Pixi 0.80`"]),
        ("Since Pixi 0.71.\nFROM debian:12-slim", DAY, ["episodes/a.md:2 says `debian:12-slim`"]),
        ("Since Pixi 0.71.\n- uses: actions/checkout@v6", DAY, ["episodes/a.md:2 says `actions/checkout@`"]),
        ("Since Pixi 0.71.\nTried in 2026.", DAY, ["episodes/a.md:2 says `in 2026`"]),
    ],
)
def test_what_is_wrong_is_said(text: str, today: datetime.date, told: list[str]) -> None:
    found = list(dated.faults((FACT,), {"episodes/a.md": text}, today))
    assert len(found) == len(told)
    assert all(sentence.startswith(beginning) for sentence, beginning in zip(found, told, strict=True))


def test_a_page_that_the_table_does_not_name_is_a_fault() -> None:
    found = list(dated.faults((FACT,), {"episodes/a.md": FACT.words, "episodes/b.md": FACT.words}, DAY))
    assert found[0] == "episodes/b.md says `Since Pixi 0.71`, and the table does not name it"


def test_the_list_says_the_age_and_ends_with_1_when_something_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    facts = dated.facts_in(table())
    first = min(facts, key=lambda fact: fact.known)
    assert dated.main([str(ROOT), "--today", str(max(fact.known for fact in facts))]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert f"{(max(fact.known for fact in facts) - first.known).days:4} days, look again by {first.due}: {first.words}" in told.out
    assert dated.main([str(ROOT), "--today", str(max(fact.due for fact in facts) + datetime.timedelta(days=1))]) == 1
    assert capsys.readouterr().err.count("due since") == len(facts)


def test_the_check_of_the_course_lists_them() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    assert "tools/course_facts.py" in recipe
