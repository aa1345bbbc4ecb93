"""What the tests of releases share: the tools beside this Python, the built distributions, and an empty environment to install them into."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NO_NETWORK = re.compile(r"NewConnectionError|NameResolutionError|Network is unreachable|Max retries exceeded|ConnectTimeout")
"""What pip says where it reaches no index; everything else that goes wrong is a failure."""


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the programs that make and install distributions: `python` with build and rattler-build, and uv.

    They are outside the locked environment, so that its packages remain those of the course's records.
    """
    prefix = tmp_path_factory.mktemp("tools") / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(prefix)], check=True)
    programs = prefix / ("Scripts" if os.name == "nt" else "bin")
    # make passes the variable on empty where nobody sets it
    offline = ["--no-index", "--find-links", wheels] if (wheels := os.environ.get("WHEELS")) else []
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *offline]
    for name in ("release", "recipe", "installers/uv"):
        command = [*install, "--require-hashes", "-r", str(ROOT / "requirements" / f"{name}.txt")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if NO_NETWORK.search(done.stderr) and done.returncode and not os.environ.get("LESSON_REQUIRE_NETWORK"):
            pytest.skip("needs a network, or WHEELS=folder: what makes and installs distributions is fetched by digest")
        assert done.returncode == 0, done.stdout + done.stderr
    return programs


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory, source_files: Callable[[], list[str]]) -> Path:
    """Return a copy of the repository's files, as a clone or a download has them."""
    copy = tmp_path_factory.mktemp("checkout") / "builder"
    for name in source_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory, tools: Path, checkout: Path) -> tuple[Path, Path]:
    """Return a wheel and a source distribution: those under ``LESSON_DIST`` where a release is tested, else built from this checkout.

    The wheel is made of the source distribution, as a release's is; nothing is installed or resolved for it.
    """
    folder = Path(os.environ["LESSON_DIST"]) if "LESSON_DIST" in os.environ else tmp_path_factory.mktemp("dist")
    if "LESSON_DIST" not in os.environ:
        command = [str(tools / "python"), "-m", "build", "--no-isolation", "--outdir", str(folder), str(checkout)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "cannot be found" not in done.stdout + done.stderr  # setuptools only warns of a readme that is not there
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel.resolve(), source.resolve()
