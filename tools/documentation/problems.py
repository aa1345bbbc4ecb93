"""An example for each problem code: a lesson with that one fault. They stand in tests/problems/*.toml, and are run.

Keys of an example: ``files`` (path -> text) are written into the `LESSON`, ``add`` is added at the end of its episode; then ``shell`` is
run, line by line, and then ``command``. ``at`` is where the problem is told: a path with a line or without one, or ``+N``, the Nth line of
``add``. ``needs`` names a program without which it cannot be tried; with ``varies`` the message depends on the machine.

A code that no text provokes has instead the reason, ``not``, and the ``test`` that provokes it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from tools.documentation.pieces import ROOT
from tools.documentation.playing import HOME, Terminal
from tools.documentation.starts import written

LISTS = ROOT / "tests" / "problems"
EPISODE = "episodes/a.md"
PYTHON = "/usr/bin/python3"
"""What the page shows in place of the Python that runs the examples."""

LESSON: Mapping[str, str] = {
    "config.yaml": "title: Example\nlicense: CC-BY 4.0\n",
    EPISODE: (
        "---\ntitle: A\nteaching: 5\nexercises: 5\n---\n\n::: questions\n\n- Why?\n\n:::\n\n::: objectives\n\n- Know it.\n\n:::\n\n"
        "::: keypoints\n\n- It is so.\n\n:::\n\n## First\n"
    ),
    "index.md": "An example.\n",
    "learners/setup.md": "---\ntitle: Setup\n---\n\nNothing to install.\n",
    "README.md": "# An example\n",
    ".gitignore": "site/\nepisodes/*html\n.Rhistory\n.RData\n.Rproj.user/\n*_cache/\ndocs/\n",
}
"""The lesson that every example changes. Nothing is wrong with it."""

TOLD = re.compile(
    r"^(?P<severity>error|warning): (?P<code>LS\d{3}) (?P<path>[^\s:]+)(?::(?P<line>\d+))?(?::\d+)? (?P<message>.*)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Example:
    """A code with what provokes it, or with the reason why nothing here does."""

    code: str
    at: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    add: str = ""
    shell: tuple[str, ...] = ()
    command: str = "lesson check"
    needs: str = ""
    varies: bool = False
    reason: str = ""
    test: str = ""

    @property
    def place(self) -> str:
        """Where the problem is told: ``path:line``, or a path alone."""
        if not self.at.startswith("+"):
            return self.at
        return f"{EPISODE}:{LESSON[EPISODE].count(chr(10)) + 1 + int(self.at[1:])}"


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as it was told: its line on the terminal, its code and its place."""

    text: str
    code: str
    path: str
    line: str

    def is_at(self, place: str) -> bool:
        """Tell whether it is at a place; one without a line is a file or a folder."""
        path, _, line = place.partition(":")
        return (self.path, self.line) == (path, line) if line else self.path == path or self.path.startswith(f"{path}/")


def examples() -> dict[str, Example]:
    """Return all examples by code, in the order of the codes.

    Raises:
        ValueError: a code has two.
    """
    found: dict[str, Example] = {}
    for path in sorted(LISTS.glob("*.toml")):
        for code, given in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{path.name}: {code} has two examples")
            given["shell"] = tuple(given.get("shell", ()))
            found[code] = Example(code, reason=given.pop("not", ""), **given)
    return dict(sorted(found.items()))


def told(example: Example, folder: Path) -> tuple[Told, ...]:
    """Make the lesson of an example in an empty folder, run the commands, and return all problems that are told."""
    from click.testing import CliRunner

    from site_builder.commands.main import group

    terminal = Terminal(folder / "machine")
    lesson = dict(LESSON)
    lesson[EPISODE] += f"\n{example.add}" if example.add else ""
    written(terminal, {**lesson, **example.files})
    for line in example.shell:
        done = terminal.type(line)
        if done.status:
            raise RuntimeError(f"{example.code}: {line}: {done.printed}")
    with chdir(terminal.home):
        result = CliRunner(env={"PATH": terminal.path}).invoke(group, example.command.split()[1:], catch_exceptions=False)
    return tuple(_told(result.output.replace(str(terminal.home), HOME).replace(sys.executable, PYTHON)))


def _told(output: str) -> Iterable[Told]:
    for found in TOLD.finditer(output):
        yield Told(found[0], found["code"], found["path"], found["line"] or "")


def section(example: Example, told_of_it: Iterable[Told] = ()) -> str:
    """Return the part of the page about a code: what to write and to type, and what is said then."""
    if example.reason:
        return f"## {example.code}\n\nNot by a text. {example.reason} Tested in `{example.test}`.\n"
    parts = [f"## {example.code}\n"]
    for path, text in example.files.items():
        parts.append(f"`{path}`:\n\n{fenced(text, path)}" if text else f"`{path}` is empty.\n")
    if example.add:
        parts.append(f"At the end of `{EPISODE}`:\n\n{fenced(example.add, EPISODE)}")
    lines = "".join(f"$ {line}\n" for line in (*example.shell, example.command))
    said = "".join(f"{found.text}\n" for found in told_of_it if found.code == example.code and found.is_at(example.place))
    parts.append(f"```text\n{lines}{said}```\n")
    return "\n".join(parts)


LANGUAGES = {
    ".md": "markdown",
    ".Rmd": "markdown",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".cff": "yaml",
    ".lock": "yaml",
    ".toml": "toml",
    ".svg": "xml",
}


def fenced(text: str, path: str) -> str:
    """Return a text as a block of code, whose fence is longer than any in the text."""
    longest = max((len(found[0]) for found in re.finditer(r"^`{3,}", text, re.MULTILINE)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{LANGUAGES.get(Path(path).suffix, 'text')}\n{text}{fence}\n"
