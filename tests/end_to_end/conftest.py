"""What end-to-end tests share: a browser, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def dom() -> Callable[[Path], str]:
    """Return a function that opens a file in a real Chromium and returns the document as scripts left it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("LESSON_REQUIRE_CHROMIUM"):
            pytest.fail("Chromium is required here and not installed")
        pytest.skip("no Chromium here")

    def planned(path: Path) -> str:
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--virtual-time-budget=4000",
                   f"--user-data-dir={path.parent / '.browser'}", "--dump-dom", path.as_uri()]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
        shutil.rmtree(path.parent / ".browser", ignore_errors=True)
        return done.stdout

    return planned
