"""The place of a virtual environment: what is there, whether it is whole, and making room for a new one without losing anything."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAMP = ".set-up.json"
"""Written last: an environment without it is half-made."""
BEGUN = ".set-up-begun"
"""Written first: an environment that this program began."""
WINDOWS = os.name == "nt"


@dataclass(frozen=True)
class Place:
    """A virtual environment for a file of requirements and a project.

    ``folder`` is absolute; links before it are not followed, since a moved environment is a broken one.
    """

    folder: Path
    requirements: Path
    project: Path

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    @property
    def stamp(self) -> dict[str, Any]:
        """What was written when it was complete; empty where it is not."""
        try:
            found = json.loads((self.folder / STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def wanted(self) -> dict[str, str]:
        """Return what the stamp of a current environment says."""
        return {
            "place": str(self.folder),
            "python": str(Path(getattr(sys, "_base_executable", sys.executable) or sys.executable).resolve()),
            "version": f"{sys.version_info[0]}.{sys.version_info[1]}",
            "requirements": _digest(self.requirements),
            "project": _digest(self.project / "pyproject.toml"),
        }

    def reason(self) -> str:
        """Say why the environment has to be made (again), or return an empty text; a changed project alone is no reason."""
        if not os.path.lexists(self.folder):
            return "it is not there yet"
        stamp, wanted = self.stamp, self.wanted()
        if not stamp:
            return "it is only half made" if self.ours() else "something else is there"
        if stamp.get("place") != wanted["place"]:
            return f"it was made for {stamp.get('place')}"
        if stamp.get("requirements") != wanted["requirements"]:
            return f"{self.requirements.name} has changed"
        if (stamp.get("python"), stamp.get("version")) != (wanted["python"], wanted["version"]):
            return f"it was made with {stamp.get('python')} (Python {stamp.get('version')})"
        if self._runs() != wanted["version"]:
            return "its Python does not start any more"
        lacking = sorted(set(stamp.get("packages", ())) - set(self.installed()))
        return f"{', '.join(lacking[:3])} {'is' if len(lacking) == 1 else 'are'} missing in it" if lacking else ""

    def ours(self) -> bool:
        """Tell whether this program, or the Makefile before it, made what is there."""
        return any((self.folder / name).is_file() for name in (STAMP, BEGUN, ".requirements"))

    def complete_by_hand(self) -> bool:
        """Tell whether somebody else made what is there, and it has the project and every pin that has no marker, exactly."""
        if self.ours() or not (self.folder / "pyvenv.cfg").is_file() or self._runs() != self.wanted()["version"]:
            return False
        found = self.installed()
        pins = re.findall(r"^([\w.-]+)==([^\s;]+) \\\\", self.requirements.read_text(encoding="utf-8"), re.MULTILINE)
        return self.project_name() in found and all(found.get(_normal(name)) == version for name, version in pins)

    def project_name(self) -> str:
        """Return the normalised name of the project."""
        own = re.search(r'^name = "([^"]+)"', (self.project / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
        return _normal(own[1]) if own else ""

    def project_changed(self) -> bool:
        """Tell whether the project's own entry has to be installed again."""
        return bool(self.stamp.get("project") != self.wanted()["project"])

    def installed(self) -> dict[str, str]:
        """Return the installed packages, normalised name to version, by their folders of metadata."""
        found = {}
        for folder in self.folder.glob("Lib/site-packages" if WINDOWS else "lib/python3.*/site-packages"):
            for path in folder.glob("*.dist-info"):
                name, _, version = path.name.removesuffix(".dist-info").partition("-")
                found[_normal(name)] = version
        return found

    def finish(self) -> None:
        """Write the stamp, in one step."""
        pinned = re.findall(r"^([\w.-]+)==", self.requirements.read_text(encoding="utf-8"), re.MULTILINE)
        names = set(map(_normal, pinned))
        text = json.dumps(self.wanted() | {"packages": sorted(names & set(self.installed()))}, indent=1)
        draft = self.folder / f"{STAMP}.new"
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(self.folder / STAMP)

    def _runs(self) -> str:
        command = [str(self.python), "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.strip()
        except (OSError, subprocess.TimeoutExpired):
            return ""


def _normal(name: str) -> str:
    """Return a name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def additions(place: Place) -> list[str]:
    """Return the packages that somebody put into a complete environment besides: ``name==version``."""
    stamp = place.stamp
    known = {*stamp.get("packages", ()), place.project_name(), "pip", "setuptools", "wheel"}
    return sorted(f"{name}=={version}" for name, version in place.installed().items() if name not in known) if stamp else []


@contextlib.contextmanager
def room(place: Place) -> Iterator[Path | None]:
    """Make room for a new environment. What was there comes back if the body fails.

    If it succeeds, an environment of ours is removed, and anything else stays beside it; yields where that is, or None.
    """
    before = Place(_free(place.folder, "before"), place.requirements, place.project)
    aside = before.folder
    if place.stamp or (place.folder / ".requirements").is_file():
        if before.folder.is_dir():
            shutil.rmtree(before.folder)
        place.folder.rename(before.folder)
    elif place.ours():
        shutil.rmtree(place.folder)  # half made; what was there before that may still lie aside
    elif os.path.lexists(place.folder):
        aside = _free(place.folder, "kept")
        place.folder.rename(aside)
    try:
        place.folder.mkdir(parents=True)
        (place.folder / BEGUN).touch()
        yield aside if aside != before.folder else None
    except BaseException:
        if os.path.lexists(aside):
            shutil.rmtree(place.folder, ignore_errors=True)
            aside.rename(place.folder)
        raise
    (place.folder / BEGUN).unlink()
    if aside == before.folder and before.ours():
        shutil.rmtree(before.folder, ignore_errors=True)


def _free(folder: Path, ending: str) -> Path:
    """Return a name beside the folder that nobody uses; ``before`` may be used by us."""
    names = (folder.with_name(f"{folder.name}.{ending}{number or ''}") for number in range(1000))
    return next(path for path in names if not os.path.lexists(path) or (ending == "before" and Place(path, folder, folder).ours()))
