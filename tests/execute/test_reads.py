"""Which files cells used, from what their kernels noted and from access times."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from site_builder.execute.base import FileReference
from site_builder.execute.local import reads
from site_builder.execute.local.reads import FilesUsed, files_used, watch
from site_builder.execute.local.session_setup import LOG


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name in ("a.csv", "b.csv", "fig/c.png"):
        file = tmp_path / "lesson/episodes" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


GIVEN = tuple(FileReference(name, "") for name in ("a.csv", "b.csv", "fig/c.png"))


def used(top: Path, *lines: tuple[str, str], observed: bool = False) -> FilesUsed:
    text = "".join(f"{kind}\t{top / 'lesson/episodes' / name if name else ''}\n" for kind, name in lines)
    (top / LOG).write_text(text)
    return files_used(top, (top / "checkout",), GIVEN, observed=observed)


def test_what_was_opened_for_reading_was_read(top: Path) -> None:
    assert used(top, ("r", "a.csv"), ("b", "b.csv")).read == ("a.csv", "b.csv")


def test_what_was_written_first_was_not(top: Path) -> None:
    assert used(top, ("w", "a.csv"), ("r", "a.csv"), ("b", "a.csv")) == FilesUsed()


def test_what_was_read_and_written_afterwards_was_read(top: Path) -> None:
    assert used(top, ("r", "a.csv"), ("w", "a.csv")).read == ("a.csv",)


def test_what_was_looked_for_in_vain_is_named_even_if_it_was_made_then(top: Path) -> None:
    (top / "lesson/episodes/cache.csv").write_text("")
    (top / "lesson/episodes/loaded.csv").write_text("by another program, then read")
    found = used(top, ("r", "gone.csv"), ("r", "cache.csv"), ("w", "cache.csv"), ("r", "loaded.csv"), ("r", "<string>"))
    assert found.absent == ("cache.csv", "gone.csv")
    assert "loaded.csv" in found.read


def test_files_of_the_checkout_are_named_as_the_lesson_names_them(top: Path) -> None:
    (top / LOG).write_text(f"r\t{top}/checkout/episodes/data/x.csv\nr\t{top}/checkout/pixi.toml\nr\t/etc/hosts\n")
    assert files_used(top, (top / "checkout",), GIVEN, observed=False) == FilesUsed(("../pixi.toml", "data/x.csv"))


def test_looking_which_figures_there_are_is_told_of_python_and_assumed_of_programs(top: Path) -> None:
    assert used(top, ("l", "fig")).listed
    assert used(top, ("x", "")).listed
    assert not used(top, ("l", "data")).listed


def test_another_program_is_observed_by_access_times(top: Path) -> None:
    watch(GIVEN, top)
    if not reads._keeps_access_times(top):
        pytest.skip("this file system keeps no access times")
    subprocess.run(["cat", str(top / "lesson/episodes/b.csv")], check=True, capture_output=True)
    assert used(top, observed=True).read == ("b.csv",)
    assert used(top, observed=False).read == ()


def test_without_access_times_every_file_counts_that_was_not_written_first(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(GIVEN, top)
    monkeypatch.setattr(reads, "_keeps_access_times", lambda top: False)
    assert used(top, ("w", "a.csv"), observed=True).read == ("b.csv", "fig/c.png")


def test_a_file_that_is_gone_was_read(top: Path) -> None:
    watch(GIVEN, top)
    os.unlink(top / "lesson/episodes/a.csv")
    assert "a.csv" in used(top, observed=True).read
