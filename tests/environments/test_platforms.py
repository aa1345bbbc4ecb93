"""Which of several locked platforms of one system is taken, and what this machine offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from site_builder.environments import machine
from site_builder.environments.base import Gpu
from site_builder.environments.workspace import platforms
from site_builder.environments.workspace.lock import read_lock
from site_builder.environments.workspace.manifest import Manifest

HERE = {"__unix": "0", "__linux": "6.8", "__glibc": "2.36", "__archspec": "1"}
BASE = ("__unix=0=0", "__linux=4.18", "__glibc=2.28", "__archspec=0=x86_64")


@dataclass(frozen=True)
class Platform:
    """A platform as py-rattler returns it."""

    name: str
    subdir: str
    virtual_packages: tuple[str, ...] = BASE


PLAIN = Platform("linux-64", "linux-64")
CUDA = Platform("p1", "linux-64", ("__cuda=12", *BASE))
NEWER = Platform("p2", "linux-64", ("__cuda=12", "__cuda_arch=9.0", *BASE))
MAC = Platform("osx-arm64", "osx-arm64", ("__osx=13.0",))


def names(found: Iterable[Platform]) -> list[str]:
    return [platform.name for platform in found]


def manifest(*declared: object) -> Manifest:
    return Manifest(Path("pixi.toml"), {"workspace": {"platforms": list(declared)}})


def no_manifest() -> Manifest | None:
    raise AssertionError("not looked at")


@pytest.fixture
def machine_with(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda **extra: monkeypatch.setattr(platforms, "virtual_packages", lambda: HERE | {f"__{k}": v for k, v in extra.items()})


def test_one_platform_of_each_system_needs_neither_manifest_nor_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "virtual_packages", no_manifest)
    for order in permutations([PLAIN, MAC]):
        assert names(platforms.ordered(order, no_manifest)) == ["osx-arm64", "linux-64"]


GPU = {"name": "gpu", "platform": "linux-64", "cuda": "12"}
NEW_SPELLING = {"name": "gpu", "subdir": "linux-64", "cuda": "12"}
"""As Pixi 0.85 writes it."""

SPECIAL = {"name": "special", "platform": "linux-64", "cuda": {"driver": "12", "arch": "9.0"}}


@pytest.mark.parametrize(
    ("declared", "offers", "first"),
    [
        (("linux-64", GPU), {}, "linux-64"),
        ((GPU, "linux-64"), {}, "linux-64"),
        ((GPU, "linux-64"), {"cuda": "12.4"}, "p1"),
        (("linux-64", GPU), {"cuda": "12.4"}, "linux-64"),
        ((SPECIAL, GPU, "linux-64"), {"cuda": "12.4"}, "p1"),
        ((SPECIAL, GPU, "linux-64"), {"cuda": "12.4", "cuda_arch": "9.0"}, "p2"),
        ((NEW_SPELLING, "linux-64"), {"cuda": "12.4"}, "p1"),
        ((GPU, "linux-64"), {"cuda": "11.8"}, "linux-64"),
        ((), {"cuda": "12.4"}, "linux-64"),
    ],
)
def test_the_first_declared_that_the_machine_fits_is_taken(
    machine_with, declared: tuple[object, ...], offers: dict[str, str], first: str
) -> None:
    machine_with(**offers)
    for order in permutations([PLAIN, CUDA, NEWER, MAC]):
        found = [item for item in platforms.ordered(order, lambda: manifest(*declared)) if item.subdir == "linux-64"]
        assert found[0].name == first


def test_without_a_manifest_the_one_that_asks_for_least_is_taken(machine_with) -> None:
    machine_with(cuda="12.4")
    assert names(platforms.ordered([CUDA, PLAIN], lambda: None))[0] == "linux-64"


def test_spellings_of_the_manifest(machine_with) -> None:
    machine_with(osx="14.0")
    older, newer = Platform("p1", "osx-arm64", ("__osx=12.0",)), Platform("p2", "osx-arm64", ("__osx=14.0",))
    declared = manifest(
        {"name": "n", "platform": "osx-arm64", "macos": "14.0"}, {"platform": "osx-arm64", "libc": {"family": "musl", "version": "1"}}
    )
    assert names(platforms.ordered([older, newer], lambda: declared)) == ["p2", "p1"]


@pytest.mark.parametrize(
    ("demands", "there"),
    [(BASE, True), (("__cuda=12",), False), (("__glibc=2.40",), False), (("__glibc",), True), (("__archspec=0=zen5",), True), ((), True)],
)
def test_fitting_compares_versions_and_not_processors(demands: tuple[str, ...], there: bool) -> None:
    assert platforms.fits(demands, HERE) is there


class TestThisMachine:
    @pytest.fixture(autouse=True)
    def look_anew(self):
        platforms.virtual_packages.cache_clear()
        yield
        platforms.virtual_packages.cache_clear()

    def test_its_system_is_found(self) -> None:
        assert {"__archspec"} <= set(platforms.virtual_packages())

    def test_a_variable_claims_cuda_for_choosing_alone(self, monkeypatch: pytest.MonkeyPatch, program) -> None:
        monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12.5")
        assert platforms.virtual_packages()["__cuda"] == "12.5"
        assert machine.gpu() is None

    def test_the_drivers_tool_tells_where_its_library_cannot_be_loaded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CONDA_OVERRIDE_CUDA", raising=False)
        monkeypatch.setattr("rattler.VirtualPackage.detect", lambda overrides: [])
        monkeypatch.setattr(platforms.machine, "gpu", lambda: Gpu("NVIDIA T", "1", "13.0"))
        assert platforms.virtual_packages() == {"__cuda": "13.0"}

    def test_an_empty_variable_hides_a_gpu(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "")
        monkeypatch.setattr(platforms.machine, "gpu", lambda: Gpu("NVIDIA T", "1", "13.0"))
        assert "__cuda" not in platforms.virtual_packages()


LOCK = """version: 7
platforms:
- name: linux-64
- name: p1
  subdir: linux-64
  virtual-packages:
  - __cuda=12
environments:
  default:
    channels:
    - url: https://conda.example.org/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.example.org/conda-forge/noarch/tiny-1.0-plain_0.conda
      p1:
      - conda: https://conda.example.org/conda-forge/noarch/tiny-1.0-cuda_0.conda
packages:
- conda: https://conda.example.org/conda-forge/noarch/tiny-1.0-plain_0.conda
  sha256: a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1
- conda: https://conda.example.org/conda-forge/noarch/tiny-1.0-cuda_0.conda
  sha256: b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2
"""


@pytest.mark.parametrize(("cuda", "build"), [("", "plain_0"), ("12.4", "cuda_0")])
def test_the_lock_is_read_for_this_machine(tmp_path: Path, machine_with, cuda: str, build: str) -> None:
    (tmp_path / "pixi.lock").write_text(LOCK)
    (tmp_path / "pixi.toml").write_text('[workspace]\nplatforms = [{ name = "g", platform = "linux-64", cuda = "12" }, "linux-64"]\n')
    machine_with(**({"cuda": cuda} if cuda else {}))
    found = read_lock(tmp_path / "pixi.lock").find("default", "linux-64")
    assert found is not None
    assert [package.build for package in found.packages] == [build]


def test_a_manifest_that_cannot_be_read_leaves_the_order_by_demands(tmp_path: Path, machine_with) -> None:
    (tmp_path / "pixi.lock").write_text(LOCK)
    (tmp_path / "pixi.toml").write_text("= broken")
    machine_with(cuda="12.4")
    found = read_lock(tmp_path / "pixi.lock").find("default", "linux-64")
    assert found is not None
    assert [package.build for package in found.packages] == ["plain_0"]


@pytest.mark.parametrize(
    ("demand", "pair"),
    [
        ("__cuda=12", ("__cuda", ">=12")),
        ("__cuda=12=0", ("__cuda", ">=12")),
        ("__cuda", ("__cuda", ">=0")),
        ("__cuda>=12", ("__cuda", ">=12")),
        ("__cuda =>=12,<13", ("__cuda", ">=12,<13")),
        ("__cuda==12.4", ("__cuda", "==12.4")),
        ("__cuda <13", ("__cuda", "<13")),
        ("__cuda=*", ("__cuda", "*")),
    ],
)
def test_a_demand_is_the_least_version_unless_it_says_otherwise(demand: str, pair: tuple[str, str]) -> None:
    assert platforms.read_demand(demand) == pair


@pytest.mark.parametrize(
    ("demand", "version", "fits"),
    [("__cuda=12", "13.0", True), ("__cuda=12", "11.8", False), ("__cuda==12.4", "12.5", False), ("__cuda==12.4", "12.4", True),
     ("__cuda>=12,<13", "12.9", True), ("__cuda>=12,<13", "13.0", False), ("__cuda<13", "11.8", True)],
)  # fmt: skip
def test_every_operator_on_a_virtual_package_counts(demand: str, version: str, fits: bool) -> None:
    assert platforms.fits((demand,), {"__cuda": version}) is fits
    assert not platforms.fits((demand,), {})
