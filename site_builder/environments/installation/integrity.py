"""Whether an installed environment still has its files: compared with the list that every conda package leaves in ``conda-meta``.

The list is the one of conda (https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html, ``paths.json``) with the
paths as they were linked. What two packages bring, or a package's own script changes, is not taken for damage where one of them fits.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
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

    Packages from the Python Package Index leave no such list and are not looked at; of ``packages``, all others have to be there.
    """
    found: dict[str, list[Damage]] = {}
    fits: set[str] = set()
    names: set[str] = set()
    for name, path, row in _rows(prefix):
        names.add(name)
        what = UNREADABLE if row is None else _judged(prefix / path, row, digests=digests)
        if what:
            found.setdefault(path, []).append(Damage(name, path, what))
        else:
            fits.add(path)
    wanted = {package.name for package in packages.packages if package.build} if packages else set()
    lost = [Damage(name, f"{META}/{name}-*.json", MISSING) for name in wanted - names]
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
