"""The first step of the release workflow, run unchanged: a tag that does not match version or changelog makes no release."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

WORKFLOW = Path(__file__).parents[2] / ".github" / "workflows" / "release.yml"
CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-01-02

### Fixed

- A thing.

## [1.2.2] - 2026-01-01

- Another.

## [1.2.1] - 2025-01-01

"""


@pytest.fixture
def see(tmp_path: Path):
    """Return what runs the step for a tag and a version of the builder."""
    (script,) = (
        step["run"]
        for step in yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["build"]["steps"]
        if step.get("name", "").startswith("See that tag")
    )
    (tmp_path / "site_builder").mkdir()
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)

    def run(tag: str, version: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "site_builder" / "__init__.py").write_text(f'__version__ = "{version}"\n', encoding="utf-8")
        variables = {
            **os.environ,
            "TAG": tag,
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)

    return run


def test_the_lines_of_the_version_become_the_notes(see, tmp_path: Path) -> None:
    done = see("v1.2.3", "1.2.3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "notes.md").read_text(encoding="utf-8").split() == ["###", "Fixed", "-", "A", "thing."]


@pytest.mark.parametrize(
    ("tag", "version", "said"),
    [
        ("v1.2.4", "1.2.3", "tag v1.2.4, version 1.2.3"),
        ("1.2.3", "1.2.3", "tag 1.2.3"),
        ("v1.2", "1.2", "CHANGELOG.md says nothing of 1.2"),
        ("v1.2.1", "1.2.1", "CHANGELOG.md says nothing of 1.2.1"),
        ("v2.0", "2.0", "CHANGELOG.md says nothing of 2.0"),
    ],
)
def test_what_does_not_fit_stops_the_release(see, tag: str, version: str, said: str) -> None:
    done = see(tag, version)
    assert done.returncode == 1
    assert f"::error::{said}" in done.stdout
