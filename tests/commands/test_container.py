"""``lesson container``: which files it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group

LESSON = {"config.yaml": "title: Tiny\n", "episodes/a.md": "---\ntitle: A\n---\n\nText.\n"}
LOCK = """version: 7
platforms:
- name: linux-64
- name: osx-64
- name: p1
  subdir: linux-64
  virtual-packages:
  - __cuda=12.4
environments:
  default:
    channels:
    - url: https://c.example/
    packages:
      linux-64:
      - conda: https://c.example/noarch/tiny-1-0.conda
      osx-64:
      - conda: https://c.example/noarch/tiny-1-0.conda
  cuda:
    channels:
    - url: https://c.example/
    packages:
      p1:
      - conda: https://c.example/noarch/tiny-1-0.conda
  local:
    channels:
    - url: https://c.example/
    packages:
      linux-64:
      - pypi: ./mine
packages:
- conda: https://c.example/noarch/tiny-1-0.conda
- pypi: ./mine
  name: mine
  version: '2'
"""


@pytest.fixture
def lesson(make_lesson) -> Path:
    root: Path = make_lesson({**LESSON, "pixi.toml": '[activation]\nscripts = ["bin/setup.sh"]\n', "pixi.lock": LOCK})
    return root


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["container", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_a_dockerfile_is_written_into_the_lesson_and_stays_while_nothing_changes(lesson: Path) -> None:
    assert call("cuda", "--docker", "--lesson", str(lesson)).output.splitlines() == [
        f"wrote {lesson / 'Dockerfile.cuda'}",
        f"wrote {lesson / 'Dockerfile.cuda.dockerignore'}",
    ]
    text = (lesson / "Dockerfile.cuda").read_text()
    assert 'pixi.cuda="12.4"' in text
    assert "COPY bin/setup.sh bin/setup.sh" in text
    assert f"unchanged {lesson / 'Dockerfile.cuda'}" in call("cuda", "--docker", "--lesson", str(lesson)).output


def test_an_apptainer_definition_with_other_bases(lesson: Path, tmp_path: Path) -> None:
    target = tmp_path / "my.def"
    pinned = f"debian@sha256:{'a1' * 32}"
    call("--apptainer", "--lesson", str(lesson), "--output", str(target), "--base-image", pinned)
    assert f"From: {pinned}" in target.read_text()
    assert "apptainer build default.sif ../my.def" in target.read_text()
    call("--apptainer", "--lesson", str(lesson / "episodes"))
    assert (lesson / "default.def").is_file()


def test_the_commands_in_the_files_find_them_from_the_folder_of_the_manifest(lesson: Path) -> None:
    (lesson / "images").mkdir()
    call("cuda", "--docker", "--lesson", str(lesson), "--output", str(lesson / "images/Dockerfile"))
    text = (lesson / "images/Dockerfile").read_text()
    assert "docker build --file images/Dockerfile --tag lesson-cuda ." in text
    assert "buildah build --ignorefile images/Dockerfile.dockerignore --file images/Dockerfile --tag lesson-cuda ." in text
    assert "syntax=" not in text, "a builder without a network cannot fetch another front end"


def test_a_file_of_someone_else_is_not_written_over(lesson: Path) -> None:
    (lesson / "Dockerfile.default").write_text("FROM mine\n")
    assert "exists and has other content" in call("--docker", "--lesson", str(lesson), code=2).output
    assert (lesson / "Dockerfile.default").read_text() == "FROM mine\n"
    assert not (lesson / "Dockerfile.default.dockerignore").exists()
    call("--docker", "--lesson", str(lesson), "--force")
    assert (lesson / "Dockerfile.default").read_text() != "FROM mine\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "pass --docker or --apptainer"),
        (["--docker", "--apptainer"], 2, "pass --docker or --apptainer"),
        (["nowhere", "--docker"], 3, "no environment `nowhere`"),
        (["--docker", "--platform", "osx-64"], 2, "images are for Linux, not osx-64"),
        (["--docker", "--platform", "linux-aarch64"], 3, "locked for: linux-64, osx-64"),
        (["local", "--docker"], 2, "local folders: mine"),
    ],
)
def test_what_cannot_be_built_is_refused(lesson: Path, arguments: list[str], code: int, said: str) -> None:
    assert said in call(*arguments, "--lesson", str(lesson), code=code).output
    assert not list(lesson.glob("Dockerfile*"))


def test_scripts_outside_the_lesson_are_refused(lesson: Path) -> None:
    (lesson / "pixi.toml").write_text('[activation]\nscripts = ["../setup.sh"]\n')
    assert "is outside the folder of pixi.toml" in call("--docker", "--lesson", str(lesson), code=2).output


def test_a_lesson_without_environments(make_lesson) -> None:
    assert "needs the lesson's pixi.toml and pixi.lock" in call("--docker", "--lesson", str(make_lesson(LESSON)), code=2).output
