"""The packed folder in which learners run what the pages show."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.pipeline.takeaways import takeaways
from site_builder.pipeline.workspace import version_of
from tests.conftest import MakeLesson

HEAD = "---\ntitle: One\nteaching: 1\nexercises: 1\ninputs:\n  - files/a.txt\n  - ../LICENSE.md\n  - deep\n---\n\n"
CELL = "```{python}\nprint(6 * 7)\n```\n"
MANIFEST = '[workspace]\nname = "x"\nchannels = []\nplatforms = ["linux-64"]\n'
LESSON = {
    "config.yaml": "title: T\nepisodes: [one.md]\nworkspace: my-lesson\n",
    "pixi.toml": MANIFEST,
    "pixi.lock": "version: 6\nenvironments: {}\npackages: []\n",
    "LICENSE.md": "# Licence\n",
    "episodes/one.md": HEAD + CELL,
    "episodes/files/a.txt": "a",
    "episodes/files/more/b.txt": "b",
    "episodes/data/c.csv": "c",
    "episodes/deep/d.txt": "d",
    "episodes/fig/e.svg": "<svg/>",
    "learners/setup.md": "---\ntitle: S\n---\n\nGet [it](files/my-lesson.zip).\n",
}


def archive(root: Path) -> bytes:
    """Return the archive that the first episode offers."""
    (taken,) = takeaways(open_lesson(root, Options("host"))).values()
    return next(file.data for file in taken.files if file.address.suffix == ".zip")


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their path in its folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"my-lesson"}
        return {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}


def test_the_folder_has_what_the_code_needs_where_the_code_looks_for_it(make_lesson: MakeLesson) -> None:
    files = unpacked(archive(make_lesson(LESSON)))
    assert set(files) == {
        "pixi.toml", "pixi.lock", "LICENSE.md", "workspace.json", "episodes/one-learner.ipynb", "episodes/one-script.py",
        "episodes/files/a.txt", "episodes/files/more/b.txt", "episodes/data/c.csv", "episodes/deep/d.txt",
    }  # fmt: skip
    assert files["episodes/deep/d.txt"] == b"d"
    assert b"print(6 * 7)" in files["episodes/one-script.py"]


def test_the_list_names_every_file_and_a_version_that_changes_with_them(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root = make_lesson(LESSON)
    first = archive(root)
    files = unpacked(first)
    told = json.loads(files.pop("workspace.json"))
    assert told["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert (told["name"], told["version"]) == ("my-lesson", version_of(files))
    assert archive(root) == first
    (root / "episodes/files/a.txt").write_text("A", encoding="utf-8")
    assert json.loads(unpacked(archive(root))["workspace.json"])["version"] != told["version"]


def test_what_lies_outside_the_lesson_is_left_out(make_lesson: MakeLesson, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("s", encoding="utf-8")
    root = make_lesson(LESSON)
    (root / "episodes/files/link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "episodes/one.md").write_text(HEAD.replace("../LICENSE.md", "../../secret.txt") + CELL, encoding="utf-8")
    assert not any(data == b"s" for data in unpacked(archive(root)).values())


def test_the_site_has_it_and_links_to_it_from_the_episode_and_the_setup(make_lesson: MakeLesson) -> None:
    built = build(make_lesson(LESSON), None, Options("host"))
    assert not [str(problem) for problem in built.report.problems if problem.code in ("LS401", "LS814")]
    assert unpacked((built.site / "files/my-lesson.zip").read_bytes())
    assert 'href="files/my-lesson.zip" download' in (built.site / "one.html").read_text(encoding="utf-8")
    assert 'href="files/my-lesson.zip"' in (built.site / "index.html").read_text(encoding="utf-8")


def test_a_lesson_without_the_setting_has_none(make_lesson: MakeLesson) -> None:
    root = make_lesson(LESSON | {"config.yaml": "title: T\nepisodes: [one.md]\n"})
    (taken,) = takeaways(open_lesson(root, Options("host"))).values()
    assert [file.address.suffix for file in taken.files] == [".ipynb", ".py"]


def test_a_file_of_the_lesson_goes_before(make_lesson: MakeLesson) -> None:
    root = make_lesson(LESSON | {"episodes/files/my-lesson.zip": "mine"})
    (taken,) = takeaways(open_lesson(root, Options("host"))).values()
    assert [file.address.suffix for file in taken.files] == [".ipynb", ".py"]


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "a b", "-x"])
def test_the_name_is_that_of_a_folder(make_lesson: MakeLesson, name: str) -> None:
    root = make_lesson(LESSON | {"config.yaml": f'title: T\nepisodes: [one.md]\nworkspace: "{name}"\n'})
    report = open_lesson(root, Options("host")).report
    assert [problem.code for problem in report.problems if "`workspace`" in problem.message] == ["LS003"]
