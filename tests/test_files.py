"""Files are written whole or not at all, folders are exchanged, paths never leave the lesson, and builds exclude each other."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder import files
from site_builder.errors import Busy, MachineError
from site_builder.files import folders as folders_module


def full_disk(*arguments: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class TestReading:
    def test_text_is_utf8_without_its_byte_order_mark(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"\xef\xbb\xbfna\xc3\xafve")
        assert files.read_text(tmp_path / "a") == ("naïve", True)

    def test_wrong_bytes_become_replacement_characters(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"na\xefve")
        assert files.read_text(tmp_path / "a") == ("na\ufffdve", False)

    def test_a_file_that_cannot_be_read_is_an_error_of_the_machine(self, tmp_path: Path) -> None:
        with pytest.raises(MachineError, match="cannot be read"):
            files.read_text(tmp_path / "nowhere")
        with pytest.raises(MachineError, match="cannot be read"):
            files.read_bytes(tmp_path)

    @pytest.mark.parametrize("name", ["x" * 300, "a\0b", "nowhere", "folder/x/y"])
    def test_a_name_that_nothing_can_have_is_not_there(self, tmp_path: Path, name: str) -> None:
        assert not files.is_file(tmp_path / name)
        assert not files.is_folder(tmp_path / name)

    def test_files_and_folders_are_told_apart(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        assert (files.is_file(tmp_path / "a"), files.is_folder(tmp_path / "a")) == (True, False)
        assert (files.is_file(tmp_path), files.is_folder(tmp_path)) == (False, True)


class TestWriting:
    def test_text_is_written_with_its_folders_and_unix_line_ends(self, tmp_path: Path) -> None:
        assert files.write_text(tmp_path / "a/b/c.txt", "é\n")
        assert (tmp_path / "a/b/c.txt").read_bytes() == b"\xc3\xa9\n"

    def test_equal_bytes_leave_the_file_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(b"same")
        os.utime(path, (1, 1))
        assert files.write_bytes(path, b"same") is False
        assert path.stat().st_mtime == 1
        assert files.write_bytes(path, b"diff") is True

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
    def test_what_is_written_can_be_read_by_all(self, tmp_path: Path) -> None:
        files.write_bytes(tmp_path / "a", b"")
        assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
        with files.temporary_folder(tmp_path, "try.") as folder:
            assert folder.stat().st_mode & 0o777 == 0o755

    def test_a_folder_is_made_with_its_parents_and_returned(self, tmp_path: Path) -> None:
        for _ in range(2):
            assert files.make_folder(tmp_path / "a/b").is_dir()

    @pytest.mark.parametrize("step", ["fsync", "replace"])
    def test_a_failed_write_leaves_the_older_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        path = tmp_path / "a"
        path.write_bytes(b"older")
        monkeypatch.setattr(os, step, full_disk)
        with pytest.raises(MachineError, match="No space left") as caught:
            files.write_bytes(path, b"newer")
        assert caught.value.hint == "free some space and try again"
        assert path.read_bytes() == b"older"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_place_that_cannot_be_written_is_an_error_of_the_machine(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        inside = tmp_path / "file/inside"
        for action in (lambda: files.write_text(inside, ""), lambda: files.place_text(inside, ""), lambda: files.make_folder(inside)):
            with pytest.raises(MachineError, match="cannot be written") as caught:
                action()
            assert caught.value.hint == "check the folder's permissions"

    def test_a_copy_has_the_bytes_and_is_no_link(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"\0\xff")
        (tmp_path / "link").symlink_to(tmp_path / "a")
        files.place_copy(tmp_path / "link", tmp_path / "deep/er/b")
        assert (tmp_path / "deep/er/b").read_bytes() == b"\0\xff"
        assert not (tmp_path / "deep/er/b").is_symlink()
        with pytest.raises(MachineError):
            files.place_copy(tmp_path / "nowhere", tmp_path / "c")

    def test_placed_text_is_written_as_it_is(self, tmp_path: Path) -> None:
        files.place_text(tmp_path / "deep/a", "x\r\ny")
        assert (tmp_path / "deep/a").read_bytes() == b"x\r\ny"

    def test_removing_what_is_not_there_is_no_error(self, tmp_path: Path) -> None:
        files.remove_file(tmp_path / "a")
        files.remove_folder(tmp_path / "b")
        (tmp_path / "a").touch()
        (tmp_path / "b/c").mkdir(parents=True)
        files.remove_file(tmp_path / "a")
        files.remove_folder(tmp_path / "b")
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_is_not_removed_as_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(MachineError):
            files.remove_file(tmp_path)

    def test_a_temporary_folder_goes_with_all_it_holds_whatever_happens(self, tmp_path: Path) -> None:
        def fail() -> None:
            with files.temporary_folder(tmp_path / "work", "try.") as folder:
                (folder / "a").touch()
                assert folder.parent == tmp_path / "work"
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert list((tmp_path / "work").iterdir()) == []


class TestExchange:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[Path, Path]:
        for name in ("new", "old"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "page").write_text(name)
        return tmp_path / "new", tmp_path / "old"

    @pytest.mark.parametrize("system_exchanges", [True, False])
    def test_both_folders_change_places(self, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, system_exchanges: bool) -> None:
        if not system_exchanges:
            monkeypatch.setattr(folders_module, "_exchange", lambda first, second: False)
        new, old = folders
        files.exchange_folders(new, old)
        assert ((old / "page").read_text(), (new / "page").read_text()) == ("new", "old")
        assert sorted(path.name for path in old.parent.iterdir()) == ["new", "old"]

    def test_the_first_folder_is_simply_put_there(self, folders: tuple[Path, Path], tmp_path: Path) -> None:
        files.exchange_folders(folders[0], tmp_path / "deep/first")
        assert (tmp_path / "deep/first/page").read_text() == "new"
        assert not folders[0].exists()

    def test_the_older_folder_comes_back_where_the_newer_cannot_be_placed(
        self, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        new, old = folders
        rename = os.rename

        def refuse_new(source: Path, target: Path) -> None:
            if source == new:
                full_disk()
            rename(source, target)

        monkeypatch.setattr(folders_module, "_exchange", lambda first, second: False)
        monkeypatch.setattr(os, "rename", refuse_new)
        with pytest.raises(MachineError):
            files.exchange_folders(new, old)
        assert ((old / "page").read_text(), (new / "page").read_text()) == ("old", "new")

    def test_a_system_without_exchange_says_so(self, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(folders_module.ctypes, "CDLL", lambda *arguments, **options: object())
        files.exchange_folders(*folders)
        assert (folders[1] / "page").read_text() == "new"


class TestSafeJoin:
    @pytest.mark.parametrize("name", ["a.md", "a/../b.md", "fig/a b.png", "", ".", "a..b", "no/such/file", "naïve.md"])
    def test_a_path_inside_the_lesson_is_returned(self, tmp_path: Path, name: str) -> None:
        assert files.safe_join(tmp_path, name) == (tmp_path.resolve() / name).resolve()

    @pytest.mark.parametrize(
        "name", ["..", "../a", "a/../../b", "/etc/passwd", "\\\\server\\share", "\\a", "C:a", "c:\\a", "C:/a", "a\0b", "/"]
    )
    def test_a_path_that_leaves_the_lesson_is_refused(self, tmp_path: Path, name: str) -> None:
        assert files.safe_join(tmp_path, name) is None
        assert files.safe_join(tmp_path, PurePosixPath(name)) is None

    def test_a_long_name_is_a_path_at_which_nothing_is(self, tmp_path: Path) -> None:
        path = files.safe_join(tmp_path, "x" * 300)
        assert path is not None
        assert not files.is_file(path)

    def test_links_count_by_where_they_lead(self, tmp_path: Path) -> None:
        root, outside = tmp_path / "lesson", tmp_path / "outside"
        for folder in (root, outside):
            folder.mkdir()
            (folder / "secret").touch()
        (root / "to-file").symlink_to(outside / "secret")
        (root / "to-folder").symlink_to(outside)
        (root / "to-inside").symlink_to("secret")
        (root / "loop").symlink_to("loop")
        assert files.safe_join(root, "to-file") is None
        assert files.safe_join(root, "to-folder/secret") is None
        assert files.safe_join(root, "to-inside") == (root / "secret").resolve()
        assert files.safe_join(root, "loop/x") is None or not files.is_file(root / "loop/x")

    def test_a_lesson_behind_a_link_is_a_lesson(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to("real")
        assert files.safe_join(tmp_path / "link", "a.md") == tmp_path.resolve() / "real/a.md"

    @given(st.lists(st.sampled_from(["..", ".", "a", "b.md", "/", "\\", "C:", "\0", "~", " ", "x" * 300, "é"]) | st.text(max_size=5)))
    def test_whatever_is_joined_stays_inside(self, parts: list[str]) -> None:
        root = Path(__file__).parent
        for separator in ("/", ""):
            path = files.safe_join(root, separator.join(parts))
            assert path is None or path.is_relative_to(root.resolve())


class TestLock:
    def test_a_second_build_is_told_that_one_is_running(self, tmp_path: Path) -> None:
        with (
            files.build_lock(tmp_path / "deep/lock"),
            pytest.raises(Busy, match="another build") as caught,
            files.build_lock(tmp_path / "deep/lock"),
        ):
            pass
        assert "deep/lock" in caught.value.hint

    def test_git_ignores_the_folder_of_the_lock(self, tmp_path: Path) -> None:
        with files.build_lock(tmp_path / "deep/lock"):
            assert (tmp_path / "deep/.gitignore").read_text() == "*\n"

    def test_the_lock_is_free_afterwards(self, tmp_path: Path) -> None:
        for _ in range(2):
            with files.build_lock(tmp_path / "lock"):
                pass

    def test_the_lock_of_a_builder_that_died_is_free(self, tmp_path: Path) -> None:
        code = (
            "import os, pathlib, sys; from site_builder import files\n"
            "with files.build_lock(pathlib.Path(sys.argv[1])): os._exit(9)"
        )  # fmt: skip
        died = subprocess.run([sys.executable, "-c", code, str(tmp_path / "lock")], check=False, cwd=Path(files.__file__).parents[2])
        assert died.returncode == 9
        with files.build_lock(tmp_path / "lock"):
            pass

    def test_a_lock_file_that_cannot_be_made_is_an_error_of_the_machine(self, tmp_path: Path) -> None:
        (tmp_path / "lock").mkdir()
        with pytest.raises(MachineError, match="cannot be locked"), files.build_lock(tmp_path / "lock"):
            pass


def test_an_archive_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    source, target = tmp_path / "a.txt", tmp_path / "deep" / "x.zip"
    source.write_bytes(b"text" * 1000)
    source.chmod(0o600)
    files.write_archive(target, [("t/é.txt", source)])
    with zipfile.ZipFile(target) as whole:
        (entry,) = whole.infolist()
        assert whole.read("t/é.txt") == source.read_bytes()
        assert (entry.date_time, entry.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644)
    before = target.read_bytes()
    with pytest.raises(MachineError):
        files.write_archive(target, [("a", source), ("b", tmp_path / "gone")])
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["x.zip"]


def test_files_below_a_folder_come_in_the_order_of_their_paths_and_links_are_left_out(tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name in ("b.txt", "a/z.txt", "a-b.txt", "a/.hidden", "a/b/c.txt", "é.txt", "Z.txt"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("x", encoding="utf-8")
    if os.name != "nt":
        (top / "link.txt").symlink_to(top / "b.txt")
        (top / "linked").symlink_to(top / "a")
        os.mkfifo(top / "pipe")
    found = files.files_below(top)
    names = ["Z.txt", "a/.hidden", "a/b/c.txt", "a/z.txt", "a-b.txt", "b.txt", "é.txt"]
    assert [path.relative_to(top).as_posix() for path in found] == names
    assert list(found) == sorted(found)
    assert files.files_below(tmp_path / "nowhere") == ()
    assert files.files_below(top / "b.txt") == ()
