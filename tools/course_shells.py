"""What learners type on Windows: the course's commands for PowerShell, and those for every shell, without what only Unix shells understand.

    python tools/course_shells.py [LESSON]                   status 1 if a command holds what PowerShell does not understand
    python tools/course_shells.py [LESSON] --write FOLDER    also writes each block as a .ps1 file, for PowerShell itself to read

Checked are blocks of code, in tabs for Windows and outside tabs for other systems. Cells are run by the builder, and pages about machines
that run Linux (``LINUX``) are for Linux shells.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.markdown.reader import read
from site_builder.markdown.tree import HEADINGS, CodeBlock, Element, Node, text_of

LINUX = frozenset({"apptainer", "htcondor", "slurm"})
"""Pages whose commands are typed on a machine that runs Linux: containers without Docker, pools and clusters."""
UNIX, WINDOWS = re.compile(r"\b(?:linux|macos)\b"), re.compile(r"\b(?:windows|powershell)\b")
"""How tabs name the systems that their commands are for, in lower case; one that names none is for all."""
SHELLS = frozenset({"bash", "sh", "shell"})
POWERSHELL = frozenset({"powershell", "pwsh", "ps1"})

COMMON: Mapping[str, str] = {
    "`&&` between commands": r"&&",
    "`||` between commands": r"\|\|",
    "a here-document": r"<<",
    "`sed`": r"(?:^|[|;] *)sed ",
    "`export`": r"^\s*export\b",
    "a variable in front of a command": r"^\s*[A-Za-z_]\w*=\S*\s+\S",
    "a line that goes on after a backslash": r"\\$",
    "`source`": r"^\s*(?:source|\.)\s",
    "`/dev/null`": r"/dev/null",
    "a loop or condition of a Unix shell": r"^\s*(?:for \w+ in|while |if \[|case )",
    "a program that Windows lacks": r"(?:^|[|;] *)(?:touch|grep|awk|wc|chmod|chown|sudo|head|tail|which|ln|find|xargs|id|uname) ",
    "options of a Unix program": r"(?:^|[|;] *)(?:rm -\w*[rf]|cp -\w*[ap]\b|ls -\w|cat -)",
}
"""What neither PowerShell 5.1 nor its tools understand -> how it looks in a line (https://learn.microsoft.com/powershell/scripting/)."""
OUTSIDE_POWERSHELL: Mapping[str, str] = {
    "a command whose output is put in": r"\$\(|`[^`]+`",
    "a variable that is set": r"^\s*[A-Za-z_]\w*=",
}
"""What PowerShell understands as well, but as something else."""


@dataclass(frozen=True, slots=True)
class Commands:
    """A block of commands: its page, first line there, text, and whether it is written for PowerShell alone."""

    page: PurePosixPath
    line: int
    text: str
    powershell: bool

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each construct that PowerShell does not understand."""
        rules = COMMON if self.powershell else {**COMMON, **OUTSIDE_POWERSHELL}
        for number, line in enumerate(self.text.splitlines(), self.line + 1):
            code = re.sub(r"(?:^|\s)#.*", "", line).rstrip()
            for name, pattern in rules.items():
                if re.search(pattern, code):
                    yield f"{self.page}:{number}: {name}: {line.strip()}"


def commands(lesson: Path) -> Iterator[Commands]:
    """Yield the blocks that learners on Windows type."""
    links = (lesson / "links.md").read_text(encoding="utf-8")
    for folder in ("learners", "episodes"):
        for path in sorted((lesson / folder).glob("*.md")):
            if path.stem not in LINUX:
                page = read(path.read_text(encoding="utf-8"), PurePosixPath(folder, path.name), links=links, episode=folder == "episodes")
                yield from _blocks(page.body, page.path)


def _blocks(nodes: Sequence[Node], page: PurePosixPath) -> Iterator[Commands]:
    for node in nodes:
        if isinstance(node, CodeBlock) and set(node.classes[:1]) & (SHELLS | POWERSHELL) and not node.text.startswith("#!"):
            yield Commands(page, node.line, node.text, node.classes[0] in POWERSHELL)
        elif isinstance(node, Element) and {"tab", "group-tab"} & set(node.classes):
            yield from _blocks([inner for inner, name in _tabs(node) if WINDOWS.search(name) or not UNIX.search(name)], page)
        elif isinstance(node, Element):
            yield from _blocks(node.children, page)


def _tabs(group: Element) -> Iterator[tuple[Node, str]]:
    """Yield what a group of tabs holds, each with the name of its tab in lower case."""
    name = ""
    for node in group.children:
        if isinstance(node, Element) and node.tag in HEADINGS:
            name = " ".join(text_of(node.children).lower().split())
        yield node, name


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong, write the blocks where asked, and return 1 if something is."""
    parser = argparse.ArgumentParser(description="Check what learners type on Windows.")
    parser.add_argument("lesson", nargs="?", type=Path, default=Path())
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    found = list(commands(chosen.lesson))
    wrong = [fault for block in found for fault in block.faults()]
    print(f"{len(found)} blocks, {sum(block.powershell for block in found)} of them for PowerShell alone")
    for fault in wrong:
        print(fault, file=sys.stderr)
    if chosen.write:
        chosen.write.mkdir(parents=True, exist_ok=True)
        for block in found:
            (chosen.write / f"{block.page.stem}-{block.line}.ps1").write_text(block.text + "\n", encoding="utf-8-sig")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
