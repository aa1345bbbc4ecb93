"""Mirrors and caches that users configured for Pixi."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments.workspace import configuration
from site_builder.environments.workspace.configuration import Configuration, package_cache, read_configuration
from site_builder.errors import ConfigError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def mirror(address: str) -> str:
    return f'[mirrors]\n"https://conda.example/forge" = ["{address}"]\n'


def test_later_files_win_and_channels_are_folders(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "lesson"
    write(home / ".config/pixi/config.toml", mirror("http://user") + '[cache]\nroot = "/user"\n')
    write(home / ".pixi/config.toml", '[mirrors]\n"https://other/" = ["http://a", "http://b"]\n')
    assert read_configuration(root, {"HOME": str(home)}) == Configuration(
        {"https://conda.example/forge/": ("http://user",), "https://other/": ("http://a", "http://b")}, Path("/user")
    )
    write(root / ".pixi/config.toml", mirror("http://workspace"))
    assert read_configuration(root, {"HOME": str(home)}).mirrors["https://conda.example/forge/"] == ("http://workspace",)
    write(tmp_path / "pixi-home/config.toml", mirror("http://pixi-home"))
    (root / ".pixi/config.toml").unlink()
    found = read_configuration(root, {"HOME": str(home), "PIXI_HOME": str(tmp_path / "pixi-home")})
    assert found.mirrors["https://conda.example/forge/"] == ("http://pixi-home",)


@pytest.mark.parametrize("variables", [{"PIXI_NO_CONFIG": "1"}, {"PIXI_CONFIG_FILE": "named"}])
def test_files_of_system_and_user_can_be_left_out(tmp_path: Path, variables: dict[str, str]) -> None:
    write(tmp_path / ".pixi/config.toml", mirror("http://user"))
    named = write(tmp_path / "named.toml", '[cache]\nroot = "/named"\n')
    given = {key: str(named) if value == "named" else value for key, value in variables.items()}
    found = read_configuration(tmp_path / "lesson", {"HOME": str(tmp_path), **given})
    assert found == Configuration({}, Path("/named") if "PIXI_CONFIG_FILE" in variables else None)


def test_windows_has_its_file_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration.sys, "platform", "win32")
    write(tmp_path / "pixi/config.toml", mirror("http://system"))
    found = read_configuration(tmp_path / "lesson", {"USERPROFILE": str(tmp_path / "user"), "PROGRAMDATA": str(tmp_path)})
    assert list(found.mirrors.values()) == [("http://system",)]


def test_each_system_has_a_folder_for_settings_of_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "roaming/pixi/config.toml", mirror("http://windows"))
    write(tmp_path / "home/Library/Application Support/pixi/config.toml", mirror("http://macos"))
    given = {"HOME": str(tmp_path / "home"), "APPDATA": str(tmp_path / "roaming"), "PROGRAMDATA": str(tmp_path)}
    for system, address in {"win32": "http://windows", "darwin": "http://macos"}.items():
        monkeypatch.setattr(configuration.sys, "platform", system)
        assert list(read_configuration(tmp_path / "lesson", given).mirrors.values()) == [(address,)]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / ".pixi/config.toml", "= nothing")
    with pytest.raises(ConfigError, match=r"config\.toml is not TOML") as caught:
        read_configuration(tmp_path, {"PIXI_NO_CONFIG": "true"})
    assert str(path) in caught.value.message


def test_the_cache_is_the_one_of_pixi(tmp_path: Path) -> None:
    configured = Configuration(cache=Path("/configured"))
    (tmp_path / "pixi").mkdir()
    assert package_cache(configured, {"PIXI_CACHE_CONDA_PACKAGES_DIR": "/p", "PIXI_CACHE_DIR": "/c"}) == Path("/p")
    assert package_cache(configured, {"PIXI_CACHE_DIR": "/c", "RATTLER_CACHE_DIR": "/r"}) == Path("/c/pkgs")
    assert package_cache(configured, {"RATTLER_CACHE_DIR": "/r"}) == Path("/r/pkgs")
    assert package_cache(configured, {}) == Path("/configured/pkgs")
    assert package_cache(Configuration(), {"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "pixi/pkgs"
    other = str(tmp_path / "other")
    assert package_cache(Configuration(), {"XDG_CACHE_HOME": other}) == tmp_path / "other/rattler/cache/pkgs"
    (tmp_path / "home/.cache/pixi").mkdir(parents=True)
    assert package_cache(Configuration(), {"HOME": str(tmp_path / "home")}) == tmp_path / "home/.cache/pixi/pkgs"
    assert package_cache(Configuration(), {"HOME": "/home/a"}) == Path("/home/a/.cache/rattler/cache/pkgs")


def test_a_folder_of_its_own_for_packages_comes_before_the_root(tmp_path: Path) -> None:
    write(tmp_path / ".pixi/config.toml", '[cache]\nroot = "~/all"\nconda-packages = "/home/a/packages"\n')
    found = read_configuration(tmp_path, {"PIXI_NO_CONFIG": "1", "HOME": "/home/a"})
    assert found == Configuration({}, Path("/home/a/all"), Path("/home/a/packages"))
    assert package_cache(found, {"PIXI_CACHE_DIR": "/c"}) == Path("/home/a/packages")
    assert package_cache(found, {"PIXI_CACHE_CONDA_PACKAGES_DIR": "/p"}) == Path("/p")


@pytest.mark.parametrize(
    ("text", "variable", "offline"),
    [("", None, False), ("offline = true\n", None, True), ("offline = true\n", "false", False), ("", "1", True), ("", "", False)],
)
def test_a_machine_can_be_told_to_stay_offline(tmp_path: Path, text: str, variable: str | None, offline: bool) -> None:
    write(tmp_path / ".pixi/config.toml", text)
    given = {"PIXI_NO_CONFIG": "1"} | ({} if variable is None else {"PIXI_OFFLINE": variable})
    assert read_configuration(tmp_path, given).offline is offline


@pytest.mark.parametrize("text", ['cache = "/c"\n', 'mirrors = ["x"]\n', "[cache]\nroot = 3\n", "[mirrors]\na = 3\n", "offline = 3\n"])
def test_a_setting_of_the_wrong_kind_is_told(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / ".pixi/config.toml", text)
    with pytest.raises(ConfigError, match=r"in .*config\.toml") as caught:
        read_configuration(tmp_path, {"PIXI_NO_CONFIG": "1"})
    assert str(path) in caught.value.message


@pytest.mark.parametrize(("platform", "where"), [("darwin", "/home/a/Library/Caches"), ("win32", "/local")])
def test_each_system_has_its_own_place_for_caches(monkeypatch: pytest.MonkeyPatch, platform: str, where: str) -> None:
    monkeypatch.setattr(configuration.sys, "platform", platform)
    variables = {"HOME": "/home/a", "LOCALAPPDATA": "/local"}
    assert package_cache(Configuration(), variables) == Path(where, "rattler", "cache", "pkgs")


def test_the_builders_own_variables_are_looked_at_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXI_NO_CONFIG", "1")
    monkeypatch.setenv("PIXI_CACHE_CONDA_PACKAGES_DIR", "/p")
    assert package_cache(read_configuration(tmp_path)) == Path("/p")
