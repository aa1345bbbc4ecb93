"""Cells of an export that require what not every machine has: each says so in its first line, and where it cannot run it says that. Pure.

A notebook or script is taken to machines that the builder knows nothing of, so that it has to look for itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from site_builder.environments.capabilities import COMMANDS, OUTSIDE, describe

SHELL = "bash"
"""Required by cells of the shell, which Windows may lack."""
MODULES = {"torch": "torch", "scikit-learn": "sklearn", "htcondor": "htcondor2"}
"""Name of a capability -> the module by which Python has it."""
PROGRAMS = {
    SHELL: (SHELL, "-c", "true"),
    "pixi": ("pixi", "--version"),
    "cuda": ("nvidia-smi",),
    "docker": ("docker", "info"),
    **{name: command for name, (_, command) in COMMANDS.items()},
}
"""Name of a capability -> the command that succeeds where it is there."""
PREAMBLE = "preamble"
"""Identifier of the cell that looks for what the others require; those of other cells end with a number."""
LINE = re.compile(r"#\| requires: \[([^\]\n]*)\]")


def requirement_line(names: Iterable[str]) -> str:
    """Return the line that says what a cell requires, in the syntax of cell options."""
    return f"#| requires: [{', '.join(names)}]"


def required(source: str) -> tuple[str, ...]:
    """Return what the code of an exported cell requires, by its first line or, in a cell of the shell, its second."""
    first, _, rest = source.partition("\n")
    shell = first.startswith(f"%%{SHELL}")
    found = LINE.match(rest if shell else source)
    names = [name for name in re.split(r"[ ,]+", found[1]) if name] if found else []
    return (*([SHELL] if shell else []), *names)


def preamble(names: Iterable[str], *, notebook: bool) -> str:
    """Return the Python code that looks for these things on the reader's machine.

    It defines ``_lacking(NAME, ...)``, which returns a sentence about what is not there, or nothing, and for cells of the shell
    ``_bash(COMMANDS)``, with the memory of one terminal. In a notebook it also keeps cells that require what is not there from running.
    """
    wanted = tuple(dict.fromkeys(names))
    shell = SHELL in wanted
    looks = "\n".join(map(_entry, wanted))
    text = LOOK.replace("{looks}", looks) + (f"\n\n\n{BASH}" if shell else "")
    return text + (NOTEBOOK + SHELL_CELLS * shell if notebook else "")


def with_preamble(cells: Sequence[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    """Return the cells of a notebook with code, if there is any, before the first of them that has code, and below the title."""
    title = int(bool(cells) and cells[0]["cell_type"] == "markdown")
    head = {
        "cell_type": "code", "id": PREAMBLE, "metadata": {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]},
        "execution_count": None, "source": source.splitlines(keepends=True), "outputs": [],
    }  # fmt: skip
    return [*cells[:title], *([head] if source else []), *cells[title:]]


LOOK = '''\
# Some cells need more than every machine has. Where they cannot run, they say so and do nothing.
def _lacking(*names, _known={}):
    """Say which of the things that a cell requires are not on this machine; return nothing if all are."""
    import importlib.util
    import shutil
    import socket
    import subprocess

    def answers(*command):
        try:
            done = shutil.which(command[0]) and subprocess.run(command, capture_output=True, timeout=20)
            return bool(done) and done.returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    def connects(*address):
        try:
            return socket.create_connection(address, timeout=5).close() is None
        except OSError:
            return False

    looks = {
{looks}
    }
    for name in names:
        if name not in _known:
            _known[name] = looks[name][1]()
    missing = [looks[name][0] for name in names if not _known[name]]
    return f"Skipped: this machine lacks {' and '.join(missing)}." if missing else ""'''


BASH = '''\
def _bash(commands, _state=[]):
    """Run commands in Bash, with the variables, functions and folder of the cells before; raise an error if they fail."""
    import os
    import pathlib
    import subprocess
    import tempfile

    if not _state:
        _state.append(tempfile.TemporaryDirectory())
    path = pathlib.Path(_state[0].name, "state").as_posix()
    keep = 'test ! -e "$CELL_STATE" || . "$CELL_STATE" 2>/dev/null\\n'
    keep += """trap '{ declare -p; declare -f; printf "cd %q\\\\n" "$PWD"; } > "$CELL_STATE"' EXIT\\n"""
    process = subprocess.Popen(
        ["bash", "-c", keep + commands], env={**os.environ, "CELL_STATE": path}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )
    for line in process.stdout:
        print(line, end="", flush=True)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, "bash")'''
NOTEBOOK = '''


def _skip(lines):
    """Let a cell that cannot run here say so instead."""
    import re

    head = "".join(lines[:2])
    names = re.findall(r"^#\\| requires: \\[(.*)\\]", head, re.MULTILINE)
    names = [name for name in re.split("[ ,]+", names[0]) if name] if names else []
    why = _lacking(*(["bash"] if head.startswith("%%bash") else []), *names)
    return [f"print({why!r})\\n"] if why else lines


get_ipython().input_transformers_cleanup.append(_skip)'''
SHELL_CELLS = """
get_ipython().register_magic_function(lambda line, cell: _bash(cell), "cell", "bash")"""


def _entry(name: str) -> str:
    words = SHELL.title() if name == SHELL else describe([name])
    return f"        {json.dumps(name)}: ({json.dumps(words)}, lambda: {_look(name)}),"


def _look(name: str) -> str:
    if name in MODULES:
        return f'importlib.util.find_spec("{MODULES[name]}") is not None'
    if name == "network":
        return f'connects("{OUTSIDE[0]}", {OUTSIDE[1]})'
    if name not in PROGRAMS:
        return "False"
    return f"answers({', '.join(map(json.dumps, PROGRAMS[name]))})"
