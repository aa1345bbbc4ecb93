"""Which provider serves a lesson, and which environments its episodes may name."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import pytest

from site_builder.environments import machine
from site_builder.environments.base import Package, PackageSet
from site_builder.environments.providers.choose import known_environments, locked_workspace, provider
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.errors import ConfigError
from site_builder.lesson.model import Lesson
from site_builder.settings.lesson import Settings

LOCKS = Path(__file__).parent / "locks"
NOTHING = LockedWorkspace(())


def lesson(root: Path, *, manifest: bool = True, lock: bool = False) -> Lesson:
    return Lesson(
        root, Settings(), manifest=PurePosixPath("pixi.toml") if manifest else None, lock=PurePosixPath("pixi.lock") if lock else None
    )


def test_auto_takes_pixi_where_it_and_a_manifest_are_there(pixi, tmp_path: Path) -> None:
    assert provider(lesson(tmp_path), NOTHING, "auto").name == "pixi"
    assert provider(lesson(tmp_path, manifest=False), NOTHING, "auto").name == "host"
    assert provider(lesson(tmp_path), NOTHING, "host").name == "host"


@pytest.mark.parametrize(("value", "flag"), [(True, "--frozen"), (False, "--locked")])
def test_a_setting_has_pixi_take_the_lock_as_it_is(pixi, value: bool, flag: str) -> None:
    settings = Settings(pixi_frozen=value)
    found = Lesson(pixi.manifest.parent, settings, manifest=PurePosixPath("pixi.toml"))
    lock = LockedWorkspace((PackageSet("default", machine.subdir(), (Package("python", "3.13.1", "b", "aa"),)),))
    provider(found, lock, "pixi").activate("default")
    assert [words[1] for words in pixi.arguments if words[0] == "install"] == [flag]


def test_auto_takes_the_host_without_pixi(program, tmp_path: Path) -> None:
    assert provider(lesson(tmp_path), NOTHING, "auto").name == "host"


def test_auto_looks_at_installed_environments_only_where_there_are_some(program, tmp_path: Path) -> None:
    (tmp_path / ".lesson/envs").mkdir(parents=True)
    assert provider(lesson(tmp_path, lock=True), NOTHING, "auto").name == "auto"
    assert provider(lesson(tmp_path), NOTHING, "auto").name == "host"


def test_rattler_can_be_asked_for_and_then_needs_a_lock(tmp_path: Path) -> None:
    assert provider(lesson(tmp_path, lock=True), NOTHING, "rattler").name == "rattler"
    assert provider(lesson(tmp_path, lock=True, manifest=False), NOTHING, "rattler").name == "rattler"
    with pytest.raises(ConfigError, match=r"no pixi\.lock"):
        provider(lesson(tmp_path), NOTHING, "rattler")


def test_pixi_can_be_asked_for_and_then_needs_a_manifest(program, tmp_path: Path) -> None:
    assert provider(lesson(tmp_path), NOTHING, "pixi").name == "pixi"
    with pytest.raises(ConfigError, match=r"no pixi\.toml"):
        provider(lesson(tmp_path, manifest=False), NOTHING, "pixi")


@pytest.mark.parametrize(("name", "hint"), [("pixie", "did you mean 'pixi'?"), ("docker-compose", "known: auto, pixi, rattler, host")])
def test_an_unknown_provider_is_refused(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match="unknown environment provider") as caught:
        provider(lesson(tmp_path), NOTHING, name)
    assert caught.value.hint == hint


def test_a_lesson_without_a_lock_knows_the_default_environment_alone(tmp_path: Path) -> None:
    assert locked_workspace(lesson(tmp_path)) == NOTHING
    assert known_environments(lesson(tmp_path), NOTHING) == ("default",)


def test_the_environments_of_the_lock_are_known(tmp_path: Path) -> None:
    shutil.copy(LOCKS / "v7.lock", tmp_path / "pixi.lock")
    lock = locked_workspace(lesson(tmp_path, lock=True))
    assert known_environments(lesson(tmp_path, lock=True), lock) == ("default", "only-cuda")
