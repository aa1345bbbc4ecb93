"""Where cells run: locked environments, activated ones, and the protocol of what provides them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from site_builder.environments.images import ContainerImage

UNAVAILABLE = "LS512"
"""The code of the problem that an environment is not available on this machine."""


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """One package of an environment; ``digest`` is the sha256 of its archive in hexadecimal, empty if not recorded."""

    name: str
    version: str = ""
    build: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class PackageSet:
    """All packages of one environment on one platform, sorted by name; ``environment`` is the Pixi environment's name."""

    environment: str
    platform: str
    packages: tuple[Package, ...]

    @property
    def digest(self) -> str:
        """The sha256 over the sorted (name, version, build, digest) rows and the platform."""
        rows = [[package.name, package.version, package.build, package.digest] for package in sorted(self.packages)]
        return hashlib.sha256(json.dumps([self.platform, rows], separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Gpu:
    """An NVIDIA GPU as its driver names it; ``cuda`` is the newest CUDA version that the driver supports."""

    name: str
    driver: str
    cuda: str = ""


@dataclass(frozen=True, slots=True)
class Activation:
    """An environment that is ready to run: its interpreter and the exact variables that its processes get.

    ``locked`` tells whether ``packages`` are those of the lesson's lock file (digest by digest) or whatever this machine has. One in an
    ``image`` has its folder and interpreter there; ``version`` is that interpreter's.
    """

    provider: str
    packages: PackageSet
    locked: bool
    prefix: Path
    python: Path
    variables: Mapping[str, str]
    image: ContainerImage | None = None
    version: str = ""


class EnvironmentProvider(Protocol):
    """Provides environments by name and lists their packages before anything is installed or run."""

    name: str

    def packages(self, environment: str) -> PackageSet:
        """Return what the environment holds on this machine, for the execution key.

        Raises:
            EnvironmentUnavailable: it is not available on this machine; message and hint say why and what to do.
        """
        ...

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return the digests of what activation adds to the packages, by variable name and script path, for the execution key."""
        ...

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Make the environment ready to run; ``modules`` are those that the episode imports directly, and ipykernel if it has cells
        of Python.

        Raises:
            EnvironmentUnavailable: it cannot be made ready here.
        """
        ...

    def repair(self, environment: str) -> bool:
        """Look for damage in an installed environment, whatever its stamp says, and repair it; tell whether there was any.

        Raises:
            EnvironmentUnavailable: it is damaged and cannot be repaired; the message names package and file.
        """
        ...


class Machine(Protocol):
    """A machine that episodes could run on: this one, or one to which their jobs would be sent. Asking it starts nothing."""

    def unable(self, environment: str) -> str:
        """Say why it cannot run an environment whose packages are known: there is nothing that runs its image. Empty if it can."""
        ...

    def packages(self, environment: str, *, with_r: bool = False) -> PackageSet:
        """Return the packages of an environment there, for the execution key; ``with_r`` those that run R, where they are not locked.

        Raises:
            EnvironmentUnavailable: the machine does not have it; message and hint say why and what to do.
        """
        ...

    def locked(self, environment: str) -> bool:
        """Tell whether these packages are those of the lock file, not whatever the machine has."""
        ...

    def launch(self, environment: str, *, with_r: bool = False) -> Mapping[str, str]:
        """Return the digests of what cells get besides packages of the lock, for the execution key; ``with_r`` also of R's own library."""
        ...

    def capabilities(self, names: Iterable[str], packages: PackageSet) -> frozenset[str]:
        """Return those of the capabilities (names of ``requires:``) that the machine or an environment with these packages has."""
        ...

    def has_kernel(self, language: str, packages: PackageSet, *, locked: bool) -> bool:
        """Tell whether an environment with these packages runs a language."""
        ...

    def lacking_r_packages(self, names: Iterable[str], packages: PackageSet, *, locked: bool) -> tuple[str, ...]:
        """Return the R packages that an environment with these packages lacks."""
        ...

    def lacking_modules(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the Python modules that the machine's own interpreter cannot import."""
        ...
