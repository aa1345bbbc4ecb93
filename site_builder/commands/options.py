"""What commands share: their options, and how errors become messages and exit codes."""

from __future__ import annotations

import errno
import sys
from dataclasses import replace
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from site_builder.commands.console import Console
from site_builder.commands.shared import INTERRUPTED, Choice, Command, command_name, console_of, verbosity_options
from site_builder.errors import MachineError, SiteBuilderError
from site_builder.files.refusals import advice


def guarded(function: Command) -> Command:
    """Turn the package's errors and the system's into messages and exit codes; bugs remain tracebacks.

    The command gets the console first, and ``-q`` and ``-v`` as further options. Where a machine reads the result, the document is written
    at the end, however the command ends.
    """

    def wrapper(*arguments: Any, **options: Any) -> Any:
        context = click.get_current_context()
        console = console_of(context)
        _begin(console, context, options)
        code = 0
        try:
            function(console, *arguments, **options)
        except SiteBuilderError as error:
            console.failure(error)
            code = error.exit_code
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # nobody reads any more: click ends the program without a word
            refusal = refusal_of(error)
            console.failure(refusal)
            code = refusal.exit_code
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except KeyboardInterrupt:
            console.tell("interrupted; the existing site is untouched")
            console.stopped("interrupted", "interrupted", "the existing site is untouched")
            code = INTERRUPTED
        if code or context.invoked_subcommand is None:  # else a command of this group comes now, and has the document
            console.finish(command_name(context), code)
        if code:
            sys.exit(code)

    return verbosity_options(update_wrapper(wrapper, function))  # type: ignore[return-value]


def _begin(console: Console, context: click.Context, options: dict[str, Any]) -> None:
    import logging  # --help does not need it

    if console.lesson is not None and not {"path", "paths"} & options.keys():
        raise click.UsageError(f"`lesson {command_name(context)}` reads no lesson: leave out --lesson", context)
    level = [logging.WARNING, logging.INFO, logging.DEBUG][max(0, min(console.level, 2))]
    logging.basicConfig(level=level, format="%(name)s: %(message)s")


def refusal_of(error: OSError) -> MachineError:
    """Say what the system refused, with the path; ``-vv`` shows where in the program that was."""
    import logging

    logging.getLogger(__name__).debug("refused by the system", exc_info=True)
    place = f"{error.filename}: " if error.filename else ""
    return MachineError(f"{place}{error.strerror or error}", hint=advice(error))


def environments_option(function: Command) -> Command:
    """Add the choice of what provides environments."""
    choice = Choice(["auto", "pixi", "rattler", "host"])
    text = "Where cells run: auto uses Pixi if it is installed, else installed environments (rattler), else this Python (host)."
    return click.option("--environments", type=choice, default="auto", show_default=True, help=text)(function)


def folder_option(function: Command) -> Command:
    """Add the folder of environments that lessons share."""
    text = "Environments that were installed without Pixi are in this folder, by the digest of their packages, for all lessons and jobs."
    path = click.Path(path_type=Path, file_okay=False)
    return click.option("--environments-folder", type=path, help=f"{text} Default: $LESSON_ENVIRONMENTS_FOLDER.")(function)


def locked_option(function: Command) -> Command:
    """Add the choice to refuse a machine's own packages."""
    text = "Fail if code would run with this machine's own packages, or a page shows results made with those of any machine."
    return click.option("--locked", is_flag=True, help=text)(function)


def engine_option(function: Command) -> Command:
    """Add the choice of the site engine."""
    from site_builder.render.registry import ENGINES

    text = "What renders the pages (default: `engine` of the settings, else mkdocs)."
    return click.option("--engine", type=Choice(sorted(ENGINES)), help=text)(function)


def jobs_option(function: Command) -> Command:
    """Add the number of episodes that run at once."""
    text = "Episodes to run at once (default: two more than there are cores)."
    return click.option("--jobs", type=click.IntRange(min=1), help=text)(function)


def fork_option(function: Command) -> Command:
    """Add the choice to start every kernel instead of forking it."""
    text = "Fork kernels and R from one server per environment (Linux), or start each one: slower, the reference."
    return click.option("--fork/--no-fork", default=True, show_default=True, help=text)(function)


def execution_options(function: Command) -> Command:
    """Add what decides where and how cells run; the command gets all of it as ``options``."""

    def wrapper(
        *arguments: Any, environments: str, environments_folder: Path | None, jobs: int | None, fork: bool, locked: bool, **others: Any
    ) -> Any:
        from site_builder.commands.progress import PixiProgress
        from site_builder.commands.run_progress import RunProgress
        from site_builder.pipeline.model import Options, shared_environments

        folder = environments_folder or shared_environments()
        console = console_of(click.get_current_context())
        options = Options(
            environments, workers=jobs, fork=fork, locked=locked, watcher=PixiProgress(console), run_watcher=RunProgress(console),
            environments_folder=folder,
        )  # fmt: skip
        return function(*arguments, options=options, **others)

    added = folder_option(locked_option(jobs_option(fork_option(update_wrapper(wrapper, function)))))
    return environments_option(added)  # type: ignore[return-value]


def planning_options(function: Command) -> Command:
    """Add what decides where cells would run; the command gets it as ``options``."""

    def wrapper(*arguments: Any, environments: str, environments_folder: Path | None, **others: Any) -> Any:
        from site_builder.pipeline.model import Options, shared_environments

        options = Options(environments, environments_folder=environments_folder or shared_environments())
        return function(*arguments, options=options, **others)

    return environments_option(folder_option(update_wrapper(wrapper, function)))  # type: ignore[return-value]


def site_options(function: Command) -> Command:
    """Add what decides how a site is built; the command gets all of it as ``options``."""

    def wrapper(*arguments: Any, engine: str | None, options: Any, **others: Any) -> Any:
        return function(*arguments, options=replace(options, engine=engine or ""), **others)

    return engine_option(execution_options(update_wrapper(wrapper, function)))  # type: ignore[return-value]


def shared_records_option(function: Command) -> Command:
    """Add the place of records that machines share; it becomes part of ``options``."""

    def wrapper(*arguments: Any, options: Any, shared_records: str | None, **others: Any) -> Any:
        chosen = options if shared_records is None else replace(options, shared_records=shared_records or None)
        return function(*arguments, options=chosen, **others)

    text = "Folder or bucket of records that machines share, such as s3://bucket/records: read for episodes that have none here."
    option = click.option("--shared-records", metavar="ADDRESS", help=f"{text} Default: $LESSON_SHARED_RECORDS; empty: none.")
    return option(update_wrapper(wrapper, function))  # type: ignore[return-value]


def share_option(function: Command) -> Command:
    """Add ``--share`` beside the place of shared records."""

    def wrapper(*arguments: Any, options: Any, share: bool, **others: Any) -> Any:
        if share and options.shared_records is None:
            raise click.UsageError("--share needs --shared-records, or $LESSON_SHARED_RECORDS")
        return function(*arguments, options=replace(options, share=share), **others)

    text = "Put the records that pages show and this machine made among the shared ones."
    added = click.option("--share", is_flag=True, help=text)(update_wrapper(wrapper, function))
    return shared_records_option(added)  # type: ignore[return-value]


def keep_going_option(function: Command) -> Command:
    """Add ``--keep-going`` of what runs episodes; it becomes part of ``options``."""

    def wrapper(*arguments: Any, options: Any, keep_going: bool, **others: Any) -> Any:
        return function(*arguments, options=replace(options, keep_going=keep_going), **others)

    text = "After a cell that fails, run the rest of its episode too, and report every failure."
    return click.option("--keep-going", is_flag=True, help=text)(update_wrapper(wrapper, function))  # type: ignore[return-value]


def strict_option(function: Command) -> Command:
    """Add ``--strict`` of what builds a site."""
    return click.option("--strict", is_flag=True, help="Treat warnings as errors; code without a record fails too.")(function)
