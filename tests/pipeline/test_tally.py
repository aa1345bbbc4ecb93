"""The sentence that says where the results of a site come from, and ``--locked``, which refuses a machine's own packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from site_builder.errors import LessonFailed
from site_builder.operations.verify import verify
from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.build import build
from site_builder.pipeline.execute import run
from site_builder.pipeline.model import Options

MakeLesson = Callable[[Mapping[str, str]], Path]
HEAD = "---\ntitle: E\nteaching: 1\nexercises: 1\n---\n\n"
CELL = "```{{{}}}\nprint(1)\n```\n"
LOCK = """version: 6
environments:
  default:
    channels: []
    packages:
      linux-64: []
      osx-arm64: []
      osx-64: []
      win-64: []
packages: []
"""


def lesson(make_lesson: MakeLesson, more: Mapping[str, str] | None = None, **episodes: str) -> Path:
    texts = {f"episodes/{name}.md": HEAD + text for name, text in episodes.items()}
    return make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\n", "index.md": "Hello.\n", **texts, **(more or {})})


def said(root: Path, **options: object) -> str:
    return build(root, None, Options(**{"environments": "host", **options})).tally  # type: ignore[arg-type]


def test_own_packages_languages_that_do_not_run_and_prose(make_lesson: MakeLesson) -> None:
    root = lesson(
        make_lesson, a=CELL.format("python"), b=CELL.format("py"), c="Words.\n", d=CELL.format("python") + "\n" + CELL.format("jl")
    )
    expected = (
        "4 episodes: 2 from this machine's own packages, 1 without results (`{py}` is no language that runs), 1 without code that runs, "
        "cells of 1 did not run (`{jl}` is no language that runs)"
    )
    assert said(root) == expected
    again = build(root, None, Options("host"))
    assert not again.changed and again.tally == expected, "a build in which nothing changed says it too"


def test_a_lesson_of_prose_has_nothing_to_say(make_lesson: MakeLesson) -> None:
    assert said(lesson(make_lesson, a="Words.\n")) == "1 episode, without code that runs"


def test_what_a_machine_lacks_is_the_reason(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, a="```{python}\nimport never_heard_of\n```\n")
    assert said(root) == "1 episode: 1 without results (the Python on this machine lacks never_heard_of)"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"pixi.toml": "[workspace]\n"}, "(pixi.toml has no lock: run `pixi lock`)"),
        ({"pixi.toml": "[workspace]\n", "pixi.lock": LOCK}, "(nothing here provides what is in pixi.lock: install Pixi or run `lesson environment install`)"),
    ],
)  # fmt: skip
def test_a_manifest_without_a_lock_and_a_lock_without_a_provider_are_said(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, more: Mapping[str, str], why: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, *_, **__: None if name == "pixi" else f"/usr/bin/{name}")
    assert said(lesson(make_lesson, more, a=CELL.format("python")), environments="auto").endswith(
        f"1 from this machine's own packages {why}"
    )


def test_locked_refuses_own_packages_before_anything_runs(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, a=CELL.format("python"), b="```python\nprint(1)\n```\n\n```output\n1\n```\n")
    options = Options("host", locked=True)
    for command in (lambda: build(root, None, options), lambda: run(root, options, ()), lambda: verify(root, options, ()),
                    lambda: verify_static(root, options, ())):  # fmt: skip
        with pytest.raises(LessonFailed) as failed:
            command()
        assert {problem.code for problem in failed.value.problems if problem.severity.value == "error"} == {"LS030"}
    assert not (root / ".lesson/records").exists()
    build(root, None, Options("host"))
    with pytest.raises(LessonFailed, match="1 problem"):
        build(root, None, options)


def test_locked_leaves_code_without_results_to_strict(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, a=CELL.format("py"))
    assert "1 without results" in said(root, locked=True)
    with pytest.raises(LessonFailed):
        said(root, strict=True)
