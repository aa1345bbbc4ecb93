"""Programs are started without standard input, and whatever they do comes back as an outcome."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from site_builder import processes


def python(code: str, **options: object) -> processes.Outcome:
    return processes.run((sys.executable, "-c", code), **options)  # type: ignore[arg-type]


def test_both_outputs_and_the_exit_status_come_back() -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert (done.status, done.output, done.errors) == (7, "out\n", "err\n")


def test_standard_input_is_empty() -> None:
    assert python("print(repr(input()))").status != 0
    assert python("import sys; print(repr(sys.stdin.read()))").output == "''\n"


def test_the_environment_is_exactly_the_one_given() -> None:
    done = python("import os; print(os.environ.get('WORD'), 'HOME' in os.environ)", environment={"WORD": "yes"})
    assert done.output == "yes False\n"


def test_the_program_runs_in_the_folder_given(tmp_path: Path) -> None:
    assert python("import os; print(os.getcwd())", folder=tmp_path).output.strip() == str(tmp_path.resolve())


def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    assert python("import sys; sys.stdout.buffer.write(b'a\\xffb')").output == "a\ufffdb"


def test_a_program_that_is_not_there_is_status_127() -> None:
    done = processes.run(("no-such-program",))
    assert (done.status, done.errors) == (127, "no-such-program: not found")


def test_a_folder_that_is_not_there_is_named_and_not_the_program(tmp_path: Path) -> None:
    done = python("", folder=tmp_path / "nowhere")
    assert done.status == 127
    assert "nowhere" in done.errors


def test_a_file_that_is_no_program_is_status_126(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("no program")
    done = processes.run((str(tmp_path / "notes"),))
    assert done.status == 126
    assert "notes" in done.errors


def test_a_program_that_takes_too_long_is_ended() -> None:
    done = python("import time; time.sleep(60)", timeout=0.3)
    assert (done.status, done.errors) == (124, f"{sys.executable}: no answer within 0.3 s")


@pytest.mark.skipif(not Path("/bin/sh").exists(), reason="needs a POSIX shell")
def test_a_grandchild_that_holds_the_output_open_does_not_keep_it_waiting() -> None:
    assert processes.run(("/bin/sh", "-c", "sleep 5 & sleep 5"), timeout=0.3).status == 124


def watched(code: str, patience: float = 20) -> processes.Outcome:
    return processes.run_watched((sys.executable, "-u", "-c", code), sign="step", patience=patience)


def test_a_watched_program_is_like_any_other() -> None:
    done = watched("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert (done.status, done.output, done.errors) == (7, "out\n", "err\n")
    assert processes.run_watched(("no-such-program",), sign="", patience=1).status == 127


def test_a_watched_program_may_take_long_while_it_gets_on() -> None:
    code = "import sys, time\nfor number in range(4):\n    print('step', number, file=sys.stderr)\n    time.sleep(.4)"
    assert watched(code, patience=1).status == 0


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_watched_program_that_does_not_get_on_is_ended_and_its_words_are_kept(stream: str) -> None:
    code = f"import sys, time\nprint('step 1', file=sys.stderr)\nwhile True:\n    print('noise', file=sys.{stream})\n    time.sleep(.05)"
    done = watched(code, patience=0.5)
    assert (done.status, "step 1" in done.errors, "noise" in done.output + done.errors) == (124, True, True)


@pytest.mark.skipif(not Path("/bin/sh").exists(), reason="needs a POSIX shell")
def test_whatever_a_watched_program_started_ends_with_it(tmp_path: Path) -> None:
    script = f"(sleep 1; touch {tmp_path}/late) & sleep 5"
    assert processes.run_watched(("/bin/sh", "-c", script), sign="step", patience=0.2).status == 124
    time.sleep(1.3)
    assert not (tmp_path / "late").exists()
