"""Which of several locked platforms of one system an environment uses: the first declared one that this machine meets.

Only workspaces that declare a system more than once (``linux-64`` and a ``linux-64`` with CUDA) in one environment need this.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from site_builder.environments import machine

if TYPE_CHECKING:
    from site_builder.environments.workspace.manifest import Manifest, Table

NAMES = {"macos": "osx", "libc": "glibc"}
"""Virtual packages that the manifest spells differently from the lock."""

SYSTEM = ("platform", "subdir")
"""How releases of Pixi before and after 0.85 call the system in a table of ``platforms``."""

NOT_COMPARED = frozenset(("__archspec", "__unix"))
"""Demands that every machine of the system meets: the lowest processor of its family."""


def ordered(platforms: Iterable[Any], manifest: Callable[[], Manifest | None]) -> list[Any]:
    """Return a lock's platforms of one environment in the order in which they are tried; py-rattler's order varies.

    If no system has several platforms, those with the fewest demands come first, and neither manifest nor machine is read.
    """
    rows = sorted(platforms, key=_least)
    if len({subdir_of(row) for row in rows}) == len(rows):
        return rows
    read = manifest()
    declared = read.platforms if read else ()
    here = virtual_packages()
    return sorted(rows, key=lambda row: (not fits(demands_of(row), here), _declared(row, declared), _least(row)))


def subdir_of(platform: Any) -> str:
    """Return the system of a lock's platform (``linux-64``), whatever alias the lock uses."""
    return str(getattr(platform, "subdir", platform.name))


def demands_of(platform: Any) -> tuple[str, ...]:
    """Return the virtual packages that a lock's platform declares, such as ``__cuda=12``."""
    return tuple(str(item) for item in getattr(platform, "virtual_packages", None) or ())


def fits(demands: Iterable[str], here: Mapping[str, str]) -> bool:
    """Tell whether a machine has every virtual package in a version that is asked for."""
    from rattler import Version, VersionSpec

    wanted = [pair for pair in map(read_demand, demands) if pair[0] not in NOT_COMPARED]
    return all(name in here and VersionSpec(spec).matches(Version(here[name])) for name, spec in wanted)


def read_demand(demand: str) -> tuple[str, str]:
    """Return the name and the version spec of a platform's demand: a bare version (``__cuda=12``) is the least that will do.

    Since Pixi 0.85 there are other operators. They may stand behind the name (``__cuda<13``, ``__cuda ==12.4``) or behind an equals sign
    (``__cuda=>=12,<13``); a build is passed over.
    """
    found = re.fullmatch(r"(__[\w-]+)\s*(.*)", demand.strip())
    name, rest = (found[1], found[2]) if found else (demand, "")
    if re.match(r"=(?!=)", rest):
        rest = rest[1:]
        if not re.match(r"[<>=!~]", rest):
            rest = rest.split("=")[0]
    return name, rest if re.match(r"[<>=!~*]", rest) else f">={rest or 0}"


def unmet(depends: Iterable[str], here: Mapping[str, str]) -> tuple[str, ...]:
    """Return the packages' dependencies on the machine (``__cuda >=12``) that it does not meet, sorted, each once.

    Pixi installs on a machine that meets no declared platform if the packages themselves require no more than it has.
    """
    from rattler import Version, VersionSpec

    found = set()
    for need in depends:
        name, _, rest = need.partition(" ")
        version = rest.split(" ")[0]
        if name.startswith("__") and name not in NOT_COMPARED:
            there = name in here and (version in ("", "*") or VersionSpec(version).matches(Version(here[name])))
            found |= set() if there else {need}
    return tuple(sorted(found))


@functools.cache
def virtual_packages() -> Mapping[str, str]:
    """Return this machine's virtual packages by name with their versions, ``CONDA_OVERRIDE_*`` honoured as Pixi does.

    They select packages. Whether there is a GPU, only its driver decides (`machine.gpu`). If the driver's library cannot be loaded,
    the CUDA version is that of ``nvidia-smi``.
    """
    from rattler import VirtualPackage, VirtualPackageOverrides

    found = (str(item.into_generic()).split("=") for item in VirtualPackage.detect(VirtualPackageOverrides.from_env()))
    packages = {name: version for name, version, *_ in found}
    gpu = machine.gpu() if "__cuda" not in packages and "CONDA_OVERRIDE_CUDA" not in os.environ else None
    return packages | ({"__cuda": gpu.cuda} if gpu and gpu.cuda else {})


def _least(platform: Any) -> tuple[int, str]:
    return len(demands_of(platform)), str(platform.name)


def _declared(platform: Any, declared: Sequence[Table | str]) -> int:
    """Return the position of a lock's platform in the manifest, matched by content: a lock calls declared platforms p1, p2."""
    demands = set(map(read_demand, demands_of(platform)))
    best, place = -1, len(declared)
    for index, row in enumerate(declared):
        system, written = _row(row)
        wanted = set(map(read_demand, written))
        if system == subdir_of(platform) and wanted <= demands and len(wanted) > best:
            best, place = len(wanted), index
    return place


def _row(row: Table | str) -> tuple[str, set[str]]:
    if isinstance(row, str):
        return row, set()
    wanted = set()
    for key, value in row.items():
        name = NAMES.get(key, key).removeprefix("__")
        if isinstance(value, Mapping):  # cuda = { driver = "12.0", arch = "8.6" }, libc = { family = "glibc", version = "2.28" }
            version, arch = value.get("driver") or value.get("version"), value.get("arch")
            wanted |= {f"__{name}={version}"} if version else set()
            wanted |= {f"__{name}_arch={arch}"} if arch else set()
        elif key not in ("name", *SYSTEM):
            wanted.add(f"__{name}={value}")
    return str(next((row[key] for key in (*SYSTEM, "name") if row.get(key)), "")), wanted
