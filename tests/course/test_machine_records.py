"""`make gpu-records` and `make pixi-records`: every cell that needs the machine runs in a fresh copy, and the records name this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.environments import capabilities, machine
from tests.course.test_course import ROOT
from tools import course_records as tool

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
HEAD = "---\ntitle: T\nteaching: 1\nexercises: 1\n---\n\n"
SMI = """\
print("NVIDIA H100, 580.1") if any("query" in word for word in sys.argv) else print("CUDA Version: 13.0")
"""
PAGES = {
    "plain": "```{python}\n#| label: one\nprint(1)\n```\n",
    "gpu": "```{python}\n#| label: quick\n#| requires: [cuda]\nprint('on a GPU')\n```\n\n```{python}\n#| label: plain\nprint(2)\n```\n",
    "pixi": "```{bash}\n#| label: version\n#| requires: [pixi]\npixi --version\n```\n\n```{python}\nx = 1\n```\n",
}


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a committed lesson with pages that need a GPU and Pixi, in a machine that has neither."""
    root = tmp_path / "lesson"
    (root / "episodes").mkdir(parents=True)
    names = "".join(f"\n      - {name}.md" for name in PAGES)
    (root / "mkdocs.yml").write_text(f"site_name: T\nextra:\n  lesson:\n    episodes:{names}\n", encoding="utf-8")
    (root / "links.md").write_text("", encoding="utf-8")
    (root / ".gitignore").write_text(".lesson/\n", encoding="utf-8")
    for name, text in PAGES.items():
        (root / f"episodes/{name}.md").write_text(HEAD + text, encoding="utf-8")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "One"]):
        subprocess.run([*git, *words], check=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    forget()
    yield root
    forget()


def forget() -> None:
    """Let what the machine can do be found out again."""
    for known in (capabilities.available, capabilities.pixi_release, machine.gpu):
        known.cache_clear()


def program(folder: Path, name: str, code: str) -> None:
    """Put a program on the path."""
    (folder / "bin" / name).write_text(f"#!{sys.executable}\nimport sys\n{code}", encoding="utf-8")
    (folder / "bin" / name).chmod(0o755)
    forget()


def record(lesson: Path, slug: str) -> dict[str, object]:
    """Return the only record of an episode."""
    (path,) = (lesson / "records" / slug).glob("*.ipynb")
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts with a first line for Unix")


def test_the_pages_are_those_with_such_cells() -> None:
    gpu = {page.slug for page in tool.wanted(ROOT, "cuda")}
    assert "gpu-training" in gpu and "reproducibility" not in gpu
    assert {"first-workspace", "lock-files"} <= {page.slug for page in tool.wanted(ROOT, "pixi")}


def test_a_machine_without_it_is_told(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["cuda", "--lesson", str(lesson), "--environments", "host"]) == tool.LACKING
    assert capsys.readouterr().err == "this machine lacks an NVIDIA GPU with its driver\n"
    assert not (lesson / "records").exists()


@pytest.mark.slow
def test_the_records_of_a_gpu_come_home_with_the_name_that_the_driver_says(
    lesson: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "nvidia-smi", SMI)
    assert tool.main(["cuda", "--lesson", str(lesson), "--environments", "host"]) == tool.FOUND
    assert re.search(r"^1 cells of 1 pages in \d+ s on NVIDIA H100, 580.1$", capfd.readouterr().out, re.MULTILINE)
    assert tool.said(record(lesson, "gpu"), "cuda") == "NVIDIA H100, 580.1"
    assert [path.name for path in (lesson / "records").iterdir()] == ["gpu"]
    assert not (lesson / ".lesson/records").exists()


def test_what_is_not_committed_has_no_record(lesson: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(tmp_path, "nvidia-smi", SMI)
    (lesson / "episodes/gpu.md").write_text(HEAD + PAGES["gpu"] + "\nMore.\n", encoding="utf-8")
    assert tool.main(["cuda", "--lesson", str(lesson), "--environments", "host"]) == tool.WRONG
    assert "M episodes/gpu.md" in capsys.readouterr().err


@pytest.mark.slow
def test_too_long_is_told(lesson: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program(tmp_path, "nvidia-smi", SMI)
    assert tool.main(["cuda", "--lesson", str(lesson), "--environments", "host", "--minutes", "0.002"]) == tool.WRONG
    assert "not ready after 0.002 minutes" in capfd.readouterr().err


def test_a_record_that_names_another_machine_or_lacks_a_cell_is_told(tmp_path: Path) -> None:
    page = tool.Wanted("gpu", frozenset({"quick"}))
    here = frozenset({"NVIDIA H100, 580.1"})
    assert list(tool.faults(tmp_path, [page], "cuda", here)) == ["gpu: no record was made"]
    told = {"identifier": "quick", "missing": ["torch", "cuda"]}
    made = {
        "metadata": {"lesson": {"provenance": {"gpu": {"name": "NVIDIA A100", "driver": "550.1", "cuda": "12.4"}}}},
        "cells": [
            {"metadata": {"lesson": told}},
            {"metadata": {"lesson": {"identifier": "other", "missing": ["slurm"]}}},
            {"metadata": {}},
        ],
    }
    (tmp_path / "gpu").mkdir()
    (tmp_path / "gpu/1.ipynb").write_text(json.dumps(made), encoding="utf-8")
    assert list(tool.faults(tmp_path, [page], "cuda", here)) == [
        "gpu: the record says 'NVIDIA A100, 550.1', this machine 'NVIDIA H100, 580.1'",
        "gpu, cell quick: did not run, for want of PyTorch and an NVIDIA GPU with its driver",
    ]


@pytest.mark.slow
def test_the_records_of_pixi_name_its_release(lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "pixi", "print('pixi 0.77.0')")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # counts as a network, which no cell here uses
    assert tool.main(["pixi", "--lesson", str(lesson), "--environments", "host"]) == tool.FOUND
    assert tool.said(record(lesson, "pixi"), "pixi") == "0.77.0"


@pytest.mark.parametrize(("target", "name"), [("gpu-records", "cuda"), ("pixi-records", "pixi")])
def test_make_has_a_target_for_each(target: str, name: str) -> None:
    recipe = MAKEFILE.partition(f"\n{target}:")[2].partition("\n\n")[0]
    assert f"-m tools.course_records {name}" in recipe
    assert target in MAKEFILE.partition(".PHONY:")[2].partition("\n")[0].split()
