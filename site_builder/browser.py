"""The Chromium-based browser that prints pages and draws diagrams, and how it is started without a window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "LESSON_BROWSER"
"""Variable of the environment that names the browser to use, as a program on PATH or a path."""

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge",
    "brave-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe", r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe", r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip
"""Chromium-based browsers, by name on PATH or where their installers put them; others print differently and cannot be asked for a page."""

TO_INSTALL = f"install Chromium, Google Chrome or Microsoft Edge, or name one in {VARIABLE}"


def find_browser(wanted: str = "", variables: Mapping[str, str] = os.environ) -> str | None:
    """Return the browser's program: the one that is wanted, else the one that ``LESSON_BROWSER`` names, else the first of `BROWSERS`."""
    named = wanted or variables.get(VARIABLE, "")
    return next((found for name in ((named,) if named else BROWSERS) if (found := shutil.which(name))), None)


def why_none(variables: Mapping[str, str] = os.environ) -> str:
    """Say why `find_browser` finds none."""
    named = variables.get(VARIABLE, "")
    return f"{VARIABLE} names {named}, which is not a program" if named else "no Chromium, Chrome or Edge is installed"


def without_window(program: str, profile: Path) -> tuple[str, ...]:
    """Return the beginning of a command line: a fresh profile, and no networking but for the page."""
    return (
        program, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-extensions",
        *(("--no-sandbox",) if _is_root() else ()), f"--user-data-dir={profile}",
    )  # fmt: skip


def _is_root() -> bool:
    """Chromium's sandbox does not work for root, as which containers run."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
