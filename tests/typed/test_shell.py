"""When a shell waits for more: the same answer as a real bash gives."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.typed.shell import Command, statements

WHOLE = [
    "ls", "echo 'a b'", 'echo "a $(date) `ls` ${x:-"y"}"', "echo a#b 'c' # it's a comment", "cat <<< word", "echo $((1 << 2))",
    "for f in *.txt; do echo $f; done", "if true; then ls; fi", "f() { ls; }", "case $x in a) ls;; *) pwd;; esac", "echo do done if",
    "(cd x; ls)", "echo $'it\\'s'", "[[ a && b ]]", "echo \\'", "echo {a,b}", "ls | wc -l &",
    "cat << EOF\n$(\nEOF", "cat <<-'E F'\nit's\n\tE F", "cat <<A <<B\n1\nA\n2\nB", "echo a \\\n  b", "echo 'a\nb'", "echo a |\nwc", "true &&\nls",
    "while read x\ndo\n  echo $x\ndone", "x=$(\nls\n)", "select x in a b; do break; done",
]  # fmt: skip
PARTS = [
    "echo 'a", 'echo "a', "echo $(ls", "cat << EOF", "cat << EOF\nEO", "echo \\", "ls |", "ls &&", "ls ||", "for f in a", "for f in a; do", "if true",
    "while true; do ls", "case x in", "{ ls", "(ls", "echo `ls", "echo ${x", "f() {", "cat <<A <<B\n1\nA", 'echo "$(ls "x"', "until false; do\nls",
]  # fmt: skip


def waits(text: str) -> bool:
    command = Command()
    for line in text.split("\n"):
        command.feed(line)
    return command.waits


@pytest.mark.parametrize("text", WHOLE)
def test_whole_commands_run(text: str) -> None:
    assert not waits(text)


@pytest.mark.parametrize("text", PARTS)
def test_unfinished_commands_wait(text: str) -> None:
    assert waits(text)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize("text", WHOLE)
def test_bash_says_the_same(text: str) -> None:
    done = subprocess.run(["bash", "-n"], input=text + "\n", text=True, capture_output=True, check=False)
    assert done.returncode == 0 and "here-document" not in done.stderr, done.stderr


def test_statements_keep_their_lines() -> None:
    assert list(statements(["ls", "", "cat << E", "", "E", "echo \\", " x", "'never"])) == [
        ["ls"], [""], ["cat << E", "", "E"], ["echo \\", " x"], ["'never"],
    ]  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.text(alphabet="ab '\"\\$(){}`<|&;#\t=", max_size=12)))
def test_no_line_is_lost_or_changed(lines: list[str]) -> None:
    assert [line for held in statements(lines) for line in held] == lines
