"""What pixi-sbom and pixi-policy say of a lock, and what the builder says of the same lock: packages, versions, digests, licences, needs.

Both read `pixi.lock` with code that shares nothing with the builder's; `requirements/bills.in` names them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from site_builder.environments.workspace.artifacts import Solution, read_solution
from site_builder.environments.workspace.exports import cyclonedx
from site_builder.environments.workspace.lock import read_lock
from tests.conftest import ROOT
from tests.environments.test_exports import WRITTEN

pytestmark = [pytest.mark.world("bills"), pytest.mark.skipif(sys.platform != "linux", reason="the pins are those of Linux")]

NO_NETWORK = re.compile(r"NewConnectionError|NameResolutionError|Network is unreachable|Max retries exceeded|ConnectTimeout")
MANIFEST = '[workspace]\nname = "written"\nchannels = ["https://c.example/conda-forge"]\nplatforms = ["linux-64"]\n'
NAMED = {"p1": "linux-64", "p2": "win-64"}
"""Platforms with a driver, by what the lock calls them; the builder calls them by what they are."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of both programs, which are installed for this."""
    folder = tmp_path_factory.mktemp("bills") / "environment"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    given = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    done = subprocess.run([*given, "--requirement", ROOT / "requirements/bills.txt"], capture_output=True, text=True, check=False)
    if done.returncode and NO_NETWORK.search(done.stderr) and not os.environ.get("LESSON_REQUIRE_NETWORK"):
        pytest.skip("needs a network: pixi-sbom and pixi-policy are installed by digest")
    assert done.returncode == 0, done.stderr
    return folder / "bin"


@pytest.fixture(params=["this project's", "with versions that look like numbers"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with a manifest and its lock alone: neither program finds settings of its own there."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    if request.param == "this project's":
        for name in ("pixi.toml", "pixi.lock"):
            shutil.copy(ROOT / name, folder)
    else:
        (folder / "pixi.toml").write_text(MANIFEST)
        (folder / "pixi.lock").write_text(WRITTEN)
    return folder


def run(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def locked(workspace: Path) -> Mapping[tuple[str, str], Solution]:
    """Return every environment for every platform, as the builder reads them."""
    lock = workspace / "pixi.lock"
    return {(found.environment, found.platform): read_solution(lock, found.environment, found.platform) for found in read_lock(lock).sets}


def address(purl: str) -> str:
    """Return a package's address; PyPI's without its version, which the builder leaves as the lock has it (`version_of`)."""
    return purl.partition("@")[0] if purl.startswith("pkg:pypi/") else purl


def version_of(item: Mapping[str, Any]) -> str:
    """Return a package's version; PyPI's as PEP 440 writes it, as both programs do: `2026.01.04` of a lock is `2026.1.4`."""
    return str(Version(item["version"])) if item["purl"].startswith("pkg:pypi/") else str(item["version"])


def facts_of(bill: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a bill of materials says of each package, by its address."""
    return {
        address(item["purl"]): {
            "version": version_of(item),
            "digests": {(row["alg"], row["content"]) for row in item["hashes"]},
            "from": {row["url"] for row in item["externalReferences"] if row["type"] == "distribution"},
            "licence": [_licence(row).casefold() for row in item.get("licenses", ())],  # `or` and `OR` are one operator
        }
        for item in bill["components"]
    }


def _licence(row: Mapping[str, Any]) -> str:
    named = row.get("license", {})
    return str(row.get("expression") or named.get("id") or named["name"])


def needs_of(bill: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return what each package depends on; the whole stands at no place of its own."""
    whole = bill["metadata"]["component"]["bom-ref"]
    return {address(row["ref"]): set(map(address, row.get("dependsOn", ()))) for row in bill["dependencies"] if row["ref"] != whole}


def test_bills_are_those_of_pixi_sbom(workspace: Path, programs: Path, tmp_path: Path) -> None:
    run(
        programs / "pixi-sbom", "--no-config", "--quiet", "--lockfile", workspace / "pixi.lock", "--all-environments", "--all-platforms",
        "--output", tmp_path / "bills",
    )  # fmt: skip
    found: dict[tuple[str, str], Any] = {}
    for path in (tmp_path / "bills").iterdir():
        bill = json.loads(path.read_text())
        said = {row["name"]: row["value"] for row in bill["metadata"]["properties"]}
        found[said["pixi:environment"], NAMED.get(said["pixi:platform"], said["pixi:platform"])] = bill
    solutions = locked(workspace)
    assert found.keys() == solutions.keys()
    for key, solution in solutions.items():
        ours = cyclonedx(solution, "Lesson")
        assert facts_of(ours) == facts_of(found[key]), key
        assert needs_of(ours) == needs_of(found[key]), key
    assert sum(len(solution.artifacts) for solution in solutions.values()) > 2


def test_facts_are_those_of_pixi_policy(workspace: Path, programs: Path) -> None:
    said = json.loads(run(programs / "pixi-policy", "--manifest-path", workspace / "pixi.toml", "facts"))
    found = {(item["name"], NAMED.get(item["platform"], item["platform"])): item["packages"] for item in said["environments"]}
    solutions = locked(workspace)
    assert found.keys() == solutions.keys()
    for key, solution in solutions.items():
        theirs = {address(row["purl"]): (version_of(row), row["sha256"], (row["license"]["spdx"] or "").casefold()) for row in found[key]}
        ours = {
            where: (facts["version"], dict(facts["digests"]).get("SHA-256"), "".join(facts["licence"]))
            for where, facts in facts_of(cyclonedx(solution, "Lesson")).items()
        }
        assert ours == theirs, key
