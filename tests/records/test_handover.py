"""Files that episodes leave for others lie by the key of the run that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.errors import MachineError
from site_builder.records.handover import Handover, handover_of
from site_builder.records.model import KeyParts

ONE, TWO = KeyParts(("1",), (), "e"), KeyParts(("2",), (), "e")


def writing(text: str):  # type: ignore[no-untyped-def]
    def write(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@pytest.fixture
def handover(tmp_path: Path) -> Handover:
    return handover_of(tmp_path)


def test_a_run_has_its_own_folder(handover: Handover, tmp_path: Path) -> None:
    assert handover.folder_of("a", ONE) == tmp_path / ".lesson/passed/a" / ONE.key[:16]
    assert handover.folder_of("a", ONE) != handover.folder_of("a", TWO) != handover.folder_of("b", TWO)


def test_what_a_run_left_is_there_until_the_episode_runs_again(handover: Handover, tmp_path: Path) -> None:
    assert not handover.is_kept("a", ONE)
    handover.keep("a", ONE, {"episodes/x/y.txt": writing("1"), "top.txt": writing("2")})
    assert handover.is_kept("a", ONE)
    assert (handover.folder_of("a", ONE) / "episodes/x/y.txt").read_text() == "1"
    assert (handover.folder_of("a", ONE) / "top.txt").read_text() == "2"
    handover.keep("b", ONE, {})
    assert handover.is_kept("b", ONE)
    handover.keep("a", TWO, {})
    assert not handover.is_kept("a", ONE)
    assert handover.is_kept("a", TWO)
    assert handover.is_kept("b", ONE)
    assert visible(tmp_path / ".lesson/passed") == ["a", "b"]


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x"])
def test_no_file_leaves_the_folder(handover: Handover, tmp_path: Path, name: str) -> None:
    with pytest.raises(MachineError, match="outside the lesson"):
        handover.keep("a", ONE, {name: writing("1")})
    assert not handover.is_kept("a", ONE)
    assert not (tmp_path / "x").exists()


def test_a_file_that_cannot_be_written_leaves_nothing_half(handover: Handover, tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        raise MachineError("the disk is full")

    handover.keep("a", TWO, {})
    with pytest.raises(MachineError):
        handover.keep("a", ONE, {"episodes/x": writing("1"), "episodes/y": fail})
    assert not handover.is_kept("a", ONE)
    assert visible(tmp_path / ".lesson/passed") == ["a"]
    assert handover.is_kept("a", TWO)


def test_a_run_that_writes_elsewhere_reads_what_the_lesson_has_and_changes_none_of_it(handover: Handover, tmp_path: Path) -> None:
    handover.keep("a", ONE, {"x": writing("old")})
    apart = handover_of(tmp_path, tmp_path / "records")
    assert apart.folder_of("a", ONE) == handover.folder_of("a", ONE)
    apart.keep("a", ONE, {"x": writing("new")})
    assert (apart.folder_of("a", ONE) / "x").read_text() == "new"
    assert apart.folder_of("a", ONE).is_relative_to(tmp_path / "records")
    assert (handover.folder_of("a", ONE) / "x").read_text() == "old"
