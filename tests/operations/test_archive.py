"""The site as one ZIP file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder.errors import OutputRefused
from site_builder.operations.archive import archive, folder_name
from site_builder.pipeline.model import Options

HOST = Options("host")
MakeLesson = Callable[[dict[str, str]], Path]
PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"


@pytest.fixture
def lesson(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return make_lesson({"config.yaml": "title: My Lesson, 2nd edition\nepisodes: [a.md]\n", "episodes/a.md": PAGE})


@pytest.mark.slow
def test_the_whole_site_is_in_it_below_a_folder_with_the_lessons_name(lesson: Path) -> None:
    made = archive(lesson, None, HOST)
    assert made.path == Path("my-lesson-2nd-edition.zip")
    with zipfile.ZipFile(made.path) as whole:
        assert whole.testzip() is None
        names = whole.namelist()
    on_disk = sorted(path.relative_to(lesson / "site").as_posix() for path in (lesson / "site").rglob("*") if path.is_file())
    assert names == [f"my-lesson-2nd-edition/{name}" for name in on_disk]
    assert made.files == len(names)
    assert made.bytes == made.path.stat().st_size
    assert made.largest in on_disk


@pytest.mark.slow
def test_equal_sites_give_equal_bytes_whenever_they_were_made(lesson: Path) -> None:
    first = archive(lesson, Path("one.zip"), HOST)
    for path in (lesson / "site").rglob("*"):
        path.touch()
    second = archive(lesson, Path("two.zip"), HOST)
    assert first.path.read_bytes() == second.path.read_bytes()
    assert archive(lesson, Path("one.zip"), HOST).path.read_bytes() == second.path.read_bytes()


def test_a_file_that_is_no_archive_is_kept(lesson: Path) -> None:
    Path("notes.zip").write_text("mine")
    with zipfile.ZipFile("old.zip", "w") as other:
        other.writestr("thesis.tex", "mine")
    before = Path("old.zip").read_bytes()
    for name in ("notes.zip", "old.zip"):
        with pytest.raises(OutputRefused, match="has other content"):
            archive(lesson, Path(name), HOST)
    assert Path("notes.zip").read_text() == "mine"
    assert Path("old.zip").read_bytes() == before
    with pytest.raises(OutputRefused, match="not a regular file"):
        archive(lesson, Path(), HOST)


@pytest.mark.slow
def test_an_archive_in_the_site_stays_there_and_does_not_hold_itself(lesson: Path) -> None:
    for text in ("One.\n", "Two.\n"):
        (lesson / "index.md").write_text(text)
        made = archive(lesson, lesson / "site" / "a.zip", HOST)
        with zipfile.ZipFile(made.path) as whole:
            assert not any(name.endswith(".zip") for name in whole.namelist())
            assert text.strip() in whole.read(f"{made.folder}/index.html").decode()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A/B: *C*?", "a-b-c"),
        ("", "lesson"),
        ("..", "lesson"),
        ("Été à Köln", "été-à-köln"),
        ("x" * 300, "x" * 60),
        ("a__b", "a-b"),
        ("Con", "con-lesson"),
        ("COM1", "com1-lesson"),
        ("Control", "control"),
    ],
)
def test_names_of_folders_work_on_any_system(title: str, name: str) -> None:
    assert folder_name(title) == name
