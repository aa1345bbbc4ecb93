"""The ``host`` provider: this interpreter, honestly described."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest

from site_builder.environments import host, machine
from site_builder.environments.base import Package
from site_builder.environments.host import HostProvider
from site_builder.errors import EnvironmentUnavailable


def test_the_packages_are_this_interpreters_whatever_the_environment_is_called() -> None:
    one, other = HostProvider().packages("one"), HostProvider().packages("other")
    assert (one.environment, one.platform) == ("one", machine.subdir())
    assert one.digest == other.digest
    assert Package("python", platform.python_version()) in one.packages
    assert Package("ipykernel", importlib.metadata.version("ipykernel")) in one.packages
    assert "lesson-site-builder" not in {package.name for package in one.packages}
    assert list(one.packages) == sorted(one.packages)


def test_names_are_normalised_and_damaged_installations_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(name: str | None, version: str | None) -> SimpleNamespace:
        metadata = Message()
        if name:
            metadata["Name"] = name
        return SimpleNamespace(metadata=metadata, version=version)

    found = [distribution("My_Package.Name", "1"), distribution(None, "2"), distribution("no-version", None)]
    monkeypatch.setattr(importlib.metadata, "distributions", lambda: found)
    names = host._installed.__wrapped__()
    assert [(p.name, p.version) for p in names if p.name != "python"] == [("my-package-name", "1"), ("no-version", "")]


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
