"""An R that is started before the lesson is read: it runs the first document that it fits, and is gone where it fits none."""

from __future__ import annotations

import psutil
import pytest

from site_builder.execute.local.knitr.server_start import RProcess
from site_builder.execute.local.knitr.servers import CAN_FORK
from site_builder.pipeline import execute
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson
from tests.r import needs_knitr

pytestmark = [needs_knitr, pytest.mark.world("r"), pytest.mark.skipif(not CAN_FORK, reason="R is forked on Linux only")]

EPISODE = """---
title: One
teaching: 1
exercises: 1
---

Words.

```{r}
cat(any(commandArgs() == "--serve"), 6 * 7)
```
"""
HOST = Options("host")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of all servers of R that are started."""
    numbers: list[int] = []
    start = RProcess.__init__

    def noted(self: RProcess, *arguments: object) -> None:
        start(self, *arguments)  # type: ignore[arg-type]
        numbers.append(self.process.pid)

    monkeypatch.setattr(RProcess, "__init__", noted)
    return numbers


def gone(numbers: list[int]) -> bool:
    return not any(psutil.pid_exists(number) for number in numbers)


def test_the_first_document_does_not_wait_for_an_r_of_its_own(make_lesson: MakeLesson, started: list[int]) -> None:
    root = make_lesson(
        {"config.yaml": "title: L\n", "episodes/one.Rmd": EPISODE.replace("commandArgs()", 'do.call(paste0("command", "Args"), list())')}
    )
    assert build(root, None, HOST).ran == 1
    assert "TRUE 42" in (root / "site/one.html").read_text()
    assert len(started) == 1 and gone(started)


def test_one_with_other_variables_is_not_used(make_lesson: MakeLesson, started: list[int]) -> None:
    settings = "title: L\nexecution:\n  variables: {OWN: hers}\n"
    root = make_lesson({"config.yaml": settings, "episodes/one.Rmd": EPISODE.replace("6 * 7", 'Sys.getenv("OWN")')})
    with server_ahead(root, HOST) as ready:
        assert len(started) == 1
        (result,) = execute.run(root, ready, ())
        assert gone(started)
    assert result.failure is None


def test_a_document_that_needs_a_fresh_r_has_one(make_lesson: MakeLesson, started: list[int]) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.Rmd": EPISODE})  # it asks how R was started
    assert build(root, None, HOST).ran == 1
    assert "FALSE 42" in (root / "site/one.html").read_text()
    assert gone(started)


@pytest.mark.parametrize(
    ("options", "files"),
    [(Options("host", fork=False), {}), (Options("pixi"), {}), (HOST, {"episodes/one.md": "Words.\n"})],
    ids=["no fork", "Pixi", "no R"],
)
def test_nothing_is_started_where_nobody_would_use_it(
    make_lesson: MakeLesson, started: list[int], options: Options, files: dict[str, str]
) -> None:
    root = make_lesson({"config.yaml": "title: L\n", **(files or {"episodes/one.Rmd": EPISODE})})
    with server_ahead(root, options) as ready:
        assert ready.ahead is None
    assert started == []


def test_after_a_change_of_words_nothing_is_started(make_lesson: MakeLesson, started: list[int]) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.Rmd": EPISODE})
    build(root, None, HOST)
    before = len(started)
    make_lesson({"episodes/one.Rmd": EPISODE.replace("Words", "Other words")})
    assert build(root, None, HOST).changed
    assert len(started) == before


def test_one_that_nobody_asks_for_is_gone(make_lesson: MakeLesson, started: list[int]) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.Rmd": EPISODE})
    execute.run(root, HOST, ())
    with server_ahead(root, HOST) as ready:
        assert execute.run(root, ready, ()) == ()
        assert gone(started)
