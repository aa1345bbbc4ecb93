"""The ``rattler`` provider where nothing, something else, or the right thing is installed; `test_real_channel` installs for real."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.environments.base import Package, PackageSet
from site_builder.environments.installation import prefix as prefixes
from site_builder.environments.providers.automatic import AutomaticProvider, serves_locked
from site_builder.environments.providers.host import HostProvider
from site_builder.environments.providers.rattler import RattlerProvider
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.errors import EnvironmentUnavailable

ROWS = (Package("python", "3.13.1", "b", "c0ffee"),)
SETS = (
    PackageSet("default", machine.subdir(), ROWS),
    PackageSet("web", machine.subdir(), (*ROWS, Package("tinylib", "1"))),
    PackageSet("elsewhere", "other-64", ROWS),
)


def provider(root: Path, manifest: str | None = None) -> RattlerProvider:
    if manifest is not None:
        (root / "pixi.toml").write_text(manifest)
    return RattlerProvider(root, root / "pixi.toml" if manifest is not None else None, root / "pixi.lock", LockedWorkspace(SETS))


def install(root: Path, environment: str = "default", rows: PackageSet | None = None) -> Path:
    """Put a prefix there that looks installed."""
    prefix = root / ".lesson/envs" / environment
    for name in (".", "conda-meta", "bin", "lib/python3.13/site-packages/ipykernel"):
        (prefix / name).mkdir(parents=True, exist_ok=True)
    prefixes.python(prefix).touch()
    wanted = rows or next(item for item in SETS if item.environment == environment)
    prefixes.set_stamp(prefix, prefixes.installed_stamp(wanted), prefix)
    return prefix


def failure(used: RattlerProvider, environment: str) -> tuple[str, str]:
    with pytest.raises(EnvironmentUnavailable) as caught:
        used.packages(environment)
    return caught.value.message, caught.value.hint


def test_what_is_not_installed_is_not_downloaded_unasked(tmp_path: Path) -> None:
    assert failure(provider(tmp_path), "default") == (
        "environment `default` is not installed here",
        "run `lesson environment install default`",
    )


def test_what_was_installed_from_another_lock_is_not_current(tmp_path: Path) -> None:
    install(tmp_path, rows=PackageSet("default", machine.subdir(), (Package("python", "3.12.0", "b", "decade"),)))
    used = provider(tmp_path)
    assert not used.installed("default")
    assert failure(used, "default")[0] == "environment `default` was installed from another lock, or in another place"


def test_packages_of_the_index_are_installed_as_others_are(tmp_path: Path) -> None:
    assert failure(provider(tmp_path), "web") == ("environment `web` is not installed here", "run `lesson environment install web`")


def test_an_environment_must_be_locked_for_this_machine(tmp_path: Path) -> None:
    assert failure(provider(tmp_path), "elsewhere")[0] == f"environment `elsewhere` is not locked for {machine.subdir()}"
    assert failure(provider(tmp_path), "defualt") == ("there is no environment `defualt` in pixi.lock", "did you mean 'default'?")
    assert not provider(tmp_path).installed("defualt")


def test_an_installed_environment_is_left_alone(tmp_path: Path) -> None:
    prefix = install(tmp_path)
    assert provider(tmp_path).install("default") == (prefix, False)
    assert provider(tmp_path).packages("default") == SETS[0]


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
def test_it_is_activated_without_anything_of_the_environment_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = install(tmp_path)
    for name, value in {
        "CONDA_PREFIX": "/outer",
        "PYTHONPATH": "/outer/lib",
        "TOKEN": "secret",
        "PATH": "/outer/bin:/usr/bin:/bin",
    }.items():
        monkeypatch.setenv(name, value)
    used = provider(tmp_path, '[workspace]\nname = "tiny"\n[activation]\nenv = { OWN = "$PIXI_ENVIRONMENT_NAME of $PIXI_PROJECT_NAME" }\n')
    found = used.activate("default")
    assert used.activate("default") is found
    assert (found.provider, found.locked, found.prefix, found.python) == ("rattler", True, prefix, prefix / "bin/python")
    assert found.variables["OWN"] == "default of tiny"
    assert found.variables["CONDA_DEFAULT_ENV"] == "tiny"
    assert found.variables["PATH"].split(os.pathsep) == [str(prefix / "bin"), "/usr/bin", "/bin"]
    assert not {"PYTHONPATH", "TOKEN", "PIXI_IN_SHELL"} & set(found.variables)


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
def test_what_activation_sets_is_there_also_where_the_builder_had_it_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path)
    monkeypatch.setenv("DATA_FOLDER", "data")
    monkeypatch.setenv("TOKEN", "secret")
    used = provider(tmp_path, '[workspace]\n[activation]\nenv = { DATA_FOLDER = "data", LEAK = "=$TOKEN" }\n')
    variables = used.activate("default").variables
    assert (variables["DATA_FOLDER"], variables["LEAK"]) == ("data", "=")


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
def test_a_lesson_without_a_manifest_adds_nothing(tmp_path: Path) -> None:
    install(tmp_path)
    assert "PIXI_PROJECT_ROOT" not in provider(tmp_path).activate("default").variables


def test_an_environment_without_ipykernel_is_told(tmp_path: Path) -> None:
    prefix = install(tmp_path)
    (prefix / "lib/python3.13/site-packages/ipykernel").rmdir()
    with pytest.raises(EnvironmentUnavailable, match="lacks ipykernel"):
        provider(tmp_path).activate("default")


def test_auto_takes_what_is_installed_and_else_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path)
    used = AutomaticProvider(provider(tmp_path), HostProvider())
    assert used.packages("default") == SETS[0]
    assert used.packages("web").packages == HostProvider().packages("web").packages
    assert used.activate("web").provider == "host"
    assert [serves_locked(used, name) for name in ("default", "web")] == [True, False]
    assert not serves_locked(HostProvider(), "default")
    assert serves_locked(provider(tmp_path), "default")
