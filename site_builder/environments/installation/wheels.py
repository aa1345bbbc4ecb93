"""Install the wheels that a lock has from the Python Package Index: each by its address and SHA-256, by uv or pip; nothing is resolved.

Sources: https://pip.pypa.io/en/stable/topics/secure-installs/ (hashes, `--no-deps`), https://docs.astral.sh/uv/pip/ for uv.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from site_builder import files, processes
from site_builder.environments.base import Package
from site_builder.environments.installation.prefix import WINDOWS, python
from site_builder.errors import EnvironmentUnavailable

SUFFIX = ".whl"
TIMEOUT = 1800.0
"""Seconds for all wheels together: some are of gigabytes."""

LAST = 3
"""Lines at the end of an installer's words that a message has."""

OPTIONS = ("--no-deps", "--no-index", "--require-hashes")
HEAD = 400
"""Bytes of a script in which its interpreter is named."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of a lock: its package with the SHA-256, and its address."""

    package: Package
    address: str

    @property
    def requirement(self) -> str:
        """The line of a file of requirements that names it (PEP 508, with the hash that has to fit)."""
        return f"{self.package.name} @ {self.address} --hash=sha256:{self.package.digest}"


def wheels_of(found: Iterable[tuple[Any, Package]], environment: str, lock: Path) -> tuple[Wheel, ...]:
    """Return the wheels among a lock's rows, sorted by name.

    Raises:
        EnvironmentUnavailable: a package is no wheel (a source distribution, a repository, a folder), or has no SHA-256; all are named.
    """
    rows = [(package, _address(str(row.location), lock)) for row, package in found if getattr(row, "package_record", None) is None]
    refused = [package.name for package, address in rows if not _is_wheel(address)]
    if refused:
        message = f"environment `{environment}` has packages that are no wheels, which need Pixi: {', '.join(sorted(refused))}"
        raise EnvironmentUnavailable(message, hint="install Pixi")
    if rows and WINDOWS:
        names = ", ".join(sorted(package.name for package, _ in rows))
        message = f"environment `{environment}` has packages from the Python Package Index, which need Pixi on Windows: {names}"
        raise EnvironmentUnavailable(message, hint="install Pixi")
    without = [package.name for package, _ in rows if not package.digest]
    if without:
        message = f"environment `{environment}` has packages without a SHA-256 in the lock: {', '.join(sorted(without))}"
        raise EnvironmentUnavailable(message, hint="run `pixi lock` and commit the lock, or install Pixi")
    return tuple(Wheel(package, address) for package, address in sorted(rows))


def _address(location: str, lock: Path) -> str:
    """Return where a package is: a path in the lock counts from its folder."""
    return location if urlsplit(location).scheme else (lock.absolute().parent / location).as_uri()


def _is_wheel(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "file") and parts.path.endswith(SUFFIX)


def install_wheels(wheels: Sequence[Wheel], prefix: Path, place: Path, environment: str, *, offline: bool = False) -> None:
    """Install wheels into an environment at ``prefix`` that will be used at ``place``; nothing is asked for what they do not name.

    Raises:
        EnvironmentUnavailable: there is no installer, or a wheel cannot be had, or its SHA-256 is another one.
    """
    if not wheels:
        return
    with files.temporary_folder(prefix.parent, f".{place.name}.wheels.") as folder:
        listed = folder / "wheels.txt"
        files.write_text(listed, "".join(f"{wheel.requirement}\n" for wheel in wheels))
        done = processes.run(
            (*_installer(prefix, offline=offline), "--requirement", str(listed)), environment=_variables(), timeout=TIMEOUT
        )
    if done.status:
        words = [line.strip() for line in (done.errors.strip() or done.output.strip()).splitlines() if line.strip()]
        said = "; ".join(line.removeprefix("ERROR: ") for line in words[-LAST:]) or f"exit status {done.status}"
        fault = "a wheel is not the one that is locked" if "hash" in " ".join(words).lower() else "wheels cannot be installed"
        hint = "run it again; if it stays so, run `pixi lock` and look at what changed"
        raise EnvironmentUnavailable(f"environment `{environment}`: {fault}: {said}", hint=hint)
    _lead_to(place, prefix)


def _installer(prefix: Path, *, offline: bool) -> tuple[str, ...]:
    """Return the command that installs into an environment: uv if it is there, else the builder's own pip."""
    interpreter = str(python(prefix).absolute())
    if program := shutil.which("uv"):
        # Copies: what damages a file of the environment would damage uv's cache with a link, from which it is repaired.
        own = ("--no-config", "--no-build", "--quiet", "--link-mode", "copy", *(("--offline",) if offline else ()))
        return (program, "pip", "install", "--python", interpreter, "--break-system-packages", *own, *OPTIONS)
    if offline:
        raise EnvironmentUnavailable("wheels are missing and Pixi is in offline mode", hint="install uv, whose cache may have them")
    if importlib.util.find_spec("pip") is None:
        hint = "install uv or Pixi, or pip beside the builder"
        raise EnvironmentUnavailable("packages from the Python Package Index need uv or pip, and neither is here", hint=hint)
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-warn-script-location")
    own = ("--isolated", "--python", interpreter)
    return (sys.executable, "-m", "pip", *own, "install", *quiet, "--no-compile", "--only-binary", ":all:", *OPTIONS)


def _variables() -> dict[str, str]:
    """Return the variables of the installer: nothing that would lead it, or the interpreter that it uses, elsewhere."""
    left_out = ("PYTHON", "PIP_", "UV_", "VIRTUAL_ENV", "CONDA_PREFIX")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | {"PIP_BREAK_SYSTEM_PACKAGES": "1"}


def _lead_to(place: Path, prefix: Path) -> None:
    """Have the scripts of wheels name the interpreter at the place where the environment will be used."""
    if prefix.absolute() == place.absolute():
        return
    before, after = os.fsencode(str(prefix.absolute())), os.fsencode(str(place.absolute()))
    for path in sorted((prefix / "bin").iterdir()):
        if files.is_file(path) and not path.is_symlink():
            data = files.read_bytes(path)
            if data.startswith(b"#!") and before in data[:HEAD]:
                files.write_bytes(path, data[:HEAD].replace(before, after) + data[HEAD:])
                files.copy_permissions(python(prefix), path)
