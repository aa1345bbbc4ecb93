"""What the course submits to HTCondor, submitted to a real personal pool: the exercise's commands as they stand, and the submit description.

The pool has neither a GPU nor PyTorch: a script of a few lines takes the place of the training, and the jobs that want a GPU wait.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.course.test_course import ROOT, cells, document
from tests.operations.test_batch_on_condor import on_condor
from tests.operations.test_batch_on_condor import pytestmark as needs_a_pool

pytestmark = needs_a_pool

TRAINING = """\
import json
import sys

seed, out = sys.argv[sys.argv.index("--seed") + 1], sys.argv[sys.argv.index("--out") + 1]
with open(out, "w", encoding="utf-8") as file:
    json.dump({"seed": int(seed), "accuracy": 0.9, "loss": 0.1, "device": "cpu"}, file)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder in which the page's cells run, with another script to train."""
    made = tmp_path / "page"
    shutil.copytree(ROOT / "episodes/files", made / "files")
    (made / "files/workspace/digits.py").write_text(TRAINING, encoding="utf-8")
    return made


def test_the_commands_of_the_exercise_bring_three_results_home(folder: Path) -> None:
    (cell,) = (cell for cell in cells(document(ROOT / "episodes/htcondor.md")) if "htcondor-pool" in cell.options.requires)
    assert cell.language == "bash"
    python = f"mkdir /tmp/bin\nln -s {sys.executable} /tmp/bin/python\nexport PATH=/tmp/bin:$PATH\n"
    said = on_condor(folder, f"{python}set -e\n{cell.source}\nls pool\n")
    assert {f"result-{seed}.json" for seed in (0, 1, 2)} <= set(said.split()), said
    assert "mean 0.900 of 3" in said, said
    assert "missing" not in said


def test_the_submit_description_is_taken_and_waits_for_a_gpu(folder: Path) -> None:
    said = on_condor(
        folder,
        """
cd files
cp workspace/digits.py .
touch digits-cuda.sif
condor_submit -dry-run jobs.txt train.sub
condor_submit train.sub
sleep 5
condor_q -nobatch -format 'status %d' JobStatus -format ' gpus %s\\n' RequestGPUs
condor_rm -all
""",
    )
    assert "3 job(s) submitted to cluster" in said, said
    assert said.count("status 1 gpus 1") == 3, said
