"""A call of every command, for tests that hold for all of them, and a small lesson on which each comes to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.commands.test_environment import lock
from tests.conftest import ROOT

CELLS = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{python}\nprint(6 * 7)\n```\n"
TYPED = "---\ntitle: B\nteaching: 1\nexercises: 1\n---\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n"
MANIFEST = '[workspace]\nname = "tiny"\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'
FILES: Mapping[str, str] = {
    "config.yaml": "title: L\nepisodes: [a.md, b.md]\naccept:\n- {code: LS842, reason: it is small}\n", "index.md": "Hello.\n",
    "episodes/a.md": CELLS, "episodes/b.md": TYPED, "pixi.toml": MANIFEST,
}  # fmt: skip
HOST = ("--environments", "host")

ENDS: Mapping[str, tuple[str, ...]] = {
    "build": ("build", *HOST),
    "builds": ("build", ".", "episodes", *HOST),
    "run": ("run", "a", *HOST),
    "plan": ("plan", *HOST),
    "check": ("check", *HOST),
    "publish": ("publish", "--to", "elsewhere", "--dry-run", *HOST),
    "new-lesson": ("new", "lesson", "../fresh", "--dry-run"),
    "new-episode": ("new", "episode", "Third", "--dry-run"),
    "notebook": ("notebook", "a", *HOST, "--force"),
    "zip": ("zip", *HOST, "--force"),
    "pdf": ("pdf", *HOST, "--force"),
    "container": ("container", "--docker"),
    "workflow": ("workflow",),
    "doctor": ("doctor",),
    "environment-show": ("environment", "show"),
    "environment-export": ("environment", "export"),
    "environment-diff": ("environment", "diff", "old.lock"),
    "records-list": ("records", "list"),
    "records-show": ("records", "show", "a", *HOST, "--packages"),
    "records-save": ("records", "save", *HOST),
    "records-merge": ("records", "merge", ".lesson/records"),
    "records-prune": ("records", "prune", "--dry-run", *HOST),
    "records-diff": ("records", "diff", "a", *HOST),
    "batch": ("batch", "--github", "--episode", "a", *HOST),
    "verify": ("verify", "a", *HOST),
    "verify-static": ("verify", "b", "--static", *HOST),
    "verify-site": ("verify-site", "site"),
    "convert": ("convert", "b", "--dry-run", *HOST),
    "data-verify": ("data", "verify"),
    "data-fetch": ("data", "fetch"),
    "review": ("review", ".", *HOST),
}
"""A call of each command that comes to its end on the lesson, by the name of its document."""

STOPS: Mapping[str, tuple[str, ...]] = {
    "environment-install": ("environment", "install", "nosuch"),
    "records-sign": ("records", "sign", "--key", "nosuch"),
    "records-verify": ("records", "verify"),
    "batch-send": ("batch", "--slurm", "--episode", "a", *HOST),
    "batch-status": ("batch", "status"),
    "batch-collect": ("batch", "collect", *HOST),
    "batch-cancel": ("batch", "cancel"),
}
"""Calls that lack something on this lesson, which they say."""

WRITES: Mapping[str, tuple[str, ...]] = {
    "new-lesson": ("new", "lesson", "fresh"),
    "new-episode": ("new", "episode", "Third"),
    "convert": ("convert", "b", "--force", *HOST),
    "publish": ("publish", "--to", "site", *HOST),
    "publish-branch": ("publish", "--branch", "pages", "--dirty", *HOST),
    "environment-export": ("environment", "export", "--output", "made.txt"),
    "verify-static": ("verify", "b", "--static", "--report", "made.html", *HOST),
    "records-prune": ("records", "prune", "--committed", *HOST),
    "notebook": ("notebook", "a", "--output", "made.ipynb", *HOST),
    "build": ("build", "--force", *HOST),
    "batch": ("batch", "--snakemake", "--episode", "a", *HOST),
}
"""Calls that write what those of `ENDS` only show."""


def write_lesson(root: Path) -> Path:
    """Write the lesson, with a browser that prints nothing, and return its folder."""
    old = lock(default={"tiny": "0.9"})
    for name, text in {**FILES, "pixi.lock": lock(default={"tiny": "1.0"}), "old.lock": old, "browser": BROWSER}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "browser").chmod(0o755)
    return root


BROWSER = """#!/bin/sh
for given in "$@"; do case "$given" in --print-to-pdf=*) echo "%PDF" > "${given#--print-to-pdf=}";; esac; done
"""


def run(
    words: tuple[str, ...], folder: Path, *, before: tuple[str, ...] = (), without: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a user does, in a folder; ``before`` stands before the program, ``without`` names variables that it lacks."""
    kept = {name: value for name, value in os.environ.items() if name not in without}
    environment = {**kept, "PYTHONPATH": str(ROOT), "CI": "", "LESSON_BROWSER": str(folder / "browser"), **variables}
    program = [*before, sys.executable, "-m", "site_builder", *words]
    return subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, errors="replace", timeout=120, check=False)
