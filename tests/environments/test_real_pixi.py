"""A real Pixi without a network: what the stand-in promises, on a small workspace whose channel is on this machine.

The channel is made from this machine's CPython and wheels (`local_channel`) and takes conda-forge's place by ``[mirrors]`` in a
configuration of the workspace's own; elsewhere than on Linux it is conda-forge itself.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.environments.installation import integrity
from site_builder.environments.installation import prefix as prefixes
from site_builder.environments.providers.pixi import PixiProvider
from site_builder.environments.providers.rattler import RattlerProvider
from site_builder.environments.workspace import freshness
from site_builder.environments.workspace.artifacts import read_solution
from site_builder.environments.workspace.conda_environment import conda_environment
from site_builder.environments.workspace.exports import explicit
from site_builder.environments.workspace.lock import read_lock
from site_builder.environments.workspace.manifest import read_manifest
from site_builder.errors import EnvironmentUnavailable
from tests.environments import local_channel

MANIFEST = """[workspace]
name = "tiny"
channels = ["conda-forge"]
platforms = ["{subdir}"]

[dependencies]
python = "*"
ipykernel = "*"

[activation]
env = {{ OWN = "$PIXI_ENVIRONMENT_NAME" }}
"""

pytestmark = pytest.mark.world("pixi")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace that Pixi has locked; nobody changes it."""
    if shutil.which("pixi") is None:
        pytest.skip("Pixi is not on PATH: its installation page is pixi.prefix.dev/latest/installation")
    root = tmp_path_factory.mktemp("workspace")
    (root / "pixi.toml").write_text(MANIFEST.format(subdir=machine.subdir()))
    with channel(tmp_path_factory.mktemp("channel"), root), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIXI_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))  # nothing of the user's own is in it
        patch.setenv("PIXI_HOME", str(tmp_path_factory.mktemp("home")))
        subprocess.run(["pixi", "lock", "--manifest-path", str(root / "pixi.toml")], check=True)
        yield root


def channel(folder: Path, root: Path) -> AbstractContextManager[None]:
    """Serve a channel in conda-forge's place, where this machine's Python can be packed."""
    if sys.platform != "linux":
        return nullcontext()
    local_channel.write_channel([local_channel.interpreter(), *local_channel.installed(["ipykernel"])], folder, machine.subdir())
    return local_channel.in_place_of_conda_forge(folder, root)


@pytest.fixture
def workspace(locked: Path, tmp_path: Path) -> Path:
    """A copy of the workspace, with its lock and without any environment."""
    root = tmp_path / "workspace"
    shutil.copytree(locked, root, ignore=shutil.ignore_patterns("envs"))
    return root


def provider(root: Path) -> PixiProvider:
    return PixiProvider(root / "pixi.toml", read_lock(root / "pixi.lock"))


def refused(root: Path) -> EnvironmentUnavailable:
    with pytest.raises(EnvironmentUnavailable) as caught:
        provider(root).activate("default")
    return caught.value


def test_an_environment_is_installed_activated_and_known_to_be_whole(workspace: Path) -> None:
    for _ in range(2):
        activation = provider(workspace).activate("default")
        assert activation.variables["OWN"] == "default"
        assert "PIXI_PROJECT_MANIFEST" not in activation.variables
    code = "import ipykernel, sys; print(sys.prefix)"
    done = subprocess.run([activation.python, "-c", code], env=dict(activation.variables), capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == activation.prefix
    assert (activation.prefix / "conda-meta/lesson-stamp").is_file()
    assert not integrity.damages(activation.prefix, activation.packages)


def test_both_ways_of_installing_give_the_same_packages_and_variables(workspace: Path) -> None:
    manifest, lock = workspace / "pixi.toml", read_lock(workspace / "pixi.lock")
    by_pixi = provider(workspace).activate("default")
    other = RattlerProvider(workspace, manifest, workspace / "pixi.lock", lock)
    other.install("default")
    by_rattler = other.activate("default")
    assert by_pixi.packages == by_rattler.packages
    names = {name for name in by_pixi.variables if not name.startswith("PIXI_")}
    assert names == {name for name in by_rattler.variables if not name.startswith("PIXI_")}


def test_a_stale_lock_is_noticed_explained_and_not_written(workspace: Path) -> None:
    manifest, lock = workspace / "pixi.toml", workspace / "pixi.lock"
    assert freshness.objection_of_pixi("pixi", manifest) is None
    before = lock.read_bytes()
    manifest.write_text(manifest.read_text().replace('ipykernel = "*"', 'ipykernel = "*"\nno-such-package = "*"'))
    assert freshness.objection_of_pixi("pixi", manifest)
    assert "no-such-package" in refused(workspace).message
    assert lock.read_bytes() == before


def test_a_package_without_its_files_is_put_right(workspace: Path) -> None:
    prefix = provider(workspace).activate("default").prefix
    shutil.rmtree(next(prefix.rglob("site-packages/ipykernel")))
    assert integrity.damages(prefix)
    assert provider(workspace).repair("default")
    assert not integrity.damages(prefix)
    assert not provider(workspace).repair("default")


def test_a_moved_workspace_is_installed_again(workspace: Path, tmp_path: Path) -> None:
    first = provider(workspace).activate("default").prefix
    moved = tmp_path / "elsewhere"
    workspace.rename(moved)
    assert prefixes.moved(moved / first.relative_to(workspace))
    prefix = provider(moved).activate("default").prefix
    assert prefix == moved / first.relative_to(workspace)
    assert not prefixes.moved(prefix)
    assert not integrity.damages(prefix)


@pytest.mark.parametrize(("script", "said"), [("echo no licence file >&2; exit 3", "status 3"), ("echo fine", "")])
def test_an_activation_script_that_fails_is_named_with_its_words(workspace: Path, script: str, said: str) -> None:
    manifest = workspace / "pixi.toml"
    manifest.write_text(manifest.read_text().replace("[activation]\n", '[activation]\nscripts = ["setup.sh"]\n'))
    (workspace / "setup.sh").write_text(f"{script}\n")
    if not said:
        assert provider(workspace).activate("default").variables["OWN"] == "default"
        return
    error = refused(workspace)
    assert said in error.message
    assert "no licence file" in error.message
    assert "HOME=" not in error.message


def test_a_package_that_differs_from_the_lock_is_refused(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXI_CACHE_DIR", str(tmp_path / "cache"))  # from the cache, Pixi takes it unseen
    lock = workspace / "pixi.lock"
    digest = next(item.digest for item in read_lock(lock).sets[0].packages if item.name == "ipykernel")
    lock.write_text(lock.read_text().replace(digest, "0" * 64))
    assert "is not the package that is locked" in refused(workspace).message


def test_marks_of_a_merge_are_named_first(workspace: Path) -> None:
    lock = workspace / "pixi.lock"
    text = lock.read_text()
    lock.write_text(f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
    with pytest.raises(EnvironmentUnavailable, match="marks of a merge conflict"):
        read_lock(lock)


def test_a_misspelt_key_is_named_at_its_place(workspace: Path) -> None:
    manifest = workspace / "pixi.toml"
    manifest.write_text(manifest.read_text().replace('name = "tiny"', 'nmae = "tiny"'))
    error = refused(workspace)
    assert [str(problem.location) for problem in error.problems] == ["pixi.toml:2:1"]
    assert "name" in error.hint


def test_exports_are_those_of_pixi(workspace: Path, tmp_path: Path) -> None:
    manifest = workspace / "pixi.toml"
    place = ("--manifest-path", str(manifest), "-e", "default")
    theirs = subprocess.run(["pixi", "workspace", "export", "conda-environment", *place], capture_output=True, text=True, check=True).stdout
    assert conda_environment(read_manifest(manifest), "default", machine.subdir()) == theirs.rstrip("\n") + "\n"
    command = ["pixi", "workspace", "export", "conda-explicit-spec", *place, "-p", machine.subdir(), "--frozen", str(tmp_path / "out")]
    subprocess.run(command, check=True)
    (made,) = (tmp_path / "out").iterdir()
    ours = explicit(read_solution(workspace / "pixi.lock", "default", machine.subdir()))
    assert {line for line in ours.splitlines() if "://" in line} == {line for line in made.read_text().splitlines() if "://" in line}
