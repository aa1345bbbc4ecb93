"""A living shell shows what the cells' own commands do, whatever they do to the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.execute.base import Reason
from site_builder.records.model import Raised, Stream
from tests.execute.test_episode import cell, outputs, run


def shell(tmp_path: Path, *sources: str) -> list[tuple[object, ...]]:
    """Return the outputs of Bash cells, each of which may fail or not."""
    cells = [cell(f"c{number}", source, "bash") for number, source in enumerate(sources)]
    result = run(tmp_path, *cells)
    assert result.failure is None, result.failure
    return list(outputs(result).values())


def written(found: tuple[object, ...], name: str) -> str:
    """Join what one stream got; which of the two comes first is chance."""
    return "".join(output.text for output in found if isinstance(output, Stream) and output.name == name)


def test_tracing_shows_the_commands_of_the_cells_alone(tmp_path: Path) -> None:
    found = shell(tmp_path, "set -x\necho one", "echo two\nset +x", "echo three")
    assert [written(each, "stdout") for each in found] == ["one\n", "two\n", "three\n"]
    assert [written(each, "stderr") for each in found] == ["++ echo one\n", "++ echo two\n++ set +x\n", ""]


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
    assert first == (Stream("stderr", "bash: line 1: nosuchcommand: command not found\n"), Raised("ExitStatus", "127"))
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
