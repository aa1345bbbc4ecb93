"""What cells left is told from the times of files where these can tell, else from their bytes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from site_builder.execute.content import FolderContent
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.working_folder import TICKS, files_left, make_place, stamps
from tests.execute.jobs import Host, job


@pytest.fixture
def given(tmp_path: Path) -> Assignment:
    content = FolderContent(tmp_path / "content")
    for data in (b"old", b"new"):
        content.add(data)
    return Assignment(job(inputs={"old.txt": b"old", "new.txt": b"new"}, leaves=True, shared=True), Host().activate("default"), content)


def test_times_that_are_too_recent_tell_nothing(given: Assignment, tmp_path: Path) -> None:
    top = tmp_path / "top"
    folder = make_place(given, tmp_path / "scratch", top).folder.resolve()
    past = time.time_ns() - 2 * TICKS
    os.utime(folder / "old.txt", ns=(past, past))
    found = stamps(given, top)
    assert found[folder / "new.txt"].times is None
    state = (folder / "old.txt").stat()
    assert found[folder / "old.txt"].times == (state.st_mtime_ns, state.st_ctime_ns)


def test_only_what_was_made_or_changed_is_left(given: Assignment, tmp_path: Path) -> None:
    top = tmp_path / "top"
    place = make_place(given, tmp_path / "scratch", top)
    before = stamps(given, top)
    (place.folder / "old.txt").write_text("old")
    (place.folder / "new.txt").write_text("x")
    (place.folder / "results").mkdir()
    (place.folder / "results/made.txt").write_text("y")
    (place.folder / "__pycache__").mkdir()
    (place.folder / "__pycache__/a.pyc").write_text("z")
    (place.folder / "link.txt").symlink_to("old.txt")
    assert [file.path for file in files_left(given, place, before)] == ["link.txt", "new.txt", "results/made.txt"]
