"""Every objective of the course is practised: by an exercise with a solution and a cell, with the tool that the objective is about."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from tests.course.test_course import ROOT
from tools import course_objectives as practice

TAUGHT = {
    "reproducibility": {"D1.1", "D1.2"},
    "first-workspace": {"D1.3", "D1.5", "D1.6"},
    "lock-files": {"D1.4"},
    "tasks-platforms": {"D1.6", "D1.7", "D1.8"},
    "conda-packages": {"D2.1"},
    "virtual-packages": {"D2.2", "D2.3"},
    "cuda-environments": {"D2.4"},
    "gpu-training": {"D2.5"},
    "containers": {"D3.1", "D3.2", "D3.4"},
    "apptainer": {"D3.3", "D3.5"},
    "ci-images": {"D3.6"},
    "wrap-up": {"D3.7"},
    "htcondor": {"HTC.1", "HTC.2"},
    "slurm": {"HPC.1", "HPC.2"},
}
"""The course's objectives by the episode that has to teach them."""
ROWS = practice.rows(ROOT)


def test_the_course_has_24_objectives_where_they_have_to_be_taught() -> None:
    found = defaultdict(set)
    for row in ROWS:
        found[row.slug].add(row.identifier)
    assert found == TAUGHT
    assert len(set.union(*TAUGHT.values())) == 24
    assert len(ROWS) == sum(map(len, TAUGHT.values()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.identifier}-{row.slug}")
def test_every_objective_is_practised_and_solved(row: practice.Row) -> None:
    assert row.practised == "yes", [exercise.title for exercise in row.exercises]
    assert all(exercise.solutions for exercise in row.counted)


def test_the_table_says_whether_it_was_run_or_what_it_waits_for() -> None:
    assert [row.record for row in ROWS if not (row.record == "made" or "waits for " in row.record)] == []


def test_tools_are_asked_of_objectives_that_the_course_has() -> None:
    assert practice.ACTS.keys() <= {row.identifier for row in ROWS}


HEAD = "---\ntitle: A\n---\n\n"
CELL = "```{{python}}\n#| label: it\n{options}print(1)\n```\n"


def lesson(folder: Path, page: str) -> Path:
    """Write a lesson of one episode."""
    (folder / "episodes").mkdir()
    (folder / "episodes/a.md").write_text(HEAD + page, encoding="utf-8")
    (folder / "links.md").write_text("", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(yaml.safe_dump({"extra": {"lesson": {"episodes": ["a.md"]}}}), encoding="utf-8")
    return folder


def page(objective: str, challenge: str, *, ids: str = "{0}") -> str:
    """Return a page with one objective and one challenge."""
    named = ids.format(objective)
    return f'::: {{.objectives data-ids="{named}"}}\n\n- Do it.\n\n:::\n\n::: {{.challenge data-objectives="{objective}"}}\n\n{challenge}\n\n:::\n'


def challenge(*, minutes: str = " (5 minutes)", options: str = "", cell: bool = True, solution: bool = True) -> str:
    """Return the inside of a challenge."""
    inside = CELL.format(options=options) if cell else "Think."
    return f"### Try{minutes}\n\nNow.\n\n" + (f"::: solution\n\n### Done\n\n{inside}\n\n:::" if solution else inside)


@pytest.mark.parametrize(
    ("objective", "inside", "practised"),
    [
        ("D1.1", challenge(), "yes"),
        ("D1.1", challenge(solution=False), "mentioned"),
        ("D1.1", challenge(cell=False), "mentioned"),
        ("D1.1", challenge(minutes=""), "mentioned"),
        ("HPC.2", challenge(), "mentioned"),
        ("HPC.2", challenge(options="#| requires: [torch]\n"), "mentioned"),
        ("HPC.2", challenge(options="#| requires: [slurm, torch]\n"), "yes"),
    ],
)
def test_what_counts(tmp_path: Path, objective: str, inside: str, practised: str) -> None:
    (row,) = practice.rows(lesson(tmp_path, page(objective, inside)))
    assert row.practised == practised
    assert (practice.main(tmp_path) == 0) == (practised == "yes")


def test_an_objective_that_no_challenge_names_is_a_no(tmp_path: Path) -> None:
    text = page("D1.1", challenge()).replace(' data-objectives="D1.1"', "").replace("{.challenge}", "challenge")
    (row,) = practice.rows(lesson(tmp_path, text))
    assert row.practised == "no"


def test_a_sentence_with_a_dash_is_no_objective_of_the_course(tmp_path: Path) -> None:
    assert (
        practice.rows(
            lesson(tmp_path, page("D1.1", challenge()).replace('data-ids="D1.1"', 'data-ids="-"').replace(' data-objectives="D1.1"', ""))
        )
        == ()
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (page("D1.1", challenge(), ids="{0} D1.2"), "episodes/a.md:5: 1 objectives, and data-ids names 2"),
        (page("D1.1", challenge(), ids="D1.2"), "episodes/a.md:11: this episode does not have the objective D1.1"),
    ],
)
def test_what_does_not_fit_together_is_an_error(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        practice.rows(lesson(tmp_path, text))


@pytest.mark.parametrize(
    ("options", "missing", "source", "record", "digest"),
    [
        ("", [], "print(1)", "made", ""),
        ("", [], "print(2)", "waits for a new run: `make records`", ""),
        ("#| requires: [pixi, network]\n", ["pixi"], "print(1)", "waits for Pixi and a network: `make pixi-records`", ""),
        (
            "#| requires: [torch, cuda]\n",
            ["cuda"],
            "print(1)",
            "waits for PyTorch and an NVIDIA GPU with its driver: `make gpu-records`",
            "",
        ),
        ("#| requires: [docker]\n", ["docker"], "print(1)", "waits for a running Docker engine: `make records`", ""),
        ("#| requires: [docker]\n", [], "print(1)", "made", ""),
        ("", [], "print(1)", "waits for a new run: `make records`", "0" * 64),
    ],
)
def test_what_the_records_have(tmp_path: Path, options: str, missing: list[str], source: str, record: str, digest: str) -> None:
    folder = lesson(tmp_path, page("D1.1", challenge(options=options))) / "records/a"
    folder.mkdir(parents=True)
    told = {"identifier": "it", "missing": missing}
    key = {"inputs": {"files/a.txt": digest}} if digest else {"inputs": {}}
    made = {"metadata": {"lesson": {"key": key}}, "cells": [{"metadata": {"lesson": told}, "source": [source]}]}
    (folder / "1.ipynb").write_text(json.dumps(made), encoding="utf-8")
    (row,) = practice.rows(tmp_path)
    assert row.record == record
    assert f"| {record} |" in practice.table(tmp_path)
