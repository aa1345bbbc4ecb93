"""One rule decides where a command may write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from site_builder import files
from site_builder.errors import MachineError, OutputRefused
from site_builder.publish.manifest import Identity
from site_builder.publish.targets import check_site, file_target, mark_site, remember, write_file
from tests.publish.sites import LESSON, rendered, tree, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(
        tmp_path / "lesson", {"config.yaml": "title: L\n", "episodes/a.md": "A", "episodes/data/x.csv": "1", "records/a/0.ipynb": "{}"}
    )


class TestSite:
    @pytest.mark.parametrize(
        "present",
        [
            {},
            {".git": "gitdir: x"},
            {".git/HEAD": "x", "CNAME": "x", ".nojekyll": "", ".gitignore": "", ".gitattributes": ""},
        ],
    )
    def test_a_new_or_empty_folder_or_an_empty_branch_is_fine(self, tmp_path: Path, root: Path, present: dict[str, str]) -> None:
        check_site(tmp_path / "new", root, LESSON)
        check_site(write(tmp_path / "out", present), root, LESSON)

    @pytest.mark.parametrize("name", ["docs/thesis.md", "README.md", "index.html", ".hidden", "built/x"])
    def test_somebodys_folder_is_refused_and_untouched(self, tmp_path: Path, root: Path, name: str) -> None:
        folder = write(tmp_path / "project", {name: "precious", ".git/HEAD": "x"})
        before = tree(folder)
        with pytest.raises(OutputRefused, match="contains files that no build made") as caught:
            check_site(folder, root, LESSON)
        assert name.partition("/")[0] in str(caught.value)
        assert "--output" in caught.value.hint
        assert tree(folder) == before

    def test_the_workbenchs_build_area_is_taken_only_as_a_lessons_own_site(self, tmp_path: Path, root: Path) -> None:
        area = {"README.md": "x", "built/md5sum.txt": "x", "docs/a.html": "x", "DESCRIPTION": "x", "_pkgdown.yaml": "x"}
        check_site(write(root / "site", area), root, LESSON)
        with pytest.raises(OutputRefused):
            check_site(write(tmp_path / "site", area), root, LESSON)

    @pytest.mark.parametrize("name", [".", "..", "episodes", "episodes/new", "records/x", ".git/x"])
    def test_a_site_among_the_lessons_own_files_is_refused(self, root: Path, name: str) -> None:
        with pytest.raises(OutputRefused, match="the lesson's own files"):
            check_site((root / name).resolve(), root, LESSON)

    def test_a_file_or_a_link_is_no_folder(self, tmp_path: Path, root: Path) -> None:
        (tmp_path / "file").write_text("x")
        (tmp_path / "link").symlink_to("nowhere")
        (tmp_path / "loop").symlink_to("loop")
        for name in ("file", "link", "loop"):
            with pytest.raises(OutputRefused, match="not a folder"):
                check_site(tmp_path / name, root, LESSON)

    def test_the_site_of_another_lesson_is_refused_even_one_of_the_same_title(self, tmp_path: Path, root: Path) -> None:
        site, other = tmp_path / "out", write(tmp_path / "other", {"config.yaml": "title: L\n"})
        mark_site(rendered(site), site, root)
        check_site(site, root, Identity("A new title"))
        with pytest.raises(OutputRefused, match="of another lesson “L”"):
            check_site(site, other, LESSON)

    def test_a_checkout_of_the_published_branch_is_known_by_what_its_manifest_says(self, tmp_path: Path, root: Path) -> None:
        site = rendered(tmp_path / "out")  # Git leaves the note of its owner out
        check_site(site, root, LESSON)
        with pytest.raises(OutputRefused, match="another lesson"):
            check_site(site, root, Identity("Another"))

    def test_a_lesson_that_was_moved_knows_its_site(self, tmp_path: Path, root: Path) -> None:
        site = tmp_path / "out"
        mark_site(rendered(site), site, root)
        remember(root, site / "manifest.json")
        moved = root.rename(tmp_path / "moved")
        check_site(site, moved, Identity("A new title"))
        (moved / "made").mkdir()

    def test_a_mount_point_is_refused_before_anything_runs(self, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As in a container: the folder of the host cannot be renamed, one in it can."""
        volume = write(tmp_path / "volume", {})
        monkeypatch.setattr(os.path, "ismount", lambda path: path == volume)
        with pytest.raises(OutputRefused, match="mount point") as caught:
            check_site(volume, root, LESSON)
        assert f"--output {volume / 'site'}" in caught.value.hint
        check_site(volume / "site", root, LESSON)

    def test_a_lesson_in_a_lesson_keeps_its_site(self, root: Path) -> None:
        """The outer lesson's folder holds it, and it is the inner lesson's all the same, whatever their titles."""
        inner = write(root / "inner", {"config.yaml": "title: L\n", "episodes/a.md": "A"})
        rendered(inner / "site")
        check_site(inner / "site", inner, Identity("A new title"))
        with pytest.raises(OutputRefused, match="another lesson"):
            check_site(inner / "site", root, LESSON)
        mark_site(rendered(inner / "public"), inner / "public", root)
        with pytest.raises(OutputRefused, match="another lesson"):
            check_site(inner / "public", write(root.parent / "third", {"episodes/a.md": ""}), LESSON)

    def test_folders_are_known_by_any_spelling_of_their_names(self, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where capitals play no part, ``Episodes`` is ``episodes``; a link stands for the other spelling here."""
        (root / "Episodes").symlink_to("episodes")
        with pytest.raises(OutputRefused, match="the lesson's own files"):
            check_site(root / "Episodes/new", root, LESSON)
        monkeypatch.setattr(os.path, "realpath", lambda path: path)
        for name, words in (("Episodes/a.md", "part of the lesson"), (".Git/config", "belongs to Git")):
            with pytest.raises(OutputRefused, match=words):
                file_target(root / name, root, force=True)

    def test_the_mark_gives_no_path_away_and_git_ignores_it(self, tmp_path: Path, root: Path) -> None:
        mark_site(rendered(tmp_path / "out"), tmp_path / "out", root)
        assert (tmp_path / "out/.lesson/.gitignore").read_text() == "*\n"
        assert str(tmp_path) not in (tmp_path / "out/.lesson/owner").read_text()
        mark_site(rendered(root / "site"), root / "site", root)
        assert not (root / "site/.lesson").exists()


class TestFile:
    def test_what_a_command_made_is_replaced_until_somebody_changes_it(self, tmp_path: Path, root: Path) -> None:
        target = tmp_path / "made.ipynb"
        assert write_file(target, root, b"1")
        assert write_file(target, root, b"2")
        assert not write_file(target, root, b"2")
        target.write_bytes(b"edited")
        with pytest.raises(OutputRefused, match="has other content"):
            write_file(target, root, b"3")
        assert target.read_bytes() == b"edited"
        assert write_file(target, root, b"3", force=True)

    @pytest.mark.parametrize("name", ["config.yaml", "episodes/a.md", "episodes/data/x.csv", "records/a/0.ipynb"])
    def test_the_lesson_is_never_written_over(self, root: Path, name: str) -> None:
        before = tree(root)
        for force in (False, True):
            with pytest.raises(OutputRefused, match="part of the lesson"):
                write_file(root / name, root, b"other", force=force)
        assert tree(root) == before

    def test_a_link_to_a_source_is_the_source(self, tmp_path: Path, root: Path) -> None:
        (tmp_path / "link").symlink_to(root / "episodes/a.md")
        with pytest.raises(OutputRefused, match="part of the lesson"):
            file_target(tmp_path / "link", root, force=True)

    @pytest.mark.parametrize("name", [".git/config", ".lesson/made", "episodes"])
    def test_places_that_are_nobodys_to_write(self, root: Path, name: str) -> None:
        with pytest.raises(OutputRefused):
            file_target(root / name, root, force=True)

    def test_pages_of_a_site_are_not_written_over_and_new_files_in_it_are_fine(self, root: Path) -> None:
        site = rendered(root / "site")
        for name in ("index.html", "manifest.json"):
            with pytest.raises(OutputRefused, match="part of "):
                file_target(site / name, root, force=True)
        assert file_target(site / "x.pdf", root) == site / "x.pdf"

    def test_the_list_of_a_sites_files_is_not_a_commands_to_replace(self, tmp_path: Path, root: Path) -> None:
        """It is remembered, so that a lesson that was moved knows its site; that makes it no target."""
        site = rendered(tmp_path / "out")
        remember(root, site / "manifest.json")
        for force in (False, True):
            with pytest.raises(OutputRefused, match="part of a site"):
                write_file(site / "manifest.json", root, b"other", force=force)

    def test_what_somebody_told_git_about_the_work_folder_stays(self, tmp_path: Path, root: Path) -> None:
        write(root, {".lesson/.gitignore": "*\n!records\n"})
        write_file(tmp_path / "made.txt", root, b"1")
        with files.build_lock(root / ".lesson/lock"):
            assert (root / ".lesson/.gitignore").read_text() == "*\n!records\n"

    def test_a_lesson_that_may_only_be_read_gives_files_all_the_same(self, tmp_path: Path, root: Path) -> None:
        (root / ".lesson").write_text("in the way")
        assert write_file(tmp_path / "made.ipynb", root, b"1")
        assert not write_file(tmp_path / "made.ipynb", root, b"1")
        with pytest.raises(OutputRefused, match="has other content"):
            write_file(tmp_path / "made.ipynb", root, b"2")

    def test_a_loop_of_links_is_no_file_and_stays(self, tmp_path: Path, root: Path) -> None:
        (tmp_path / "one").symlink_to("two")
        (tmp_path / "two").symlink_to("one")
        with pytest.raises(OutputRefused, match="is not a regular file"):
            write_file(tmp_path / "one", root, b"1", force=True)
        assert (tmp_path / "one").readlink() == Path("two")

    def test_a_name_that_no_file_can_have_is_an_error_of_the_machine(self, tmp_path: Path, root: Path) -> None:
        with pytest.raises(MachineError, match="too long"):
            write_file(tmp_path / ("a" * 300), root, b"1")

    def test_a_device_is_no_file(self, root: Path) -> None:
        with pytest.raises(OutputRefused, match="not a regular file"):
            file_target(Path(os.devnull), root, force=True)
