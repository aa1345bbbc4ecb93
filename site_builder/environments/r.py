"""R on this machine or in an environment: its version, which packages its libraries hold, and how one gets those that are missing."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder import files, processes
from site_builder.environments import machine
from site_builder.environments.base import Package, PackageSet

VARIABLES = ("R_LIBS", "R_LIBS_SITE", "R_LIBS_USER", "R_HOME")
"""What says where R's packages are (R, ``?libPaths``)."""

PERSONAL = "R/%p-library/%v"
PERSONAL_ON_MACOS = "Library/R/%a/%v/library"
"""The personal library below a home folder, as R itself names it: platform, version, architecture (R, ``?libPaths``)."""

ENGINES = {"python": "reticulate", "julia": "JuliaCall"}
"""Packages by which knitr runs chunks of other languages; without them it stops (knitr manual, "Language engines")."""

_ENGINES = (
    "R python julia awk bash coffee gawk groovy haskell lein mysql node octave perl php psql Rscript ruby sas scala sed sh stata zsh"
    " asis asy block block2 bslib c cat cc comment css ditaa dot embed eviews exec fish fortran fortran95 glue go highlight js mermaid"
    " ojs Rcpp rust sass scss sql stan targets tikz verbatim"
)
ENGINES_OF_KNITR = frozenset(_ENGINES.split())
"""Languages of chunks that knitr or a package for it runs (https://bookdown.org/yihui/rmarkdown/language-engines.html); code of others is
shown and does not run, of which knitr only warns.
"""

OLDEST_KNITR = (1, 42)
"""knitr of January 2023, the first one that tells which part of a document it begins (its NEWS, ``knitr.progress.fun``)."""

BIOCONDUCTOR = "Bioconductor"
"""The source of packages that have other names elsewhere (renv, "Lockfiles")."""

_VERSION = re.compile(r"^Version:[ \t]*(\S+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^[ \t]*(R_LIBS(?:_USER|_SITE)?)[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_ASK = 'cat(as.character(getRversion()), .libPaths(), sep = "\\n")'
_SECONDS = 20.0
_ASKING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Installation:
    """An R: its program, its version, and the libraries in which cells find packages, in their order."""

    program: str
    version: str
    libraries: tuple[Path, ...]


def variables(source: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which R finds the packages of this user, whose home folder episodes do not see.

    They are those that are set, in the environment or in the user's own ``.Renviron`` (R, ``?Startup``), of which nothing else is read.
    """
    found = {**_renviron(source), **{name: source[name] for name in VARIABLES if source.get(name)}}
    if os.name != "nt":
        names = (PERSONAL_ON_MACOS, PERSONAL) if sys.platform == "darwin" else (PERSONAL,)
        found.setdefault("R_LIBS_USER", os.pathsep.join(str(Path.home() / name) for name in names))
    return found


def _renviron(source: Mapping[str, str]) -> dict[str, str]:
    file = Path(source.get("R_ENVIRON_USER") or Path.home() / ".Renviron")
    if not files.is_file(file):
        return {}
    home = str(Path.home())
    found: dict[str, str] = {}
    for name, value in _ASSIGNED.findall(files.read_text(file)[0]):
        text = value.strip("\"'").replace("${HOME}", home).replace("$HOME", home)
        folders = (f"{home}{folder[1:]}" if folder.startswith("~") else folder for folder in text.split(os.pathsep))
        if "$" not in text:
            found[name] = os.pathsep.join(folders)
    return found


def own_variables() -> dict[str, str]:
    """Return what the processes of cells see on this machine, outside an environment."""
    allowed = machine.allowed_variables() | variables(os.environ)
    allowed["PATH"] = machine.joined_path(str(Path(sys.executable).parent), allowed.get("PATH", ""))
    return allowed


def installation() -> Installation | None:
    """Return the R of this machine as cells find it, None where there is none or it does not start."""
    with _ASKING:  # whoever comes while it is asked gets the same answer
        return _asked(tuple(sorted(own_variables().items())))


def ask_ahead() -> None:
    """Begin to ask for the R of this machine, which goes on while the caller does something else."""
    threading.Thread(target=installation, daemon=True).start()


@functools.lru_cache(maxsize=8)  # R takes an eighth of a second
def _asked(given: tuple[tuple[str, str], ...]) -> Installation | None:
    program = shutil.which("Rscript", path=dict(given)["PATH"])
    if program is None:
        return None
    home = {"HOME": str(Path(program).parent), "LC_ALL": "C.UTF-8"}
    done = processes.run((program, "--no-init-file", "-e", _ASK), environment={**dict(given), **home}, timeout=_SECONDS)
    lines = done.output.splitlines()
    return None if done.status or not lines else Installation(program, lines[0], tuple(Path(line) for line in lines[1:]))


def installed_version(name: str) -> str:
    """Return the version of a package in this machine's R, empty where there is none."""
    found = installation()
    places = (folder / name / "DESCRIPTION" for folder in (found.libraries if found else ()))
    return next((_version_in(place) for place in places if files.is_file(place)), "")


def missing_packages(names: Iterable[str], libraries: Iterable[Path] | None = None) -> tuple[str, ...]:
    """Return the R packages that none of R's libraries on this machine holds, in the order given (R, ``.libPaths``)."""
    wanted = tuple(names)
    found = installation() if wanted and libraries is None else None  # R is started for lessons that need packages alone
    folders = tuple(libraries) if libraries is not None else found.libraries if found else ()
    return tuple(name for name in wanted if not any((folder / name / "DESCRIPTION").is_file() for folder in folders))


def needed_for(languages: Iterable[str], *, kernel: bool = False) -> tuple[str, ...]:
    """Return the R packages without which knitr cannot run a document with chunks in these languages. A Python ``kernel`` will do too."""
    own = {"python"} if kernel else set()
    return ("knitr", *sorted({ENGINES[language] for language in {*languages} - own if language in ENGINES}))


def lacking_packages(names: Iterable[str], packages: PackageSet, *, shared: bool) -> tuple[str, ...]:
    """Return the R packages that an environment lacks: what is installed here counts where it is ``shared``, else what is locked."""
    if shared:
        return missing_packages(names)
    there = {package.name for package in packages.packages}
    return tuple(name for name in names if there.isdisjoint((f"r-{name.lower()}", f"bioconductor-{name.lower()}")))


def installing(names: Iterable[str], sources: Mapping[str, str] | None = None, lock: str = "") -> str:
    """Say how to get R packages: for Pixi, on Debian, and by R itself, from a ``lock`` file of renv if there is one.

    ``sources`` names the repository of each, as renv does; without it that is CRAN.
    """
    found, known = tuple(names), sources or {}
    foreign = {name for name in found if known.get(name) == BIOCONDUCTOR}
    conda = " ".join(f"{'bioconductor' if name in foreign else 'r'}-{name.lower()}" for name in found)
    debian = " ".join(f"r-{'bioc' if name in foreign else 'cran'}-{name.lower()}" for name in found)
    ways = (("install.packages", [name for name in found if name not in foreign]), ("BiocManager::install", [*foreign]))
    own = "; ".join(f"{call}({_vector(sorted(each) if call.startswith('Bioc') else each)})" for call, each in ways if each)
    own = f'renv::restore(lockfile = "{lock}")' if lock else own
    return f"`pixi add {conda}`; on Debian `apt install {debian}`; in R `{own}`"


def _vector(names: Iterable[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"c({', '.join(quoted)})"


def own_packages(environment: str) -> PackageSet:
    """Return what runs R Markdown outside a locked environment: R itself; of its packages `library_digest` tells."""
    found = installation()
    return PackageSet(environment, machine.subdir(), (Package("R", found.version),) if found else ())


def library_digest() -> str:
    """Return a digest over name and version of every R package on this machine, empty where there is no R."""
    found = installation()
    return _digest(tuple((folder, folder.stat().st_mtime_ns) for folder in found.libraries if folder.is_dir())) if found else ""


@functools.lru_cache(maxsize=8)  # asked for each episode; installing a package changes its library's time
def _digest(libraries: tuple[tuple[Path, int], ...]) -> str:
    found: dict[str, str] = {}
    for folder, _ in libraries:
        for name, version in _packages(folder):
            found.setdefault(name, version)
    return hashlib.sha256("\n".join(f"{name} {found[name]}" for name in sorted(found)).encode()).hexdigest()


def _packages(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*/DESCRIPTION")):
        yield file.parent.name, _version_in(file)


def _version_in(description: Path) -> str:
    version = _VERSION.search(description.read_text(encoding="utf-8", errors="replace"))
    return version[1] if version else ""
