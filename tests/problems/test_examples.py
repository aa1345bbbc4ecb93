"""Every problem code has an example that is told at its place, or the reason why it has none, and a test."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from site_builder.operations.check import check
from site_builder.pipeline.model import Options
from tools.documentation.pieces import DOCS, ROOT
from tools.documentation.playing import fits
from tools.documentation.problems import LESSON, Example, examples, section, told

EXAMPLES = examples()
RUN = [
    pytest.param(example, id=example.code, marks=[pytest.mark.slow] if example.shell or example.command != "lesson check" else [])
    for example in EXAMPLES.values()
    if not example.reason
]
PAGE = (DOCS / "problem-examples.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the examples are prepared by a POSIX shell")


def test_the_lesson_that_the_examples_change_has_no_problem(tmp_path: Path) -> None:
    for name, text in LESSON.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    assert check(tmp_path, Options("host")).problems == ()


def test_every_code_is_there_once() -> None:
    listed = re.findall(r"^\| \[(LS\d{3})\]", (DOCS / "problems.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == list(EXAMPLES)
    assert re.findall(r"^## (LS\d{3})$", PAGE, re.MULTILINE) == list(EXAMPLES)


@pytest.mark.parametrize("example", RUN)
def test_an_example_is_told_with_its_code_at_its_place_as_the_page_says(example: Example, tmp_path: Path) -> None:
    if example.needs and not shutil.which(example.needs):
        pytest.skip(f"needs {example.needs}")
    found = told(example, tmp_path)
    assert [one for one in found if one.code == example.code and one.is_at(example.place)], [one.text for one in found]
    assert example.varies or fits(_section(example.code), section(example, found)), "run `make reference`"


@pytest.mark.parametrize("example", [each for each in EXAMPLES.values() if each.reason], ids=lambda example: example.code)
def test_a_code_without_an_example_has_a_reason_and_a_test_that_names_it(example: Example) -> None:
    assert example.reason.endswith(".")
    assert example.code in (ROOT / example.test).read_text(encoding="utf-8")
    assert _section(example.code) == section(example)


def _section(code: str) -> str:
    return re.search(rf"^## {code}\n.*?(?=\n## LS\d|\n<!-- /generated)", PAGE, re.DOTALL | re.MULTILINE)[0]  # type: ignore[index]
