"""``lesson notebook``: files to take away, and none that is written over by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group

MakeLesson = Callable[[dict[str, str]], Path]
PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nSee [docs].\n\n```{python}\nprint(6 * 7)\n```\n\n::: solution\n\nS\n\n:::\n"


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def lesson(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_lesson({
        "config.yaml": "title: L\nurl: https://example.org/l\nepisodes: [a.md, b.py]\n", "links.md": "[docs]: https://docs.example.org\n",
        "episodes/a.md": PAGE, "episodes/b.py": "# ---\n# title: B\n# teaching: 1\n# exercises: 1\n# ---\n\n# %%\nx = 1\n",
    })  # fmt: skip
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return root


def test_a_learners_notebook_is_the_default_and_lies_in_the_current_folder(lesson: Path) -> None:
    assert call("notebook", "a", "--lesson", lesson, "--environments", "host").output == "wrote a-learner.ipynb\n"
    made = json.loads(Path("a-learner.ipynb").read_text())
    assert [cell["cell_type"] for cell in made["cells"]] == ["markdown", "code"]
    assert "https://docs.example.org" in "".join(made["cells"][0]["source"])
    assert made["cells"][1]["outputs"] == []


def test_an_instructors_notebook_holds_the_outputs_of_the_record(lesson: Path) -> None:
    call("run", "--lesson", lesson, "--environments", "host")
    call("notebook", "a", "--instructor", "--lesson", lesson, "--environments", "host", "--output", "deep/x.ipynb")
    made = json.loads(Path("deep/x.ipynb").read_text())
    assert made["cells"][1]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["42\n"]}]
    assert "S" in "".join(made["cells"][2]["source"])


def test_boxes_are_called_as_in_the_lessons_language(lesson: Path) -> None:
    config = lesson / "config.yaml"
    config.write_text(config.read_text() + "lang: es\n")
    page = lesson / "episodes/a.md"
    page.write_text(page.read_text() + "\n::: keypoints\n\n- uno\n\n:::\n")
    call("notebook", "a", "--lesson", lesson, "--environments", "host")
    assert "**Puntos Clave**" in Path("a-learner.ipynb").read_text()


def test_live_and_script(lesson: Path) -> None:
    call("notebook", "a", "--live", "--lesson", lesson, "--environments", "host")
    assert json.loads(Path("a-live.ipynb").read_text())["cells"][1]["source"] == []
    call("notebook", "episodes/a.md", "--script", "--lesson", lesson, "--environments", "host")
    assert "# %%\nprint(6 * 7)\n" in Path("a-script.py").read_text()


def test_commands_are_a_shell_file_of_their_own(lesson: Path) -> None:
    page = lesson / "episodes/a.md"
    page.write_text(page.read_text() + "\n## Look\n\n```{bash}\nls -l\n```\n")
    assert call("notebook", "a", "--commands", "--lesson", lesson, "--environments", "host").output == "wrote a-commands.sh\n"
    assert Path("a-commands.sh").read_text() == "# A\n\n# Look\nls -l\n"
    assert "has no shell commands" in call("notebook", "b", "--commands", "--lesson", lesson, "--environments", "host", code=2).output


def test_a_script_is_an_episode_like_any_other(lesson: Path) -> None:
    call("notebook", "b", "--lesson", lesson, "--environments", "host")
    made = json.loads(Path("b-learner.ipynb").read_text())
    assert ["".join(cell["source"]) for cell in made["cells"]] == ["# B", "x = 1"]


def test_a_file_that_is_there_is_kept_unless_it_is_equal_or_force_is_given(lesson: Path) -> None:
    target = Path("a-learner.ipynb")
    target.write_text("mine")
    assert "exists and has other content" in call("notebook", "a", "--lesson", lesson, "--environments", "host", code=2).output
    assert target.read_text() == "mine"
    call("notebook", "a", "--lesson", lesson, "--environments", "host", "--force")
    before = target.stat().st_mtime_ns
    call("notebook", "a", "--lesson", lesson, "--environments", "host")
    assert target.stat().st_mtime_ns == before


def test_a_source_of_the_lesson_is_never_written_over(lesson: Path) -> None:
    for name in ("episodes/b.py", "config.yaml"):
        source = lesson / name
        before = source.read_text()
        arguments = ("notebook", "b", "--script", "--lesson", lesson, "--environments", "host", "--force", "--output", source)
        assert "is part of the lesson" in call(*arguments, code=2).output
        assert source.read_text() == before


def test_unknown_episodes_and_lessons_with_errors_are_told(lesson: Path) -> None:
    assert "there is no episode `c`" in call("notebook", "c", "--lesson", lesson, "--environments", "host", code=2).output
    (lesson / "episodes/a.md").write_text("---\ntitle: [\n---\n")
    assert "LS103" in call("notebook", "b", "--lesson", lesson, "--environments", "host", code=1).output


def test_notebooks_and_scripts_as_sources_keep_their_solutions_too(lesson: Path) -> None:
    markdown = [":::: solution\n\n1. one\n", "secret words\n\n::::\n", "after"]
    cells = [
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: N\nteaching: 1\nexercises: 1\n---"},
        {"cell_type": "markdown", "metadata": {}, "source": markdown[0]},
        {"cell_type": "code", "metadata": {}, "source": "secret = 1", "outputs": [], "execution_count": None},
        {"cell_type": "markdown", "metadata": {}, "source": markdown[1]},
        {"cell_type": "code", "metadata": {}, "source": "%%bash\nls", "outputs": [], "execution_count": None},
        {"cell_type": "code", "metadata": {}, "source": "y = 1", "outputs": [], "execution_count": None},
        {"cell_type": "markdown", "metadata": {}, "source": markdown[2]},
    ]
    (lesson / "episodes/n.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    script = lesson / "episodes/b.py"
    script.write_text(script.read_text() + "\n# %% [markdown]\n# ::: solution\n#\n# secret\n#\n# :::\n\n# %%\nz = 1\n")
    (lesson / "config.yaml").write_text("title: L\nepisodes: [a.md, b.py, n.ipynb]\n")
    code = {"n": ["%%bash\nls", "y = 1"], "b": ["x = 1", "z = 1"]}
    for name, expected in code.items():
        for kind in ("learner", "instructor", "script"):
            call("notebook", name, f"--{kind}", "--lesson", lesson, "--environments", "host", "--output", f"{name}.{kind}")
        found = json.loads(Path(f"{name}.learner").read_text())["cells"]
        assert ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"] == expected
        assert "secret" not in Path(f"{name}.learner").read_text() + Path(f"{name}.script").read_text()
        assert "secret" in Path(f"{name}.instructor").read_text()
