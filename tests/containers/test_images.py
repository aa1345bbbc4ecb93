"""The files that build images: practices of container builds checked as rules, on what both tools would read."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.containers.apptainer import definition
from site_builder.containers.dockerfile import dockerfile, dockerignore
from site_builder.containers.model import Image, install_commands
from tests.conftest import checker

CPU = Image('A "quoted" title', "ml", "linux-64", "d1" * 32, "e2" * 32)
GPU = replace(CPU, environment="cuda", cuda="12", files=("pixi.toml", "pixi.lock", "scripts/setup.sh"))
BOTH = pytest.mark.parametrize("image", [CPU, GPU], ids=["cpu", "gpu"])


def instructions(text: str) -> list[tuple[str, str]]:
    """Return a Dockerfile's instructions with their arguments, continuation lines joined and comments left out."""
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line.strip()]


def arguments(text: str, name: str) -> list[str]:
    return [rest for instruction, rest in instructions(text) if instruction == name]


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Return a definition's sections: a header for each stage, and what begins with a percent sign."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith(("%", "Bootstrap:")):
            found.append((line, []))
        elif line.strip() and not line.startswith("#"):
            found[-1][1].append(line.strip())
    return found


class TestDockerfile:
    @BOTH
    def test_pixi_stays_in_the_first_of_two_stages(self, image: Image) -> None:
        text = dockerfile(image)
        first, second = arguments(text, "FROM")
        assert first == "ghcr.io/prefix-dev/pixi:0.77.0 AS install"
        assert second == "debian:12-slim"
        final = text[text.index(f"FROM {second}") :]
        assert not arguments(final, "RUN")[0].startswith("pixi")
        assert "pixi install" not in final

    @BOTH
    def test_bases_name_a_version_and_never_latest(self, image: Image) -> None:
        for base in arguments(dockerfile(image), "FROM"):
            assert re.match(r"\S+(:(?!latest)[\w.-]+|@sha256:[0-9a-f]{64})( AS \w+)?$", base)

    @BOTH
    def test_what_is_installed_is_what_is_locked(self, image: Image) -> None:
        commands = arguments(dockerfile(image), "RUN")[0].split(" && ")
        assert [" ".join(command.split()) for command in commands] == list(install_commands(image))
        assert f"pixi install --locked --environment {image.environment}" in commands[0]

    @BOTH
    def test_it_runs_as_nobody_special_through_its_activation(self, image: Image) -> None:
        text = dockerfile(image)
        assert arguments(text, "USER") == ["1000:1000"]
        assert arguments(text, "ENTRYPOINT") == ['["/workspace/entrypoint.sh"]']
        assert arguments(text, "CMD") == ['["python"]']

    @BOTH
    def test_the_environment_keeps_its_place(self, image: Image) -> None:
        copies = [rest for rest in arguments(dockerfile(image), "COPY") if "--from=install" in rest]
        assert copies[0].split()[1] == copies[0].split()[2] == f"/workspace/.pixi/envs/{image.environment}"

    def test_scripts_of_the_manifest_keep_their_folders(self) -> None:
        assert [rest for rest in arguments(dockerfile(GPU), "COPY") if "--from" not in rest] == [
            "pixi.toml pixi.lock ./",
            "scripts/setup.sh scripts/setup.sh",
        ]

    def test_scripts_that_activation_runs_are_in_the_final_image(self) -> None:
        text = dockerfile(replace(GPU, files=("pixi.toml", "pixi.lock", "setup.sh", "scripts/setup.sh")))
        copies = [rest.removeprefix("--from=install ") for rest in arguments(text[text.index("FROM debian") :], "COPY")]
        assert copies[2:] == [f"/workspace/{name} /workspace/{name}" for name in ("setup.sh", "scripts/setup.sh")]
        assert len(arguments(dockerfile(CPU), "COPY")) == 3

    def test_labels_tell_where_the_packages_come_from(self) -> None:
        (labels,) = arguments(dockerfile(CPU), "LABEL")
        assert f'pixi.lock.sha256="{"e2" * 32}"' in labels
        assert f'pixi.packages.digest="{"d1" * 32}"' in labels
        assert r'image.title="A \"quoted\" title: environment ml"' in labels

    def test_cuda_is_what_the_lock_says(self) -> None:
        text = dockerfile(GPU)
        assert arguments(text, "RUN")[0].startswith("CONDA_OVERRIDE_CUDA=12 pixi install")
        (variables,) = arguments(text, "ENV")
        assert 'NVIDIA_REQUIRE_CUDA="cuda>=12.0"' in variables
        assert 'NVIDIA_REQUIRE_CUDA="cuda>=12.4"' in dockerfile(replace(GPU, cuda="12.4"))
        assert "NVIDIA" not in dockerfile(CPU)

    def test_the_context_holds_what_is_copied_and_nothing_else(self) -> None:
        assert dockerignore(GPU) == "**\n!pixi.toml\n!pixi.lock\n!scripts/setup.sh\n"

    @BOTH
    def test_hadolint_finds_nothing(self, image: Image, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text(dockerfile(image))
        done = subprocess.run([checker("hadolint"), str(tmp_path / "Dockerfile")], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


class TestApptainer:
    @BOTH
    def test_it_has_the_same_stages_bases_and_commands(self, image: Image) -> None:
        found = sections(definition(image))
        assert [name for name, _ in found] == [
            "Bootstrap: docker", "%files", "%post", "Bootstrap: docker", "%files from install", "%environment", "%runscript", "%test",
            "%labels", "%help",
        ]  # fmt: skip
        assert found[0][1] == [f"From: {image.pixi_image}", "Stage: install"]
        assert found[3][1] == [f"From: {image.base_image}", "Stage: final"]
        assert found[2][1] == ["set -eu", "cd /workspace", *install_commands(image)]

    def test_files_and_labels(self) -> None:
        found = sections(definition(GPU))
        assert found[1][1][2] == "scripts/setup.sh /workspace/scripts/setup.sh"
        assert found[4][1][3:] == ["/workspace/scripts/setup.sh /workspace/scripts/setup.sh"]
        assert len(sections(definition(CPU))[4][1]) == 3
        assert f"pixi.lock.sha256 {'e2' * 32}" in found[8][1]

    def test_help_names_what_a_gpu_needs(self) -> None:
        assert "apptainer run --nv cuda.sif" in definition(GPU)
        assert "must serve CUDA 12" in definition(GPU)
        assert "--nv" not in definition(CPU)

    @BOTH
    def test_its_test_asks_for_the_environments_python(self, image: Image) -> None:
        assert dict(sections(definition(image)))["%test"][-1] == f'test "$(command -v python)" = {image.prefix}/bin/python'


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on PATH")
def test_the_entry_point_activates_and_becomes_the_command(tmp_path: Path) -> None:
    commands = [command.replace("/workspace", str(tmp_path)) for command in install_commands(CPU)[2:]]
    subprocess.run(["bash", "-c", " && ".join(commands)], cwd=tmp_path, check=True)
    (tmp_path / "activate.sh").write_text("export ACTIVATED=yes\n")
    command = [str(tmp_path / "entrypoint.sh"), "bash", "-c", 'echo "$ACTIVATED $1"; exit 3', "name", "two words"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "yes two words\n")
