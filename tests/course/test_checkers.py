"""What learners run to look at their own work: it accepts what the pages teach, and names what is wrong with anything else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.course.test_shipped_files import FILES, render, shipped

checks, gather, package, oci, provenance = map(shipped, ("checks", "gather", "conda_package", "oci", "provenance"))
WORKSPACE = (FILES / "workspace/pixi.toml").read_text(encoding="utf-8")
SUBMIT = (FILES / "train.sub").read_text(encoding="utf-8")
BATCH = (FILES / "gpu-pixi.sh").read_text(encoding="utf-8")
GOOD = (FILES / "workflows/good.yml").read_text(encoding="utf-8")
DOCKERFILE = render("Dockerfile.j2", **shipped("render").BASES, environment="cuda", device="cuda", cuda="12")
DEFINITION = render("apptainer.def.j2", **shipped("render").BASES, environment="cuda", device="cuda", cuda="12")
TASKS = """
[tasks]
train = "python digits.py --seed 1 --out result.json"
show = { cmd = "python -m json.tool result.json", depends-on = ["train"] }
start = { cmd = "echo done", depends-on = ["show"], description = "All of it" }
"""
SYSTEMS = """
[workspace]
platforms = ["linux-64", "osx-arm64", { name = "old-windows", subdir = "win-64" }]
[target.win-64.dependencies]
pywin32 = "*"
"""
FIGURES = """
[feature.figures.dependencies]
matplotlib-base = "*"
[environments]
figures = ["figures"]
"""


def broken(check: str, text: str) -> list[str]:
    """Return the rules that a text does not keep."""
    return [rule for rule, kept in getattr(checks, check)(text) if not kept]


@pytest.mark.parametrize(
    ("check", "text"),
    [
        ("tasks", TASKS),
        ("figures", FIGURES),
        ("platforms", SYSTEMS),
        ("pair", WORKSPACE),
        ("dockerfile", DOCKERFILE),
        ("definition", DEFINITION),
        ("workflow", GOOD),
        ("submit", SUBMIT),
        ("batch", BATCH),
        ("batch", (FILES / "gpu-apptainer.sh").read_text(encoding="utf-8")),
    ],
)
def test_what_the_course_ships_passes(check: str, text: str) -> None:
    assert broken(check, text) == []


@pytest.mark.parametrize(
    ("check", "text", "old", "new", "rule"),
    [
        ("tasks", TASKS, " --seed 1", "", "train names its seed"),
        ("tasks", TASKS, '["train"]', "[]", "show waits for train"),
        ("tasks", TASKS, '["show"]', '["train", "show"]', "start waits for show, and for nothing else"),
        ("tasks", TASKS, ', description = "All of it"', "", "start has a description"),
        ("figures", FIGURES, "[feature.figures.dependencies]", "[dependencies]", "the default environment does not have it"),
        ("platforms", SYSTEMS, '"osx-arm64", ', "", "Linux, macOS and Windows are listed"),
        ("platforms", SYSTEMS, "[target.win-64.dependencies]", "[dependencies]", "pywin32 is for nobody else"),
        ("pair", WORKSPACE, "[feature.cpu.dependencies]", "[dependencies]", "nothing in the default feature"),
        ("pair", WORKSPACE, "pytorch-gpu", "pytorch", "the side with a driver asks for a CUDA build"),
        ("pair", WORKSPACE, 'numpy = ">=2.4,<3"\npytorch-gpu', 'numpy = "*"\npytorch-gpu', "one range of numpy for both sides"),
        (
            "pair",
            WORKSPACE,
            '"win-64"]\n\n[feature.cpu.dep',
            '"linux-64-cuda"]\n\n[feature.cpu.dep',
            "the default environment runs on none of these",
        ),
        ("pair", WORKSPACE, 'cuda = "12"', 'cuda = "100"', "the driver is new enough"),
        ("dockerfile", DOCKERFILE, "debian:12-slim", "debian:stable-slim", "every base has a version or a digest"),
        ("dockerfile", DOCKERFILE, "--locked", "", "Pixi installs with --locked"),
        ("dockerfile", DOCKERFILE, "COPY pixi.toml", "COPY . pixi.toml", "only the manifest and the lock file come before that"),
        ("dockerfile", DOCKERFILE, "CONDA_OVERRIDE_CUDA", "OTHER", "an environment with CUDA says CONDA_OVERRIDE_CUDA"),
        ("definition", DEFINITION, "--locked", "", "%post installs with --locked"),
        ("definition", DEFINITION, "%labels", "%nolabels", "the last stage has %files from, %runscript, %test, %labels"),
        ("workflow", GOOD, "permissions: {}", "permissions: write-all", "permissions are named one by one"),
        ("workflow", GOOD, "de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6", "every action is pinned to a commit"),
        ("workflow", GOOD, "persist-credentials: false", "fetch-depth: 1", "no token stays in the checkout"),
        ("workflow", GOOD, '"$IMAGE:$VERSION-$ENVIRONMENT"\n', '"${{ github.ref }}"\n', "no expression inside a script"),
        ("submit", SUBMIT, "request_gpus", "request_gpu", "it asks for one GPU, by its right name"),
        ("submit", SUBMIT, "= 4GB", "= 4", "it asks for memory and disk, with units"),
        ("submit", SUBMIT, "= result-$(seed).json", "= result.json", "no two jobs share a result"),
        ("submit", SUBMIT, "gpus_minimum_capability", "capability", "it says which GPUs will do"),
        ("batch", BATCH, "--gpus=1", "--gpus=4", "one GPU is asked for"),
        ("batch", BATCH, "00:20:00", "soon", "memory, time and CPUs are asked for"),
        ("batch", BATCH, "set -euo pipefail", "set -u", "the script stops at the first error"),
        ("batch", BATCH, "result-$seed", "result", "each job writes its own result"),
        ("batch", BATCH, "pixi run --as-is --environment cuda", "", "the environment is named, not inherited"),
    ],
)
def test_a_fault_is_named(check: str, text: str, old: str, new: str, rule: str) -> None:
    assert old in text
    assert rule in broken(check, text.replace(old, new))


def test_a_test_that_imports_no_framework_is_no_test() -> None:
    text = DEFINITION.replace("digits.py --device cpu", "other.py").replace("import torch", "import json")
    assert broken("definition", text) == ["%test imports torch, or runs the script that does"]


def test_two_recipes_are_compared_by_what_decides() -> None:
    assert all(kept for _, kept in checks.same(DOCKERFILE, DEFINITION))
    wrong = dict(checks.same(DOCKERFILE, DEFINITION.replace("--locked", "--frozen")))
    assert [rule for rule, kept in wrong.items() if not kept] == ["option: --locked and --frozen"]
    assert not all(kept for _, kept in checks.same("", DEFINITION))


@pytest.mark.parametrize(
    ("time", "minutes"), [("120", 120), ("02:00:00", 120), ("1-00", 1440), ("90:30", 90.5), ("1-02:30", 1590), ("", 0), ("soon", 0)]
)
def test_time_limits_are_read_as_slurm_reads_them(time: str, minutes: float) -> None:
    assert checks.minutes(time) == pytest.approx(minutes)


def test_directives_end_at_the_first_command() -> None:
    assert checks.directives("#!/bin/bash\n#SBATCH --mem 4G\n\ncd x\n#SBATCH --time=1") == {"mem": "4G"}


def run(folder: Path, *what: str) -> subprocess.CompletedProcess[str]:
    """Run the checker in a project's folder, as a learner does."""
    command = [sys.executable, str(FILES / "checks.py"), *what]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_an_empty_folder_has_nothing_and_no_traceback(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "look again a lock file" in done.stdout
    assert "pair: no file pixi.toml here" in done.stdout


def test_a_name_that_is_no_check_is_refused_with_those_that_are(tmp_path: Path) -> None:
    done = run(tmp_path, "everything")
    assert done.returncode == 2
    assert "day3" in done.stderr


def test_a_finished_project_passes_all_three_days(tmp_path: Path) -> None:
    for path in (FILES / "workspace").iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    manifest = (tmp_path / "pixi.toml").read_text(encoding="utf-8")
    (tmp_path / "pixi.toml").write_text(manifest.replace("digits.py --device", "digits.py --seed 1 --device"), encoding="utf-8")
    for name in ("LICENSE", "CITATION.cff"):
        (tmp_path / name).write_text("free\n", encoding="utf-8")
    given = ("checks.py", "gather.py", "render.py")  # what the pages tell learners to copy there names seeds, too
    for name in (*given, "templates/Dockerfile.j2", "templates/apptainer.def.j2", "train.sub", "gpu-pixi.sh", "gpu-apptainer.sh"):
        shutil.copy(FILES / name, tmp_path)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    shutil.copy(FILES / "workflows/good.yml", tmp_path / ".github/workflows/images.yml")
    filled = subprocess.run(
        [sys.executable, str(FILES / "render.py")], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert filled.stdout.split() == ["Dockerfile.default", "Dockerfile.cuda", "apptainer.default.def", "apptainer.cuda.def"]
    done = run(tmp_path)
    assert (done.returncode, "look again" in done.stdout) == (0, False), done.stdout


def test_the_shipped_workspace_lacks_the_two_lines_that_the_pages_say() -> None:
    rules = [rule for rule, kept in checks.audit(FILES / "workspace") if not kept]
    assert rules == ["tasks name the seed", "a licence and how to cite"]


def test_results_are_counted_only_if_they_can_be_read(tmp_path: Path) -> None:
    for seed, text in {0: '{"seed": 0}', 1: "", 2: "[]", 3: '{"seed": 4}', 4: '{"loss": 1}'}.items():
        (tmp_path / f"result-{seed}.json").write_text(text, encoding="utf-8")
    results, missing = gather.gather(tmp_path, range(6))
    assert (results, missing) == ([{"seed": 0}], [1, 2, 3, 4, 5])


@pytest.mark.parametrize(("seeds", "status"), [(2, 0), (3, 1)])
def test_gathering_ends_with_1_if_a_result_is_missing(tmp_path: Path, seeds: int, status: int) -> None:
    for seed in range(2):
        facts = {"seed": seed, "accuracy": 0.9 + seed / 50, "device": "cpu, 1 threads"}
        (tmp_path / f"result-{seed}.json").write_text(json.dumps(facts), encoding="utf-8")
    command = [sys.executable, str(FILES / "gather.py"), "--seeds", str(seeds)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status
    assert "mean 0.910 of 2" in done.stdout
    assert ("--array=2" in done.stdout) == bool(status)


def test_a_package_is_the_same_bytes_only_for_the_same_times(tmp_path: Path) -> None:
    content = package.build(package.PAYLOAD)
    assert content == package.build(package.PAYLOAD) != package.build(package.PAYLOAD, modified=1)
    path = tmp_path / f"{package.NAME}.conda"
    path.write_bytes(content)
    assert package.members(path, "pkg") == package.PAYLOAD
    entry = json.loads(package.channel(path).read_text(encoding="utf-8"))["packages.conda"][path.name]
    assert entry["sha256"] == package.digest(content)


def test_an_image_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    first = oci.write_image(tmp_path / "one", {"hello": b"1"})
    assert first == oci.write_image(tmp_path / "two", {"hello": b"1"}) != oci.write_image(tmp_path / "three", {"hello": b"2"})
    assert (tmp_path / "one/blobs" / first.replace(":", "/")).is_file()


def test_weights_that_were_retouched_are_found(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    provenance.save(tmp_path / "model", {"layer": np.zeros(3)}, {"seed": 0})
    assert provenance.verify(tmp_path / "model")
    np.savez(tmp_path / "model/weights.npz", layer=np.full(3, 1e-9))
    assert not provenance.verify(tmp_path / "model")
