"""Whether a lock fits its manifest, with and without Pixi."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments.workspace.freshness import differences, objection_of_pixi
from site_builder.environments.workspace.manifest import read_manifest

LOCK = """version: 6
environments:
  default:
    channels:
    - url: https://conda.example.org/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.example.org/conda-forge/linux-64/python-3.13.1-b_0.conda
      - conda: https://conda.example.org/conda-forge/noarch/tiny-1.2-0.conda
      - pypi: https://files.example/wheel-1.0-py3-none-any.whl
  old:
    channels:
    - url: https://conda.example.org/conda-forge/
    packages: {}
packages:
- conda: https://conda.example.org/conda-forge/linux-64/python-3.13.1-b_0.conda
- conda: https://conda.example.org/conda-forge/noarch/tiny-1.2-0.conda
- pypi: https://files.example/wheel-1.0-py3-none-any.whl
  name: wheel
  version: '1.0'
"""
HEAD = '[workspace]\nplatforms = ["linux-64"]\n[environments]\nold = []\n'


def found(tmp_path: Path, text: str) -> tuple[str, ...]:
    (tmp_path / "pixi.toml").write_text(text)
    (tmp_path / "pixi.lock").write_text(LOCK)
    return differences(read_manifest(tmp_path / "pixi.toml"), tmp_path / "pixi.lock")


@pytest.mark.parametrize(
    "spec",
    [
        'python = "3.13.*"',
        'Python = "*"',
        'tiny = { version = ">=1,<2" }',
        'tiny = { path = "x" }',
        "tiny = 3",
        'tiny = ">>1"',
        'wheel = "2.*"',
    ],
)
def test_a_lock_that_fits(tmp_path: Path, spec: str) -> None:
    assert found(tmp_path, f"{HEAD}[dependencies]\n{spec}\n") == ()


def test_every_difference_is_told(tmp_path: Path) -> None:
    text = '[environments]\nnew = []\n[dependencies]\npython = "3.12.*"\n[target.linux.dependencies]\nmissing = "*"\n[target.win.dependencies]\nno = "*"\n'
    assert found(tmp_path, text) == (
        "environment `new` is not locked",
        "environment `old` is locked but not in pixi.toml",
        "environment `default` on linux-64: python 3.13.1 is locked, but the manifest requires 3.12.*",
        "environment `default` on linux-64: missing is not locked",
    )


def test_pixi_is_asked_without_letting_it_write(pixi) -> None:
    assert objection_of_pixi("pixi", pixi.manifest) is None
    assert pixi.arguments == [["lock", "--check", "--dry-run", "-v", "--manifest-path"]]


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (7, "pixi.lock does not match pixi.toml"),
        (6, "pixi.lock has version 6, which Pixi rewrites before it compares: it may or may not match pixi.toml"),
    ],
)
def test_a_lock_of_an_older_version_is_not_said_to_differ(program, tmp_path: Path, version: int, message: str) -> None:
    (tmp_path / "pixi.lock").write_text(f"version: {version}\nenvironments: {{}}\n")
    program("pixi", "import sys; sys.exit('Error:   × lock file not up-to-date with the workspace')")
    found = objection_of_pixi("pixi", tmp_path / "pixi.toml")
    assert found is not None
    assert found.message == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Error:   × lock-file not up-to-date with the workspace", "pixi.lock does not match pixi.toml"),
        ("", "pixi.lock does not match pixi.toml"),
    ],
)
def test_pixis_no_is_explained(program, tmp_path: Path, text: str, message: str) -> None:
    program("pixi", f"import sys; sys.stderr.write({text!r}); sys.exit(1)")
    found = objection_of_pixi("pixi", tmp_path / "pixi.toml")
    assert found is not None
    assert found.message == message
