"""The rule of what publishing may remove, for a list of files: the same as for a folder."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.foreign import Kept, carry_over
from site_builder.publish.manifest import MANIFEST, SiteManifest, read_manifest, write_manifest
from site_builder.publish.merging import Changes, merged
from tests.publish.sites import LESSON, write

NAMES = ["index.html", "a", "a/b", "a/c", "a.kept", "a.kept-2", "index.html.kept", "CNAME", ".nojekyll", "a/b.kept", "d/e/f"]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def fits(files: Mapping[str, str]) -> bool:
    """Tell whether no file is a folder of another one."""
    return not any(str(parent) in files for name in files for parent in PurePosixPath(name).parents)


SITES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from("12"), max_size=6).filter(fits)


def manifest_of(files: Mapping[str, str]) -> SiteManifest:
    return SiteManifest({name: sha(text) for name, text in files.items()}, "s")


@given(SITES, SITES, SITES)
def test_a_list_of_files_is_merged_as_a_folder_is(old: dict[str, str], there: dict[str, str], new: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name, "old"), old)
        write_manifest(Path(name, "old"), "s", identity=LESSON)
        listed = read_manifest(Path(name, "old"))
        for path in sorted(Path(name, "old").rglob("*"), reverse=True):
            if path.name != MANIFEST:
                path.rmdir() if path.is_dir() else path.unlink()
        write(Path(name, "old"), there)
        write(Path(name, "new"), new)
        write_manifest(Path(name, "new"), "t", identity=LESSON)
        manifest = Path(name, "new", MANIFEST).read_text()
        before = {**there, MANIFEST: Path(name, "old", MANIFEST).read_text()}
        result = merged(before, listed, {**new, MANIFEST: manifest}, sha)
        carry_over(Path(name, "old"), Path(name, "new"))
        found = {
            path.relative_to(Path(name, "new")).as_posix(): path.read_text() for path in Path(name, "new").rglob("*") if path.is_file()
        }
        assert result.files == found


@given(SITES, SITES, SITES)
def test_nothing_that_is_not_the_builders_is_lost(old: dict[str, str], there: dict[str, str], new: dict[str, str]) -> None:
    result = merged(there, manifest_of(old), new, sha)
    assert {name: text for name, text in result.files.items() if name in new} == new
    foreign = {name: text for name, text in there.items() if old.get(name) != text}
    for name, text in foreign.items():
        moved = (item for item in result.changes.kept if PurePosixPath(name).is_relative_to(item.path))
        place = next((str(item.name / PurePosixPath(name).relative_to(item.path)) for item in moved), name)
        assert result.files.get(place) == text or (name in old and text in result.files.values()), name
    assert fits(result.files)


@given(SITES)
def test_the_same_site_again_changes_nothing(site: dict[str, str]) -> None:
    assert not merged(site, manifest_of(site), site, sha).changes


def test_changes_are_named() -> None:
    there = {"index.html": "1", "gone.html": "1", "mine.html": "1", "edited.html": "2", "CNAME": "x"}
    manifest = manifest_of({"index.html": "1", "gone.html": "1", "edited.html": "1"})
    result = merged(there, manifest, {"index.html": "2", "mine.html": "3", "edited.html": "3", "new.html": "1"}, sha)
    assert result.changes == Changes(
        added=("new.html",),
        changed=("edited.html", "index.html", "mine.html"),
        removed=("gone.html",),
        kept=(
            Kept(PurePosixPath("edited.html"), PurePosixPath("edited.html.kept")),
            Kept(PurePosixPath("mine.html"), PurePosixPath("mine.html.kept")),
        ),
    )
    assert result.files["edited.html.kept"] == "2"
    assert result.files["CNAME"] == "x"


def test_without_a_manifest_nothing_is_the_builders() -> None:
    result = merged({"index.html": "1"}, None, {"index.html": "2"}, sha)
    assert result.files == {"index.html": "2", "index.html.kept": "1"}
