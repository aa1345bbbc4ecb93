"""What the tests of set-up share: a small project that set-up is run in, and surroundings that hold nothing of this machine's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.setup.index import digest, make_wheel

BACKEND = '''
"""A build backend without requirements (PEP 660)."""
import base64, hashlib, zipfile

def build_editable(folder, settings=None, metadata=None):
    name = "small_project-1.0-py3-none-any.whl"
    files = {
        "small_project.pth": "",
        "small_project-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: small-project\\nVersion: 1.0\\n",
        "small_project-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["small_project-1.0.dist-info/RECORD"] = "".join(f"{path},,\\n" for path in files)
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name

build_wheel = build_editable
'''
PYPROJECT = """
[project]
name = "small-project"
version = "1.0"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def bare(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return variables as somebody has who installed Python and nothing else: no settings of pip or uv, an empty home, no cache."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
    own = {"HOME": str(home), "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(home / "uv")}
    return kept | own | dict(more or {})


@dataclass(frozen=True)
class Project:
    """A project with set-up in it, and the wheels that its file pins."""

    root: Path
    wheels: Path

    @property
    def python(self) -> Path:
        return self.root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def pin(self, wheels: Iterable[Path]) -> None:
        """Write the file of pins."""
        lines = []
        for wheel in wheels:
            name, version = wheel.name.split("-")[:2]
            lines.append(f"{name.replace('_', '-')}=={version} \\\n    --hash=sha256:{digest(wheel)}\n")
        (self.root / "requirements/all.txt").write_text("# About 1 MB to download on Linux.\n" + "".join(lines), encoding="utf-8")

    def set_up(self, *options: str, python: str = sys.executable, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run set-up in bare surroundings."""
        command = [python, str(self.root / "tools/set_up"), *options]
        environment = bare(self.root.parent / "home", variables)
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=300, check=False)

    def installed(self) -> dict[str, str]:
        """Return what the environment has, besides pip and what a Python brings with it."""
        code = "import importlib.metadata as m; print(*(f'{d.name}=={d.version}' for d in m.distributions()))"
        found = subprocess.run([self.python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.split()
        return {name: version for name, _, version in (item.partition("==") for item in found) if name not in ("pip", "small-project")}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project that pins a package wanted with an extra, what wants it, a build tool, and two more."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tools/set_up", root / "tools/set_up", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements").mkdir()
    (root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (root / "backend.py").write_text(BACKEND, encoding="utf-8")
    wheels = tmp_path / "wheels"
    one = Project(root, wheels)
    one.pin(
        [
            make_wheel(wheels, "measure", "1.0", requires=["tables>=1; extra == 'toml'"], extras=["toml"]),
            make_wheel(wheels, "plugin", "2.0", requires=["measure[toml]>=1"]),
            make_wheel(wheels, "setuptools", "77.0"),
            make_wheel(wheels, "tables", "1.5"),
            make_wheel(wheels, "withdrawn", "3.0"),
        ]
    )
    return one


PINNED = {"measure": "1.0", "plugin": "2.0", "setuptools": "77.0", "tables": "1.5", "withdrawn": "3.0"}
