"""Digests that are kept between processes: of files of which nothing changed, and of no others."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from site_builder import files
from site_builder.files import digests


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three files that count as settled after a moment, and no digests of other tests."""
    for name, value in (("MANY", 1), ("SETTLED", 50_000_000)):
        monkeypatch.setattr(digests, name, value)
    for name in ("_digests", "_kept", "_asked", "_derived", "_wanted"):
        monkeypatch.setattr(digests, name, {})
    monkeypatch.delenv("CI", raising=False)
    for name in "abc":
        (tmp_path / name).write_text(name)
    time.sleep(0.12)
    return tmp_path


def told(folder: Path) -> dict[str, str]:
    return {name: files.settled_digest_of(folder / name) for name in "abc"}


def truth(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in "abc"}


def read_by(folder: Path, monkeypatch: pytest.MonkeyPatch, store: Path) -> list[str]:
    """Return the files that a further process reads."""
    read: list[str] = []
    real = digests.read_bytes
    with monkeypatch.context() as patch:
        digests._digests.clear()
        files.recall_digests(store)
        patch.setattr(digests, "read_bytes", lambda path: read.append(path.name) or real(path))
        assert told(folder) == truth(folder)
        files.keep_digests(store)
    return read


def test_what_did_not_change_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / "store"
    assert read_by(folder, monkeypatch, store) == ["a", "b", "c"]
    assert read_by(folder, monkeypatch, store) == []
    (folder / "b").write_text("B")
    assert read_by(folder, monkeypatch, store) == ["b"]
    time.sleep(0.12)
    assert read_by(folder, monkeypatch, store) == ["b"]  # it was too young to be kept
    assert read_by(folder, monkeypatch, store) == []


def test_a_change_that_hides_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / "store"
    read_by(folder, monkeypatch, store)
    before = (folder / "b").stat()
    (folder / "b").write_text("B")
    os.utime(folder / "b", ns=(before.st_atime_ns, before.st_mtime_ns))
    time.sleep(0.12)
    assert read_by(folder, monkeypatch, store) == ["b"]


def test_a_change_while_the_builder_works_is_seen_by_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / "store"
    files.recall_digests(store)
    told(folder)
    before = (folder / "b").stat()
    (folder / "b").write_text("B")
    os.utime(folder / "b", ns=(before.st_atime_ns, before.st_mtime_ns))
    time.sleep(0.12)
    files.keep_digests(store)
    assert read_by(folder, monkeypatch, store) == ["b"]


def test_a_file_in_the_place_of_another_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / "store"
    read_by(folder, monkeypatch, store)
    (folder / "new").write_text("B")
    os.utime(folder / "new", ns=((folder / "b").stat().st_atime_ns, (folder / "b").stat().st_mtime_ns))
    (folder / "new").replace(folder / "b")
    time.sleep(0.12)
    assert read_by(folder, monkeypatch, store) == ["b"]


def test_continuous_integration_reads_everything_and_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / "store"
    read_by(folder, monkeypatch, store)
    monkeypatch.setenv("CI", "true")
    assert read_by(folder, monkeypatch, store) == ["a", "b", "c"]


@pytest.mark.parametrize("damage", [b"", b"x" * 100, b"short"])
def test_a_damaged_store_counts_for_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    store = folder / "store"
    read_by(folder, monkeypatch, store)
    store.write_bytes(damage)
    assert read_by(folder, monkeypatch, store) == ["a", "b", "c"]


def test_a_further_name_of_a_page_does_not_count_as_a_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / "store"
    assert files.known_digest_of(folder / "a") == truth(folder)["a"]
    (folder / "again").hardlink_to(folder / "a")
    files.keep_digests(store)  # at once: only the entry is young, not the content
    digests._digests.clear()
    files.recall_digests(store)
    monkeypatch.setattr(digests, "digest_of", lambda path: "read")
    assert files.known_digest_of(folder / "a") == truth(folder)["a"]
    before = (folder / "a").stat()
    (folder / "a").write_text("A")
    os.utime(folder / "a", ns=(before.st_atime_ns, before.st_mtime_ns))
    digests._digests.clear()
    assert files.known_digest_of(folder / "a") == "read"
    (folder / "c").write_text("other")
    assert files.known_digest_of(folder / "c") == "read"


def test_few_files_are_not_worth_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MANY", 4)
    told(folder)
    files.keep_digests(folder / "store")
    assert not (folder / "store").exists()


def test_a_store_that_cannot_be_written_costs_time_alone(folder: Path) -> None:
    told(folder)
    files.keep_digests(folder / "a" / "store")


def test_what_is_made_of_a_file_is_kept_by_the_function_and_the_bytes(folder: Path) -> None:
    made: list[bytes] = []

    def upper(data: bytes) -> bytes:
        made.append(data)
        return data.upper()

    def asked(function: str = "upper 1") -> dict[str, str]:
        found = told(folder)
        return {name: files.derived_digest(function, folder / name, digest, upper) for name, digest in found.items()}

    right = {name: hashlib.sha256(name.upper().encode()).hexdigest() for name in "abc"}
    assert asked() == asked() == right
    assert made == [b"a", b"b", b"c"]
    files.keep_digests(folder / "store")
    files.recall_digests(folder / "store")
    assert asked() == right and len(made) == 3
    assert asked("upper 2") == right and len(made) == 6
    (folder / "b").write_text("bb")
    assert asked()["b"] == hashlib.sha256(b"BB").hexdigest() and made[6:] == [b"bb"]


def test_what_is_made_of_bytes_that_change_meanwhile_is_not_kept(folder: Path) -> None:
    wrong = hashlib.sha256(b"other").hexdigest()
    assert files.derived_digest("upper", folder / "a", wrong, bytes.upper) == hashlib.sha256(b"A").hexdigest()
    assert f"upper {wrong}" not in digests._wanted
