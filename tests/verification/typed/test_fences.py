"""Fences: which typed outputs belong to which code, in which order, and which are not looked at."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.verification.typed.fences import Fences, Place, fences_of
from site_builder.verification.typed.prompts import Run, runs_of


def fences(text: str) -> Fences:
    return fences_of(read(text, PurePosixPath("episodes/a.md"), episode=True))


def found(text: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    return [(item.code, [(each.kind, each.text, each.near) for each in item.typed]) for item in fences(text).exchanges]


CODE = "```python\na\n```\n\n"
OUTPUT = "```output\n1\n```\n\n"


@pytest.mark.parametrize(
    ("between", "near"),
    [
        ("", True),
        ("<!-- note -->\n\n", True),
        ("![A](fig/a.png){alt='a'}\n\n", True),
        ("which returns:\n\n", False),
        ("- one\n- two\n\n", False),
    ],
)
def test_what_is_typed_belongs_to_the_code_above_also_after_text_or_a_figure(between: str, near: bool) -> None:
    assert found(CODE + between + OUTPUT) == [("a", [("output", "1", near)])]


@pytest.mark.parametrize(
    ("between", "reason"),
    [
        ("## A heading\n\n", "no code of its part of the page is above it"),
        ("::: callout\n\nText.\n\n:::\n\n", "no code of its part of the page is above it"),
        ("```text\nx\n```\n\n", "the block of code above it is not run (`text` is not run)"),
        ("```{python}\n2\n```\n\n", "it is below a cell, which shows its own output"),
    ],
)
def test_a_heading_a_box_a_cell_or_other_code_parts_them(between: str, reason: str) -> None:
    page = fences(CODE + between + OUTPUT)
    assert [item.typed for item in page.exchanges] == [()]
    assert page.left_out[-1].reason == reason


def test_several_outputs_errors_and_warnings_of_one_fence() -> None:
    text = CODE + OUTPUT + "```warning\nW\n```\n\n```error\nE\n```\n"
    assert found(text) == [("a", [("output", "1", True), ("warning", "W", True), ("error", "E", True)])]


def test_illustrations_and_other_languages_are_left_out_and_all_fences_add_up() -> None:
    text = "```{.python .no-run}\nif x:\n```\n\n" + OUTPUT + CODE + "```yaml\na: 1\n```\n\n```\nplain\n```\n"
    page = fences(text)
    assert [item.code for item in page.exchanges] == ["a"]
    assert [(item.line, item.reason.split("(")[0].strip()) for item in page.left_out] == [
        (1, "marked `no-run`"), (5, "the block of code above it is not run"), (13, "`yaml` is not run"), (17, "no language"),
    ]  # fmt: skip


def test_exercises_and_answers_are_told_apart_in_the_order_of_reading() -> None:
    text = f"{CODE}:::: challenge\n\n1. one\n\n   ```r\n   b\n   ```\n\n::: solution\n\n```bash\nc\n```\n\n:::\n\n::::\n"
    items = fences(text).exchanges
    assert [(item.language, item.place) for item in items] == [
        ("python", Place.TEXT), ("r", Place.EXERCISE), ("bash", Place.ANSWER),
    ]  # fmt: skip


def test_a_thousand_boxes_are_no_recursion() -> None:
    depth = 1500
    text = "".join(f"{':' * (depth + 3 - n)} box\n\n" for n in range(depth)) + CODE
    assert [code for code, _ in found(text)] == ["a"]


@pytest.mark.parametrize(
    ("code", "language", "runs"),
    [
        ("x = 1", "python", [("x = 1", None)]),
        (">>> 1 + 1\n2\n>>> def f():\n...     return 1\n>>> f()\n1", "python", [("1 + 1", "2"), ("def f():\n    return 1", ""), ("f()", "1")]),
        ("In [3]: 1 + 1\nOut[3]: 2", "python", [("1 + 1", "2")]),
        ("$ echo a\na\n$ for i in 1 2\n> do\n> echo $i\n> done\n1\n2", "bash", [("echo a", "a"), ("for i in 1 2\ndo\necho $i\ndone", "1\n2")]),
        ("$ cat << END\nx $ y\nEND\n$ pwd", "bash", [("cat << END\nx $ y\nEND", ""), ("pwd", "")]),
        ("$ echo \\\n  a", "bash", [("echo \\\n  a", "")]),
        ("echo '$ a'", "bash", [("echo '$ a'", None)]),
    ],
)  # fmt: skip
def test_prompts_divide_code_and_its_answers(code: str, language: str, runs: list[tuple[str, str | None]]) -> None:
    assert list(runs_of(code, language)) == [Run(*run) for run in runs]
