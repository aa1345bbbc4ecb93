"""The files that the lesson ships are what they claim to be, judged by the tools that read them."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from jinja2 import Environment, StrictUndefined, UndefinedError
from rattler import Channel, PackageName, SparseRepoData

from tests.conftest import checker

FILES = Path(__file__).parents[2] / "episodes/files"
SCRIPTS = sorted(path.relative_to(FILES).as_posix() for path in FILES.rglob("*.py"))
SHELL_SCRIPTS = sorted(path.name for path in FILES.glob("*.sh"))
TEMPLATES = sorted(path.name for path in (FILES / "templates").iterdir())


def shipped(name: str) -> ModuleType:
    """Import a module that the lesson ships."""
    specification = importlib.util.spec_from_file_location(f"shipped_{name}", FILES / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


RENDER = shipped("render")
VALUES = {name: RENDER.BASES | values | {"environment": name} for name, values in RENDER.ENVIRONMENTS.items()}
"""What the pages fill the templates with."""


def tool(name: str, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool that this environment or the machine has; a test whose tool is missing is skipped by name."""
    return subprocess.run([checker(name), *arguments], input=text, cwd=FILES, capture_output=True, text=True, timeout=60, check=False)


def render(name: str, **values: str) -> str:
    """Fill a template as the pages do."""
    engine = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    return engine.from_string((FILES / "templates" / name).read_text(encoding="utf-8")).render(values)


def run(script: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shipped script in an empty folder, on one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(FILES / script), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_pass_the_style_check(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", str(FILES / script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_tiny_channel_is_read_by_the_library_that_the_page_uses() -> None:
    listing = FILES / "tiny/repodata.json"
    with SparseRepoData(Channel(listing.parent.as_uri()), "linux-64", listing) as data:
        records = [record for name in data.package_names() for record in data.load_records(PackageName(name))]
    names = json.loads(listing.read_text(encoding="utf-8"))["packages.conda"]
    assert sorted(f"{record.name.normalized}-{record.version}-{record.build}.conda" for record in records) == sorted(names)
    assert {str(record.build) for record in records if record.name.normalized == "tinytorch"} == {"cpu_100", "cuda129_300"}


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="needs PyTorch and scikit-learn: `make records` brings them, and `.venv-records/bin/python -m pytest tests/course` uses them",
)
class TestDigits:
    def test_it_learns_and_writes_what_it_did(self, tmp_path: Path) -> None:
        for name in ("one.json", "two.json"):
            done = run("workspace/digits.py", tmp_path, "--seed", "1", "--out", name)
            assert done.returncode == 0, done.stderr
            assert done.stdout.startswith("backend: torch (cpu)\n")
        one, two = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("one.json", "two.json"))
        assert one["accuracy"] > 0.9
        assert one["weights"] == two["weights"]

    def test_it_never_falls_back_to_another_device(self, tmp_path: Path) -> None:
        import torch

        if torch.cuda.is_available():
            pytest.skip("this machine has a GPU")
        done = run("workspace/digits.py", tmp_path, "--device", "cuda", "--out", "result.json")
        assert done.returncode == 1
        assert "sees no usable GPU" in done.stderr
        assert not (tmp_path / "result.json").exists()


@pytest.mark.parametrize("environment", VALUES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_says_the_chosen_environment_and_no_other(template: str, environment: str) -> None:
    text = render(template, **VALUES[environment])
    other = next(name for name in VALUES if name != environment)
    assert f"pixi install --locked --environment {environment}" in text
    assert f"environment {other}" not in text
    assert ("CONDA_OVERRIDE_CUDA" in text) == (environment == "cuda")
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_refuses_to_be_filled_by_halves(template: str) -> None:
    for missing in VALUES["cuda"]:
        with pytest.raises(UndefinedError, match=missing):
            render(template, **{name: value for name, value in VALUES["cuda"].items() if name != missing})


@pytest.mark.parametrize("environment", VALUES)
def test_hadolint_has_no_objection_to_the_rendered_dockerfile(environment: str) -> None:
    done = tool("hadolint", "--no-color", "-", text=render("Dockerfile.j2", **VALUES[environment]))
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_finds_in_the_bad_dockerfile_what_the_page_says() -> None:
    done = tool("hadolint", "--no-color", "--no-fail", "Dockerfile.bad")
    assert set(re.findall(r"DL\d+", done.stdout)) == {"DL3003", "DL3007", "DL3008", "DL3014", "DL3015"}


def test_the_definition_has_two_stages_and_the_sections_that_it_needs() -> None:
    stages = re.split(r"^Bootstrap: docker$", render("apptainer.def.j2", **VALUES["cuda"]), flags=re.MULTILINE)[1:]
    sections = [re.findall(r"^(%\w+(?: from \w+)?)$", stage, re.MULTILINE) for stage in stages]
    assert [re.search(r"^Stage: (\w+)$", stage, re.MULTILINE)[1] for stage in stages] == ["install", "final"]
    assert sections == [["%files", "%post"], ["%files from install", "%files", "%runscript", "%test", "%labels", "%help"]]


@pytest.mark.parametrize("name", SHELL_SCRIPTS)
def test_shell_scripts_can_be_parsed_and_started(name: str) -> None:
    assert tool("bash", "-n", name).stderr == ""
    assert (FILES / name).read_text(encoding="utf-8").startswith("#!/bin/bash\n")


@pytest.mark.parametrize("name", SHELL_SCRIPTS)
def test_shellcheck_has_no_objection(name: str) -> None:
    done = tool("shellcheck", name)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_job_of_the_pool_runs_in_an_empty_folder(tmp_path: Path) -> None:
    shutil.copy(FILES / "train.sh", tmp_path)
    (tmp_path / "digits.py").write_text("import sys; print(sys.argv[1:])", encoding="utf-8")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    command = ["bash", "train.sh", "--seed", "1"]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert done.stdout == "files here: digits.py train.sh\n['--seed', '1']\n"


def test_the_batch_script_takes_its_seed_from_the_array_and_stops_without_one(tmp_path: Path) -> None:
    shutil.copy(FILES / "batch.sh", tmp_path)
    (tmp_path / "digits.py").write_text("import os, sys; print(os.environ['OMP_NUM_THREADS'], *sys.argv[1:])", encoding="utf-8")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {"PATH": path, "SLURM_ARRAY_TASK_ID": "7", "SLURM_CPUS_PER_TASK": "3", "DEVICE": "cuda"}
    done = subprocess.run(["bash", "batch.sh"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "3 --seed 7 --device cuda --out result-7.json\n"
    done = subprocess.run(["bash", "batch.sh"], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "SLURM_ARRAY_TASK_ID" in done.stderr


def test_the_machines_of_the_pool_can_be_compared() -> None:
    machines = json.loads((FILES / "machines.json").read_text(encoding="utf-8"))
    assert [machine["GPUs"] >= 1 and machine["Capability"] >= 8.0 and machine["Memory"] >= 4096 for machine in machines] == [
        False,
        False,
        True,
    ]


def test_htcondor_reads_the_submit_description_as_three_jobs() -> None:
    htcondor2 = pytest.importorskip("htcondor2", reason="needs HTCondor's Python module: `make records` brings it, as PyTorch")
    description = htcondor2.Submit((FILES / "train.sub").read_text(encoding="utf-8"))
    assert [item["seed"] for item in description.itemdata()] == ["0", "1", "2"]
    assert (description["request_gpus"], description["gpus_minimum_capability"]) == ("1", "8.0")
    sent = {description["executable"], *description["transfer_input_files"].split(",")}
    assert all((FILES / name).is_file() or (FILES / "workspace" / name).is_file() for name in sent)


@pytest.mark.parametrize("name", ["bad", "good"])
def test_workflows_are_yaml_with_jobs_and_steps(name: str) -> None:
    workflow = yaml.safe_load((FILES / f"workflows/{name}.yml").read_text(encoding="utf-8"))
    assert all({"uses", "run"} & step.keys() for job in workflow["jobs"].values() for step in job["steps"])


def test_tools_have_no_objection_to_the_good_workflow() -> None:
    assert json.loads(tool("zizmor", "--offline", "--no-progress", "--format", "json-v1", "workflows/good.yml").stdout) == []
    done = tool("actionlint", "-no-color", "workflows/good.yml")
    assert (done.returncode, done.stdout) == (0, "")


def test_tools_find_in_the_bad_workflow_what_the_page_says() -> None:
    done = tool("zizmor", "--offline", "--no-progress", "--no-exit-codes", "--format", "json-v1", "workflows/bad.yml")
    rules = {finding["ident"] for finding in json.loads(done.stdout)}
    assert rules == {"artipacked", "excessive-permissions", "template-injection", "unpinned-uses"}
    done = tool("actionlint", "-no-color", "-oneline", "-shellcheck=", "workflows/bad.yml")
    assert [word for word in ("potentially untrusted", 'undefined variable "matrx"') if word not in done.stdout] == []
    assert len(done.stdout.splitlines()) == 2


def test_files_for_images_and_jobs_fit_the_teaching_workspace() -> None:
    """The templates install environments that the workspace has, and the workflow builds those."""
    manifest = (FILES / "workspace/pixi.toml").read_text(encoding="utf-8")
    workflow = yaml.safe_load((FILES / "workflows/good.yml").read_text(encoding="utf-8"))
    for name in ("image", "sif"):
        assert workflow["jobs"][name]["strategy"]["matrix"]["environment"] == list(VALUES)
    assert all(f"\n{name} = [" in manifest for name in VALUES)
