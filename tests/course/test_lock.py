"""The lesson's lock files answer their manifests: every environment, on every platform it may run on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from rattler import LockFile, MatchSpec, RepoDataRecord

ROOT = Path(__file__).parents[2]
WORKSPACES = {"lesson": ROOT, "teaching": ROOT / "episodes/files/workspace"}
Solution = dict[tuple[str, str], list[RepoDataRecord]]


def manifest_of(workspace: Path) -> dict[str, Any]:
    """Return a manifest as TOML reads it."""
    return tomllib.loads((workspace / "pixi.toml").read_text(encoding="utf-8"))


def locked(workspace: Path) -> Solution:
    """Return the records by environment and platform; a platform is ``linux-64`` or, with a driver, ``linux-64 __cuda=12``."""
    solution: Solution = {}
    for name, environment in LockFile.from_path(workspace / "pixi.lock").environments():
        for platform in environment.platforms():
            cuda = [package for package in platform.virtual_packages if package.startswith("__cuda=")]
            records = environment.conda_repodata_records_for_platform(platform)
            solution[name, " ".join([str(platform.subdir), *cuda])] = records or []
    return solution


def wanted(manifest: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the version specs of every environment, by the platforms that all its features share."""
    content = {}
    for platform in manifest["workspace"]["platforms"]:
        if isinstance(platform, dict):
            content[platform["name"]] = f"{platform['platform']} __cuda={platform['cuda']}"
        else:
            content[platform] = platform
    specs: dict[tuple[str, str], dict[str, Any]] = {}
    for name, environment in manifest["environments"].items():
        features = [manifest["feature"][feature] for feature in (environment["features"] if isinstance(environment, dict) else environment)]
        shared = set.intersection(*(set(feature["platforms"]) for feature in features))
        union = {package: spec for feature in features for package, spec in feature["dependencies"].items()}
        specs |= {(name, content[platform]): union for platform in shared}
    return specs


@pytest.fixture(params=WORKSPACES, scope="module")
def workspace(request: pytest.FixtureRequest) -> Path:
    return WORKSPACES[request.param]


def test_every_environment_is_locked_on_exactly_its_platforms(workspace: Path) -> None:
    assert locked(workspace).keys() == wanted(manifest_of(workspace)).keys()


def test_every_wish_of_the_manifest_is_met(workspace: Path) -> None:
    solution = locked(workspace)
    for where, specs in wanted(manifest_of(workspace)).items():
        found = {record.name.normalized: record for record in solution[where]}
        unmet = [name for name, spec in specs.items() if not (name in found and MatchSpec(f"{name} {spec}").matches(found[name]))]
        assert unmet == [], where


def test_every_package_has_a_digest_and_comes_from_conda_forge(workspace: Path) -> None:
    for where, records in locked(workspace).items():
        assert records, where
        for record in records:
            assert record.sha256 is not None, record.url
            assert "/conda-forge/" in record.url, record.url


def test_training_environments_have_one_version_of_pytorch_and_other_builds() -> None:
    solution = locked(ROOT)
    on_cpu = next(record for record in solution["ml", "linux-64"] if record.name.normalized == "pytorch")
    on_gpu = next(record for record in solution["cuda", "linux-64 __cuda=12"] if record.name.normalized == "pytorch")
    assert on_cpu.version == on_gpu.version
    assert str(on_cpu.build).startswith("cpu")
    assert str(on_gpu.build).startswith("cuda")


def test_only_the_cuda_environment_asks_for_a_driver() -> None:
    for (environment, platform), records in locked(ROOT).items():
        needs_driver = any(dependency.split()[0] == "__cuda" for record in records for dependency in record.depends)
        assert needs_driver == (environment == "cuda"), (environment, platform)


def test_build_and_test_share_every_version() -> None:
    solution = locked(ROOT)
    for platform in ("linux-64", "osx-arm64", "win-64"):
        build = {record.file_name for record in solution["build", platform]}
        test = {record.file_name for record in solution["test", platform]}
        assert build < test


def test_the_manifest_asks_for_the_pixi_that_knows_named_platforms() -> None:
    for manifest in map(manifest_of, WORKSPACES.values()):
        found = re.fullmatch(r">=0\.(\d+)", manifest["workspace"]["requires-pixi"])
        assert found is not None
        assert int(found[1]) >= 71
