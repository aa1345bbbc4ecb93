"""What prompts look like, by language. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

END = r"(?: |$)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of session looks.

    ``prompt`` matches what stands before a command, ``more`` what stands before its further lines. ``unfinished`` tells a line after
    which the command goes on without a mark. ``language`` is that of the commands. ``block_ends_empty`` says that an interpreter needs an
    empty line after an indented block. What ``is_shell`` is read with its quotations and loops.
    """

    prompt: re.Pattern[str]
    more: re.Pattern[str]
    language: str
    unfinished: Callable[[str], bool] = lambda line: False
    block_ends_empty: bool = False
    is_shell: bool = False


NAMED = (
    r"\[?[\w.+-]+@[\w.+-]+(?:[: ][^\s$#%>\]]*){0,2}\]? ?[$#%>]"  # user@host:~/data$, [user@host data]$, user@host data %
    r"|[\w.-]+:[^\s$#%>]+ [\w.-]+[$#%]"  # host:data user$
    r"|(?:ba|z|k|da)?sh-[\d.]+[$#%]"  # bash-5.2$
    r"|[~/][\w./~-]* ?[$%]"  # ~/data $
)
BARE = "[$%❯➜λ]"
VENV = r"(?:\([\w.+/ -]+\) ?)*"


def _shell(prompts: str) -> Dialect:
    return Dialect(re.compile(rf"{VENV}(?:{prompts}){END}"), re.compile(rf">{END}"), "bash", is_shell=True)


NAMED_SHELL = _shell(NAMED)
"""Where the first prompt says who or where one is, a bare ``$`` is output."""
SHELL = _shell(f"{NAMED}|{BARE}")
ROOT = _shell("#")
ANGLE = _shell(">(?! \\S+$)|>(?= (?:\\./|[a-z]+$))")
"""A bare ``>``, but no redirection: ``> results.txt`` empties a file."""

PYTHON = Dialect(re.compile(rf">>>{END}"), re.compile(rf"\.\.\.{END}"), "python", block_ends_empty=True)
IPYTHON = Dialect(re.compile(rf"In ?\[\d*\]:{END}"), re.compile(rf" *\.\.\.:{END}"), "python")
R = Dialect(re.compile(rf"R?>{END}"), re.compile(rf"\+{END}"), "r")
POWERSHELL = Dialect(
    re.compile(rf"{VENV}PS(?: [^>\n]*)?>{END}"),
    re.compile(rf">>{END}"),
    "powershell",
    lambda line: line.endswith(("`", "|", "{", "(", ",")),
)
CMD = Dialect(re.compile(rf"{VENV}[A-Za-z]:\\[^>\n]*> ?"), re.compile(r"More\? ?"), "bat", lambda line: line.endswith("^"))
SQL = Dialect(
    re.compile(rf"(?:mysql>|sqlite>|MariaDB \[[^\]]*\]>|\w+=[#>]){END}"),
    re.compile(rf"(?: *(?:->|'>|\">|`>|\.\.\.>)|\w+[-'\"(][#>]){END}"),
    "sql",
)
JULIA = Dialect(re.compile(rf"julia>{END}"), re.compile(" {7}"), "julia")

SESSIONS = {
    **dict.fromkeys(("console", "shell-session", "shellsession", "terminal", "bash-session"), "bash"),
    **dict.fromkeys(("pycon", "ipython", "ipython3", "ipythonconsole"), "python"),
    **dict.fromkeys(("rconsole", "rout"), "r"),
    **dict.fromkeys(("ps1con", "pwsh-session"), "powershell"),
    "doscon": "bat", "sqlite3": "sql", "jlcon": "julia",
}  # fmt: skip
"""Languages that are sessions, and that of their commands."""

_POSSIBLE = {
    **dict.fromkeys(("python", "py", "python3", "pyw", "pyi"), (PYTHON, IPYTHON, SHELL)),
    **dict.fromkeys(("r", "s"), (R, SHELL)),
    **dict.fromkeys(("powershell", "ps1", "psm1", "pwsh"), (POWERSHELL, SHELL)),
    **dict.fromkeys(("bat", "cmd", "dosbat", "batch"), (CMD, POWERSHELL, SHELL)),
    **dict.fromkeys(("bash", "sh", "shell", "zsh", "ksh", "csh", "tcsh", "fish"), (SHELL, POWERSHELL, CMD, ANGLE)),
    **dict.fromkeys(("sql", "sqlmysql", "sqlpostgresql"), (SQL, SHELL)),
    **dict.fromkeys(("julia", "jl"), (JULIA, SHELL)),
}


def dialects(language: str) -> tuple[Dialect, ...]:
    """Return the kinds of sessions that a block of a language (in lower case) may show, the likeliest first."""
    possible = _POSSIBLE.get(SESSIONS.get(language, language), ())
    return (*possible, ROOT) if SESSIONS.get(language) == "bash" else possible
