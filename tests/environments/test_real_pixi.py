"""A real Pixi with a network: what the stand-in promises, on a small workspace that is locked, installed and run."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.environments.providers.pixi import PixiProvider
from site_builder.environments.providers.rattler import RattlerProvider
from site_builder.environments.workspace import freshness
from site_builder.environments.workspace.lock import read_lock

MANIFEST = """[workspace]
name = "tiny"
channels = ["conda-forge"]
platforms = ["{subdir}"]

[dependencies]
python = "3.13.*"
ipykernel = "*"

[activation]
env = {{ OWN = "$PIXI_ENVIRONMENT_NAME" }}
"""


def network() -> bool:
    try:
        socket.create_connection(("conda.anaconda.org", 443), timeout=3).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("pixi") is None:
        pytest.skip("Pixi is not on PATH: its installation page is pixi.prefix.dev/latest/installation")
    if not network():
        pytest.skip("conda.anaconda.org cannot be reached")
    root = tmp_path_factory.mktemp("workspace")
    (root / "pixi.toml").write_text(MANIFEST.format(subdir=machine.subdir()))
    subprocess.run(["pixi", "lock", "--manifest-path", str(root / "pixi.toml")], check=True)
    return root


@pytest.mark.world("pixi")
def test_an_environment_is_installed_activated_and_known_to_be_whole(workspace: Path) -> None:
    manifest, lock = workspace / "pixi.toml", read_lock(workspace / "pixi.lock")
    for _ in range(2):
        activation = PixiProvider(manifest, lock).activate("default")
        assert activation.variables["OWN"] == "default"
    code = "import ipykernel, sys; print(sys.prefix)"
    done = subprocess.run([activation.python, "-c", code], env=dict(activation.variables), capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == activation.prefix
    assert (activation.prefix / "conda-meta/lesson-stamp").is_file()


@pytest.mark.world("pixi")
def test_both_ways_of_installing_give_the_same_packages_and_variables(workspace: Path) -> None:
    manifest, lock = workspace / "pixi.toml", read_lock(workspace / "pixi.lock")
    by_pixi = PixiProvider(manifest, lock).activate("default")
    other = RattlerProvider(workspace, manifest, workspace / "pixi.lock", lock)
    other.install("default")
    by_rattler = other.activate("default")
    assert by_pixi.packages == by_rattler.packages
    names = {name for name in by_pixi.variables if not name.startswith("PIXI_")}
    assert names == {name for name in by_rattler.variables if not name.startswith("PIXI_")}


@pytest.mark.world("pixi")
def test_a_stale_lock_is_noticed_and_not_written(workspace: Path) -> None:
    manifest, lock = workspace / "pixi.toml", workspace / "pixi.lock"
    assert freshness.objection_of_pixi("pixi", manifest) is None
    before, text = lock.read_bytes(), manifest.read_text()
    manifest.write_text(text.replace('ipykernel = "*"', 'ipykernel = "*"\npip = "*"'))
    try:
        assert freshness.objection_of_pixi("pixi", manifest)
        assert lock.read_bytes() == before
    finally:
        manifest.write_text(text)
