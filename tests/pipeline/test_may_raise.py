"""R Markdown episodes of the Workbench continue after an unexpected error (its ``fail_on_error: false``), with a warning."""

from __future__ import annotations

import pytest

from site_builder.errors import ExecutionFailed, LessonFailed
from site_builder.pipeline import execute
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson
from tests.r import needs_knitr

HEAD = "---\ntitle: One\nteaching: 1\nexercises: 1\n---\n\n"
RAISES = "```{r}\nnosuch\n```\n\n```{r}\nprint(1234567 * 7)\n```\n"
PYTHON = RAISES.replace("{r}", "{python}").replace("nosuch", "1 / 0")
HOST = Options("host")

pytestmark = [needs_knitr, pytest.mark.world("r")]


def test_the_page_shows_the_error_and_what_comes_after_it_and_the_build_warns(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Home.\n", "episodes/one.Rmd": HEAD + RAISES})
    built = build(root, None, HOST)
    page = (built.site / "one.html").read_text(encoding="utf-8")
    assert "object &#39;nosuch&#39; not found" in page or "object 'nosuch' not found" in page
    assert "8641969" in page  # what the cell after it prints, and not what it says
    (problem,) = (item for item in built.report.problems if item.code == "LS515")
    assert (str(problem.location.path), problem.location.line) == ("episodes/one.Rmd", 8)
    assert "object 'nosuch' not found" in problem.message
    assert "fail_on_error: true" in problem.hint
    with pytest.raises(LessonFailed):
        build(root, None, Options("host", strict=True))


@pytest.mark.parametrize(
    "files",
    [
        {"config.yaml": "title: L\nfail_on_error: true\n", "episodes/one.Rmd": HEAD + RAISES},
        {"config.yaml": "title: L\n", "episodes/one.md": HEAD + PYTHON},
        {"config.yaml": "title: L\n", "episodes/one.Rmd": HEAD + RAISES.replace("{r}", "{r, error=FALSE}", 1)},
    ],
    ids=["the lesson says so", "another kind of episode", "the cell says so"],
)
def test_elsewhere_it_fails(make_lesson: MakeLesson, files: dict[str, str]) -> None:
    with pytest.raises(ExecutionFailed) as caught:
        execute.run(make_lesson(files), HOST, ())
    message = caught.value.problems[0].message
    assert "nosuch" in message or "ZeroDivisionError" in message


def test_an_announced_error_is_no_news(make_lesson: MakeLesson) -> None:
    text = HEAD + RAISES.replace("{r}", "{r, error=TRUE}", 1)
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Home.\n", "episodes/one.Rmd": text})
    assert not [item for item in build(root, None, HOST).report.problems if item.code == "LS515"]


def test_turning_it_into_a_failure_runs_the_episode_again(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.Rmd": HEAD + RAISES})
    assert execute.run(root, HOST, ())[0].failure is None
    make_lesson({"config.yaml": "title: L\nfail_on_error: true\n"})
    with pytest.raises(ExecutionFailed):
        execute.run(root, HOST, ())
