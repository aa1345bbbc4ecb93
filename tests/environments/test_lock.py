"""Lock files of the versions 4 to 7, and the package sets in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.workspace.lock import LockedWorkspace, locked_packages, read_lock
from site_builder.errors import EnvironmentUnavailable

LOCKS = Path(__file__).parent / "locks"
DIGEST = ("c0ffee" * 11)[:64]
TINY = Package("tiny", "1.0", "h0_0", DIGEST)


@pytest.mark.parametrize("version", [4, 5])
def test_older_versions_are_read(version: int) -> None:
    assert read_lock(LOCKS / f"v{version}.lock").sets == (PackageSet("default", "linux-64", (TINY,)),)


def test_packages_of_both_kinds_are_read_sorted(tmp_path: Path) -> None:
    (found,) = read_lock(LOCKS / "v6.lock").sets
    assert found.packages == (Package("small", "2.0", "", DIGEST), TINY)


def test_platforms_are_named_by_their_system_and_never_by_an_alias() -> None:
    lock = read_lock(LOCKS / "v7.lock")
    assert lock.environments == ("default", "only-cuda")
    assert {found.platform for found in lock.sets} == {"linux-64"}
    found = lock.find("only-cuda", "linux-64")
    assert found is not None
    assert [package.build for package in found.packages] == ["cuda_0"]


def test_of_two_platforms_of_one_system_the_one_that_asks_for_least_is_found_always() -> None:
    for _ in range(5):
        found = read_lock(LOCKS / "v7.lock").find("default", "linux-64")
        assert found is not None
        assert found.packages == (TINY,)


def test_what_is_not_locked_is_not_found() -> None:
    lock = read_lock(LOCKS / "v7.lock")
    assert lock.find("default", "win-64") is None
    assert lock.find("nowhere", "linux-64") is None


@pytest.mark.parametrize("text", ["", "no lock", "version: 6\nenvironments: []\n", "\0"])
def test_a_file_that_is_no_lock_is_told_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "pixi.lock").write_text(text)
    with pytest.raises(EnvironmentUnavailable, match=r"^pixi\.lock cannot be read: .") as caught:
        read_lock(tmp_path / "pixi.lock")
    assert caught.value.hint == "run `pixi lock` and commit the result"


def test_a_lock_of_a_newer_version_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "pixi.lock").write_text("version: 99\nenvironments: {}\npackages: []\n")
    with pytest.raises(EnvironmentUnavailable, match=r"^pixi\.lock cannot be read: .*99") as caught:
        read_lock(tmp_path / "pixi.lock")
    assert caught.value.hint == "a newer Pixi wrote it: update the builder and its py-rattler"


def test_where_nothing_is_locked_locking_is_what_to_do() -> None:
    with pytest.raises(EnvironmentUnavailable, match=r"^pixi\.lock is missing or locks no environment$") as caught:
        locked_packages(LockedWorkspace(()), "default")
    assert caught.value.hint == "run `pixi lock` and commit the lock"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnavailable, match="cannot be read"):
        read_lock(tmp_path / "pixi.lock")


def test_a_package_without_a_digest_has_an_empty_one(tmp_path: Path) -> None:
    text = (LOCKS / "v6.lock").read_text().replace(f"  sha256: {DIGEST}\n", "", 1)
    (tmp_path / "pixi.lock").write_text(text)
    (found,) = read_lock(tmp_path / "pixi.lock").sets
    assert Package("tiny", "1.0", "h0_0", "") in found.packages


def test_a_package_that_is_a_folder_has_no_digest(tmp_path: Path) -> None:
    own = "- pypi: ./own\n"
    text = (LOCKS / "v7.lock").read_text().replace("      p1:\n", f"      {own}      p1:\n", 1) + own + "  name: own\n"
    (tmp_path / "pixi.lock").write_text(text)
    found = read_lock(tmp_path / "pixi.lock").find("default", "linux-64")
    assert found is not None
    own_package, tiny = found.packages
    assert (own_package.name, own_package.build, own_package.digest) == ("own", "", "")
    assert tiny == TINY
