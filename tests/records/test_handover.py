"""Files that episodes leave for others lie by the key of the run that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.errors import MachineError
from site_builder.records.handover import folder_of, is_kept, keep
from site_builder.records.model import KeyParts

ONE, TWO = KeyParts(("1",), (), "e"), KeyParts(("2",), (), "e")


def writing(text: str):  # type: ignore[no-untyped-def]
    def write(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def test_a_run_has_its_own_folder(tmp_path: Path) -> None:
    assert folder_of(tmp_path, "a", ONE) == tmp_path / ".lesson/passed/a" / ONE.key[:16]
    assert folder_of(tmp_path, "a", ONE) != folder_of(tmp_path, "a", TWO) != folder_of(tmp_path, "b", TWO)


def test_what_a_run_left_is_there_until_the_episode_runs_again(tmp_path: Path) -> None:
    assert not is_kept(tmp_path, "a", ONE)
    keep(folder_of(tmp_path, "a", ONE), {"episodes/x/y.txt": writing("1"), "top.txt": writing("2")})
    assert is_kept(tmp_path, "a", ONE)
    assert (folder_of(tmp_path, "a", ONE) / "episodes/x/y.txt").read_text() == "1"
    assert (folder_of(tmp_path, "a", ONE) / "top.txt").read_text() == "2"
    keep(folder_of(tmp_path, "b", ONE), {})
    assert is_kept(tmp_path, "b", ONE)
    keep(folder_of(tmp_path, "a", TWO), {})
    assert not is_kept(tmp_path, "a", ONE)
    assert is_kept(tmp_path, "a", TWO)
    assert is_kept(tmp_path, "b", ONE)
    assert sorted(path.name for path in (tmp_path / ".lesson/passed").iterdir()) == ["a", "b"]


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x"])
def test_no_file_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(MachineError, match="outside the lesson"):
        keep(folder_of(tmp_path, "a", ONE), {name: writing("1")})
    assert not is_kept(tmp_path, "a", ONE)
    assert not (tmp_path / "x").exists()


def test_a_file_that_cannot_be_written_leaves_nothing_half(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        raise MachineError("the disk is full")

    with pytest.raises(MachineError):
        keep(folder_of(tmp_path, "a", ONE), {"episodes/x": writing("1"), "episodes/y": fail})
    assert not is_kept(tmp_path, "a", ONE)
    assert list((tmp_path / ".lesson/passed").iterdir()) == []
