"""Episodes run in real kernels and a real shell."""

from __future__ import annotations

import errno
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from jupyter_client.channels import HBChannel

from site_builder.execute.base import Reason, Result
from site_builder.execute.limits import Limits
from site_builder.execute.local import kernel
from site_builder.markdown.tree import Cell, Expression
from site_builder.records.model import Display, Output, Raised, Stream
from tests.execute.jobs import cell, job, run_all, run_jobs


def running(number: int) -> bool:
    """Tell whether a process still runs after a moment; one that only waits to be collected does not."""
    for _ in range(40):
        try:
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
        time.sleep(0.05)
    return True


def run(tmp_path: Path, *cells: Cell | Expression, **more: object) -> Result:
    return run_all([job(*cells, **more)], tmp_path)[0]


def outputs(result: Result) -> dict[str, tuple[Output, ...]]:
    return {record.identifier: record.outputs for record in result.cells}


def test_a_kernel_has_no_heartbeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(HBChannel, "start", lambda channel: started.append(channel.address))
    assert run(tmp_path, cell("one", "1")).failure is None
    assert started == []


def test_python_and_bash_live_through_the_page_and_share_its_folder(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        cell("one", "x = 20\nprint('hello')"),
        cell("two", 'greet() { echo "hi $1"; }; echo from shell > note.txt; cd ..', "bash"),
        cell("three", "x + 1"),
        cell("four", "greet you; basename $PWD | wc -l; cat episodes/note.txt", "bash"),
        cell("five", "open('note.txt').read()"),
        Expression("six", "python", "x * 2"),
        cell("seven", "raise SystemError", evaluate=False),
    )
    assert result.failure is None
    assert outputs(result) == {
        "one": (Stream("stdout", "hello\n"),),
        "two": (),
        "three": (Display({"text/plain": "21"}, True),),
        "four": (Stream("stdout", "hi you\n1\nfrom shell\n"),),
        "five": (Display({"text/plain": "'from shell\\n'"}, True),),
        "six": (Display({"text/plain": "40"}, True),),
        "seven": (),
    }
    assert list(tmp_path.iterdir()) == [tmp_path / "matplotlib"]


def test_a_cell_without_code_gives_nothing_and_the_others_theirs(tmp_path: Path) -> None:
    blank = (
        cell("a", ""),
        cell("b", "from IPython.display import display\nh = display(1, display_id=True)"),
        cell("c", " \n\t"),
        cell("d", "h.update(2)"),
    )
    result = run(tmp_path, *blank, cell("e", "# nothing"), cell("f", "", "bash"), cell("g", "print(3)"), cell("h", "\n"))
    assert result.failure is None
    shown = {name: list(found) for name, found in outputs(result).items() if found}
    assert shown == {"b": [Display({"text/plain": "2"})], "g": [Stream("stdout", "3\n")]}


def test_whatever_an_object_offers_is_kept_as_text(tmp_path: Path) -> None:
    show = "from IPython.display import display\ndisplay({}, raw=True)"
    odd = {
        "a": "{'application/vnd.example.json': {'a': 1}, 'text/plain': 'chart'}",
        "b": "{'text/plain': 5}",
        "c": "{'text/plain': None, 'text/html': ['<b>', 'x</b>']}",
        "d": "{'text/plain': {'a': [1]}, 'image/png': 3}",
    }
    result = run(tmp_path, *(cell(name, show.replace("{}", bundle)) for name, bundle in odd.items()))
    assert result.failure is None
    assert outputs(result) == {
        "a": (Display({"application/vnd.example.json": '{"a": 1}', "text/plain": "chart"}),),
        "b": (Display({"text/plain": "5"}),),
        "c": (Display({"text/html": "<b>x</b>"}),),
        "d": (Display({"text/plain": '{"a": [1]}', "image/png": "3"}),),
    }


def test_only_declared_inputs_are_there_and_no_secret_of_the_builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORGE_TOKEN", "secret")
    source = "import os, pathlib\nsorted(str(p) for p in pathlib.Path('..').rglob('*.txt')), os.environ.get('FORGE_TOKEN'), os.getcwd()"
    result = run(tmp_path, cell("a", source), inputs={"files/data.txt": b"1", "../top.txt": b"2"})
    (shown,) = outputs(result)["a"]
    assert isinstance(shown, Display)
    assert shown.data["text/plain"].split() == ("(['../episodes/files/data.txt', '../top.txt'], None, '/lesson/episodes')".split())


def test_a_cell_that_raises_stops_the_page_at_its_line(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "1"), cell("b", "y = 1\n\nraise ValueError('broken')"), cell("c", "2"))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.message) == (Reason.RAISED, "ValueError: broken")
    assert str(result.failure.location) == "episodes/page.md:13"
    assert "\x1b" not in result.failure.detail
    assert [record.identifier for record in result.cells] == ["a", "b"]


def test_a_shell_cell_that_fails_is_told_with_what_its_programs_said(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "true\nls nothing-here\nfalse", "bash"))
    assert result.failure is not None
    assert result.failure.message == "it ended with exit status 1"
    assert "nothing-here" in result.failure.detail


def test_an_announced_error_must_come(tmp_path: Path) -> None:
    good = run(tmp_path, cell("a", "1/0", error=True), cell("b", "false", "bash", error=True), cell("c", "3"))
    assert good.failure is None
    raised, status = outputs(good)["a"][0], outputs(good)["b"][0]
    assert isinstance(raised, Raised)
    assert raised.name == "ZeroDivisionError"
    assert status == Raised("ExitStatus", "1")
    bad = run(tmp_path, cell("a", "1", error=True))
    assert bad.failure is not None
    assert bad.failure.reason is Reason.DID_NOT_RAISE


def test_a_cell_whose_need_is_missing_is_passed_over(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "import nothing_like_this"), cell("b", "1 + 1"), missing={"a": ("cuda",)})
    assert result.failure is None
    assert [(record.identifier, record.ran) for record in result.cells] == [("a", False), ("b", True)]


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "while True: pass"),
        ("bash", "sleep 60"),
        ("python", "import time\nwhile True:\n try: time.sleep(60)\n except KeyboardInterrupt: pass"),
    ],
)
def test_a_cell_that_never_ends_is_ended(tmp_path: Path, language: str, source: str) -> None:
    result = run(tmp_path, cell("a", source, language, timeout=1.0), limits=Limits(interrupt_seconds=0.3))
    assert result.failure is not None
    assert result.failure.reason is Reason.TIMEOUT
    assert "longer than 1 s" in result.failure.message
    assert result.seconds < 15


@pytest.mark.parametrize(("language", "source"), [("python", "import os; os._exit(3)"), ("bash", "exit 3"), ("julia", "1")])
def test_a_session_that_ends_or_never_starts_is_told(tmp_path: Path, language: str, source: str) -> None:
    result = run(tmp_path, cell("a", source, language))
    assert result.failure is not None
    assert result.failure.reason is Reason.DIED
    assert language in result.failure.message


@pytest.mark.slow
def test_outputs_that_arrive_long_after_the_cells_end_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that is busy with something else: nbclient by itself goes on without them after 4 s."""
    take = kernel._Client.process_message

    def slowly(*arguments: object) -> object:
        time.sleep(0.1)
        return take(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(kernel._Client, "process_message", slowly)
    result = run(tmp_path, cell("a", "from IPython.display import display\nfor number in range(60): display(number)"))
    assert result.failure is None
    assert len(outputs(result)["a"]) == 60


def test_a_long_line_and_a_flood_are_cut(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "print('x' * 3_000_000)"), limits=Limits(output_bytes=1000))
    (shown,) = outputs(result)["a"]
    assert isinstance(shown, Stream)
    assert len(shown.text) < 1100
    assert "output cut here" in shown.text


def test_no_process_of_an_episode_outlives_it(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "echo $$; sleep 300 & echo $!", "bash"), cell("b", "import os; print(os.getpid())"))
    text = "".join(item.text for found in outputs(result).values() for item in found if isinstance(item, Stream))
    assert [number for number in map(int, text.split()) if running(number)] == []


def test_episodes_run_side_by_side_and_a_failing_one_stops_no_other(tmp_path: Path) -> None:
    jobs = [job(cell("a", "1/0")), job(cell("a", "1"), cell("b", "2"))]
    done: list[Result] = []
    run_jobs(jobs, tmp_path, done.append, workers=2)
    assert sorted(len(result.cells) for result in done if result.failure is None) == [2]
    assert len(done) == 2


def test_an_environment_whose_kernel_does_not_start_is_told_with_its_last_words(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no module named ipykernel' >&2\nexit 1\n")
    broken.chmod(0o755)
    (result,) = run_all([job(cell("a", "1"))], tmp_path / "work", python=broken)
    assert result.failure is not None
    assert result.failure.reason is Reason.NOT_STARTED
    assert "no module named ipykernel" in result.failure.message
    assert caplog.records == []  # no traceback of a library reaches a person


@pytest.mark.slow
def test_a_kernel_that_never_answers_is_given_up(tmp_path: Path) -> None:
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexec sleep 300\n")
    silent.chmod(0o755)
    for fork in (True, False):
        asked = job(cell("a", "1"), limits=Limits(start_seconds=1))
        (result,) = run_all([asked], tmp_path / "work", fork=fork, python=silent)
        assert result.failure is not None
        assert result.failure.reason is Reason.NOT_STARTED
        assert "within 1 s" in result.failure.message


def test_when_the_builder_stops_no_kernel_stays(tmp_path: Path) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    jobs = [job(cell("a", "1")), job(cell("a", "import time; time.sleep(60)"))]

    def stop(result: Result) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_jobs(jobs, tmp_path, stop, workers=2)
    left = [process.pid for process in psutil.Process().children(recursive=True) if process.pid not in before]
    assert [number for number in left if running(number)] == []
    assert [path.name for path in tmp_path.iterdir()] == ["matplotlib"]


def test_an_error_that_a_library_shows_in_its_own_way_stops_the_page(tmp_path: Path) -> None:
    own = "get_ipython()._showtraceback = lambda kind, error, lines: print('a frame around', error)"
    result = run(tmp_path, cell("a", own), cell("b", "1/0"))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.message) == (Reason.RAISED, "ZeroDivisionError: division by zero")
    expected = run(tmp_path, cell("a", own), cell("b", "1/0", error=True))
    assert outputs(expected)["b"] == (
        Stream("stdout", "a frame around division by zero\n"),
        Raised("ZeroDivisionError", "division by zero"),
    )


@pytest.mark.parametrize("fork", [True, False])
def test_characters_that_no_file_can_hold_lose_neither_text_nor_error(tmp_path: Path, *, fork: bool) -> None:
    cells = (cell("a", r"print('\ud800 x')"), cell("b", r"raise ValueError('\ud800 y')", error=True))
    (result,) = run_all([job(*cells)], tmp_path, fork=fork)
    assert result.failure is None
    assert outputs(result)["a"] == (Stream("stdout", "\N{REPLACEMENT CHARACTER} x\n"),)
    raised = outputs(result)["b"][0]
    assert isinstance(raised, Raised)
    assert raised.value == "\N{REPLACEMENT CHARACTER} y"


@pytest.mark.parametrize("fork", [True, False])
def test_a_long_path_of_the_temporary_folder_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fork: bool) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    (result,) = run_all([job(cell("a", "1"))], tmp_path / "work", fork=fork)
    assert result.failure is None


def test_too_many_open_files_end_the_episode_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> str:
        raise OSError(errno.EMFILE, "Too many open files", "guard.py")

    monkeypatch.setattr("site_builder.execute.local.episode.preparation", full)
    result = run(tmp_path, cell("a", "1"))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.message) == (Reason.DIED, "the python kernel ended: guard.py: Too many open files")


def test_a_kernel_that_does_not_start_is_not_asked_for_the_next_cell_either(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no space left' >&2\nexit 1\n")
    broken.chmod(0o755)
    asked = job(cell("a", "1"), cell("b", "2"), keep_going=True)
    (result,) = run_all([asked], tmp_path / "work", python=broken)
    assert [(failure.cell, failure.reason) for failure in result.failures] == [("a", Reason.NOT_STARTED)]
