"""Set up a Python kernel before its first cell: no single display can flood the builder, the files that cells read are noted, and
questions have the answers that the cell gives.

The driver runs this text silently in its own namespace, which contains ``GUARD`` (a mapping): ``flood_bytes`` and
``picture_bytes`` as in the limits, ``folders`` whose files are noted, and ``log``, the file to note them in: one line per file, a letter, a
tab, its path. The letter is ``r`` for a file that is opened for reading, ``w`` for one that is emptied or made, ``b`` for one whose
content is kept and changed, ``l`` for a folder that is listed; ``x`` alone for another program, whatever it does.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def guard_displays(most: int, picture: int) -> None:
    """Cut displayed text in the same way, and replace a picture that is too large by words."""
    from IPython import get_ipython

    def bounded(message: dict[str, Any]) -> dict[str, Any]:
        data = message["content"].get("data", {})
        for kind, value in list(data.items()):
            if isinstance(value, str) and kind.startswith("image/") and len(value) > picture:
                data[kind] = value[: picture + 1]
            elif isinstance(value, str) and len(value) > most:
                data[kind] = value[: most + 1]
        return message

    shell: Any = get_ipython()
    for place in (shell.display_pub, shell.displayhook):
        if hasattr(place, "register_hook"):
            place.register_hook(bounded)


def note_files(folders: tuple[str, ...], log: str) -> None:
    """Note every file below ``folders`` that is opened, and every folder that is listed, once for each way (Python, "Audit events")."""
    seen: set[tuple[str, str]] = set()
    kinds = {"open": "r", "os.listdir": "l", "os.scandir": "l", "sqlite3.connect": "b"}
    programs = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.set_inheritable(descriptor, False)

    def write(line: str) -> None:
        try:
            os.write(descriptor, line.encode("utf-8", "surrogateescape"))
        except OSError:  # a forked child that has closed its descriptors, as before it runs another program
            return

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in programs and ("x", "") not in seen:
            seen.add(("x", ""))
            write("x\t\n")
        if event not in kinds or not isinstance(arguments[0], (str, bytes)):
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100 - pathlib may be changed by a cell
        if not path.startswith(folders):
            return
        kind = kinds[event]
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            kind = "w" if arguments[2] & (os.O_TRUNC | os.O_EXCL) else "b"
        if (kind, path) not in seen and "\n" not in path:
            seen.add((kind, path))
            write(f"{kind}\t{path}\n")

    sys.addaudithook(note)


NO_KEYBOARD = "no keyboard here: give the cell answers with `#| input: [first, second]`"


def run_with_answers(system: Any, command: str, answers: list[str]) -> None:
    """Run a command of ``!`` whose standard input has the answers as lines; one that reads without any is an error.

    Whether it reads, the time of the last access tells, where the file system keeps it.
    """
    import tempfile

    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="answers.") as file:
        file.write("".join(f"{answer}\n" for answer in answers))
        file.flush()
        os.utime(file.name, (0, 0))  # whatever a file system updates only now and then, it updates from here
        system(f"({command}\n) <'{file.name}'")
        if not answers and os.fstat(file.fileno()).st_atime > 0:
            raise EOFError(NO_KEYBOARD)


def answer_questions() -> None:
    """Let ``input()`` take the cell's answers, shown as a terminal shows what is typed, and ``!`` read them; there is no keyboard."""
    import getpass

    from IPython import get_ipython

    shell: Any = get_ipython()
    kernel, system = shell.kernel, shell.system
    kernel.answers = []

    def asked(prompt: object = "", *, shown: bool = True) -> str:
        if not kernel.answers:
            raise EOFError(NO_KEYBOARD)
        given = str(kernel.answers.pop(0))
        sys.stdout.write(f"{prompt}{given if shown else ''}\n")
        return given

    kernel.raw_input = asked
    kernel.getpass = lambda prompt="Password: ", stream=None: asked(prompt, shown=False)
    getpass.getpass = kernel.getpass
    shell.events.register("post_run_cell", lambda result: kernel.answers.clear())
    if os.name == "posix":
        shell.system = lambda command: (
            system(command) if command.rstrip().endswith("&") else run_with_answers(system, command, [str(one) for one in kernel.answers])
        )


def guard(given: dict[str, Any]) -> None:
    """Set everything up."""
    sys.argv[:] = [""]  # as at a prompt: the arguments of the kernel's own program are nobody's business
    stream: Any = type(sys.stdout)
    stream.longest = given["flood_bytes"] + 1
    guard_displays(given["flood_bytes"], given["picture_bytes"])
    note_files(tuple(given["folders"]), given["log"])
    answer_questions()


if "GUARD" in globals():
    guard(globals()["GUARD"])
