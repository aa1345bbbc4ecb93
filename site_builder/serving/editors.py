"""Addresses by which a page opens a file in the author's editor, where the editor has registered a scheme for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import quote

from site_builder.problems import Location

SCHEMES: Mapping[str, str] = {
    "code": "vscode://file{path}:{line}:{column}",
    "code-insiders": "vscode-insiders://file{path}:{line}:{column}",
    "codium": "vscodium://file{path}:{line}:{column}",
    "cursor": "cursor://file{path}:{line}:{column}",
    "mate": "txmt://open?url=file://{path}&line={line}&column={column}",
    "pycharm": "pycharm://open?file={path}&line={line}",
}
"""Program of an editor -> the address that opens a file in it.

https://code.visualstudio.com/docs/configure/command-line#_opening-vs-code-with-urls,
https://macromates.com/blog/2007/the-textmate-url-scheme/.
"""

VARIABLES = ("VISUAL", "EDITOR")


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor that opens files of a folder; without a ``scheme`` it has no addresses."""

    root: Path
    scheme: str = ""

    def address(self, place: Location) -> str:
        """Return the address that opens a place of the lesson; empty if there is none."""
        if not self.scheme:
            return ""
        path = quote((self.root / place.path).as_posix())
        return self.scheme.format(path=path if path.startswith("/") else f"/{path}", line=max(place.line, 1), column=max(place.column, 1))


def editor_of(root: Path, environment: Mapping[str, str]) -> Editor:
    """Return the editor that the environment names (``VISUAL``, ``EDITOR``), or in whose terminal the program runs."""
    for name in VARIABLES:
        program = PurePath((environment.get(name, "").split() or [""])[0]).name.removesuffix(".exe").removesuffix(".cmd")
        if program in SCHEMES:
            return Editor(root, SCHEMES[program])
    return Editor(root, SCHEMES["code"] if environment.get("TERM_PROGRAM") == "vscode" else "")
