"""The hash-pinned requirement files as data: whether they are complete for every Python and system that this project supports.

Nothing is resolved when something is installed, so each file has to name everything. Here every requirement of every wheel is
followed, with its marker and extras, for each `Target`. What the wheels require stands in `requirements/metadata.json`, which
``make requirements`` writes from the wheels themselves. Pure: text in, faults out.

Sources: PEP 508 and the core metadata specification (https://packaging.python.org/en/latest/specifications/).
"""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging import tags
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "requirements"


@dataclass(frozen=True)
class Content:
    """What a file of pins has to satisfy.

    ``extras`` of `pyproject.toml` come with the project's own requirements; None leaves out both. ``sources`` are files of
    requirements in `requirements/`, ``builds`` adds what `pyproject.toml` says builds the project. Files that are not ``oldest``
    hold the releases of `all.txt`; those that are hold the oldest that the project allows, on the oldest Python.
    """

    extras: tuple[str, ...] | None = None
    sources: tuple[str, ...] = ()
    builds: bool = False
    oldest: bool = False


WHOLE = ("course", "test", "checkers")
CONTENTS: Mapping[str, Content] = {
    "all.txt": Content(WHOLE, ("build.in",), builds=True),
    "records.txt": Content((*WHOLE, "training", "lesson"), ("build.in",), builds=True),
    "records-cpu.txt": Content((*WHOLE, "training", "lesson"), ("build.in",), builds=True),
    "lesson.txt": Content(()),
    "release.txt": Content(sources=("release.in",), builds=True),
    "recipe.txt": Content(sources=("recipe.in",)),
    "floors.txt": Content((), oldest=True),
}
"""Every file of pins; `all.txt` comes first."""


@dataclass(frozen=True)
class Pin:
    """One line of a requirement file, with the continuation lines that hold its digests."""

    requirement: Requirement
    version: str
    text: str

    @property
    def name(self) -> str:
        """The normalised name of the package."""
        return canonicalize_name(self.requirement.name)

    @property
    def key(self) -> str:
        """The name under which the metadata of this release are kept."""
        return f"{self.name}=={self.version}"


def read_pins(text: str) -> tuple[Pin, ...]:
    """Return the pins of a requirement file in their order; the option that forbids to build from source is no pin.

    Raises:
        ValueError: a line is not a pin with at least one digest.
    """
    found = []
    for block in re.findall(r"^(?!--only-binary :all:$)[^\s#].*(?:\n[ \t]+--hash.*)*", text, re.MULTILINE):
        requirement = Requirement(block.partition("\\")[0].strip())
        exact = [item.version for item in requirement.specifier if item.operator == "==" and not item.version.endswith("*")]
        if len(exact) != 1 or "--hash=sha256:" not in block:
            raise ValueError(f"not a pin with a digest: {block.splitlines()[0]}")
        found.append(Pin(requirement, exact[0], block))
    return tuple(found)


@dataclass(frozen=True)
class Target:
    """A Python on a system, as the markers and the names of wheels see it."""

    python: str
    system: str
    machine: str

    def __str__(self) -> str:
        return f"Python {self.python} on {self.system} ({self.machine})"

    @property
    def environment(self) -> dict[str, str]:
        """The values of the environment markers."""
        platform, os_name = {"Linux": ("linux", "posix"), "Darwin": ("darwin", "posix"), "Windows": ("win32", "nt")}[self.system]
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "os_name": os_name,
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": self.python,
            "python_version": self.python.rpartition(".")[0],
            "sys_platform": platform,
            "extra": "",
        }

    @functools.cached_property
    def tags(self) -> frozenset[tags.Tag]:
        """The tags of the wheels that pip would install here."""
        version = tuple(int(part) for part in self.python.split(".")[:2])
        if self.system == "Linux":
            platforms = [f"manylinux_2_{minor}_{self.machine}" for minor in range(36, 4, -1)]  # Debian 12 and newer
            platforms += [f"manylinux{year}_{self.machine}" for year in ("2014", "2010", "1")] + [f"linux_{self.machine}"]
        elif self.system == "Darwin":
            platforms = list(tags.mac_platforms((14, 0), self.machine))
        else:
            platforms = ["win_amd64"]
        interpreter = f"cp{version[0]}{version[1]}"
        return frozenset(tags.cpython_tags(version, platforms=platforms)) | frozenset(tags.compatible_tags(version, interpreter, platforms))


PYTHONS = ("3.11.0", "3.11.14", "3.12.0", "3.12.12", "3.13.0", "3.13.9", "3.14.0", "3.14.2")
"""The first release of each supported Python, and a late one: some wheels ask for 3.11.5."""
SYSTEMS = (("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Darwin", "x86_64"), ("Windows", "AMD64"))
TARGETS = tuple(Target(python, system, machine) for python in PYTHONS for system, machine in SYSTEMS)


def targets(name: str) -> tuple[Target, ...]:
    """Return where a file of pins has to be complete."""
    oldest = PYTHONS[1].rpartition(".")[0] if CONTENTS[name].oldest else ""
    return tuple(target for target in TARGETS if target.python.startswith(oldest))


@dataclass(frozen=True)
class Metadata:
    """What wheels of one release require; the wheels of a release can differ."""

    releases: Mapping[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, path: Path = FOLDER / "metadata.json") -> Metadata:
        """Return the content of a file that ``make requirements`` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def of(self, key: str, target: Target) -> dict[str, Any] | None:
        """Return ``requires`` and ``python`` of the wheel of a release that suits the target, or None where no wheel does."""
        for variant in self.releases.get(key, ()):
            if any(fits(wheel, target) for wheel in variant["wheels"]):
                return variant
        return None


@functools.cache
def _wheel_tags(name: str) -> frozenset[tags.Tag]:
    return parse_wheel_filename(name)[3]


@functools.cache
def fits(wheel: str, target: Target) -> bool:
    """Tell whether a wheel of this file name can be installed on the target."""
    return not _wheel_tags(wheel).isdisjoint(target.tags)


@functools.cache
def _applies(text: str, target: Target, extra: str = "") -> Requirement | None:
    """Return a requirement without its marker where it applies, else None."""
    requirement = Requirement(text)
    if requirement.marker is not None and not requirement.marker.evaluate({**target.environment, "extra": extra}):
        return None
    return requirement


def roots(name: str, pyproject: Path = ROOT / "pyproject.toml", folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the requirements that the file ``name`` has to satisfy."""
    content, table = CONTENTS[name], tomllib.loads(pyproject.read_text(encoding="utf-8"))
    project = table["project"]
    own = [] if content.extras is None else [*project["dependencies"], *(_extras(project, content.extras))]
    listed = [line for source in content.sources for line in (folder / source).read_text(encoding="utf-8").splitlines() if line]
    return (*own, *(table["build-system"]["requires"] if content.builds else ()), *listed)


def _extras(project: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from project["optional-dependencies"][name]


@dataclass
class Walk:
    """Follows all requirements for one target, and keeps what is wrong and which lines were needed."""

    pins: tuple[Pin, ...]
    metadata: Metadata
    target: Target
    faults: list[str] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)

    def run(self, wanted: Iterable[str]) -> Walk:
        """Follow the requirements ``wanted`` and everything that they lead to."""
        chosen = self._chosen()
        queue = [(text, "this project", "") for text in wanted]
        done = set()
        while queue:
            text, by, extra = queue.pop()
            requirement = _applies(text, self.target, extra)
            if requirement is None or (text, by, extra) in done:
                continue
            done.add((text, by, extra))
            queue.extend(self._follow(requirement, by, chosen))
        return self

    def _chosen(self) -> dict[str, Pin]:
        chosen: dict[str, Pin] = {}
        for pin in self.pins:
            if _applies(pin.text.partition("\\")[0].strip(), self.target) is not None:
                if pin.name in chosen:
                    self.faults.append(f"{self.target}: two lines name {pin.name}")
                chosen[pin.name] = pin
        return chosen

    def _follow(self, requirement: Requirement, by: str, chosen: Mapping[str, Pin]) -> Iterator[tuple[str, str, str]]:
        pin = chosen.get(canonicalize_name(requirement.name))
        if pin is None:
            self.faults.append(f"{self.target}: {by} needs {requirement}, which no line pins")
            return
        self.needed.add(pin.text)
        if not requirement.specifier.contains(pin.version, prereleases=True):
            self.faults.append(f"{self.target}: {by} needs {requirement}, and the line says {pin.version}")
        wheel = self.metadata.of(pin.key, self.target)
        if wheel is None:
            self.faults.append(f"{self.target}: {pin.key} has no wheel")
            return
        if not SpecifierSet(wheel["python"]).contains(self.target.python):
            self.faults.append(f"{self.target}: {pin.key} is for Python {wheel['python']}")
        for text in wheel["requires"]:
            for extra in ("", *sorted(requirement.extras)):
                yield text, pin.key, extra


def examine(name: str, pins: tuple[Pin, ...], metadata: Metadata) -> tuple[list[str], list[str]]:
    """Return what a file of this name lacks, and the lines of it that no target needs."""
    wanted = roots(name)
    walks = [Walk(pins, metadata, target).run(wanted) for target in targets(name)]
    needed = set().union(*(walk.needed for walk in walks))
    return [fault for walk in walks for fault in walk.faults], [
        pin.text.partition("\\")[0].strip() for pin in pins if pin.text not in needed
    ]
