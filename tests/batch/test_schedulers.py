"""What schedulers are told, and what their answers mean."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from site_builder.batch import condor, github, slurm, snakemake
from site_builder.batch.asking import JobPlace
from site_builder.batch.model import Task
from site_builder.batch.states import Phase, Progress, Seen, status_of
from site_builder.records.outcome import EpisodeOutcome, EpisodeState
from site_builder.settings.batch import BatchSettings
from tests.conftest import checker

TASKS = (
    Task(1, ("a", "with space"), seconds=100, known=True),
    Task(2, ("b",), seconds=5000, known=True, after=(1,), reads=("a",)),
    Task(3, ("c",), gpu=True, environment="ml"),
)
PLACE = JobPlace(PurePosixPath("/l/lesson"), Path("/l/lesson/.lesson/batch/1"), "/r", ("/bin/python", "-m", "site_builder"))


def test_the_script_of_slurm_has_each_task_quoted() -> None:
    text = slurm.script(TASKS, BatchSettings(memory=2048, setup=("echo hi",), modules=("cuda/12",)), PLACE, "lesson-1")
    assert "1) set -- a 'with space' ;;" in text
    assert "2) set -- b --reads a ;;" in text
    assert "#SBATCH --mem=2048M" in text
    assert "#SBATCH --signal=B:TERM@60" in text
    assert text.index("module load cuda/12") < text.index("echo hi") < text.index("exec ")
    assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0


def test_scripts_satisfy_shellcheck() -> None:
    program = checker("shellcheck")
    scripts = (
        slurm.script(TASKS, BatchSettings(), PLACE, "x"),
        condor.script(
            TASKS, BatchSettings(time=90, container="i.sif"), JobPlace(PurePosixPath("lesson"), Path("/b"), '"$records"', (), (), False)
        ),
    )
    for text in scripts:
        done = subprocess.run([program, "--severity=warning", "-"], input=text, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout


def test_arrays_have_equal_resources_and_dependencies() -> None:
    arrays = slurm.submissions(TASKS, BatchSettings(partition="cpu", gpu="a100", gpu_partition="gpu"))
    assert sorted(array.tasks for array in arrays) == [(1,), (2,), (3,)]
    last = next(array for array in arrays if array.tasks == (2,))
    assert slurm.command(last, "job.sh", {1: "7_1"})[2:] == (
        "--array=2", "--partition=cpu", "--time=251", "--dependency=afterok:7_1", "job.sh",
    )  # fmt: skip
    of_gpu = next(array for array in arrays if array.tasks == (3,))
    assert of_gpu.options == ("--partition=gpu", "--gres=gpu:a100:1")


SINFO = "short*|4|8000|(null)|1:00:00|(null)\ngpu|64|512000|gpu:a100:4(S:0-1)|2-00:00:00|fast\n"


@pytest.mark.parametrize(
    ("settings", "task", "said"),
    [
        (BatchSettings(cpus=4), TASKS[0], ""),
        (BatchSettings(cpus=99), TASKS[0], "the largest has 4 cores"),
        (BatchSettings(memory=9000), TASKS[0], "9000 MiB"),
        (BatchSettings(time=61), TASKS[0], "at most 60 minutes"),
        (BatchSettings(gpu_partition="gpu", gpu="a100"), TASKS[2], ""),
        (BatchSettings(gpu_partition="gpu", gpu="h200"), TASKS[2], "a GPU of type h200"),
        (BatchSettings(gpu="any"), TASKS[2], "GPUs none"),
    ],
)
def test_what_no_node_has_is_said(settings: BatchSettings, task: Task, said: str) -> None:
    (array,) = slurm.submissions((task,), settings)
    words = slurm.lacking(array, settings, slurm.nodes_of(SINFO))
    assert bool(words) == bool(said)
    assert said in words


def test_what_no_slot_of_a_pool_has_is_said() -> None:
    slots = condor.slots_of("2\t1000\t0\nundefined undefined undefined\n")
    assert condor.lacking(TASKS[:1], BatchSettings(cpus=2, memory=1000), slots) == ""
    assert "2 cores, 1000 MiB" in condor.lacking(TASKS[:1], BatchSettings(cpus=3), slots)
    assert "1 GPUs" in condor.lacking(TASKS[2:], BatchSettings(), slots)


def test_a_dag_has_every_node_before_it_is_a_parent_and_brings_its_records() -> None:
    text = condor.dag_file(TASKS, Path("/b"))
    assert text.index("JOB t2") < text.index("PARENT t1 CHILD t2")
    assert 'inputs="/b/lesson.tar,/b/records-1"' in text
    assert "queue\n" in condor.submit_file(TASKS, BatchSettings(), Path("/b"), "1-x", dag=True)


def test_answers_of_schedulers_are_read() -> None:
    assert slurm.seen_in_queue("3_1|PENDING|DependencyNeverSatisfied\n3_2|TIMEOUT|TimeLimit\n") == {
        "3_1": Seen(Phase.WAITING, "pending: DependencyNeverSatisfied"),
        "3_2": Seen(Phase.ENDED, "timeout: TimeLimit"),
    }
    assert slurm.seen_in_accounts("3_2|CANCELLED by 0\n") == {"3_2": Seen(Phase.ENDED, "cancelled")}
    held = '[{"ClusterId": 2, "ProcId": 0, "JobStatus": 5, "HoldReason": "too much memory", "LessonTask": 1}]'
    assert condor.seen(held) == {1: Seen(Phase.HELD, "held: too much memory")}
    assert condor.seen("") == condor.seen("no JSON") == {}


@pytest.mark.parametrize(
    ("seen", "outcomes", "there", "progress", "again"),
    [
        (Seen(Phase.ENDED), {}, {"a", "b"}, Progress.DONE, {}),
        (Seen(Phase.RUNNING), {}, {"a"}, Progress.RUNNING, {}),
        (Seen(Phase.ENDED), {"b": EpisodeOutcome(EpisodeState.FAILED, "x.md:3: no")}, {"a"}, Progress.FAILED, {"b": "x.md:3: no"}),
        (Seen(Phase.GONE), {"a": EpisodeOutcome(EpisodeState.RUNNING, "")}, set(), Progress.LOST,
         {"a": "it was not done when its job ended", "b": "nothing of it came home"}),
        (None, {}, set(), Progress.WAITING, {}),
    ],
)  # fmt: skip
def test_how_far_a_task_is(
    seen: Seen | None, outcomes: dict[str, EpisodeOutcome], there: set[str], progress: Progress, again: dict[str, str]
) -> None:
    found = status_of(Task(1, ("a", "b")), seen, outcomes, there)
    assert (found.progress, dict(found.again)) == (progress, again)


def test_the_workflow_of_github_satisfies_actionlint(tmp_path: Path) -> None:
    program = checker("actionlint")
    path = tmp_path / ".github/workflows/batch.yml"
    path.parent.mkdir(parents=True)
    path.write_text(github.workflow(TASKS, BatchSettings()))
    done = subprocess.run([program, "-shellcheck=", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_snakefile_is_python_but_for_its_rules() -> None:
    text = snakemake.snakefile(TASKS, BatchSettings(memory=100), Path("/b"))
    assert '"2": {"after": [1], "minutes": 251, "gpu": 0}' in text
    assert "mem_mb=100" in text
