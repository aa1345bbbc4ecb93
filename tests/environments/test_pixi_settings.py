"""Pixi in a cell: the user's mirrors, credentials and cache reach it; the lesson's own workspace does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments import capabilities
from site_builder.environments.pixi_settings import configuration_of, places_of, settings_of
from site_builder.environments.variables import laid_over
from site_builder.records.model import Stream
from tests.environments.conftest import Program
from tests.execute.test_episode import cell, outputs, run


def test_the_users_settings_are_found_where_pixi_would_look_for_them(tmp_path: Path) -> None:
    (tmp_path / ".rattler").mkdir()
    (tmp_path / ".rattler/credentials.json").write_text("{}")
    assert settings_of({"HTTPS_PROXY": "p", "PIXI_OFFLINE": "1", "TOKEN": "t"}, tmp_path) == {
        "HTTPS_PROXY": "p", "PIXI_OFFLINE": "1", "PIXI_HOME": f"{tmp_path}/.pixi",
        "RATTLER_CACHE_DIR": f"{tmp_path}/.cache/rattler/cache", "RATTLER_AUTH_FILE": f"{tmp_path}/.rattler/credentials.json",
    }  # fmt: skip
    assert settings_of({"PIXI_CACHE_DIR": "/c", "PIXI_HOME": "/h"}, Path("/none")) == {"PIXI_CACHE_DIR": "/c", "PIXI_HOME": "/h"}
    assert settings_of({"XDG_CACHE_HOME": "/x"}, Path("/none"))["RATTLER_CACHE_DIR"] == "/x/rattler/cache"


def test_a_configuration_that_no_variable_names_is_copied(tmp_path: Path) -> None:
    assert configuration_of({}, tmp_path) is None
    file = tmp_path / ".config/pixi/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("")
    assert configuration_of({}, tmp_path) == file
    assert configuration_of({"XDG_CONFIG_HOME": str(tmp_path / "other")}, tmp_path) is None


def test_outputs_do_not_show_where_they_lie() -> None:
    assert places_of({"PIXI_HOME": "/home/a/.pixi", "RATTLER_CACHE_DIR": "/c"}) == {"/home/a/.pixi": "/pixi", "/c": "/cache"}


def test_no_cell_gets_the_workspace_that_activation_names() -> None:
    activated = {
        "PIXI_PROJECT_MANIFEST": "/l/pixi.toml",
        "PIXI_PROJECT_ROOT": "/l",
        "PIXI_IN_SHELL": "1",
        "CONDA_PREFIX": "/e",
        "PATH": "/e/bin",
    }
    assert laid_over({"PATH": "/bin"}, activated) == {"CONDA_PREFIX": "/e", "PATH": "/e/bin"}


def test_a_cell_with_pixi_has_them_and_no_other_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "user"
    (home / ".config/pixi").mkdir(parents=True)
    (home / ".config/pixi/config.toml").write_text("mirrors")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIXI_PROJECT_MANIFEST", "/lesson/pixi.toml")
    for name in ("PIXI_HOME", "PIXI_CACHE_DIR", "RATTLER_CACHE_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    code = "echo $PIXI_HOME $RATTLER_CACHE_DIR [$PIXI_PROJECT_MANIFEST]; cat ~/.config/pixi/config.toml; true"
    found = outputs(run(tmp_path, cell("a", code, "bash", requires=("pixi",))))["a"]
    assert found == (Stream("stdout", "/pixi /cache []\nmirrors"),)
    (stream,) = outputs(run(tmp_path, cell("a", code, "bash")))["a"]
    assert stream.text.startswith("[]\n")


@pytest.mark.parametrize(
    ("version", "there"), [("0.77.0", True), ("0.71.0", True), ("1.0.0", True), ("0.70.2", False), ("nonsense", False)]
)
def test_pixi_counts_from_the_oldest_release_that_works(program: Program, version: str, there: bool) -> None:
    program("pixi", f"print('pixi {version}')")
    assert capabilities.available("pixi") is there
    assert capabilities.pixi_release() == ("" if version == "nonsense" else version)


def test_a_network_is_asked_for_unless_pixi_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], timeout: float) -> None:
        asked.append(address)
        raise OSError

    monkeypatch.setattr("socket.create_connection", refuse)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIXI_OFFLINE", "true")
    assert not capabilities.available("network")
    assert asked == []
    capabilities.available.cache_clear()
    monkeypatch.delenv("PIXI_OFFLINE")
    assert not capabilities.available("network")
    assert asked == [capabilities.OUTSIDE]
    capabilities.available.cache_clear()
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org:3128")
    assert capabilities.available("network")
