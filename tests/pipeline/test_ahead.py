"""A fork server that is started before the lesson is read: used where it fits, gone where it is not."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import psutil
import pytest

from site_builder.changes.snapshot import results_digest
from site_builder.environments import r
from site_builder.execute.local import server_process
from site_builder.execute.local.server_process import HAS_REAPER, ServerProcess
from site_builder.pipeline import execute
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.processes import Outcome
from tests.conftest import MakeLesson

pytestmark = pytest.mark.skipif(not HAS_REAPER, reason="kernels are forked on Linux only")

EPISODE = "---\ntitle: One\nteaching: 1\nexercises: 1\n---\n\nWords.\n\n```{python}\nimport numpy\nprint(numpy.arange(3).sum())\n```\n"
HOST = Options("host")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of all fork servers that are started."""
    numbers: list[int] = []
    start = ServerProcess.__init__

    def noted(self: ServerProcess, *arguments: object) -> None:
        start(self, *arguments)  # type: ignore[arg-type]
        numbers.append(self._process.pid)

    monkeypatch.setattr(server_process.ServerProcess, "__init__", noted)
    return numbers


def test_the_process_that_was_started_ahead_runs_the_cells(make_lesson: MakeLesson, started: list[int]) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.md": EPISODE})
    with server_ahead(root, HOST) as ready:
        assert len(started) == 1
        (result,) = execute.run(root, ready, ())
    assert result.cells[0].outputs[0].text == "3\n"  # type: ignore[union-attr]
    assert len(started) == 1
    assert not psutil.pid_exists(started[0])


def test_it_has_imported_what_the_episodes_of_a_new_lesson_share(make_lesson: MakeLesson, started: list[int]) -> None:
    seen = EPISODE.replace(
        "import numpy\nprint(numpy.arange(3).sum())", "import sys\nprint('numpy' in sys.modules, 'pandas' in sys.modules)"
    )
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.md": EPISODE, "episodes/two.md": seen})
    with server_ahead(root, HOST, everything=True) as ready:
        assert ready.ahead is not None
        assert ready.ahead.modules == ("numpy",)
        results = execute.run(root, ready, ())
    shown = {result.job.slug: result.cells[0].outputs[0].text for result in results}  # type: ignore[union-attr]
    assert shown == {"one": "3\n", "two": "True False\n"}
    assert len(started) == 1


def test_one_that_has_imported_too_much_runs_the_cells_as_well(make_lesson: MakeLesson, started: list[int]) -> None:
    text = "".join(f"{EPISODE}\n```{{python}}\n#| eval: false\nimport pandas\n```\n")
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.md": text})
    with server_ahead(root, HOST, everything=True) as ready:
        assert ready.ahead is not None
        assert ready.ahead.modules == ("numpy", "pandas")
        (result,) = execute.run(root, ready, ())
    assert result.cells[0].outputs[0].text == "3\n"  # type: ignore[union-attr]
    assert len(started) == 1


def test_one_with_other_variables_is_not_used(make_lesson: MakeLesson, started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.md": EPISODE})
    with server_ahead(root, HOST) as ready:
        monkeypatch.setenv("OMP_NUM_THREADS", "1" if os.environ.get("OMP_NUM_THREADS") != "1" else "2")
        (result,) = execute.run(root, ready, ())
    assert result.failure is None
    assert len(started) == 2
    assert not [number for number in started if psutil.pid_exists(number)]


@pytest.mark.parametrize(
    ("options", "files"),
    [
        (Options("host", fork=False), {}),
        (Options("pixi"), {}),
        (Options("rattler"), {}),
        (HOST, {"episodes/one.md": EPISODE.replace("{python}", "python")}),
        (Options("auto"), {"pixi.lock": "version: 6\n", ".lesson/envs/default/empty": ""}),
        (Options("auto"), {"pyproject.toml": "[tool.pixi.workspace]\nchannels = []\n"}),
    ],
    ids=["no fork", "Pixi", "rattler", "no cells", "an installed environment", "Pixi is there"],
)
def test_nothing_is_started_where_nobody_would_use_it(
    make_lesson: MakeLesson, started: list[int], options: Options, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pixi").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.md": EPISODE, **files})
    with server_ahead(root, options) as ready:
        assert ready.ahead is None
    assert started == []


def test_a_build_after_a_change_of_words_starts_nothing_and_after_one_of_code_one_server(
    make_lesson: MakeLesson, started: list[int]
) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Home.\n", "episodes/one.md": EPISODE})
    assert build(root, None, HOST).ran == 1
    make_lesson({"episodes/one.md": EPISODE.replace("Words", "Other words")})
    assert build(root, None, HOST).changed
    assert len(started) == 1
    make_lesson({"episodes/one.md": EPISODE.replace("arange(3)", "arange(4)")})
    assert build(root, None, HOST).ran == 1
    assert len(started) == 2
    assert not [number for number in started if psutil.pid_exists(number)]


def test_one_that_nobody_asks_for_is_gone(make_lesson: MakeLesson, started: list[int]) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/one.md": EPISODE})
    execute.run(root, HOST, ())
    with server_ahead(root, HOST) as ready:
        assert execute.run(root, ready, ()) == ()
        assert not psutil.pid_exists(started[-1])


@pytest.mark.parametrize("change", ["print(1)\n", "#| label: x\n"])
def test_the_digest_is_that_of_code(make_lesson: MakeLesson, change: str) -> None:
    root = make_lesson({"episodes/one.md": EPISODE, "episodes/two.ipynb": "{}"})
    before = results_digest(root)
    make_lesson({"episodes/one.md": EPISODE.replace("Words", "Other words") + "\nMore.\n"})
    assert results_digest(root) == before
    make_lesson({"episodes/one.md": EPISODE.replace("import", f"{change}import")})
    assert results_digest(root) != before
    make_lesson({"episodes/one.md": EPISODE, "episodes/two.ipynb": "{ }"})
    assert results_digest(root) != before


def test_an_interpreter_that_cannot_be_started_is_no_reason_to_stop(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = make_lesson({"episodes/one.md": EPISODE})
    monkeypatch.setattr("sys.executable", str(tmp_path / "gone"))
    with server_ahead(root, HOST) as ready:
        assert ready.ahead is None


def test_r_is_asked_once_while_the_lesson_is_read_and_for_lessons_of_r_alone(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(command: tuple[str, ...], **_: object) -> Outcome:
        asked.append(threading.current_thread().name)
        time.sleep(0.3)
        return Outcome(0, "4.5.1\n/library\n", "")

    monkeypatch.setattr(r.shutil, "which", lambda *_, **__: "/usr/bin/Rscript")
    monkeypatch.setattr(r.processes, "run", answer)
    r._asked.cache_clear()
    try:
        with server_ahead(make_lesson({"episodes/one.md": EPISODE}), HOST):
            pass
        assert asked == []
        begun = time.perf_counter()
        with server_ahead(make_lesson({"episodes/one.Rmd": "---\ntitle: One\n---\n\n```{r}\n1\n```\n"}), HOST):
            assert time.perf_counter() - begun < 0.3, "it goes on while the lesson is read"
            found = r.installation()
        assert found is not None and found.version == "4.5.1"
        assert len(asked) == 1 and asked != [threading.current_thread().name]
    finally:
        r._asked.cache_clear()
