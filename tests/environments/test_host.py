"""The ``host`` provider: this interpreter, honestly described."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from site_builder.environments import machine
from site_builder.environments.base import Package
from site_builder.environments.providers import host
from site_builder.environments.providers.host import HostProvider
from site_builder.errors import EnvironmentUnavailable


def test_the_packages_are_this_interpreters_whatever_the_environment_is_called() -> None:
    one, other = HostProvider().packages("one"), HostProvider().packages("other")
    assert (one.environment, one.platform) == ("one", machine.subdir())
    assert one.digest == other.digest
    assert Package("python", platform.python_version()) in one.packages
    assert Package("ipykernel", importlib.metadata.version("ipykernel")) in one.packages
    assert "lesson-site-builder" not in {package.name for package in one.packages}
    assert list(one.packages) == sorted(one.packages)


def test_names_and_versions_are_those_of_the_standard_library() -> None:
    known = {(re.sub(r"[-_.]+", "-", found.name).lower(), found.version) for found in importlib.metadata.distributions()}
    found = {(package.name, package.version) for package in HostProvider().packages("default").packages}
    assert found | {(name, version) for name, version in known if name in host.IGNORED} == known | {("python", platform.python_version())}


def test_names_are_normalised_and_damaged_installations_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(file: str, text: str) -> SimpleNamespace:
        return SimpleNamespace(read_text=lambda name: text if name == file else None)

    found = [
        distribution("METADATA", "Metadata-Version: 2.1\nname: My_Package.Name\nVersion: 1\nVersion: 2\n\nName: not this\n"),
        distribution("METADATA", "Version: 2"), distribution("PKG-INFO", "Name: no-version\n"), distribution("", "Name: old\r\nVersion: 3\r\n"),
        distribution("METADATA", ""),
    ]  # fmt: skip
    monkeypatch.setattr(importlib.metadata, "distributions", lambda: found)
    names = host._installed.__wrapped__()
    assert [(p.name, p.version) for p in names if p.name != "python"] == [("my-package-name", "1"), ("no-version", ""), ("old", "3")]


def test_it_runs_in_this_interpreter_and_says_that_it_is_not_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    activation = HostProvider().activate("default", ["json", "os.path"])
    assert (activation.provider, activation.locked) == ("host", False)
    assert (activation.python, activation.prefix) == (Path(sys.executable), Path(sys.prefix))
    assert activation.variables["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert "TOKEN" not in activation.variables


def test_all_missing_modules_are_named() -> None:
    with pytest.raises(EnvironmentUnavailable, match=r"it lacks no_such_module, json\.nothing, missing_parent\.child$") as caught:
        HostProvider().activate("ml", ["no_such_module", "json", "json.nothing", "missing_parent.child"])
    assert "environment `ml` cannot run in this Python" in caught.value.message
    assert "install Pixi" in caught.value.hint


def test_a_module_that_is_half_there_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "half", SimpleNamespace(__spec__=None))
    with pytest.raises(EnvironmentUnavailable, match="it lacks half"):
        HostProvider().activate("ml", ["half"])
