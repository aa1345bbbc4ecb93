"""Folders of records: what cannot be verified counts as missing, with a warning, and saving is idempotent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from site_builder.environments.base import PackageSet
from site_builder.errors import MachineError
from site_builder.problems import Severity
from site_builder.records.model import CellRecord, EpisodeRecord, KeyParts, Provenance, Stream
from site_builder.records.notebook import dump
from site_builder.records.store import COMMITTED, RecordStore, StoredRecord, place_of_signature, read_record

PACKAGES = PackageSet("default", "linux-64", ())


def record(episode: str = "one", cell: str = "c1") -> EpisodeRecord:
    provenance = Provenance("lesson 0", "host", PACKAGES, False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 1.0)
    return EpisodeRecord(episode, KeyParts((cell,), (), PACKAGES.digest), (CellRecord("a", "python", "1"),), provenance)


@pytest.fixture
def store(tmp_path: Path) -> RecordStore:
    return RecordStore(tmp_path)


def test_a_lesson_without_records_has_none(store: RecordStore) -> None:
    assert store.find(["one"]) == ((), ())


def test_a_record_is_saved_by_episode_and_key_and_found_again(store: RecordStore, tmp_path: Path) -> None:
    path = store.save(record())
    assert path == PurePosixPath(f".lesson/records/one/{record().parts.key[:16]}.ipynb")
    assert store.find(["one"]) == ((StoredRecord(path, record()),), ())
    assert store.find(["two"]) == ((), ())
    assert (tmp_path / path).read_text(encoding="utf-8") == dump(record())


def test_saving_again_touches_nothing(store: RecordStore, tmp_path: Path) -> None:
    path = tmp_path / store.save(record())
    before = path.stat().st_ino
    store.save(record())
    assert path.stat().st_ino == before
    assert list(path.parent.iterdir()) == [path]


def test_local_and_committed_records_are_both_found_and_told_apart(store: RecordStore) -> None:
    store.save(record(cell="local"))
    store.save(record(cell="committed"), COMMITTED)
    found, problems = store.find(["one"])
    assert [item.record.origin for item in found] == ["local", "committed"]
    assert problems == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"<<<<<<< ours\n", dump(record()).encode()[:-5], dump(record()).replace("Linux", "Linus").encode()],
)
def test_a_damaged_record_is_missing_with_a_warning_and_the_others_are_found(store: RecordStore, tmp_path: Path, content: bytes) -> None:
    damaged, whole = store.save(record()), store.save(record(cell="c2"))
    (tmp_path / damaged).write_bytes(content)
    found, (problem,) = store.find(["one"])
    assert [item.path for item in found] == [whole]
    assert (problem.code, problem.severity, problem.location.path) == ("LS501", Severity.WARNING, damaged)
    assert "restore it from Git" in problem.hint


def test_what_cannot_be_read_is_missing_with_a_warning(store: RecordStore, tmp_path: Path) -> None:
    (tmp_path / "records/one/folder.ipynb").mkdir(parents=True)
    found, (problem,) = store.find(["one"])
    assert found == ()
    assert "cannot be read" in problem.message


def test_a_record_is_known_by_its_content_and_not_by_its_place(store: RecordStore, tmp_path: Path) -> None:
    """The planner leaves it out, because it names another episode."""
    path = tmp_path / store.save(record("two"))
    (path.parent.parent / "one").mkdir()
    path.rename(path.parent.parent / "one/x.ipynb")
    (found,), _ = store.find(["one"])
    assert found.record.episode == "two"


def test_committing_replaces_older_records_of_the_episode_only(store: RecordStore) -> None:
    old, other = store.save(record(cell="old"), COMMITTED), store.save(record("two"), COMMITTED)
    changed = store.commit([record(cell="new")])
    new = COMMITTED / "one" / f"{record(cell='new').parts.key[:16]}.ipynb"
    assert changed == (new, old)
    found, _ = store.find(["one", "two"])
    assert [item.path for item in found] == [new, other]


def test_committing_again_changes_nothing(store: RecordStore) -> None:
    store.commit([record()])
    assert store.commit([record()]) == ()


def test_running_again_with_the_same_results_is_no_change_of_what_is_committed(store: RecordStore, tmp_path: Path) -> None:
    store.commit([record()])
    before = (tmp_path / store.files(COMMITTED)[0]).read_bytes()
    later = replace(record().provenance, started="2027-01-01T00:00:00+00:00", seconds=9.0, machine="another")
    assert store.commit([replace(record(), provenance=later)]) == ()
    assert (tmp_path / store.files(COMMITTED)[0]).read_bytes() == before


def test_other_results_of_the_same_key_are_a_change(store: RecordStore) -> None:
    store.commit([record()])
    other = replace(record(), cells=(CellRecord("a", "python", "1", (Stream("stdout", "2"),)),))
    assert len(store.commit([other])) == 1
    assert store.find(["one"])[0][0].record == other


def test_a_signature_goes_with_the_content_that_was_signed(store: RecordStore, tmp_path: Path) -> None:
    (path,) = store.commit([record()])
    signature = place_of_signature(tmp_path / path)
    signature.write_text("signed")
    store.save(record(), COMMITTED)
    assert signature.exists()
    store.commit([replace(record(), cells=(CellRecord("a", "python", "1", (Stream("stdout", "2"),)),))])
    assert not signature.exists()
    signature.write_text("signed")
    store.commit([record(cell="c2")])
    assert not signature.exists()


def test_a_damaged_committed_record_is_written_over(store: RecordStore, tmp_path: Path) -> None:
    (path,) = store.commit([record()])
    (tmp_path / path).write_text("{")
    assert store.commit([record()]) == (path,)
    assert store.find(["one"])[0][0].record == record()


def test_files_lists_also_episodes_that_are_gone_and_no_checkpoints_of_jupyter(store: RecordStore, tmp_path: Path) -> None:
    gone = store.save(record("gone"), COMMITTED)
    checkpoint = tmp_path / "records/.ipynb_checkpoints/x.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("{}")
    assert store.files(COMMITTED) == (gone,)
    store.remove(gone)
    assert store.files(COMMITTED) == ()


def test_a_folder_that_cannot_be_written_is_an_error_of_the_machine(store: RecordStore, tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file")
    with pytest.raises(MachineError):
        store.commit([record()])


def test_where_a_record_lies_says_where_it_is_from(store: RecordStore, tmp_path: Path) -> None:
    local, other = store.save(record()), store.save(record(), COMMITTED)
    fresh = RecordStore(tmp_path)  # which wrote neither
    found = {item.path: item.record.origin for item in fresh.find(["one"])[0]}
    assert found == {local: "local", other: "committed"}
    elsewhere = tmp_path / "elsewhere.ipynb"
    elsewhere.write_text(dump(record()))
    assert read_record(Path(), PurePosixPath(elsewhere.as_posix())).record.origin == "local"  # type: ignore[union-attr]


def test_bytes_that_are_no_text_are_named(store: RecordStore, tmp_path: Path) -> None:
    path = store.save(record())
    (tmp_path / path).write_bytes(b"\xff\xfe")
    (problem,) = RecordStore(tmp_path).find(["one"])[1]
    assert problem.message == "the record cannot be used: it is not UTF-8"
    assert problem.hint == "it is treated as missing; delete it, or restore it from Git"


def test_a_record_that_this_store_wrote_is_read_again_once_its_file_changes(
    store: RecordStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store.save(record())
    monkeypatch.setattr("site_builder.records.store.read_record", lambda *_: pytest.fail("it is read again"))
    assert store.find(["one"])[0][0].record == record()
    monkeypatch.undo()
    (tmp_path / path).write_text(dump(record()).replace("Linux", "Linus"))
    assert store.find(["one"])[0] == ()
    (tmp_path / path).unlink()
    assert store.read([path])[0] == ()


def test_a_committed_record_that_was_edited_is_kept_beside_the_new_one(store: RecordStore, tmp_path: Path) -> None:
    (path,) = store.commit([record()])
    edited = dump(record()).replace("Linux", "Linus")
    (tmp_path / path).write_text(edited)
    assert store.commit([record()]) == (path,)
    assert (tmp_path / path).with_name(f"{path.name}.kept").read_text() == edited
    assert (tmp_path / path).read_text() == dump(record())
