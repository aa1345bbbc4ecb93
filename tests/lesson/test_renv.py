"""The lock file of renv is read as it is, and a broken one is told."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from site_builder.lesson.renv import PLACES, read_renv

LOCK = {
    "R": {"Version": "4.3.1", "Repositories": [{"Name": "CRAN", "URL": "https://cloud.r-project.org"}]},
    "Packages": {
        "renv": {"Package": "renv", "Version": "1.0.3", "Source": "Repository"},
        "dplyr": {"Package": "dplyr", "Version": "1.1.0", "Source": "Repository"},
        "DESeq2": {"Package": "DESeq2", "Version": "1.40", "Source": "Bioconductor"},
    },
}


def write(root: Path, text: str, place: PurePosixPath = PLACES[0]) -> None:
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(text)


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert read_renv(tmp_path) is None


def test_packages_come_with_their_source_and_line_but_without_renv_itself(tmp_path: Path) -> None:
    write(tmp_path, json.dumps(LOCK, indent=2))
    found = read_renv(tmp_path)
    assert found is not None
    assert (found.path, found.r, found.fault) == (PLACES[0], "4.3.1", "")
    assert found.sources == {"dplyr": "Repository", "DESeq2": "Bioconductor"}
    lines = json.dumps(LOCK, indent=2).splitlines()
    assert [lines[line - 1].strip() for line in found.lines.values()] == ['"dplyr": {', '"DESeq2": {']


def test_the_workbench_s_profile_comes_before_the_one_of_the_root(tmp_path: Path) -> None:
    write(tmp_path, json.dumps({"Packages": {"a": {}}}), PLACES[1])
    first = read_renv(tmp_path)
    assert first is not None and first.path == PLACES[1] and first.sources == {"a": ""}
    write(tmp_path, json.dumps(LOCK))
    second = read_renv(tmp_path)
    assert second is not None and second.path == PLACES[0]


@pytest.mark.parametrize("text", ["{", "[]", '{"Packages": []}', '{"Packages": {"a": 1}}', "{}", '{"R": 1, "Packages": {}}', "[" * 100_000])
def test_one_that_is_broken_is_told(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    found = read_renv(tmp_path)
    assert found is not None and found.fault and not found.sources
