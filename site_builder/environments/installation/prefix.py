"""An installed environment's folder: its interpreter, and the stamps that mark it as complete."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from site_builder import files
from site_builder.environments.base import PackageSet
from site_builder.errors import EnvironmentUnavailable

WINDOWS = os.name == "nt"
META = "conda-meta"

FOLDER = Path(".lesson") / "envs"
"""Below a lesson's folder: the environments that `lesson environment install` made."""

DIGITS = 32
"""Hexadecimal digits of the digest of an environment's packages by which it is named in a folder that lessons share."""

STAMP = "lesson-stamp"
"""Ours, in ``conda-meta/``: written last, so that only complete environments have it. Not ``.json``: those are package records."""

PLACE = "pixi_env_prefix"
"""Pixi's own, beside it: the path that the prefix was made for; the next installation rewrites it and nothing else."""

FINGERPRINT = ".pixi-environment-fingerprint"
"""Pixi's own (0.71): 16 hexadecimal digits after a finished installation, other text during one."""


def python(prefix: Path) -> Path:
    """Return the path of the prefix's Python."""
    return prefix / ("python.exe" if WINDOWS else "bin/python")


def has_ipykernel(prefix: Path) -> bool:
    """Tell whether ipykernel is installed there, from conda or from the Python Package Index."""
    patterns = (f"{META}/ipykernel-*.json", "lib/python*/site-packages/ipykernel", "Lib/site-packages/ipykernel")
    return any(next(prefix.glob(pattern), None) is not None for pattern in patterns)


def require_kernel(prefix: Path, environment: str, manifest: str) -> None:
    """Make sure that a kernel can be started there.

    Raises:
        EnvironmentUnavailable: the environment has no Python or no ipykernel.
    """
    for name, present in (("python", python(prefix).exists()), ("ipykernel", has_ipykernel(prefix))):
        if not present:
            hint = f"add {name} to it in {manifest}, run `pixi lock` and commit the lock"
            raise EnvironmentUnavailable(f"environment `{environment}` lacks {name}", hint=hint)


def is_stamped(prefix: Path, stamp: str) -> bool:
    """Tell whether the prefix was finished with exactly this stamp at this path: a prefix cannot be moved."""
    path = prefix / META / STAMP
    return files.is_file(path) and files.read_bytes(path).decode(errors="replace") == _in_place(prefix, stamp)


def set_stamp(prefix: Path, stamp: str, place: Path) -> None:
    """Mark the prefix as complete, for its final path.

    Raises:
        MachineError: it cannot be written.
    """
    files.write_text(prefix / META / STAMP, _in_place(place, stamp))


def moved(prefix: Path) -> bool:
    """Tell whether a prefix was made for another path, by our stamp or Pixi's note: its scripts name an interpreter that is gone."""
    meta = prefix / META
    found = [_read(meta / STAMP).partition("\n")[2].strip(), _read(meta / PLACE).strip()]
    here = prefix.absolute()
    return any(name and Path(name) != here and Path(name).resolve() != here.resolve() for name in found)


def forget_stamp(prefix: Path) -> None:
    """Have the prefix count as incomplete until it is stamped again."""
    files.remove_file(prefix / META / STAMP)


def _read(path: Path) -> str:
    return files.read_bytes(path).decode(errors="replace") if files.is_file(path) else ""


def _in_place(place: Path, stamp: str) -> str:
    return f"{stamp}\n{place.absolute()}\n"


def installed_stamp(packages: PackageSet) -> str:
    """Return the stamp of an environment that py-rattler installed: its packages, digest by digest."""
    return f"py-rattler {packages.digest}"


def pixi_stamp(prefix: Path, environment: str, facts: Iterable[bytes], manifest: Path) -> str:
    """Return the stamp of a prefix that Pixi installed, or nothing where Pixi's own fingerprint does not mark it as finished.

    ``facts`` are what makes Pixi check again when it changes: its version, the bytes of manifest and lock.
    """
    fingerprint = prefix / META / FINGERPRINT
    if not files.is_file(fingerprint) or not _names(prefix / META / "pixi", environment, manifest):
        return ""
    finished = files.read_bytes(fingerprint)
    if not re.fullmatch(rb"[0-9a-f]{16}", finished):
        return ""
    parts = [environment.encode(), finished, *facts]
    return "pixi " + hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def _names(path: Path, environment: str, manifest: Path) -> bool:
    """Tell whether Pixi's note in the prefix names this environment of this manifest."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return note["environment_name"] == environment and Path(note["manifest_path"]).resolve() == manifest.resolve()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
