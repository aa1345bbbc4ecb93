"""Which files are a lesson's Pixi workspace: its own, those of the project around it, or those that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.lesson.discover import discover
from site_builder.lesson.workspace import manifest_name

PIXI = '[tool.pixi.workspace]\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({}, None),
        ({"pixi.toml": ""}, "pixi.toml"),
        ({"pyproject.toml": PIXI}, "pyproject.toml"),
        ({"pyproject.toml": "[tool]\npixi = { workspace = {} }\n"}, "pyproject.toml"),
        ({"pixi.toml": "", "pyproject.toml": PIXI}, "pixi.toml"),
        ({"pyproject.toml": "[project]\nname = 'p'\n"}, None),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, None),
        ({"pyproject.toml": "# tool.pixi\n= broken"}, None),
        ({"pyproject.toml": "tool = 'pixi' # tool.pixi"}, None),
    ],
)
def test_the_manifest(tmp_path: Path, files: dict[str, str], name: str | None) -> None:
    (tmp_path / "episodes").mkdir()
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    assert manifest_name(tmp_path) == name
    assert str(discover(tmp_path)[0].manifest or "") == (name or "")


def lesson_in(project: Path, files: dict[str, str]) -> Path:
    for path, text in {"docs/lesson/episodes/a.md": "---\ntitle: A\n---\n", "docs/lesson/config.yaml": "title: L\n", **files}.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    return project / "docs" / "lesson"


@pytest.mark.parametrize(
    ("files", "manifest", "lock"),
    [
        ({"pixi.toml": "", "pixi.lock": ""}, "../../pixi.toml", "../../pixi.lock"),
        ({"pixi.toml": ""}, "../../pixi.toml", ""),
        ({"pyproject.toml": PIXI, "pixi.lock": ""}, "../../pyproject.toml", "../../pixi.lock"),
        ({"pyproject.toml": "[project]\nname = 'p'\n"}, "", ""),
        ({"pixi.toml": "", "pixi.lock": "", "docs/pixi.toml": ""}, "../pixi.toml", ""),
        ({"pixi.toml": "", "pixi.lock": "", "docs/lesson/pixi.toml": ""}, "pixi.toml", ""),
        ({"pixi.toml": "", "docs/lesson/pixi.lock": ""}, "", "pixi.lock"),
        ({"pixi.toml": "", "docs/lesson/config.yaml": "manifest: env/pixi.toml\n", "docs/lesson/env/pixi.toml": ""}, "env/pixi.toml", ""),
        ({"env/pixi.toml": "", "env/pixi.lock": "", "docs/lesson/config.yaml": "manifest: ../../env/pixi.toml\n"},
         "../../env/pixi.toml", "../../env/pixi.lock"),
    ],
)  # fmt: skip
def test_the_workspace_of_a_project_is_its_lessons_too(tmp_path: Path, files: dict[str, str], manifest: str, lock: str) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    root = lesson_in(tmp_path / "project", files)
    lesson, report = discover(root)
    assert (str(lesson.manifest or ""), str(lesson.lock or "")) == (manifest, lock)
    assert not [problem for problem in report.problems if problem.code == "LS032"]
    assert lesson.manifest_file == ((root / manifest).resolve() if manifest else None)


@pytest.mark.parametrize("repository", ["project/docs/lesson", "project/docs", None])
def test_nothing_above_the_repository_counts_nor_without_one(tmp_path: Path, repository: str | None) -> None:
    root = lesson_in(tmp_path / "project", {"pixi.toml": "", "pixi.lock": ""})
    if repository:
        (tmp_path / repository / ".git").mkdir()
    assert discover(root)[0].manifest is discover(root)[0].lock is None


@pytest.mark.parametrize("named", ["missing/pixi.toml", "episodes/a.md", "pyproject.toml", "/pixi.toml", "episodes"])
def test_a_manifest_that_is_none_is_named_at_its_line(tmp_path: Path, named: str) -> None:
    root = lesson_in(tmp_path, {"docs/lesson/config.yaml": f"title: L\nmanifest: {named}\n", "docs/lesson/pyproject.toml": "[tool.ruff]\n"})
    lesson, report = discover(root)
    assert lesson.manifest is None
    assert [problem.location.line for problem in report.problems if problem.code == "LS032"] == [2]
