"""Facts of the machine, and the variables that an episode may see."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.environments.base import Gpu


def nvidia_smi(query: str, banner: str = "", status: int = 0) -> str:
    return f"import sys\nprint({query!r} if '--query-gpu=name,driver_version' in sys.argv else {banner!r})\nsys.exit({status})"


@pytest.mark.parametrize(
    ("system", "processor", "name"),
    [
        ("linux", "x86_64", "linux-64"), ("linux", "aarch64", "linux-aarch64"), ("darwin", "x86_64", "osx-64"), ("darwin", "arm64", "osx-arm64"),
        ("win32", "AMD64", "win-64"), ("win32", "ARM64", "win-arm64"), ("plan9", "mips", "plan9-mips"),
    ],
)  # fmt: skip
def test_systems_have_their_conda_names(system: str, processor: str, name: str) -> None:
    assert machine.subdir(system, processor) == name


def test_the_system_of_this_machine_is_known() -> None:
    assert "-" in machine.subdir()


def test_no_secret_is_inherited() -> None:
    given = {
        "PATH": "/bin", "LC_ALL": "C", "CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "1", "GITHUB_TOKEN": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "HOME": "/home/a", "PYTHONPATH": "/x", "SSH_AUTH_SOCK": "/x", "path": "/x",
    }  # fmt: skip
    assert machine.allowed_variables(given) == {"PATH": "/bin", "LC_ALL": "C", "CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "1"}


def test_the_builders_own_variables_are_looked_at_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("MY_TOKEN", "x")
    found = machine.allowed_variables()
    assert found["OMP_NUM_THREADS"] == "3"
    assert "MY_TOKEN" not in found


def test_the_description_holds_no_name_of_host_or_user() -> None:
    import platform

    text = machine.description()
    assert text.startswith(f"{platform.system()} {platform.machine()}, ")
    assert text.endswith(" cores")
    assert len(platform.node()) < 4 or platform.node() not in text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some(R)  Chip\n", "Some(R) Chip"),
        ("CPU part: 0xd0c\nModel\t\t: Small Board\n", "Small Board"),
    ],
)
def test_the_processor_is_named_where_the_system_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str) -> None:
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(machine, "PROCESSORS", tmp_path / "cpuinfo")
    assert machine.processor() == name


@pytest.mark.parametrize("text", ["flags: none\n", None])
def test_else_it_is_its_architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    if text:
        (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(machine, "PROCESSORS", tmp_path / "cpuinfo")
    monkeypatch.setattr(machine.platform, "processor", lambda: "")
    monkeypatch.setattr(machine.platform, "machine", lambda: "mips")
    assert machine.processor() == "mips"


@pytest.mark.parametrize(
    ("banner", "cuda"),
    [
        ("| NVIDIA-SMI 580.1   Driver Version: 580.1   CUDA Version: 13.0     |", "13.0"),
        ("| NVIDIA-SMI 600.1   Driver Version: 600.1   CUDA UMD Version: 13.1 |", "13.1"),
        ("| CUDA Version: N/A |", ""),
        ("", ""),
    ],
)
def test_a_gpu_is_named_by_its_driver(program, banner: str, cuda: str) -> None:
    program("nvidia-smi", nvidia_smi("NVIDIA H100 80GB HBM3, 580.1\nNVIDIA H100 80GB HBM3, 580.1", banner))
    assert machine.gpu() == Gpu("NVIDIA H100 80GB HBM3", "580.1", cuda)


@pytest.mark.parametrize(("text", "status"), [("No devices were found", 0), ("NVIDIA-SMI has failed, no driver", 9), ("", 0)])
def test_a_tool_without_a_gpu_is_no_gpu(program, text: str, status: int) -> None:
    program("nvidia-smi", nvidia_smi(text, status=status))
    assert machine.gpu() is None


@pytest.mark.parametrize("hidden", ["", "-1", "-1,0"])
def test_a_gpu_that_is_hidden_from_every_process_is_none(program, monkeypatch: pytest.MonkeyPatch, hidden: str) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    program("nvidia-smi", nvidia_smi("NVIDIA H100, 580.1"))
    assert machine.gpu() is None


@pytest.mark.parametrize(("visible", "asked"), [("0,1", False), ("GPU-8f6e,GPU-1", True), ("MIG-1", False)])
def test_a_gpu_that_was_chosen_by_its_identifier_is_the_one_named(
    program, monkeypatch: pytest.MonkeyPatch, visible: str, asked: bool
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    program("nvidia-smi", "import sys; print('chosen' if '--id=GPU-8f6e' in sys.argv else 'first', '1', sep=', ')")
    found = machine.gpu()
    assert found is not None
    assert found.name == ("chosen" if asked else "first")


def test_a_variable_is_no_gpu(program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12")
    assert machine.gpu() is None


@pytest.mark.parametrize(
    ("rest", "path"), [(["/usr/bin", "/own", "/bin"], ["/own", "/usr/bin", "/bin"]), ([], ["/own"]), (["", "/bin"], ["/own", "/bin"])]
)
def test_a_folder_stands_once_at_the_head_of_the_path(rest: list[str], path: list[str]) -> None:
    assert machine.joined_path("/own", os.pathsep.join(rest)).split(os.pathsep) == path
