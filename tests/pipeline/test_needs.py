"""Episodes that need others run after them, with their files; nothing runs that need not."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.errors import ExecutionFailed
from site_builder.pipeline import execute as execute_stage
from site_builder.pipeline import plan as plan_stage
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson

HOST = Options("host", workers=2)
HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n{more}---\n\n"


def page(code: str, more: str = "") -> str:
    return HEAD.format(more=more) + f"```{{python}}\n{code}\n```\n"


def lesson(make_lesson: MakeLesson, first: str = "open('made.txt', 'w').write('7')") -> Path:
    return make_lesson({
        "config.yaml": "title: L\nepisodes: [second.md, first.md]\n",
        "index.md": "Hello.\n",
        "episodes/first.md": page(first),
        "episodes/second.md": page("print(open('made.txt').read())", "needs: [first]\n"),
    })  # fmt: skip


def actions(root: Path) -> dict[str, tuple[str, str]]:
    return {step.request.slug: (step.action.value, step.reason) for step in plan_stage.open_lesson(root, HOST).plan.steps}


def printed(root: Path) -> str:
    step = next(step for step in plan_stage.open_lesson(root, HOST).plan.steps if step.request.slug == "second")
    assert step.record is not None
    return "".join(getattr(output, "text", "") for cell in step.record.cells for output in cell.outputs)


def test_an_episode_gets_the_files_of_the_one_it_needs_whatever_the_order_of_the_list(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson)
    assert [result.job.slug for result in execute_stage.run(root, HOST, ())] == ["first", "second"]
    assert printed(root) == "7\n"
    assert actions(root) == {"second": ("reuse", "nothing changed"), "first": ("reuse", "nothing changed")}


def test_a_change_of_the_needed_episode_runs_both_and_one_of_the_needing_only_itself(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson)
    execute_stage.run(root, HOST, ())
    second = root / "episodes/second.md"
    second.write_text(second.read_text().replace("print(", "print('got', "))
    assert actions(root)["first"][0] == "reuse"
    assert [result.job.slug for result in execute_stage.run(root, HOST, ())] == ["second"]
    assert printed(root) == "got 7\n"
    first = root / "episodes/first.md"
    first.write_text(first.read_text().replace("'7'", "'8'"))
    assert {name: action for name, (action, _) in actions(root).items()} == {"first": "run", "second": "run"}
    execute_stage.run(root, HOST, ())
    assert printed(root) == "got 8\n"


def test_files_that_are_gone_are_made_again_for_who_needs_them(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson)
    execute_stage.run(root, HOST, ())
    import shutil

    shutil.rmtree(root / ".lesson/passed")
    assert actions(root)["first"][0] == "reuse"
    assert [result.job.slug for result in execute_stage.run(root, HOST, ("second",))] == ["first", "second"]
    shutil.rmtree(root / ".lesson/passed")
    second = root / "episodes/second.md"
    second.write_text(second.read_text() + "\n```{python}\n1\n```\n")
    assert actions(root)["first"] == ("run", "second needs its files")


def test_where_the_needed_episode_fails_the_other_is_not_run(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, "1/0")
    with pytest.raises(ExecutionFailed) as caught:
        execute_stage.run(root, HOST, ())
    messages = [problem.message for problem in caught.value.problems]
    assert len(messages) == 2
    assert any("needs the files of first" in message for message in messages)


def test_inputs_are_not_passed_on_and_what_a_needed_one_cannot_run_here_is_said(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson)
    first = root / "episodes/first.md"
    first.write_text(page("1", "requires: [htcondor]\n"))
    assert actions(root)["second"] == ("skip", "It needs the files of first, which cannot run here.")


@pytest.mark.parametrize(("needs", "code"), [("[frist]", "LS024"), ("[second]", "LS024"), ("[first]", "LS025")])
def test_unknown_names_and_circles_are_problems(make_lesson: MakeLesson, needs: str, code: str) -> None:
    root = lesson(make_lesson)
    if code == "LS025":
        (root / "episodes/first.md").write_text(page("1", "needs: [second]\n"))
    (root / "episodes/second.md").write_text(page("1", f"needs: {needs}\n"))
    report = plan_stage.open_lesson(root, HOST).report
    assert code in {problem.code for problem in report.errors}


def test_what_an_episode_changes_of_files_that_it_got_reaches_the_next(make_lesson: MakeLesson) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [a.md, b.md, second.md]\n",
        "index.md": "Hello.\n",
        "episodes/files/start.txt": "0",
        "episodes/a.md": page("open('made.txt', 'w').write('1')"),
        "episodes/b.md": page(
            "import os\nopen('made.txt', 'a').write('2')\nopen('files/start.txt', 'a').write('3')\nos.symlink('made.txt', 'link.txt')",
            "needs: [a]\ninputs: [files/start.txt]\n",
        ),
        "episodes/second.md": page(
            "print(open('made.txt').read(), open('files/start.txt').read(), open('link.txt').read())", "needs: [b]\n"
        ),
    })  # fmt: skip
    execute_stage.run(root, HOST, ())
    assert printed(root) == "12 03 12\n"
