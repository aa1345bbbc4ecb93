"""A living shell shows what the cells' own commands do, whatever they do to the shell."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from site_builder.execute.base import Reason
from site_builder.records.model import Raised, Stream
from site_builder.settings.cell import CellOptions, ends_at_failure
from tests.execute.test_episode import cell, outputs, run


def shell(tmp_path: Path, *sources: str) -> list[tuple[object, ...]]:
    """Return the outputs of Bash cells, each of which may fail or not."""
    cells = [cell(f"c{number}", source, "bash") for number, source in enumerate(sources)]
    result = run(tmp_path, *cells)
    assert result.failure is None, result.failure
    return list(outputs(result).values())


def test_tracing_shows_the_commands_of_the_cells_alone(tmp_path: Path) -> None:
    found = shell(tmp_path, "set -x\necho one", "echo two\nset +x", "echo three")
    assert found == [(Stream("stdout", text),) for text in ("++ echo one\none\n", "++ echo two\ntwo\n++ set +x\n", "three\n")]


def test_a_cell_sees_the_status_of_the_last_one_and_no_variable_of_ours(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        cell("a", "(exit 3)", "bash", error=True),
        cell("b", 'echo "$? [$cell] [$status]"', "bash"),
        cell("c", "readonly cell=1 status=1; echo kept", "bash"),
        cell("d", "echo $status", "bash"),
    )
    assert outputs(result) == {
        "a": (Raised("ExitStatus", "3"),),
        "b": (Stream("stdout", "3 [] []\n"),),
        "c": (Stream("stdout", "kept\n"),),
        "d": (Stream("stdout", "1\n"),),
    }


def test_messages_name_bash_and_not_where_it_is_installed(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "nosuchcommand", "bash", error=True), cell("b", "if true; then", "bash", error=True))
    first, second = outputs(result).values()
    assert first == (Stream("stdout", "bash: line 1: nosuchcommand: command not found\n"), Raised("ExitStatus", "127"))
    assert isinstance(second[0], Stream)
    assert second[0].text.startswith("bash: ")
    assert second[1] == Raised("ExitStatus", "2")


def test_traps_and_strict_mode_meet_each_failure_once(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        cell("a", "trap 'echo trapped' ERR\nfalse", "bash", error=True),
        cell("b", "echo next; trap - ERR", "bash"),
        cell("c", "set -euo pipefail; test 1 = 2 && echo never", "bash", error=True),
        cell("d", "echo alive", "bash"),
    )
    assert result.failure is None
    assert list(outputs(result).values()) == [
        (Stream("stdout", "trapped\n"), Raised("ExitStatus", "1")),
        (Stream("stdout", "next\n"),),
        (Raised("ExitStatus", "1"),),
        (Stream("stdout", "alive\n"),),
    ]


def test_what_a_program_in_the_background_writes_later_is_not_lost(tmp_path: Path) -> None:
    later = cell("wait", "import time; time.sleep(0.6)")
    result = run(
        tmp_path,
        cell("a", "(sleep 0.2; echo late) & echo now", "bash"),
        later,
        cell("b", "echo next; (sleep 0.2; echo last) &", "bash"),
        later,
    )
    shown = [["".join(output.text for output in each.outputs if isinstance(output, Stream))] for each in result.cells]
    assert shown == [["now\n"], [""], ["late\nnext\nlast\n"], [""]]


@pytest.mark.parametrize("word", ["break", "continue", "echo ends in \\", "echo ends in # a comment", "exec </dev/null"])
def test_a_cell_cannot_trip_the_session(tmp_path: Path, word: str) -> None:
    assert shell(tmp_path, word, "echo alive")[1] == (Stream("stdout", "alive\n"),)


def test_a_shell_that_ended_between_two_cells_is_told(tmp_path: Path) -> None:
    result = run(
        tmp_path, cell("a", "(sleep 0.1; kill -9 $$) &", "bash"), cell("b", "import time; time.sleep(0.5)"), cell("c", "echo x", "bash")
    )
    assert result.failure is not None
    assert (result.failure.reason, result.failure.cell) == (Reason.DIED, "c")
    assert "SIGKILL" in result.failure.message


def test_a_working_folder_that_a_cell_deleted_ends_the_episode_in_words(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "import os, shutil\nshutil.rmtree(os.getcwd())"), cell("b", "pwd", "bash"))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.cell) == (Reason.DIED, "b")
    assert "No such file or directory" in result.failure.message


WRITES = "echo a; echo b >&2; echo c; ls /nope; bash -c 'echo d >&2'; echo e"


def test_both_streams_come_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    (found,) = shell(tmp_path, f"for i in $(seq 200); do {WRITES}; done")
    refused = subprocess.run(["ls", "/nope"], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False).stderr
    assert found == (Stream("stdout", f"a\nb\nc\n{refused}d\ne\n" * 200),)


def test_standard_error_is_a_stream_of_its_own_where_warnings_are_hidden(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "echo shown; echo hidden >&2", "bash", warning=False), cell("b", "echo x >&2", "bash"))
    found = outputs(result)
    assert set(found["a"]) == {Stream("stdout", "shown\n"), Stream("stderr", "hidden\n")}
    assert found["b"] == (Stream("stdout", "x\n"),)


ENDS = {
    "exit 5": "5", "set -u; echo $undefined": "127", "${x?}": "127", "exec nosuch": "127", "set -e; false": "1", "exit": "0",
    "kill -9 $$": "137", "trap 'echo bye' EXIT; exit 3": "3",
}  # fmt: skip


@pytest.mark.parametrize("ends", ENDS)
def test_a_shell_that_a_cell_ends_shows_its_status_and_a_new_one_goes_on(tmp_path: Path, ends: str) -> None:
    result = run(tmp_path, cell("a", f"echo before; {ends}", "bash", error=True), cell("b", "echo next $x", "bash"))
    assert result.failure is None, result.failure
    first, second = outputs(result).values()
    assert isinstance(first[0], Stream)
    assert first[0].text.startswith("before\n")
    assert first[-1] == Raised("ExitStatus", ENDS[ends])
    assert second == (Stream("stdout", "next\n"),)


def test_a_shell_that_ends_unannounced_fails_the_episode_with_its_last_words(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "set -u\necho $undefined", "bash"))
    assert result.failure is not None
    assert result.failure.reason is Reason.DIED
    assert "exit status 127" in result.failure.message
    assert result.failure.detail == "bash: line 2: undefined: unbound variable"


STRICT = {"errexit": True}


def test_a_cell_can_end_at_its_first_failing_command(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        cell("plain", "(false)\nfalse | true\necho on", "bash"),
        cell("strict", "x=1\n(false)\necho never", "bash", error=True, **STRICT),
        cell("piped", "false | true\necho never", "bash", error=True, **STRICT),
        cell("whole", "if false; then :; fi; test 1 = 2 || echo fine", "bash", **STRICT),
        cell("later", "false\necho on", "bash"),
    )
    assert result.failure is None, result.failure
    assert outputs(result) == {
        "plain": (Stream("stdout", "on\n"),),
        "strict": (Raised("ExitStatus", "1"),),
        "piped": (Raised("ExitStatus", "1"),),
        "whole": (Stream("stdout", "fine\n"),),
        "later": (Stream("stdout", "on\n"),),
    }


def test_a_failure_that_such_a_cell_hides_in_a_subshell_fails_the_episode(tmp_path: Path) -> None:
    result = run(tmp_path, cell("a", "(cd nosuchfolder; echo inside)\n(nosuchprogram)\necho ran", "bash", **STRICT))
    assert result.failure is not None
    assert result.failure.reason is Reason.RAISED


def test_the_state_and_the_options_of_the_session_last_beyond_such_a_cell(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        cell("a", "x=kept; f() { echo called; }; set -o noclobber", "bash", **STRICT),
        cell("b", "echo $x; f; shopt -po noclobber errexit pipefail", "bash", error=True),
        cell("c", "nosuchcommand || echo line $LINENO", "bash", **STRICT),
    )
    assert outputs(result)["b"][0] == Stream("stdout", "kept\ncalled\nset -o noclobber\nset +o errexit\nset +o pipefail\n")
    assert outputs(result)["c"] == (Stream("stdout", "bash: line 1: nosuchcommand: command not found\nline 1\n"),)


@pytest.mark.parametrize(("options", "ends"), [({}, True), ({"errexit": False}, False), ({"errexit": True}, True)])
def test_cells_with_pixi_end_at_the_first_failure_unless_they_say_otherwise(options: dict[str, bool], ends: bool) -> None:
    assert ends_at_failure(CellOptions(requires=("pixi",), **options)) is ends
    assert ends_at_failure(CellOptions(**options)) is options.get("errexit", False)
