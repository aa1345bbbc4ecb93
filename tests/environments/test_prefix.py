"""When an installed environment counts as complete, and for what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.installation import prefix as prefixes
from site_builder.errors import EnvironmentUnavailable

FACTS = (b"pixi 0.77.0", b"manifest", b"lock")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A prefix that Pixi finished for the manifest beside it."""
    prefix = tmp_path / "envs/default"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / prefixes.FINGERPRINT).write_text("0123456789abcdef")
    note = {"manifest_path": str(tmp_path / "pixi.toml"), "environment_name": "default"}
    (prefix / "conda-meta/pixi").write_text(json.dumps(note))
    return prefix


def stamp(prefix: Path, environment: str = "default", facts: tuple[bytes, ...] = FACTS) -> str:
    return prefixes.pixi_stamp(prefix, environment, facts, prefix.parents[1] / "pixi.toml")


def test_a_stamp_holds_for_its_place_and_content_alone(tmp_path: Path) -> None:
    one = tmp_path / "one"
    assert not prefixes.is_stamped(one, "s")
    prefixes.set_stamp(one, "s", one)
    assert prefixes.is_stamped(one, "s")
    assert not prefixes.is_stamped(one, "other")
    one.rename(tmp_path / "two")
    assert not prefixes.is_stamped(tmp_path / "two", "s")


def test_a_damaged_stamp_is_none(tmp_path: Path) -> None:
    prefixes.set_stamp(tmp_path, "s", tmp_path)
    (tmp_path / "conda-meta" / prefixes.STAMP).write_bytes(b"\xff\x00")
    assert not prefixes.is_stamped(tmp_path, "s")


def test_the_stamp_of_an_installed_environment_follows_its_packages() -> None:
    one, other = (PackageSet("e", "linux-64", (Package("a", "1", "0", digest),)) for digest in ("aa", "bb"))
    assert prefixes.installed_stamp(one) != prefixes.installed_stamp(other)


def test_every_fact_counts_for_pixis_stamp(prefix: Path) -> None:
    first = stamp(prefix)
    assert first
    assert stamp(prefix) == first
    others = [stamp(prefix, facts=facts) for facts in ((b"pixi 0.78.0", b"manifest", b"lock"), (b"pixi 0.77.0m", b"anifest", b"lock"))]
    (prefix / "conda-meta" / prefixes.FINGERPRINT).write_text("0123456789abcdee")
    assert len({first, *others, stamp(prefix)}) == 4


@pytest.mark.parametrize("text", ["pixi:installing!", "", "0123456789abcdef0", "0123456789ABCDEF"])
def test_an_unfinished_installation_has_none(prefix: Path, text: str) -> None:
    (prefix / "conda-meta" / prefixes.FINGERPRINT).write_text(text)
    assert stamp(prefix) == ""


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"environment_name": "default"}', '{"environment_name": "default", "manifest_path": 3}']
)
def test_a_prefix_of_something_else_has_none(prefix: Path, text: str) -> None:
    assert stamp(prefix, environment="cuda") == ""
    (prefix / "conda-meta/pixi").write_text(text)
    assert stamp(prefix) == ""


def test_a_prefix_without_pixis_files_has_none(prefix: Path) -> None:
    (prefix / "conda-meta/pixi").unlink()
    assert stamp(prefix) == ""
    (prefix / "conda-meta" / prefixes.FINGERPRINT).unlink()
    assert stamp(prefix) == ""


def test_a_kernel_needs_python_and_ipykernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentUnavailable, match="environment `e` lacks python") as caught:
        prefixes.require_kernel(tmp_path, "e", "pixi.toml")
    assert caught.value.hint == "add python to it in pixi.toml, run `pixi lock` and commit the lock"
    monkeypatch.setattr(prefixes, "WINDOWS", True)
    (tmp_path / "python.exe").touch()
    with pytest.raises(EnvironmentUnavailable, match="lacks ipykernel"):
        prefixes.require_kernel(tmp_path, "e", "pixi.toml")
    (tmp_path / "Lib/site-packages/ipykernel").mkdir(parents=True)
    prefixes.require_kernel(tmp_path, "e", "pixi.toml")
