"""What is found on the machine, with stand-ins for programs and nothing else on PATH."""

from __future__ import annotations

import importlib.metadata
import tomllib
from collections import namedtuple
from pathlib import Path

import pytest

from site_builder.environments import additions, diagnosis
from site_builder.environments.base import Gpu
from site_builder.environments.capabilities import PIXI_FLOOR
from site_builder.environments.diagnosis import Finding, State

ROOT = Path(__file__).parents[2]


def says(text: str, status: int = 0, errors: str = "") -> str:
    return f"import sys; print({text!r}); print({errors!r}, file=sys.stderr); sys.exit({status})"


def test_a_machine_with_nothing_on_its_path_is_looked_at_in_order(program, tmp_path: Path) -> None:
    found = diagnosis.machine_findings(tmp_path)
    assert [item.name for item in found] == [
        "Python", "Pixi", "Kernels", "R", "knitr", "Disk", "MkDocs", "Theme", "Secrets", "Formulas", "Diagrams", "Git", "GPU", "Docker",
        "Apptainer", "Slurm", "HTCondor",
    ]  # fmt: skip
    by_name = {item.name: item for item in found}
    assert [by_name[name].state for name in ("Python", "Disk", "MkDocs", "Theme", "Secrets")] == [State.OK] * 5
    assert [by_name[name].state for name in ("Pixi", "R", "knitr", "Git", "GPU", "Docker", "Apptainer", "Slurm", "HTCondor")] == [
        State.ABSENT
    ] * 9
    assert by_name["Kernels"] == Finding(
        "Kernels", State.PROBLEM, "this Python cannot run cells of every language: it lacks bash",
        "bash cells need a bash on PATH",
    )  # fmt: skip


def test_python_must_be_new_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "NEEDED_PYTHON", (99, 0))
    assert diagnosis.python().state is State.PROBLEM


@pytest.mark.parametrize(
    ("text", "state", "said"),
    [("pixi 0.77.0", State.OK, "0.77 at "), ("pixi 0.63.1", State.PROBLEM, "is too old"), ("other 1", State.PROBLEM, "prints no version")],
)
def test_pixi_must_be_new_enough(program, text: str, state: State, said: str) -> None:
    path = program("pixi", says(text))
    found = diagnosis.pixi()
    assert (found.state, said in found.message, str(path) in found.message) == (state, True, True)


def test_kernels(program, monkeypatch: pytest.MonkeyPatch) -> None:
    program("bash", "")
    assert diagnosis.kernels() == Finding("Kernels", State.OK, f"ipykernel {importlib.metadata.version('ipykernel')} and bash")
    monkeypatch.setattr(diagnosis.importlib.util, "find_spec", lambda name: None if name == "ipykernel" else ...)
    assert "it lacks ipykernel" in diagnosis.kernels().message
    assert diagnosis.kernels().hint.endswith(" ipykernel`")


def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert diagnosis.disk(tmp_path).state is State.OK
    monkeypatch.setattr(diagnosis.os, "access", lambda path, mode: False)
    assert "cannot be written" in diagnosis.disk(tmp_path).message
    monkeypatch.setattr(diagnosis.shutil, "disk_usage", lambda path: namedtuple("Usage", "free")(1_000_000))
    assert diagnosis.disk(tmp_path) == Finding("Disk", State.PROBLEM, "0.0 GB free", "free at least 200 MB")


def test_a_package_that_rendering_needs() -> None:
    assert diagnosis.package("Theme", "no-such-distribution") == Finding(
        "Theme", State.PROBLEM, "no-such-distribution is not installed", f"run `{additions.adding('no-such-distribution')}`"
    )


def test_what_pages_can_do_without_is_absent_with_the_command_that_adds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert diagnosis.formulas().state is State.OK

    def missing(distribution: str) -> str:
        raise importlib.metadata.PackageNotFoundError(distribution)

    monkeypatch.setattr(diagnosis.importlib.metadata, "version", missing)
    found = diagnosis.formulas()
    assert (found.state, "latex2mathml" in found.message) == (State.ABSENT, True)
    assert (found.hint.startswith("run `"), found.hint.endswith(" latex2mathml`")) == (True, True)


def test_diagrams_need_a_browser_that_can_be_named(program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSON_BROWSER", raising=False)
    monkeypatch.setattr(diagnosis.browser, "BROWSERS", ("no-such-browser",))
    found = diagnosis.diagrams()
    assert (found.state, "no Chromium, Chrome or Edge is installed" in found.message) == (State.ABSENT, True)
    assert "LESSON_BROWSER" in found.hint
    monkeypatch.setenv("LESSON_BROWSER", "mine")
    assert "LESSON_BROWSER names mine, which is not a program" in diagnosis.diagrams().message
    program("mine", says(""))
    assert (diagnosis.diagrams().state, diagnosis.diagrams().message.endswith("mine")) == (State.OK, True)


def test_a_gpu_is_what_its_driver_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.machine, "gpu", lambda: Gpu("NVIDIA T", "580.1", ""))
    assert diagnosis.gpu().message == "NVIDIA T, driver 580.1, supports CUDA of an unknown version"


def test_docker_without_an_engine_is_not_enough(program) -> None:
    program("docker", says(""))
    assert (diagnosis.docker().state, "no engine answers" in diagnosis.docker().message) == (State.ABSENT, True)
    diagnosis.capabilities.available.cache_clear()
    program("docker", says("29.0"))
    assert diagnosis.docker().state is State.OK


@pytest.mark.parametrize(
    ("code", "state", "message"),
    [
        (says("slurm 25.05.1"), State.OK, "25.05.1"),
        (says("slurm"), State.OK, "slurm"),
        (says("", 1, "no cluster"), State.ABSENT, "`sinfo --version` fails: no cluster"),
        ("", State.ABSENT, "`sinfo --version` fails: it printed nothing"),
    ],
)
def test_programs_are_asked_for_their_version(program, code: str, state: State, message: str) -> None:
    program("sinfo", code)
    found = diagnosis.slurm()
    assert (found.state, found.message) == (state, message)


@pytest.mark.parametrize(("version", "said"), [("0.77.3", False), ("0.78.0", True), ("1.0.0", True)])
def test_a_newer_pixi_than_was_tried_is_said_and_no_problem(program, version: str, said: bool) -> None:
    program("pixi", f"print('pixi {version}')")
    found = diagnosis.pixi()
    assert found.state is State.OK
    assert ("newer than 0.77" in found.message) is said


def test_the_manifest_of_the_course_asks_for_the_oldest_release_that_works() -> None:
    asked = tomllib.loads((ROOT / "pixi.toml").read_text(encoding="utf-8"))["workspace"]["requires-pixi"]
    assert asked == f">={'.'.join(map(str, PIXI_FLOOR))}"
