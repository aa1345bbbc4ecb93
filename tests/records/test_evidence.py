"""A record's claim about its lock is compared with today's lock and its history."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.workspace.lock import read_lock
from site_builder.environments.workspace.lock_history import LockHistory
from site_builder.plan.planner import changed_packages
from site_builder.records.evidence import Locks, judged
from site_builder.records.model import EpisodeRecord, KeyParts, Provenance
from tests.commands.test_doctor import lock as lock_text

PLATFORM = "linux-64"


def packages(version: str) -> PackageSet:
    return PackageSet("ml", PLATFORM, (Package("numpy", version, "0", "aa"), Package("python", "3.13", "0", "bb")))


def record(version: str, *, locked: bool = True, claimed: str | None = None, origin: str = "committed") -> EpisodeRecord:
    made = packages(version)
    digest = made.digest if claimed is None else claimed
    provenance = Provenance("lesson", "pixi", made, locked, digest, "m", "3.13", "2026-01-01T00:00:00Z", 1.0)
    return EpisodeRecord("a", KeyParts((), (), made.digest), (), provenance, origin)


def locks(*versions: str, history: bool | None = False) -> Locks:
    return Locks(tuple(map(packages, versions)), lambda environment, platform, digest: history)


def test_todays_lock_is_believed_and_also_one_of_several_variants() -> None:
    assert judged(record("2"), locks("2"), changed_packages) == record("2")
    found = judged(record("2"), locks("1", "2"), changed_packages)
    assert isinstance(found, EpisodeRecord)
    assert found.outdated == ()


@pytest.mark.parametrize("history", [True, None])
def test_a_lock_of_the_history_or_of_none_that_can_be_read_is_a_difference(history: bool | None) -> None:
    found = judged(record("1"), locks("2", history=history), changed_packages)
    assert isinstance(found, EpisodeRecord)
    assert found.outdated == ("numpy 1 -> 2",)
    gone = judged(record("1"), Locks((replace(packages("2"), environment="other"),), lambda *asked: history), changed_packages)
    assert isinstance(gone, EpisodeRecord)
    assert gone.outdated == ("no environment `ml` for linux-64",)


def test_claims_that_cannot_be_true_are_refused() -> None:
    assert "neither today's nor in the history" in str(judged(record("1"), locks("2"), changed_packages))
    assert "the lesson has none" in str(judged(record("1"), locks(), changed_packages))
    assert "the lesson has none" in str(judged(record("1"), locks(history=None), changed_packages))
    assert "lists others" in str(judged(record("2", claimed="0" * 64), locks("2"), changed_packages))
    assert "lists others" in str(judged(record("1", claimed=packages("2").digest), locks("2"), changed_packages))


def test_this_machines_own_records_and_those_without_a_claim_are_not_doubted() -> None:
    own = judged(record("1", origin="local"), locks("2"), changed_packages)
    assert isinstance(own, EpisodeRecord)
    assert own.outdated
    plain = record("1", locked=False, claimed="0" * 64)
    assert judged(plain, locks(), changed_packages) is plain


ROW = "conda: https://conda.example.org/conda-forge/noarch/numpy-{}-0.conda"


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")

    def run(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    return run


def written(folder: Path, version: str) -> str:
    """Write a lock and return the digest of its packages."""
    (folder / "pixi.lock").write_text(lock_text(default=(PLATFORM, [ROW.format(version)])))
    return read_lock(folder / "pixi.lock").sets[0].digest


def test_every_version_in_git_is_known_on_every_branch(tmp_path: Path, git: Callable[..., None]) -> None:
    history = LockHistory(tmp_path / "pixi.lock", tmp_path / ".lesson" / "locks.json")
    first = written(tmp_path, "1.0")
    assert history.known("default", PLATFORM, first) is None
    git("init", "-q", "-b", "main")
    assert history.known("default", PLATFORM, first) is False
    git("add", "pixi.lock")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    second = written(tmp_path, "2.0")
    git("commit", "-qam", "two")
    (tmp_path / "pixi.lock").write_text("<<<<<<< broken")
    git("commit", "-qam", "broken")
    git("checkout", "-q", "main")
    for digest in (first, second):
        assert history.known("default", PLATFORM, digest) is True
        assert history.known("other", PLATFORM, digest) is False
    assert LockHistory(tmp_path / "pixi.lock", tmp_path / ".lesson" / "locks.json").known("default", PLATFORM, first) is True


def test_a_shallow_clone_knows_what_it_has_and_nothing_else(tmp_path: Path, git: Callable[..., None]) -> None:
    git("init", "-q", "-b", "main")
    first = written(tmp_path, "1.0")
    git("add", "pixi.lock")
    git("commit", "-qm", "one")
    second = written(tmp_path, "2.0")
    git("commit", "-qam", "two")
    git("clone", "-q", "--depth", "1", f"file://{tmp_path}", "shallow")
    history = LockHistory(tmp_path / "shallow/pixi.lock", tmp_path / "cache.json")
    assert history.known("default", PLATFORM, second) is True
    assert history.known("default", PLATFORM, first) is None
