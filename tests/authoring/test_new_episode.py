"""A new episode: its file, its place, and settings that otherwise stay as they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder import files
from site_builder.authoring.new_episode import new_episode
from site_builder.errors import ConfigError, MachineError, OutputRefused
from site_builder.lesson.discover import discover

MakeLesson = Callable[[dict[str, str]], Path]
PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"
LISTED = {
    "config.yaml": "# mine\ntitle: L\nepisodes: # order\n- intro.md # 1\n- loops.md\n",
    "episodes/intro.md": PAGE,
    "episodes/loops.md": PAGE,
}


def order(root: Path) -> list[str]:
    return [source.path.name for source in discover(root)[0].episodes]


def state(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("after", ["intro", "intro.md", "episodes/intro.md", "int"])
def test_an_episode_is_inserted_behind_the_one_that_is_named(make_lesson: MakeLesson, after: str) -> None:
    root = make_lesson(LISTED)
    made = new_episode(root / "episodes", "Über Tabellen: eins", after=after)
    assert order(root) == ["intro.md", "ueber-tabellen-eins.md", "loops.md"]
    assert (root / "config.yaml").read_text() == LISTED["config.yaml"].replace("# 1\n", "# 1\n- ueber-tabellen-eins.md\n")
    assert made.after == "intro.md"
    assert "title: 'Über Tabellen: eins'\n" in (root / made.path).read_text(encoding="utf-8")


def test_without_a_place_it_is_the_last_one(make_lesson: MakeLesson) -> None:
    root = make_lesson(LISTED)
    assert new_episode(root, "Files").after == "loops.md"
    assert order(root) == ["intro.md", "loops.md", "files.md"]


def test_a_list_that_names_a_missing_file_grows_at_its_end(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LISTED, "config.yaml": "episodes: [intro.md, gone.md]\n"})
    new_episode(root, "Files")
    assert (root / "config.yaml").read_text() == "episodes: [intro.md, gone.md, files.md]\n"


def test_the_former_name_of_the_list(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LISTED, "config.yaml": "schedule: [intro.md, loops.md]\n"})
    new_episode(root, "Files", after="intro")
    assert (root / "config.yaml").read_text() == "schedule: [intro.md, files.md, loops.md]\n"


def test_a_list_in_mkdocs_yml_and_a_byte_order_mark(make_lesson: MakeLesson) -> None:
    text = "site_name: L\r\nextra:\r\n  lesson:\r\n    episodes: ['intro.md', \"loops.md\"] # x\r\n"
    root = make_lesson({name: page for name, page in LISTED.items() if name != "config.yaml"})
    (root / "mkdocs.yml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    new_episode(root, "Files", after="intro")
    assert (root / "mkdocs.yml").read_bytes() == b"\xef\xbb\xbf" + text.replace("'intro.md'", "'intro.md', files.md").encode()


def test_without_a_list_it_stands_by_its_name_and_the_settings_stay(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LISTED, "config.yaml": "title: L\n"})
    made = new_episode(root, "Files")
    assert (made.settings, made.after) == (None, "")
    assert new_episode(root, "Jumps", after="intro").settings is None  # it sorts there
    assert (root / "config.yaml").read_text() == "title: L\n"
    assert order(root) == ["files.md", "intro.md", "jumps.md", "loops.md"]


def test_without_a_list_another_place_needs_one(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LISTED, "config.yaml": "title: L\n"})
    new_episode(root, "Files", after="intro")
    assert (root / "config.yaml").read_text() == "title: L\nepisodes:\n- intro.md\n- files.md\n- loops.md\n"
    assert order(root) == ["intro.md", "files.md", "loops.md"]


def test_the_first_episode_of_a_lesson_without_settings(tmp_path: Path) -> None:
    (tmp_path / "episodes").mkdir()
    assert new_episode(tmp_path, "Start").after == ""
    assert order(tmp_path) == ["start.md"]


@pytest.mark.parametrize(
    ("title", "name", "told", "proposed"),
    [
        ("Images", "", "the page with all images", "--name images-episode"),
        ("Whatever", "Key Points", "the page with all key points", "--name key-points-episode"),
        ("Intro", "", "episodes/intro.md is there already", "--name intro-2"),
        ("Setup", "", "learners/setup.md is there already", "--name setup-2"),
        ("Draft", "", "episodes/draft.md is there already", "--name draft-2"),
        ("Slides", "", "episodes/slides.pdf is there already", "--name slides-2"),
    ],
)
def test_names_that_are_taken_are_refused_with_a_proposal(make_lesson: MakeLesson, title: str, name: str, told: str, proposed: str) -> None:
    root = make_lesson({**LISTED, "learners/setup.md": PAGE, "episodes/draft.md": PAGE, "episodes/slides.pdf": "x"})
    before = state(root)
    with pytest.raises(OutputRefused, match=told) as refused:
        new_episode(root, title, name=name)
    assert refused.value.hint.endswith(proposed)
    assert state(root) == before
    new_episode(root, title, name=proposed.removeprefix("--name "))


@pytest.mark.parametrize(
    ("title", "after", "told"),
    [
        ("", "", "title is empty"),
        ("!!!", "", "no letter or digit"),
        ("Files", "introo", "no episode introo"),
        ("a\0b", "", "cannot be shown"),
    ],
)
def test_bad_titles_and_places_change_nothing(make_lesson: MakeLesson, title: str, after: str, told: str) -> None:
    root = make_lesson(LISTED)
    before = state(root)
    with pytest.raises(ConfigError, match=told):
        new_episode(root, title, after=after)
    assert state(root) == before


def test_a_beginning_that_two_names_have(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LISTED, "config.yaml": "title: L\n", "episodes/intro-2.md": PAGE})
    with pytest.raises(ConfigError, match=r"may be intro-2.md or intro.md"):
        new_episode(root, "Files", after="int")
    assert new_episode(root, "Files", after="intro", dry_run=True).after == "intro.md"


def test_settings_that_only_a_person_can_edit(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LISTED, "config.yaml": "x-all: &all [intro.md, loops.md]\nepisodes: *all\n"})
    before = state(root)
    with pytest.raises(OutputRefused, match="cannot be edited") as refused:
        new_episode(root, "Files", after="intro")
    assert "write `files.md` behind `intro.md` in `episodes`" in refused.value.hint
    assert state(root) == before


def test_a_dry_run_changes_nothing(make_lesson: MakeLesson) -> None:
    root = make_lesson(LISTED)
    before = state(root)
    planned = new_episode(root, "Files", after="intro", dry_run=True)
    assert state(root) == before
    assert new_episode(root, "Files", after="intro") == planned


def test_settings_that_are_a_link_stay_one_and_those_elsewhere_are_not_touched(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root = make_lesson({**LISTED, "real.yaml": LISTED["config.yaml"]})
    (root / "config.yaml").unlink()
    (root / "config.yaml").symlink_to("real.yaml")
    new_episode(root, "Files")
    assert (root / "config.yaml").is_symlink()
    assert "files.md" in (root / "real.yaml").read_text()
    (root / "config.yaml").unlink()
    (root / "real.yaml").rename(tmp_path / "outside.yaml")
    (root / "config.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(MachineError, match="cannot be written"):
        new_episode(root, "More")
    assert not (root / "episodes/more.md").exists()


def test_an_episode_whose_settings_cannot_be_written_goes_again(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> bool:
        raise MachineError("No space left on device")

    root = make_lesson(LISTED)
    before = state(root)
    monkeypatch.setattr(files, "write_bytes", full)
    with pytest.raises(MachineError):
        new_episode(root, "Files")
    assert state(root) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_settings_that_may_only_be_read(make_lesson: MakeLesson) -> None:
    root = make_lesson(LISTED)
    (root / "config.yaml").chmod(0o444)
    with pytest.raises(MachineError, match="cannot be written"):
        new_episode(root, "Files")
    assert not (root / "episodes/files.md").exists()
