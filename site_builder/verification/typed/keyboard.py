"""Programs that wait for people at the keyboard: editors, in which learners write a file, and interpreters. Pure.

Nobody is there who could type. Where the page shows a file, that is written; where it does not, an empty one is there, so that what
only names the file goes on. What else waits is left out.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

from site_builder.verification.typed.prompts import runs_of

PROGRAMS = "nano|pico|vim?|nvim|emacs|micro|gedit|kate|xed|notepad|notepad\\+\\+|code|subl|atom|mousepad|pluma|edit"
COMMAND = re.compile(
    rf"(?P<margin>^[ \t]*|(?<=[;&])[ \t]*)(?:{PROGRAMS})(?:\.exe)?\b(?! *[=(])(?P<rest>[^|;&<>\n]*)(?P<end>&?[ \t]*(?:#.*)?)$", re.MULTILINE
)
"""A line that opens an editor and does nothing else."""
WAITING = re.compile(
    r"(?P<margin>^[ \t]*|(?<=[;&])[ \t]*)(?P<name>python3?|ipython3?|R|julia|node|irb|ghci|gdb|bc|octave|sqlite3"
    r"|mysql|psql|mongo|top|htop|screen|tmux|ssh|sftp|ftp|telnet"
    r"|gnuplot|spark-shell|pyspark|jupyter|jupyter-lab|rstudio|srun|salloc)(?P<rest>(?: [^\n|;&<>]*)?)(?:&[ \t]*)?(?:#[^\n]*)?$",
    re.MULTILINE,
)
"""A line that starts a program in which people may type."""
INTERPRETERS = frozenset(("python", "python3", "ipython", "ipython3", "R", "julia", "node", "irb", "ghci", "octave", "bc", "gnuplot"))
"""They wait where they are given neither a file nor code."""
ONCE = re.compile(r"(?:^|\s)-(?:v|V|h|b|ls|S|d|dm|c|e|L|l)\b|--|['\"]")
"""Options with which others end by themselves."""
WINDOWS = re.compile(r"\s(?:lab|notebook)\b|\s--?(?:pty|it|interactive)\b")
ALWAYS = frozenset(("jupyter-lab", "rstudio", "salloc", "pyspark", "spark-shell"))
MARK = "END_OF_FILE"
SUFFIXES = {".py": "python", ".r": "r", ".R": "r", ".sh": "bash", ".bash": "bash", ".slurm": "bash", ".sub": "bash", ".job": "bash"}
"""Names of programs -> their language: a fence of it shows what is in the file, and is not to be run itself."""


def edited_files(code: str) -> tuple[str, ...]:
    """Return the files that a shell's code opens in an editor, in its order."""
    return tuple(name for run in runs_of(code, "bash") for found in COMMAND.finditer(run.source) if (name := _file(found["rest"])))


def opens_editor(code: str) -> bool:
    """Tell whether a shell's code opens an editor."""
    return any(COMMAND.search(run.source) for run in runs_of(code, "bash"))


def waiting_program(code: str) -> str:
    """Return the first program that a shell's code starts and that waits for what people type; empty if there is none."""
    found = (match for run in runs_of(code, "bash") for match in WAITING.finditer(run.source))
    return next((match["name"] for match in found if _waits(match["name"], match["rest"])), "")


def _waits(name: str, rest: str) -> bool:
    if name in INTERPRETERS:
        return all(word in ("-q", "-i") or word.startswith("--no") for word in rest.split())
    if name in ("jupyter", "srun"):
        return bool(WINDOWS.search(rest))
    return name in ALWAYS or (not ONCE.search(rest) and len(rest.split()) < 3)


def ends_in_editor(code: str) -> bool:
    """Tell whether an editor is what a shell's code opens last, so that it prints nothing further."""
    last = runs_of(code, "bash")[-1].source.rstrip().split("\n")[-1]
    return COMMAND.search(last) is not None


def without_people(source: str, contents: Mapping[str, str]) -> str:
    """Return code that waits for nobody: a file is written, or made if it is not there, wherever an editor would be opened."""
    quiet = WAITING.sub(lambda found: f"{found['margin']}:" if _waits(found["name"], found["rest"]) else found[0], source)
    return COMMAND.sub(lambda found: _written(found["margin"], _file(found["rest"]), contents), quiet)


def shown_by(code: str) -> str:
    """Return the file that a shell's code prints as it is, and nothing else; empty if that is not all it prints."""
    sources = [run.source.strip() for run in runs_of(code, "bash")]
    last = sources[-1].split("\n")[-1].strip()
    try:
        words = shlex.split(last)
    except ValueError:
        return ""
    return words[1] if len(words) == 2 and words[0] == "cat" else ""


def holds_program(name: str, language: str) -> bool:
    """Tell whether a file by its name is a program of a language."""
    return SUFFIXES.get(PurePosixPath(name).suffix) == language


def _file(rest: str) -> str:
    """Return the one file that an editor is given; empty if it is given none, or what only a shell can tell."""
    try:
        words = [word for word in shlex.split(rest) if not word.startswith(("-", "+"))]
    except ValueError:
        return ""
    return words[0] if len(words) == 1 and not re.search(r"[*?$`~]", words[0].removeprefix("~/")) else ""


def _written(margin: str, name: str, contents: Mapping[str, str]) -> str:
    if not name:
        return f"{margin}:"
    quoted = f"~/{shlex.quote(name[2:])}" if name.startswith("~/") else shlex.quote(name)
    if name not in contents:
        return f"{margin}touch {quoted}"
    mark = MARK
    while mark in contents[name]:
        mark += "_"
    return f"{margin}cat > {quoted} <<'{mark}'\n{contents[name]}\n{mark}"
