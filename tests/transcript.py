"""Transcripts in the documentation: what they say a command prints is compared with what it prints."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from site_builder.commands.main import group

DOCS = Path(__file__).parents[1] / "docs"
ENVIRONMENTS = ("build", "check", "publish")
"""Commands that get the provider of the tests."""


def check_transcript(name: str, patch: pytest.MonkeyPatch, *, hide: str = "") -> None:
    """Run every ``$`` line of a page's console blocks, beginning in the current folder, and compare; ``hide`` is left out of paths.

    An ellipsis stands for any text. Names of commits and counts of files are not compared.
    """
    for line, expected in _steps(DOCS / name):
        program, *arguments = shlex.split(line)
        if program == "cd":
            patch.chdir(arguments[0])
        elif program == "echo":
            Path(arguments[2]).write_text(Path(arguments[2]).read_text() + arguments[0] + "\n")
        elif program == "git":
            subprocess.run([program, *arguments], check=True, capture_output=True)
        else:
            options = ["--environments", "host"] if arguments[0] in ENVIRONMENTS else []
            result = CliRunner().invoke(group, [*arguments, *options], catch_exceptions=False)
            shown = (result.stdout if result.exit_code == 0 else result.stderr).replace(hide, "")
            assert re.fullmatch(re.escape(_plain(expected)).replace("…", "[^…]*"), _plain(shown)), (line, shown)


def _steps(path: Path) -> Iterator[tuple[str, str]]:
    for block in re.findall(r"```console\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, expected = step.partition("\n")
            yield line, expected


def _plain(text: str) -> str:
    named = re.sub(r"\b[0-9a-f]{7}(?:[0-9a-f]{33})?\b", "COMMIT", text)
    return re.sub(r"\b[1-9]\d*(?= (?:added|changed|removed))", "N", named)
