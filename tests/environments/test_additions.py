"""The commands that ``lesson doctor`` names for what is missing: each fits the installation it is named in."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from site_builder.environments import additions
from site_builder.environments.additions import adding, adding_kernel


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(additions.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(additions, "WINDOWS", False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())  # an environment of uv has no pip
    return tmp_path


def test_pip_where_it_is_and_uv_where_it_is_not(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(additions.sys, "executable", "/a b/python")
    assert adding("nh3", {}) == "'/a b/python' -m pip install nh3"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert adding("nh3", {}) == "uv pip install --python '/a b/python' nh3"


@pytest.mark.parametrize(("name", "command"), [("build", "pixi add --feature build latex2mathml"), ("default", "pixi add latex2mathml")])
def test_in_an_environment_of_pixi_the_manifest_gets_an_entry(prefix: Path, name: str, command: str) -> None:
    (prefix / "conda-meta").mkdir()
    assert adding("latex2mathml", {"PIXI_ENVIRONMENT_NAME": name}) == command


def test_the_name_of_an_environment_alone_is_no_environment_of_pixi(prefix: Path) -> None:
    """A virtual environment that is used inside `pixi shell` keeps its own pip."""
    assert adding("nh3", {"PIXI_ENVIRONMENT_NAME": "build"}).endswith("-m pip install nh3")


def test_windows_quotes_in_its_own_way(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(additions.sys, "executable", "C:\\Program Files\\python.exe")
    monkeypatch.setattr(additions, "WINDOWS", True)
    assert adding("nh3", {}) == '"C:\\Program Files\\python.exe" -m pip install nh3'


def test_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert adding_kernel("r", locked=True) == "pixi add r-irkernel"
    monkeypatch.setattr(additions.shutil, "which", lambda name: "/usr/bin/apt-get")
    assert adding_kernel("r", locked=False) == "sudo apt-get install r-cran-irkernel"
    monkeypatch.setattr(additions.shutil, "which", lambda name: None)
    assert adding_kernel("r", locked=False) == "Rscript -e 'install.packages(\"IRkernel\"); IRkernel::installspec()'"
    assert adding_kernel("octave", locked=False) == adding("octave_kernel")
    assert adding_kernel("octave", locked=True) == "pixi add octave_kernel"
    assert "IJulia" in adding_kernel("julia", locked=False)
    assert adding_kernel("cobol", locked=False) == ""
    assert sys.executable in adding("octave_kernel")
