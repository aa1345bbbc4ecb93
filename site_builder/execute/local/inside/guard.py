"""Set up a Python kernel before its first cell: no single display can flood the builder, the files that cells read are noted, and
questions have the answers that the cell gives.

The driver runs this text silently in its own namespace, which contains ``GUARD`` (a mapping): ``flood_bytes`` and
``picture_bytes`` as in the limits, ``folders`` whose files are noted, and ``log``, the file to note them in: one line per file,
``r`` or ``w``, a tab, its path.
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
    """Note every file below ``folders`` that is opened, the first time for reading and the first time for writing."""
    seen: set[tuple[str, str]] = set()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.set_inheritable(descriptor, False)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str):
            return
        path = os.path.abspath(arguments[0])  # noqa: PTH100 - pathlib may be changed by a cell
        if not path.startswith(folders):
            return
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        kind = "w" if flags & (os.O_WRONLY | os.O_RDWR) else "r"
        if (kind, path) not in seen and "\n" not in path:
            seen.add((kind, path))
            os.write(descriptor, f"{kind}\t{path}\n".encode("utf-8", "surrogateescape"))

    sys.addaudithook(note)


def answer_questions() -> None:
    """Let ``input()`` take the cell's answers, shown as a terminal shows what is typed; there is no keyboard. ``!`` reads nothing."""
    import getpass

    from IPython import get_ipython

    shell: Any = get_ipython()
    kernel, system = shell.kernel, shell.system
    kernel.answers = []

    def asked(prompt: object = "", *, shown: bool = True) -> str:
        if not kernel.answers:
            raise EOFError("no keyboard here: give the cell answers with `#| input: [first, second]`")
        given = str(kernel.answers.pop(0))
        sys.stdout.write(f"{prompt}{given if shown else ''}\n")
        return given

    kernel.raw_input = asked
    kernel.getpass = lambda prompt="Password: ", stream=None: asked(prompt, shown=False)
    getpass.getpass = kernel.getpass
    shell.events.register("post_run_cell", lambda result: kernel.answers.clear())
    if os.name == "posix":
        shell.system = lambda command: system(command if command.rstrip().endswith("&") else f"({command}\n) </dev/null")


def guard(given: dict[str, Any]) -> None:
    """Set everything up."""
    stream: Any = type(sys.stdout)
    stream.longest = given["flood_bytes"] + 1
    guard_displays(given["flood_bytes"], given["picture_bytes"])
    note_files(tuple(given["folders"]), given["log"])
    answer_questions()


if "GUARD" in globals():
    guard(globals()["GUARD"])
