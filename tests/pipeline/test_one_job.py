"""A job of a scheduler runs its episodes beside others, reads those alone, and goes on where an earlier one ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.pipeline.model import Options
from site_builder.pipeline.one_job import run_job
from site_builder.pipeline.plan import open_lesson
from site_builder.pipeline.some_episodes import open_episodes
from site_builder.records.outcome import EpisodeState, read_outcome
from site_builder.records.store import RecordStore
from tests.conftest import ROOT, MakeLesson

HOST = Options("host")


def episode(code: str, front: str = "") -> str:
    return f"---\ntitle: T\nteaching: 1\nexercises: 0\n{front}---\n\n```{{python}}\n{code}\n```\n"


@pytest.fixture
def lesson(make_lesson: MakeLesson) -> Path:
    return make_lesson({
        "config.yaml": "title: T\nepisodes: [a.md, b.md, c.md]\n",
        "episodes/a.md": episode("open('out.txt', 'w').write('from a')"),
        "episodes/b.md": episode("print(open('out.txt').read())", "needs: [a]\n"),
        "episodes/c.md": episode("open('made.csv', 'w').write('1')"),
        "index.md": "See [the table](made.csv) and [another](other.csv).\n",
    })  # fmt: skip


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_some_episodes_have_the_keys_that_the_whole_lesson_gives_them(lesson: Path, tmp_path: Path, name: str) -> None:
    whole = open_lesson(lesson, HOST).episode(name).request
    some = open_episodes(lesson, HOST, [name], tmp_path / "records")
    found = some.episode(name).request
    assert whole is not None
    assert found is not None
    assert found.parts == whole.parts
    assert {each.slug for each in some.episodes} == ({"a", "b"} if name == "b" else {name})


def test_an_unknown_episode_is_named(lesson: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no episode named `aa`"):
        open_episodes(lesson, HOST, ["aa"], tmp_path)


@pytest.mark.slow
def test_a_job_needs_no_lock_changes_nothing_in_the_lesson_and_is_not_done_twice(lesson: Path, tmp_path: Path) -> None:
    records = tmp_path / "records"
    before = sorted(lesson.rglob("*"))
    ran, done = run_job(lesson, HOST, ["a"], records)
    assert ([result.job.slug for result in ran], done) == (["a"], ())
    assert sorted(lesson.rglob("*")) == before
    with files.build_lock(lesson / ".lesson" / "lock"):  # which a build would hold
        ran, done = run_job(lesson, HOST, ["a", "b.md"], records)
    assert ([result.job.slug for result in ran], done) == (["b"], ("a",))
    (stored,) = RecordStore(lesson, records).own("b")
    assert "from a" in repr(stored.record.cells[0].outputs)
    outcome = read_outcome(records, "b")
    assert outcome is not None
    assert outcome.state is EpisodeState.DONE


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can catch")
def test_a_termination_ends_the_cell_that_runs_and_leaves_what_is_done(make_lesson: MakeLesson, tmp_path: Path) -> None:
    lesson = make_lesson({
        "episodes/a.md": episode("print('quick')"),
        "episodes/b.md": episode("print('first')") + "\n```{python}\nimport time\nopen('/dev/null')\ntime.sleep(60)\n```\n",
    })  # fmt: skip
    records = tmp_path / "records"
    command = [sys.executable, "-m", "site_builder", "run", "a", "b", "--lesson", str(lesson), "--environments", "host"]
    job = subprocess.Popen(
        [*command, "--records", str(records), "--jobs", "2"], cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ, "CI": ""}
    )
    end = time.monotonic() + 40
    while not (records / ".outcomes" / "b.json").is_file() and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(1.5)
    job.send_signal(signal.SIGTERM)
    _, errors = job.communicate(timeout=30)
    assert job.returncode == 4
    assert "LS360" in errors
    assert "ended from outside in cell 2 of 2" in errors
    own = RecordStore(lesson, records)
    assert [len(own.own(slug)) for slug in ("a", "b")] == [1, 0]
    outcome = read_outcome(records, "b")
    assert outcome is not None
    assert outcome.state is EpisodeState.FAILED


def test_a_page_that_is_no_episode_is_read_as_in_the_whole_lesson(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root = make_lesson({
        "config.yaml": "title: T\n", "index.md": "Hi.\n", "episodes/a.md": episode("1"),
        "learners/setup.Rmd": "---\ntitle: S\n---\n\n```{r}\n1\n```\n", "learners/other.Rmd": "`r 1`\n",
    })  # fmt: skip
    whole, some = open_lesson(root, HOST), open_episodes(root, HOST, ["setup"], tmp_path / "records")
    assert [each.slug for each in whole.episodes if each.cells] == ["a", "setup", "other"]
    assert {each.slug for each in some.episodes} == {"setup", "other"}
    one, two = whole.episode("setup").request, some.episode("setup").request
    assert one is not None and two is not None and one.parts == two.parts
