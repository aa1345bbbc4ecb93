"""Text comes in the order in which a terminal would show it: of both streams, of child processes, of tasks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from site_builder.records.model import Display, Raised, Stream
from tests.execute.test_episode import cell, outputs, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ipykernel does not read what child processes write on Windows")


def test_child_processes_come_before_the_value_and_the_next_print(tmp_path: Path) -> None:
    sources = ("import os\nos.system('echo child')", "import subprocess\nn = subprocess.call(['echo', 'child'])\nprint('next')")
    cells = [cell(f"c{number}", sources[number % 2]) for number in range(40)]
    found = list(outputs(run(tmp_path, *cells)).values())
    assert found[::2] == [(Stream("stdout", "child\n"), Display({"text/plain": "0"}, True))] * 20
    assert found[1::2] == [(Stream("stdout", "child\nnext\n"),)] * 20


def test_streams_alternate_as_they_were_written(tmp_path: Path) -> None:
    source = "import os, sys\nfor n in range(50):\n    print('a')\n    print('b', file=sys.stderr)\n    os.system('echo c; echo d >&2')"
    (found,) = outputs(run(tmp_path, cell("a", source))).values()
    assert "".join(part.text for part in found if isinstance(part, Stream)) in ("a\nb\nc\nd\n" * 50,)
    assert found[:3] == (Stream("stdout", "a\n"), Stream("stderr", "b\n"), Stream("stdout", "c\n"))


FORKED = """
import multiprocessing

def told(number):
    print("child", number, "of", 8)
    print("still", number, end="")

for number in range(8):
    print("start", number, end="")
    print()
    child = multiprocessing.get_context("fork").Process(target=told, args=(number,))
    child.start()
    child.join()
    print()
number
"""


def test_forked_children_write_whole_lines_in_their_order_and_nothing_of_the_kernels_again(tmp_path: Path) -> None:
    text = "".join(f"start {number}\nchild {number} of 8\nstill {number}\n" for number in range(8))
    assert outputs(run(tmp_path, cell("a", FORKED)))["a"] == (Stream("stdout", text), Display({"text/plain": "7"}, True))


def test_forked_children_at_the_same_time_do_not_mix_their_lines(tmp_path: Path) -> None:
    source = (
        "import multiprocessing\ndef told(n):\n    for _ in range(200):\n        print('child', n, 'says', n)\n"
        "with multiprocessing.get_context('fork').Pool(4) as pool:\n    pool.map(told, range(4), 1)\n"
        "print('done')"
    )
    (found,) = outputs(run(tmp_path, cell("a", source)))["a"]
    assert isinstance(found, Stream)
    lines = found.text.splitlines()
    assert lines[-1] == "done"
    assert sorted(lines[:-1]) == sorted(f"child {n} says {n}" for n in range(4) for _ in range(200))


def test_a_child_that_writes_to_the_streams_own_descriptor_is_shown(tmp_path: Path) -> None:
    source = "import subprocess, sys\nn = subprocess.call(['echo', 'own'], stdout=sys.stdout)\nprint('next')"
    assert outputs(run(tmp_path, cell("a", source)))["a"] == (Stream("stdout", "own\nnext\n"),)


def test_a_character_that_a_child_writes_in_two_pieces_stays_whole(tmp_path: Path) -> None:
    source = "import os, time\nn = os.write(1, b'\\xc3')\ntime.sleep(0.05)\nn = os.write(1, b'\\xa9\\n')"
    assert outputs(run(tmp_path, cell("a", source)))["a"] == (Stream("stdout", "é\n"),)


def test_text_of_a_task_belongs_to_the_cell_that_started_it(tmp_path: Path) -> None:
    starts = (
        "import asyncio\nasync def later():\n    await asyncio.sleep(0.05)\n    print('from the task')\ntask = asyncio.create_task(later())"
    )
    found = outputs(run(tmp_path, cell("a", starts), cell("b", "await task\nprint('waited')")))
    assert found == {"a": (Stream("stdout", "from the task\n"),), "b": (Stream("stdout", "waited\n"),)}


def test_a_display_is_updated_from_later_cells(tmp_path: Path) -> None:
    cells = (cell("a", "h = display('first', display_id=True)\nh.update('second')"), cell("b", "h.update('third')"), cell("c", "1"))
    found = outputs(run(tmp_path, *cells))
    assert found == {"a": (Display({"text/plain": "'third'"}),), "b": (), "c": (Display({"text/plain": "1"}, True),)}


def test_help_is_shown_where_a_terminal_would_page_it(tmp_path: Path) -> None:
    (found,) = outputs(run(tmp_path, cell("a", "def f():\n    'Says it.'\n\nf?"))).values()
    assert isinstance(found[0], Display)
    assert "Says it." in found[0].data["text/plain"]


def test_questions_have_the_answers_that_the_cell_gives(tmp_path: Path) -> None:
    cells = (
        cell("a", "name = input('Name? ')\nage = int(input('Age? '))\nprint(name, age)", answers=("Ada", "36")),
        cell("b", "input('Again? ')", error=True), cell("c", "read name; read age; echo \"$name, $age\"", "bash", answers=("Ada", "36")),
        cell("d", "read x; echo \"[$x]\"", "bash"), cell("e", "!cat", answers=("one", "two")), cell("g", "!cat", error=True), cell("f", "import getpass\nlen(getpass.getpass())", answers=("secret",)),
    )  # fmt: skip
    found = outputs(run(tmp_path, *cells))
    assert found["a"] == (Stream("stdout", "Name? Ada\nAge? 36\nAda 36\n"),)
    (error,) = found["b"]
    assert isinstance(error, Raised)
    assert (error.name, "#| input:" in error.value) == ("EOFError", True)
    assert found["c"] == (Stream("stdout", "Ada, 36\n"),)
    assert found["d"] == (Stream("stdout", "[]\n"),)
    assert found["e"] == (Stream("stdout", "one\ntwo\n"),)
    assert [(item.name, "#| input:" in item.value) for item in found["g"] if isinstance(item, Raised)] == [("EOFError", True)]
    assert found["f"] == (Stream("stdout", "Password: \n"), Display({"text/plain": "6"}, True))
