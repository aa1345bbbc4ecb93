"""A site is published whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from site_builder import publish
from site_builder.publish import PublishRefused


def rendered(folder: Path, text: str = "1", staged: str = "s") -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text)
    (folder / "sub").mkdir()
    (folder / "sub" / "x.html").write_text(text)
    publish.write_manifest(folder, staged)
    return folder


def test_the_first_site_and_its_successor_take_their_place(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish.publish(rendered(tmp_path / "a"), site)
    assert (site / "index.html").read_text() == "1"
    publish.publish(rendered(tmp_path / "b", "2"), site)
    assert (site / "index.html").read_text() == "2"
    assert (tmp_path / "b" / "index.html").read_text() == "1"


def test_a_reader_never_misses_a_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish.publish(rendered(tmp_path / "first"), site)
    rendered(tmp_path / "new", "2")
    missed, looks, stop = 0, 0, threading.Event()

    def look() -> None:
        nonlocal missed, looks
        while not stop.is_set():
            looks += 1
            missed += not (site / "index.html").exists()

    reader = threading.Thread(target=look, daemon=True)
    reader.start()
    try:
        for _ in range(100):
            publish.publish(tmp_path / "new", site)
    finally:
        stop.set()
        reader.join()
    assert looks > 0
    assert missed == 0


def test_a_folder_that_disagrees_with_its_manifest_is_refused(tmp_path: Path) -> None:
    folder = rendered(tmp_path / "a")
    (folder / "index.html").write_text("changed")
    with pytest.raises(PublishRefused, match="manifest"):
        publish.publish(folder, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_other_peoples_files_are_not_replaced(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "thesis.tex").write_text("x")
    with pytest.raises(PublishRefused, match="no build made"):
        publish.publish(rendered(tmp_path / "a"), site)
    (tmp_path / "file").write_text("x")
    with pytest.raises(PublishRefused, match="not a folder"):
        publish.publish(rendered(tmp_path / "b"), tmp_path / "file")
    assert (site / "thesis.tex").read_text() == "x"


def test_the_workbenchs_build_area_is_taken_over(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "README.md").write_text("x")
    publish.publish(rendered(tmp_path / "a"), site)
    assert (site / "index.html").exists()


def test_a_site_is_current_only_while_it_is_whole_and_from_the_same_source(tmp_path: Path) -> None:
    site = rendered(tmp_path / "site", staged="abc")
    assert publish.is_current(site, "abc")
    assert not publish.is_current(site, "abd")
    (site / "sub" / "x.html").unlink()
    assert not publish.is_current(site, "abc")
    (site / publish.MANIFEST).write_text("[")
    assert publish.read_manifest(site) is None
    assert not publish.is_current(tmp_path / "nowhere", "abc")


def test_without_an_exchange_two_renames_do_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.files._exchange", lambda first, second: False)
    site = tmp_path / "site"
    publish.publish(rendered(tmp_path / "a"), site)
    publish.publish(rendered(tmp_path / "b", "2"), site)
    assert (site / "index.html").read_text() == "2"
    assert (tmp_path / "b" / "index.html").read_text() == "1"
