"""Whether an installed environment still has its files: compared with the list that every conda package leaves in ``conda-meta``.

The list is the one of conda (https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html, ``paths.json``) with the
paths as they were linked. What two packages bring, or a package's own script changes, is not taken for damage where one of them fits.
"""

from __future__ import annotations

import base64
import csv
import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files
from site_builder.environments.base import PackageSet
from site_builder.environments.installation.prefix import META
from site_builder.errors import EnvironmentUnavailable

SHOWN = 3
"""How many damaged files a message names."""

MISSING = "is missing"
SIZE = "has another size"
CHANGED = "has other content"
UNREADABLE = "cannot be read"
COMPILED = ".pyc"
"""Python writes these anew whenever it wants to."""


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """A file of an environment that is not what its package brought; ``file`` is relative to the prefix."""

    package: str
    file: str
    what: str

    def __str__(self) -> str:
        """Return it as a clause."""
        return f"{self.file} of {self.package} {self.what}"


def damages(prefix: Path, packages: PackageSet | None = None, *, digests: bool = False) -> tuple[Damage, ...]:
    """Return what is damaged in a prefix, sorted by package and file: by presence and size, with ``digests`` by content too.

    All of ``packages`` have to be there; those from the Python Package Index are looked at by the lists of their wheels.
    """
    found: dict[str, list[Damage]] = {}
    fits: set[str] = set()
    names: set[str] = set()
    index = {canonical(package.name) for package in packages.packages if not package.build} if packages else set()
    for name, path, row in (*_rows(prefix), *_wheel_rows(prefix, index)):
        names.add(name)
        what = UNREADABLE if row is None else _judged(prefix / path, row, digests=digests)
        if what:
            found.setdefault(path, []).append(Damage(name, path, what))
        else:
            fits.add(path)
    wanted = {package.name for package in packages.packages if package.build} if packages else set()
    lost = [Damage(name, f"{META}/{name}-*.json", MISSING) for name in wanted - names]
    lost += [Damage(name, f"{name}-*.dist-info", MISSING) for name in index - names]
    return tuple(sorted([*lost, *(rows[0] for path, rows in found.items() if path not in fits)]))


def still_damaged(environment: str, prefix: Path, found: tuple[Damage, ...]) -> EnvironmentUnavailable:
    """Return the error for an environment that installing again did not repair."""
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    message = f"environment `{environment}` is damaged: {'; '.join(map(str, found[:SHOWN]))}{more}"
    hint = f"delete {prefix} and the package cache (`pixi clean cache`), then run it again"
    return EnvironmentUnavailable(message, hint=hint)


def _rows(prefix: Path) -> Iterator[tuple[str, str, Mapping[str, Any] | None]]:
    """Yield package, path and entry of every file that a package lists; None for a list that is no list."""
    for record in sorted((prefix / META).glob("*.json")):
        listed = f"{META}/{record.name}"
        try:
            read = json.loads(record.read_bytes())
            name = str(read["name"])
            paths = list((read.get("paths_data") or {}).get("paths") or ())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            yield record.stem.rsplit("-", 2)[0], listed, None
            continue
        yield name, listed, {}
        for row in paths:
            if isinstance(row, dict) and isinstance(row.get("_path"), str):
                yield name, row["_path"], row


def canonical(name: str) -> str:
    """Return the name of a project by which spellings of it are equal (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _wheel_rows(prefix: Path, wanted: Collection[str]) -> Iterator[tuple[str, str, Mapping[str, Any] | None]]:
    """Yield package, path and entry of every file that a wheel of the ``wanted`` packages lists, as `_rows` does.

    Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/. Scripts name the environment's place, so
    that they have only to be there.
    """
    found = [path for folder in ("lib/python*/site-packages", "Lib/site-packages") for path in prefix.glob(f"{folder}/*.dist-info")]
    for described in sorted(found) if wanted else ():
        name = canonical(described.name.removesuffix(".dist-info").rpartition("-")[0])
        if name not in wanted:
            continue
        listed = described / "RECORD"
        site = described.parent.relative_to(prefix)
        try:
            rows = list(csv.reader(listed.read_text(encoding="utf-8").splitlines()))
        except (OSError, ValueError, csv.Error):
            yield name, listed.relative_to(prefix).as_posix(), None
            continue
        yield name, listed.relative_to(prefix).as_posix(), {}
        for path, digest, size in (row for row in rows if len(row) == 3):
            place = PurePosixPath(os.path.normpath(f"{site.as_posix()}/{path}")).as_posix()
            kind, _, text = digest.partition("=")
            fixed = not path.startswith("..") and kind == "sha256"
            entry = {"size_in_bytes": int(size), "sha256": _hexadecimal(text)} if fixed and size.isdecimal() else {}
            yield name, place, entry


def _hexadecimal(text: str) -> str:
    """Return a digest that is written in base64 without padding."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex()
    except ValueError:
        return "unreadable"


def _judged(path: Path, row: Mapping[str, Any], *, digests: bool) -> str:
    """Return what is wrong with one file, or nothing.

    A text with the prefix in it changes its length when it is linked; its digest in the prefix is recorded by some installers alone.
    """
    if path.name.endswith(COMPILED) or row.get("path_type") == "directory":
        return ""
    try:
        here = path.lstat() if row.get("path_type") == "softlink" else path.stat()
    except OSError:
        return MISSING
    if not stat.S_ISREG(here.st_mode):
        return ""
    size, own = row.get("size_in_bytes"), row.get("prefix_placeholder")
    if isinstance(size, int) and here.st_size != size and not (own and row.get("file_mode") != "binary"):
        return SIZE
    wanted = row.get("sha256_in_prefix") or (None if own else row.get("sha256"))
    if digests and wanted and os.access(path, os.R_OK) and files.digest_of(path.resolve()) != str(wanted).lower():
        return CHANGED
    return ""
