"""What code of boxes does is not what the text goes on from."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.verification.typed.asides import apart, code_goes, turns
from site_builder.verification.typed.fences import Exchange, fences_of


def page(text: str) -> tuple[Exchange, ...]:
    return fences_of(read(text, PurePosixPath("episodes/a.md"), episode=True)).exchanges


def fence(code: str, kind: str = "bash") -> str:
    return f"```{kind}\n{code}\n```\n\n"


def box(*parts: str, kind: str = "challenge") -> str:
    return f":::: {kind}\n\n{''.join(parts)}::::\n\n"


ANSWER = "::: solution\n\n```bash\nls\n```\n\n:::\n\n"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (fence("ls") + box(fence("ls"), ANSWER) + fence("ls"), [0, 1, 1, 0]),
        (box(fence("ls")) + box(fence("ls")), [1, 2]),
        (box(fence("ls")) + "::: solution\n\n```bash\nls\n```\n\n:::\n", [1, 1]),
        (box(fence("ls")) + box(fence("ls"), kind="callout"), [1, 2]),
        (box(fence("ls"), kind="prereq") + fence("ls"), [0, 0]),
    ],
)
def test_an_exercise_and_its_answers_are_one_box(text: str, numbers: list[int]) -> None:
    assert [exchange.box for exchange in page(text)] == numbers


@pytest.mark.parametrize(
    ("code", "language", "goes"),
    [
        ("cd data", "bash", True), ("ls; cd ..", "bash", True), ("$ cd", "bash", True), ("echo cd", "bash", False), ("abcd x", "bash", False),
        ("for d in */; do (cd $d); done", "bash", True), ("import os\nos.chdir('data')", "python", True), ("%cd data", "python", True),
        ("cd = 3", "python", False), ("cd data", "python", True), ("setwd('x')", "r", False),
    ],
)  # fmt: skip
def test_code_that_goes_elsewhere(code: str, language: str, *, goes: bool) -> None:
    assert code_goes(code, language) is goes


def test_the_place_is_remembered_before_a_box_and_gone_back_to_after_it() -> None:
    exchanges = page(fence("ls") + box(fence("cd data"), fence("ls")) + box(fence("cd other")) + fence("ls"))
    found = list(turns(exchanges, at_home=False))
    assert [(len(turn.back), len(turn.remember)) for turn in found] == [(0, 0), (0, 1), (0, 0), (1, 1), (1, 0), (0, 0)]


def test_at_home_the_files_are_kept_too_unless_a_box_only_reads() -> None:
    reads, writes = box(fence("ls | wc -l")), box(fence("sort a > a"))
    assert [len(turn.remember) for turn in turns(page(reads + writes), at_home=True)] == [0, 1, 0]
    assert [len(turn.remember) for turn in turns(page(reads + writes), at_home=False)] == [0, 0, 0]


def test_a_box_is_apart_from_where_it_leads_away_to_its_end() -> None:
    exchanges = page(box(fence("ls"), fence("cd data"), fence("ls")) + fence("cd x") + box(fence("rm a")))
    assert apart(exchanges) == frozenset(exchanges[number].line for number in (1, 2, 4))
