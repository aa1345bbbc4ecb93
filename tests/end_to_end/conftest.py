"""What end-to-end tests share: the built course, and a browser, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build this repository's lesson in a copy of its committed files and return the copy; the records of the repository are used."""
    copy = tmp_path_factory.mktemp("course") / "lesson"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file() and name.split("/")[0] not in {"tests", "site_builder", "docs"}:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    done = build(copy)
    assert done.returncode == 0, done.stderr
    return copy


def build(lesson: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run ``lesson build`` as a user does, in a home of its own."""
    environment = {**os.environ, "HOME": str(lesson.parent / "home"), "CI": ""}
    command = [sys.executable, "-m", "site_builder", "build", str(lesson), *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


@pytest.fixture(scope="session")
def dom() -> Callable[[Path], str]:
    """Return a function that opens a file in a real Chromium and gives the document as scripts left it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("LESSON_REQUIRE_CHROMIUM"):
            pytest.fail("Chromium is required here and not installed")
        pytest.skip("no Chromium here")

    def opened(path: Path) -> str:
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--virtual-time-budget=4000",
                   f"--user-data-dir={path.parent / '.browser'}", "--dump-dom", path.as_uri()]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
        shutil.rmtree(path.parent / ".browser", ignore_errors=True)
        return done.stdout

    return opened
