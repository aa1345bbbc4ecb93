"""What a page takes from earlier ones: the code that binds its names, and nothing else."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.records.model import Raised, Stream
from site_builder.verification.typed.exchange_judging import Ran
from site_builder.verification.typed.fences import Fences, fences_of
from site_builder.verification.typed.findings import Cause
from site_builder.verification.typed.recall import recall


def page(text: str) -> tuple[Fences, dict[int, Ran]]:
    fences = fences_of(read(f"---\ntitle: A\n---\n\n{text}", PurePosixPath("episodes/a.md"), episode=True))
    return fences, {number: Ran(((Stream("stdout", ""),),)) for number in range(len(fences.exchanges))}


def test_the_last_statement_that_binds_a_name_and_what_it_depends_on() -> None:
    earlier = page("```python\nimport math\na = 1\nb = math.sqrt(a)\nprint(b)\nc = 2\n```\n\n```python\na = 5\nd = a + b\n```\n")
    made = recall(["d"], "python", [earlier])
    assert made is not None
    assert made.source == "import math\na = 1\nb = math.sqrt(a)\na = 5\nd = a + b"
    assert ("python", "d") in made.names


def test_the_nearest_page_counts_and_exercises_do_not() -> None:
    first, second = page("```python\nx = 1\n```\n"), page("```python\nx = 2\n```\n\n::: challenge\n\n```python\nx = 3\n```\n\n:::\n")
    assert getattr(recall(["x"], "python", [first, second]), "source", "") == "x = 2"
    assert recall(["y"], "python", [first, second]) is None


@pytest.mark.parametrize("ran", [Ran(stopped=Cause("x", "", "x")), Ran(((Raised("ValueError", ""),),))])
def test_code_that_failed_is_not_taken(ran: Ran) -> None:
    fences, _ = page("```python\nx = 1\n```\n")
    assert recall(["x"], "python", [(fences, {0: ran})]) is None


def test_r() -> None:
    earlier = page('```r\nlibrary("ggplot2")\nt <- read.csv("t.csv")\nu <- t |>\n  head()\nplot(t)\n```\n')
    assert getattr(recall(["t"], "r", [earlier]), "source", "") == 'library("ggplot2")\nt <- read.csv("t.csv")'
    assert getattr(recall(["ggplot"], "r", [earlier]), "source", "") == 'library("ggplot2")'
    assert getattr(recall(["u"], "r", [earlier]), "source", "") == 'library("ggplot2")'
