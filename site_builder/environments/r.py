"""R on this machine or in an environment: where its libraries are, which packages they hold, and how one gets those that are missing."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from site_builder.environments.base import PackageSet

VARIABLES = ("R_LIBS", "R_LIBS_SITE", "R_LIBS_USER", "R_HOME")
"""What says where R's packages are (R, ``?libPaths``)."""

PERSONAL = "R/%p-library/%v"
"""The personal library below a home folder, as R's own file ``Renviron`` names it: ``%p`` and ``%v`` are platform and version."""

_VERSION = re.compile(r"^Version:[ \t]*(\S+)", re.MULTILINE)


def variables(source: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which R finds the packages of this user, whose home folder episodes do not see."""
    found = {name: source[name] for name in VARIABLES if source.get(name)}
    if os.name != "nt":
        found.setdefault("R_LIBS_USER", str(Path.home() / PERSONAL))
    return found


def missing_packages(names: Iterable[str], libraries: Iterable[Path] | None = None) -> tuple[str, ...]:
    """Return the R packages that none of R's libraries on this machine holds, in the order given (R, ``.libPaths``)."""
    folders = _libraries() if libraries is None else tuple(libraries)
    return tuple(name for name in names if not any((folder / name / "DESCRIPTION").is_file() for folder in folders))


ENGINES = {"python": "reticulate", "julia": "JuliaCall"}
"""Packages by which knitr runs chunks of other languages; without them it stops (knitr manual, "Language engines")."""


def needed_for(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the R packages without which knitr cannot run a document with chunks in these languages."""
    return ("knitr", *sorted({ENGINES[language] for language in languages if language in ENGINES}))


def lacking_packages(names: Iterable[str], packages: PackageSet, *, shared: bool) -> tuple[str, ...]:
    """Return the R packages that an environment lacks: what is installed here counts where it is ``shared``, else what is locked."""
    if shared:
        return missing_packages(names) if shutil.which("Rscript") else tuple(names)
    there = {package.name for package in packages.packages}
    return tuple(name for name in names if f"r-{name.lower()}" not in there)


def installing(names: Iterable[str]) -> str:
    """Say how to get R packages: for Pixi, on Debian, and by R itself."""
    found = tuple(names)
    conda = " ".join(f"r-{name.lower()}" for name in found)
    debian = " ".join(f"r-cran-{name.lower()}" for name in found)
    quoted = ", ".join(f'"{name}"' for name in found)
    own = f"install.packages({quoted if len(found) == 1 else f'c({quoted})'})"
    return f"`pixi add {conda}`; on Debian `apt install {debian}`; in R `{own}`"


def library_digest() -> str:
    """Return a digest over name and version of every R package on this machine, empty where there is no R."""
    if not shutil.which("Rscript"):
        return ""
    return _digest(tuple((folder, folder.stat().st_mtime_ns) for folder in _libraries() if folder.is_dir()))


@functools.lru_cache(maxsize=8)  # asked for each episode; installing a package changes its library's time
def _digest(libraries: tuple[tuple[Path, int], ...]) -> str:
    found: dict[str, str] = {}
    for folder, _ in libraries:
        for name, version in _packages(folder):
            found.setdefault(name, version)
    return hashlib.sha256("\n".join(f"{name} {found[name]}" for name in sorted(found)).encode()).hexdigest()


def _packages(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*/DESCRIPTION")):
        version = _VERSION.search(file.read_text(encoding="utf-8", errors="replace"))
        yield file.parent.name, version[1] if version else ""


def _libraries() -> tuple[Path, ...]:
    values = (os.environ.get(name, "") for name in ("R_LIBS", "R_LIBS_SITE", "R_LIBS_USER"))
    named = [Path(folder) for value in values for folder in value.split(os.pathsep) if folder]
    own = sorted(Path.home().glob("R/*-library/*"))
    system = [Path(top, "lib/R", part) for top in (sys.prefix, "/usr", "/usr/local") for part in ("library", "site-library")]
    return (*named, *own, *system)
