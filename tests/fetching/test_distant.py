"""Folders of files anywhere: what a place that does not answer, or fails in a way of its own, costs."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from site_builder.errors import ConfigError, MachineError
from site_builder.fetching import distant
from site_builder.fetching.distant import DistantFolder

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def place(tmp_path: Path) -> DistantFolder:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("x")
    return DistantFolder(str(tmp_path), {})


def test_nobody_waits_for_a_place_that_does_not_answer(place: DistantFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients of stores try again for many minutes."""
    ends = threading.Event()
    monkeypatch.setattr(distant, "SOON", 0.2)
    monkeypatch.setattr(distant, "AT_LAST", 0.3)
    for name in ("ls", "open"):
        monkeypatch.setattr(place._system, name, lambda *arguments, **options: ends.wait(60))
    begun = time.monotonic()
    with pytest.raises(MachineError, match=r"no answer within 0\.2 s"):
        place.states("a")
    with pytest.raises(MachineError, match=r"no answer within 0\.3 s"):
        place.read("a/file", 10)
    assert time.monotonic() - begun < 5
    ends.set()


@pytest.mark.parametrize("error", [OSError(5, "broken"), RuntimeError("no credentials"), FileNotFoundError("no such archive")])
def test_a_client_that_fails_at_once_is_no_fault_of_the_address(error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some ask the place when they are made: over SSH, or in an archive."""

    def fails(address: str) -> Any:
        raise error

    monkeypatch.setattr(fsspec.core, "url_to_fs", fails)
    with pytest.raises(MachineError, match=str(error).replace("[", r"\[").replace("]", r"\]")):
        DistantFolder("sftp://host/records", {})


def test_a_missing_archive_costs_no_build(tmp_path: Path) -> None:
    from tests.pipeline.test_shared_records import build, write

    lesson = write(tmp_path / "one")
    (lesson / "episodes" / "a.md").write_text("---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{python}\n#| eval: false\n1\n```\n")
    assert build(lesson, f"zip://::{tmp_path}/none.zip").exit_code == 0


@pytest.mark.parametrize(
    ("address", "words"), [("http://127.0.0.1:9/x", "install what it names"), ("s3://bucket", "lesson-site-builder[shared]")]
)
def test_the_hint_names_what_would_help(address: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(address: str) -> Any:
        raise ImportError("install this or that")

    monkeypatch.setattr(fsspec.core, "url_to_fs", lacks)
    with pytest.raises(ConfigError) as caught:
        DistantFolder(address, {})
    assert words in str(caught.value.hint)


def test_a_file_is_read_listed_and_written(place: DistantFolder, tmp_path: Path) -> None:
    assert list(place.states("a")) == ["file"]
    assert place.states("none") == {}
    assert (place.read("a/file", 10), place.read("a/file", 0), place.read("a/none", 10)) == (b"x", None, None)
    place.write("b/new", b"y")
    assert (tmp_path / "b/new").read_bytes() == b"y"
