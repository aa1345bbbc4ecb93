"""What `lesson check` reports about a lesson."""

from __future__ import annotations

from site_builder.operations import check
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson


def test_a_head_that_cannot_be_read_is_told_once_and_not_as_missing_title_and_minutes(make_lesson: MakeLesson) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [one.md, two.md]\n",
        "index.md": "Hello.\n",
        "episodes/one.md": "---\ntitle: A: B\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n",
        "episodes/two.md": "---\nteaching: 1\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n",
    })  # fmt: skip
    found = {(str(problem.location.path), problem.code) for problem in check.check(root, Options("host")).problems}
    assert {code for path, code in found if path == "episodes/one.md"} == {"LS103"}
    assert {code for path, code in found if path == "episodes/two.md"} == {"LS603", "LS605"}
