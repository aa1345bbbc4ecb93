"""The reference of the command line, generated from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
from click.testing import CliRunner

from site_builder.commands.main import group
from site_builder.errors import Busy, ConfigError, ExecutionFailed, LessonFailed, MachineError, SiteBuilderError

WIDTH = "80"
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells count (https://tldp.org/LDP/abs/html/exitcodes.html)."""

MEANINGS: Mapping[int, str] = {
    0: "done",
    LessonFailed.exit_code: "the lesson has problems; all of them are listed",
    ConfigError.exit_code: "the command line or the settings are invalid",
    MachineError.exit_code: "this machine cannot do it: a tool, a package, disk space or a permission is missing",
    ExecutionFailed.exit_code: "the code of an episode failed",
    Busy.exit_code: "another build of this lesson is running",
    INTERRUPTED: "interrupted",
}


def exit_codes() -> str:
    """Return the table of exit codes.

    Raises:
        ValueError: an error has an exit code that the table lacks.
    """
    lacking = {kind.exit_code for kind in _below(SiteBuilderError)} - MEANINGS.keys()
    if lacking:
        raise ValueError(f"no meaning of the exit codes {lacking}")
    return "| code | meaning |\n| --- | --- |\n" + "".join(f"| {code} | {meaning} |\n" for code, meaning in MEANINGS.items())


def _below(kind: type[SiteBuilderError]) -> Iterator[type[SiteBuilderError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def commands() -> str:
    """Return a section for each command with its own help, those of a group below it."""
    return "\n".join(_sections(group, ()))


def _sections(command: click.Command, names: tuple[str, ...]) -> Iterator[str]:
    level = "#" * min(len(names) + 1, 4)
    if names:
        yield f"{level} lesson {' '.join(names)}\n"
    yield f"```text\n{_help(names)}```\n"
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(command.list_commands(context)):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _sections(inner, (*names, name))


def _help(names: tuple[str, ...]) -> str:
    result = CliRunner().invoke(group, [*names, "--help"], prog_name="lesson", env={"COLUMNS": WIDTH}, catch_exceptions=False)
    return result.output
