"""Scripts and notebooks mean on the reader's machine what the cells of the page mean here."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from site_builder.exporting.notebook import ExportKind, notebook
from site_builder.exporting.requirements import preamble, required, requirement_line
from site_builder.exporting.runnable import indented, runnable
from site_builder.markdown.notebooks import to_script
from site_builder.markdown.reader import read

HEAD = "---\ntitle: T\n---\n\n"
BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


def cell(code: str, language: str = "python", **options: object) -> str:
    """Return a cell of a page."""
    lines = "".join(f"#| {name}: {json.dumps(value)}\n" for name, value in options.items())
    return f"```{{{language}}}\n{lines}{code}\n```\n\n"


def learner(page: str) -> dict[str, Any]:
    """Return a page's notebook."""
    return notebook(read(HEAD + page, PurePosixPath("episodes/a.md"), episode=True), None, ExportKind.LEARNER)


def script(page: str) -> str:
    """Return a page's script."""
    return to_script(runnable(learner(page)))


def run(page: str, folder: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a page's script with Python alone."""
    file = folder / "a-script.py"
    file.write_text(script(page), encoding="utf-8")
    environment = {**os.environ, "IPYTHONDIR": str(folder / "ipython"), "HOME": str(folder)}
    environment |= {"PATH": path} if path is not None else {}
    return subprocess.run([sys.executable, str(file)], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def printed(page: str, folder: Path) -> str:
    """Return what a page's script prints; it has to succeed."""
    done = run(page, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def executed(page: str, folder: Path) -> str:
    """Return what the cells of a page's notebook print, executed by a kernel."""
    book = nbformat.from_dict({**learner(page), "cells": [{**each, "source": "".join(each["source"])} for each in learner(page)["cells"]]})
    nbformat.validate(book)
    NotebookClient(book, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [output for each in book.cells if each.cell_type == "code" for output in each.outputs]
    return "".join(output.get("text", "") for output in outputs if output.output_type == "stream")


AWAITS = cell("import asyncio\n\n\nasync def slow(x):\n    await asyncio.sleep(0)\n    return x\n\n\nfirst = await slow(1)") + cell(
    'text = """\n  kept\n"""\nsecond = [await slow(n) for n in range(3)]\ntask = asyncio.get_running_loop().create_task(slow(7))'
) + cell("print(first, second, repr(text), await task)")  # fmt: skip


def test_an_await_outside_a_function_has_one_loop_and_sets_names_for_the_cells_after(tmp_path: Path) -> None:
    assert printed(AWAITS, tmp_path) == "1 [0, 1, 2] '\\n  kept\\n' 7\n"


@pytest.mark.parametrize(
    "code",
    [
        "from math import *\nimport asyncio\nawait asyncio.sleep(0)\nresult = floor(2.5)",
        "import asyncio\nresult: int = 2\nawait asyncio.sleep(0)",
        "import asyncio\nasync with asyncio.timeout(5):\n    result = 2",
    ],
)
def test_what_no_function_may_hold_can_be_awaited_beside(tmp_path: Path, code: str) -> None:
    assert printed(cell(code) + cell("print(result)"), tmp_path) == "2\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 5\n1 / 0", "ZeroDivisionError"),
        ("x = 5\nimport sys\nsys.exit('gone')", "SystemExit: gone"),
        ("def f(:", "SyntaxError"),
        ("x = 5\nimport asyncio\nawait asyncio.sleep(0)\nraise KeyError('k')", "KeyError: 'k'"),
    ],
)
def test_a_cell_that_is_meant_to_raise_shows_it_and_the_script_goes_on(tmp_path: Path, code: str, told: str) -> None:
    done = run(cell("x = 5\nerror = 3") + cell(code, error=True) + cell("print('on', x, error)"), tmp_path)
    assert (done.returncode, done.stdout) == (0, "on 5 3\n"), done.stderr
    assert told in done.stderr


def test_a_cell_that_is_not_meant_to_raise_ends_the_script(tmp_path: Path) -> None:
    done = run(cell("1 / 0") + cell("print('on')"), tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


def test_magics_and_commands_use_the_names_of_the_script(tmp_path: Path) -> None:
    page = cell("word = 'hello'\n!echo {word} there") + cell("found = !echo one\nprint(found[0])") + cell("%env LESSON_X=4\nprint(word)")
    assert printed(page, tmp_path).replace("env: LESSON_X=4\n", "") == "hello there\none\nhello\n"


SHELL = cell('greet() { echo "hi $1 from $(basename "$PWD")"; }\nname=Ada; mkdir -p deep; cd deep', "bash") + cell("print('between')")
SHELL += cell("greet $name\nprintf 'a\\tb\\n'", "bash")
SAID = "between\nhi Ada from deep\na\tb\n"


@BASH
def test_cells_of_the_shell_know_of_each_other(tmp_path: Path) -> None:
    assert printed(SHELL, tmp_path) == SAID
    assert executed(SHELL, tmp_path) == SAID


@BASH
def test_a_cell_of_the_shell_that_fails_ends_the_script_unless_it_is_meant_to(tmp_path: Path) -> None:
    assert run(cell("false", "bash") + cell("print('on')"), tmp_path).stdout == ""
    assert printed(cell("echo one; exit 3", "bash", error=True) + cell("print('on')"), tmp_path) == "one\non\n"
    assert printed(cell("x = 1") + cell("false\necho two", "bash"), tmp_path) == "two\n"


@BASH
def test_a_cell_with_errexit_ends_at_its_first_failure_and_the_next_one_does_not(tmp_path: Path) -> None:
    page = cell("x = 1") + cell("false | cat\necho on", "bash", errexit=True, error=True) + cell("false\necho two", "bash")
    assert printed(page, tmp_path) == "two\n"


SKIPS = cell("print('never')", requires=["docker", "slurm"]) + cell("1 / 0", requires=["htcondor-pool"], error=True)
SKIPS += cell("await never()", requires=["apptainer"]) + cell("print('always')")
SKIPS += cell("print('never')", requires=["warp-drive"])
TOLD = [
    "Skipped: this machine lacks a running Docker engine and a Slurm cluster.",
    "Skipped: this machine lacks an HTCondor pool.",
    "Skipped: this machine lacks Apptainer.",
    "always",
    "Skipped: this machine lacks warp-drive.",
]


def test_cells_that_cannot_run_on_this_machine_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert printed(SKIPS, tmp_path).splitlines() == TOLD
    assert executed(SKIPS, tmp_path).splitlines() == TOLD


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_cells_that_can_run_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("docker", "sinfo", "condor_q", "apptainer"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    page = cell("print('now')", requires=["docker", "slurm", "apptainer", "htcondor-pool"]) + cell("import json", requires=["network"])
    assert printed(page, tmp_path).splitlines()[0] == "now"
    assert executed(page, tmp_path).splitlines()[0] == "now"


def test_a_shell_cell_says_what_it_lacks_even_where_there_is_no_shell(tmp_path: Path) -> None:
    done = run(cell("x = 1") + cell("echo no", "bash", requires=["pixi"]), tmp_path, path="")
    assert done.stdout == "Skipped: this machine lacks Bash and Pixi.\n", done.stderr


def test_a_page_that_requires_nothing_has_no_preamble() -> None:
    cells = [each for each in learner(cell("x = 1") + cell("ls", "bash"))["cells"] if each["cell_type"] == "code"]
    assert ["".join(each["source"]) for each in cells] == ["x = 1", "%%bash\nls"]
    assert script(cell("x = 1")).endswith("# %%\nx = 1\n")


def test_a_page_for_all_of_it_names_the_requirement_of_the_page() -> None:
    page = read(f"---\ntitle: T\nrequires: [docker]\n---\n\n{cell('x = 1')}", PurePosixPath("episodes/a.md"), episode=True)
    made = notebook(page, None, ExportKind.LEARNER)["cells"]
    assert "".join(made[-1]["source"]) == "#| requires: [docker]\nx = 1"
    live = notebook(page, None, ExportKind.LIVE)["cells"]
    assert "".join(live[-1]["source"]) == "" and not any(each["id"] == "preamble" for each in live)


def test_the_future_is_imported_first(tmp_path: Path) -> None:
    assert printed(cell("x = 1") + cell("from __future__ import annotations\n\n\ndef f(y: Missing): ...\n\n\nprint(x)"), tmp_path) == "1\n"


def test_text_of_code_is_not_taken_for_magics(tmp_path: Path) -> None:
    assert printed(cell('text = """\n%matplotlib inline\n!ls\n"""\nprint(text)'), tmp_path) == "\n%matplotlib inline\n!ls\n\n"


NAMES = st.lists(st.sampled_from(["pixi", "network", "cuda", "torch", "htcondor-pool", "scikit-learn"]), min_size=1, unique=True)


@given(NAMES)
def test_what_is_written_is_read(names: list[str]) -> None:
    assert required(f"{requirement_line(names)}\nx = 1") == tuple(names)
    assert required(f"%%bash\n{requirement_line(names)}\nx") == ("bash", *names)
    assert required("x = 1\n" + requirement_line(names)) == ()
    compile(preamble(names, notebook=True), "preamble", "exec")


@given(st.lists(st.sampled_from(['"""', "'''", "a", "\n", " ", 'f"""{x}\n"""', "'b\\\n c'", "(", ")", "\n\n"]), max_size=12))
def test_indenting_changes_no_text_of_the_code(parts: list[str]) -> None:
    source = "x = 1\n" + "".join(parts)
    try:
        before = compile(source, "a", "exec")
        tree = ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return
    assert before
    assert ast.dump(ast.Module(ast.parse(f"if 1:\n{indented(source)}").body[0].body, [])) == tree  # type: ignore[attr-defined]
