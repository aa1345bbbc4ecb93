"""What ``lesson environment`` and ``lesson doctor`` answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class InstalledEntry:
    """One environment that is installed now."""

    environment: Annotated[str, Says("Its name.")]
    folder: Annotated[str, Says("Where it is.")]
    changed: Annotated[bool, Says("Whether it was installed now; otherwise it was there.")]
    repaired: Annotated[tuple[str, ...] | None, Says("With `--verify`: what was damaged and is repaired; otherwise null.")]


@dataclass(frozen=True, slots=True)
class EnvironmentInstallDocument:
    """What `lesson environment install` did."""

    environments: Annotated[tuple[InstalledEntry, ...], Says("The environments, in the order given.")]
    stale: Annotated[tuple[str, ...], Says("Where the lock does not match the manifest.")]


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """One locked package."""

    name: Annotated[str, Says("Its name.")]
    version: Annotated[str, Says("Its version.")]
    build: Annotated[str, Says("Its build; empty for a package of the Python package index.")]
    kind: Annotated[str, Says("Where it comes from: conda or pypi.")]
    url: Annotated[str, Says("Its address.")]
    sha256: Annotated[str, Says("Its digest in hexadecimal; empty if the lock has none.")]
    md5: Annotated[str, Says("Its older digest in hexadecimal; empty if the lock has none.")]
    size: Annotated[int, Says("Its size in bytes; 0 if the lock does not say.")]
    license: Annotated[str, Says("Its licence; empty if the lock does not say.")]
    depends: Annotated[tuple[str, ...], Says("What it depends on.")]


@dataclass(frozen=True, slots=True)
class EnvironmentShowDocument:
    """The packages of an environment, as `lesson environment show` lists them."""

    environment: Annotated[str, Says("Its name.")]
    platform: Annotated[str, Says("The platform, such as linux-64.")]
    virtual_packages: Annotated[tuple[str, ...], Says("What the machine must have, such as __cuda.")]
    digest: Annotated[str, Says("The digest of all packages.")]
    packages: Annotated[tuple[PackageEntry, ...], Says("The packages.")]


@dataclass(frozen=True, slots=True)
class EnvironmentExportDocument:
    """What `lesson environment export` wrote."""

    environment: Annotated[str, Says("The environment's name.")]
    format: Annotated[str, Says("The format: explicit, conda or cyclonedx.")]
    path: Annotated[str | None, Says("The file that was written; null without `--output`.")]
    text: Annotated[str, Says("The environment in that format.")]


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """What changed in one environment on one platform."""

    environment: Annotated[str, Says("The environment's name.")]
    platform: Annotated[str, Says("The platform.")]
    changes: Annotated[tuple[str, ...], Says("What changed, a package each.")]
    episodes: Annotated[tuple[str, ...], Says("The episodes that run in it.")]


@dataclass(frozen=True, slots=True)
class EnvironmentDiffDocument:
    """What `lesson environment diff` found."""

    episodes: Annotated[tuple[str, ...], Says("The episodes that run again.")]
    changes: Annotated[tuple[ChangeEntry, ...], Says("What changed.")]


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """One thing that was looked at."""

    name: Annotated[str, Says("What it is.")]
    state: Annotated[str, Says("How it is.", values="site_builder.environments.diagnosis:State")]
    message: Annotated[str, Says("What was found.")]
    hint: Annotated[str, Says("What to do about it; may be empty.")]


@dataclass(frozen=True, slots=True)
class DoctorDocument:
    """What `lesson doctor` found."""

    usable: Annotated[bool, Says("Whether this machine can build the lesson.")]
    findings: Annotated[tuple[FindingEntry, ...], Says("What was looked at.")]
