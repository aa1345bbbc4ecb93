"""The whole path on small lessons: what runs, what is reused, what is refused, and what happens to the existing site."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from site_builder.errors import Busy, ConfigError, EnvironmentUnavailable, ExecutionFailed, LessonFailed, MachineError
from site_builder.files import build_lock
from site_builder.operations import check as check_stage
from site_builder.operations import manage_records as manage_records_stage
from site_builder.pipeline import build as build_stage
from site_builder.pipeline import execute as execute_stage
from site_builder.pipeline import plan as plan_stage
from site_builder.pipeline.model import Built, Options
from site_builder.plan.model import Action
from site_builder.problems import Severity

MakeLesson = Callable[[dict[str, str]], Path]
HOST = Options(environments="host", workers=2)

EPISODE = """\
---
title: {title}
teaching: 5
exercises: 5
---

::: questions

- Why?

:::

::: objectives

- Because.

:::

{body}

::: keypoints

- Done.

:::
"""
CELL = "```{python}\n#| label: sum\nprint(4320 + 1)\n```"


def episode(title: str = "First", body: str = CELL) -> str:
    return EPISODE.format(title=title, body=body)


def lesson_files(**episodes: str) -> dict[str, str]:
    listed = "".join(f"\n- {name}.md" for name in episodes)
    pages = {f"episodes/{name}.md": text for name, text in episodes.items()}
    return {"config.yaml": f"title: Small\nlicense: CC-BY 4.0\nepisodes:{listed}\n", "index.md": "Welcome.\n", **pages}


def build(root: Path, **changes: object) -> Built:
    return build_stage.build(root, None, Options(**{"environments": "host", "workers": 2, **changes}))  # type: ignore[arg-type]


def actions(root: Path) -> dict[str, tuple[str, str]]:
    return {step.request.slug: (step.action.value, step.reason) for step in plan_stage.open_lesson(root, HOST).plan.steps}


def page(root: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup((root / "site" / address).read_text(), "html.parser")


def test_cells_run_once_and_their_results_stand_on_the_page(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(), second=episode("Second")))
    assert actions(root) == {"first": ("run", "no record yet"), "second": ("run", "no record yet")}
    built = build(root)
    assert (built.changed, built.ran) == (True, 2)
    main = page(root, "first.html").find("article")
    assert main is not None
    assert "4321" in main.get_text()
    assert "Ran with the machine’s own packages on 20" in main.get_text()
    assert (root / "site" / "instructor" / "first.html").is_file()
    assert actions(root) == {"first": ("reuse", "nothing changed"), "second": ("reuse", "nothing changed")}


def test_a_second_build_starts_no_kernel_and_changes_nothing(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson(lesson_files(first=episode()))
    build(root)
    before = {path: path.stat().st_mtime_ns for path in (root / "site").rglob("*")}
    monkeypatch.setattr("site_builder.execute.local.executor.LocalExecutor.run", lambda *_: pytest.fail("a kernel was started"))
    built = build(root)
    assert (built.changed, built.ran) == (False, 0)
    assert {path: path.stat().st_mtime_ns for path in (root / "site").rglob("*")} == before


def test_prose_reuses_and_a_cell_runs_exactly_its_episode(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(), second=episode("Second")))
    build(root)
    first = root / "episodes" / "first.md"
    first.write_text(first.read_text().replace("Because.", "Because of prose."))
    assert actions(root)["first"] == ("reuse", "nothing changed")
    first.write_text(first.read_text().replace("4320 + 1", "4320 + 2"))
    assert actions(root) == {"first": ("run", "cell 1 changed"), "second": ("reuse", "nothing changed")}
    assert build(root).ran == 1
    assert "4322" in page(root, "first.html").get_text()


def test_a_declared_input_is_there_and_part_of_the_key(make_lesson: MakeLesson) -> None:
    body = '```{python}\nprint(open("files/data.txt").read())\n```'
    text = episode(body=body).replace("exercises: 5\n", "exercises: 5\ninputs: [files/data.txt]\n")
    root = make_lesson({**lesson_files(first=text), "episodes/files/data.txt": "forty-two"})
    build(root)
    assert "forty-two" in page(root, "first.html").get_text()
    (root / "episodes/files/data.txt").write_text("forty-three")
    assert actions(root)["first"] == ("run", "files/data.txt changed")


def test_a_failing_cell_fails_the_build_and_leaves_the_site_alone(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(), second=episode("Second")))
    build(root)
    before = (root / "site" / "index.html").read_bytes()
    first = root / "episodes" / "first.md"
    first.write_text(first.read_text().replace("print(4320 + 1)", "x = 1\nraise RuntimeError('no')"))
    second = root / "episodes" / "second.md"
    second.write_text(second.read_text().replace("print(4320 + 1)", "1/0"))
    with pytest.raises(ExecutionFailed) as caught:
        build(root)
    lines = first.read_text().split("\n").index("raise RuntimeError('no')") + 1
    texts = sorted(str(problem) for problem in caught.value.problems)
    assert texts[0].startswith(f"LS511 episodes/first.md:{lines} cell `sum` in environment `default`: RuntimeError: no")
    assert "ZeroDivisionError" in texts[1]
    assert (root / "site" / "index.html").read_bytes() == before
    assert list((root / ".lesson" / "records" / "first").glob("*")) != []


def test_all_problems_of_a_lesson_come_at_once(make_lesson: MakeLesson) -> None:
    text = episode().replace("exercises: 5\n", "exercises: 5\nenvironment: defualt\nrequires: [cuba]\ninputs: [nothing.txt, ../../x]\n")
    files = lesson_files(first=text, second=episode("Second", "```python\nnever closed"), gone=episode())
    root = make_lesson({name: text for name, text in files.items() if name != "episodes/gone.md"})
    with pytest.raises(LessonFailed) as caught:
        build(root)
    told = {problem.code: str(problem) for problem in caught.value.problems}
    assert "did you mean 'default'?" in told["LS020"]
    assert "did you mean 'cuda'?" in told["LS023"]
    assert {"LS010", "LS021", "LS022", "LS201"} <= set(told) | {problem.code for problem in caught.value.problems}
    assert all(problem.location.line for problem in caught.value.problems if problem.code != "LS012")
    assert not (root / "site").exists()


def test_a_cell_that_needs_what_is_missing_says_so_and_strict_refuses_a_page_without_results(make_lesson: MakeLesson) -> None:
    body = "```{python}\n#| requires: [htcondor]\nimport htcondor2\n```"
    root = make_lesson(lesson_files(first=episode(body=body + "\n\n" + CELL), second=episode("Second", body)))
    build(root)
    assert "Not run on the machine that built this page. It needs HTCondor" in page(root, "first.html").get_text()
    assert actions(root)["second"] == ("skip", "It needs HTCondor's Python module.")
    with pytest.raises(LessonFailed) as caught:
        build(root, strict=True)
    assert [problem.code for problem in caught.value.problems] == ["LS513"]


def test_an_episode_whose_modules_are_not_here_is_shown_without_results_and_the_others_are_built(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(body="```{python}\nimport no_such_module_here\n```")))
    built = build(root)
    (warning,) = [problem for problem in built.report.problems if problem.code == "LS027"]
    assert "lacks no_such_module_here" in warning.message
    assert f"`{sys.executable} -m pip install" in warning.hint
    assert "The Python on this machine lacks no_such_module_here." in page(root, "first.html").get_text()
    with pytest.raises(LessonFailed):
        build(root, strict=True)
    with pytest.raises(EnvironmentUnavailable) as caught:
        execute_stage.run(root, HOST, ("first",))
    assert "no_such_module_here" in caught.value.problems[0].message
    assert execute_stage.run(root, HOST, ()) == ()


def test_a_damaged_record_is_reported_and_run_again(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode()))
    build(root)
    (record,) = (root / ".lesson" / "records" / "first").glob("*.ipynb")
    record.write_text(record.read_text().replace("4321\\n", "77777\\n"))
    built = build(root)
    assert built.ran == 1
    assert "77777" not in page(root, "first.html").get_text()
    record.write_text(record.read_text()[:100])
    planned = plan_stage.open_lesson(root, HOST)
    assert [problem.code for problem in planned.report.problems] == ["LS501"]
    assert planned.plan.steps[0].action is Action.RUN


def test_saved_records_make_a_fresh_clone_reuse(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode()))
    build(root)
    assert len(manage_records_stage.save_records(root, HOST)) == 1
    assert manage_records_stage.save_records(root, HOST) == ()
    for path in (root / ".lesson" / "records").rglob("*.ipynb"):
        path.unlink()
    assert actions(root)["first"] == ("reuse", "nothing changed")
    stored, _ = manage_records_stage.records(root)
    assert [item.record.origin for item in stored] == ["committed"]
    first = root / "episodes" / "first.md"
    first.write_text(first.read_text().replace("4320 + 1", "4320 + 2"))
    build(root)
    assert len(manage_records_stage.save_records(root, HOST)) == 2
    assert len(list((root / "records" / "first").iterdir())) == 1


def test_naming_an_episode_runs_it_even_if_nothing_changed(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(), plain=episode("Plain", "No cell.")))
    assert len(execute_stage.run(root, HOST, ())) == 1
    assert len(execute_stage.run(root, HOST, ())) == 0
    assert len(execute_stage.run(root, HOST, ("episodes/first.md",))) == 1
    with pytest.raises(ConfigError, match="plain"):
        execute_stage.run(root, HOST, ("plain",))


def test_checking_builds_nothing(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(body="[broken](gone.md)\n\n## Same {#x}\n\n## Same {#x}")))
    codes = {problem.code for problem in check_stage.check(root, HOST).problems}
    assert "LS401" in codes
    assert not (root / "site").exists()


def test_a_second_builder_is_turned_away(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode()))
    with build_lock(root / ".lesson" / "lock"), pytest.raises(Busy):
        build(root)


def test_an_r_markdown_lesson_whose_engine_is_not_here_builds_and_says_that_nothing_ran(make_lesson: MakeLesson) -> None:
    files = lesson_files(first=episode(body="```{julia plot, fig.width=4, echo=TRUE}\nplot(1)\n```\n\n```{julia}\n1 + 1\n```"))
    root = make_lesson({name.replace("first.md", "first.Rmd"): text.replace("first.md", "first.Rmd") for name, text in files.items()})
    built = build(root)
    assert built.ran == 0
    assert "JuliaCall" in page(root, "first.html").get_text()
    assert "plot(1)" in page(root, "first.html").get_text()
    action, reason = actions(root)["first"]
    assert action == "skip" and "JuliaCall" in reason
    (warning,) = [problem for problem in built.report.problems if problem.code == "LS027"]
    assert "JuliaCall" in warning.message and "install.packages(" in warning.hint


def test_half_a_surrogate_pair_in_a_title_is_refused_at_its_place(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode('"\\ud800 tale"', "Text.")))
    with pytest.raises(LessonFailed) as caught:
        build(root)
    assert [(p.code, str(p.location)) for p in caught.value.problems if p.severity is Severity.ERROR] == [
        ("LS103", "episodes/first.md:2:11")
    ]


def test_a_cell_that_never_ends_fails_the_build_at_its_line(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(body="```{python}\n#| timeout: 1\nwhile True: pass\n```")))
    with pytest.raises(ExecutionFailed) as caught:
        build(root)
    assert "took longer than 1 s" in str(caught.value.problems[0])
    assert caught.value.problems[0].location.line > 10
    assert not (root / "site").exists()


def test_a_build_leaves_nothing_but_its_results(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode()))
    build(root)
    assert {path.name for path in root.iterdir()} == {"config.yaml", "index.md", "episodes", "site", ".lesson"}
    assert {path.name for path in (root / ".lesson").iterdir()} <= {".gitignore", "lock", "records", "rendered", "state.json"}
    manifest = json.loads((root / "site" / "manifest.json").read_text())
    assert "first.html" in manifest["files"]


def test_another_output_folder_and_another_working_folder(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson(lesson_files(first=episode()))
    monkeypatch.chdir(tmp_path)
    built = build_stage.build(root, Path("elsewhere/site"), HOST)
    assert built.site == tmp_path / "elsewhere" / "site"
    assert (tmp_path / "elsewhere" / "site" / "first.html").is_file()


@pytest.mark.slow
def test_a_killed_build_harms_nothing(make_lesson: MakeLesson) -> None:
    root = make_lesson(lesson_files(first=episode(), second=episode("Second")))
    build(root)
    manifest = (root / "site" / "manifest.json").read_bytes()
    for moment in (0.3, 0.6, 0.9, 1.2, 1.6):
        first = root / "episodes" / "first.md"
        first.write_text(episode(body=f"```{{python}}\nprint('after', {moment})\n```"))
        command = [sys.executable, "-m", "site_builder", "build", str(root), "--environments", "host"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        now = (root / "site" / "manifest.json").read_bytes()
        assert now == manifest or b'"first.html"' in now
        manifest = now
        assert plan_stage.open_lesson(root, HOST).report.errors == ()
    build(root)
    assert "after 1.6" in page(root, "first.html").get_text()


@pytest.mark.parametrize("obstacle", ["lock", "scratch"])
def test_where_nothing_changed_nothing_need_be_written(
    make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": EPISODE.format(title="A", body="Text.")})
    build_stage.build(root, None, HOST)
    if obstacle == "lock":
        (root / ".lesson/lock").unlink()
        (root / ".lesson/lock").mkdir()
    else:
        (tmp_path / "tmp").mkdir()
        (tmp_path / "tmp" / (f"lesson-{os.getuid()}" if hasattr(os, "getuid") else "lesson")).write_text("somebody else's")
        monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    built = build_stage.build(root, None, HOST)
    assert not built.changed and built.pages
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before
    for fault, options in ((False, replace(HOST, force=True)), (True, HOST)):
        if fault:
            (root / "episodes/a.md").write_text(EPISODE.format(title="A", body="Other text."))
        with pytest.raises(MachineError):
            build_stage.build(root, None, options)
