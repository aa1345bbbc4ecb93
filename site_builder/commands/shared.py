"""Options that every command has, and that may stand anywhere: before the command, behind it, and behind a command of a group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from site_builder.commands.console import Console

if TYPE_CHECKING:
    ChoiceBase = click.Choice[str]
else:
    ChoiceBase = click.Choice

Command = TypeVar("Command", bound=Callable[..., Any])

INTERRUPTED = 130
"""Exit status of a command that was interrupted: 128 and the number of SIGINT."""


def console_of(context: click.Context) -> Console:
    """Return the console of this call of the program."""
    root = context.find_root()
    if root.obj is None:
        root.obj = Console()
    console: Console = root.obj
    return console


def command_name(context: click.Context | None) -> str:
    """Return what is called, such as ``records list``, without the program's name."""
    names = []
    while context is not None and context.parent is not None:
        names.append(context.command.name or "")
        context = context.parent
    return " ".join(reversed(names))


def _more(context: click.Context, parameter: click.Parameter, value: int) -> None:
    console_of(context).level += value


def _less(context: click.Context, parameter: click.Parameter, value: int) -> None:
    console_of(context).level -= value


def verbosity_options(function: Command) -> Command:
    """Add ``-q`` and ``-v``, which are counted wherever they stand: each ``-q`` takes one ``-v`` back."""
    less = click.option("-q", "--quiet", count=True, expose_value=False, callback=_less, help="Print only results and errors.")
    more = click.option(
        "-v", "--verbose", count=True, expose_value=False, callback=_more, help="Print more; twice: everything. Both may stand anywhere."
    )
    return less(more(function))


def _note_lesson(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    console = console_of(context)
    if value is None:
        return
    if console.lesson is not None and console.lesson != value:
        raise click.UsageError(f"the lesson's folder is given twice: {console.lesson} and {value}", context)
    console.lesson = value


def _lesson(function: Command) -> Command:
    return click.option(
        "--lesson", type=click.Path(path_type=Path), metavar="PATH", expose_value=False, is_eager=True, callback=_note_lesson,
        help="The lesson's folder, or one in it (default: the current folder).",
    )(function)  # fmt: skip


def lesson_option(function: Command) -> Command:
    """Add ``--lesson PATH``; the command gets the folder as ``path``, the current one by default."""
    from functools import update_wrapper

    def wrapper(*arguments: Any, **others: Any) -> Any:
        return function(*arguments, path=console_of(click.get_current_context()).lesson or Path(), **others)

    return _lesson(update_wrapper(wrapper, function))  # type: ignore[return-value]


def shared_options(function: Command) -> Command:
    """Add to a group what may stand before the name of its command."""
    return _lesson(verbosity_options(function))


class Unlisted(click.Argument):
    """An argument that no usage line names: another spelling of an option."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return nothing."""
        return []


def lesson_argument(function: Command) -> Command:
    """Add ``--lesson PATH``, and the folder alone as a shorter spelling of it."""
    return _folder(lesson_option(function), Unlisted)


def lesson_arguments(function: Command) -> Command:
    """Add folders of lessons, of which there may be several, and ``--lesson PATH`` for one; the command gets them as ``paths``."""
    from functools import update_wrapper

    def wrapper(*arguments: Any, lesson_folders: tuple[Path, ...], **others: Any) -> Any:
        context = click.get_current_context()
        console = console_of(context)
        if len(lesson_folders) == 1:
            _note_lesson(context, context.command.params[0], lesson_folders[0])
        elif lesson_folders and console.lesson is not None:
            raise click.UsageError(f"the lesson's folder is given twice: {console.lesson} and {lesson_folders[0]}", context)
        return function(*arguments, paths=lesson_folders or (console.lesson or Path(),), **others)

    folders = click.argument("lesson_folders", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
    return folders(_lesson(update_wrapper(wrapper, function)))  # type: ignore[return-value]


def new_folder(function: Command) -> Command:
    """Add the folder of a lesson that is to be made: here it is what the command is about, and its usage line names it."""
    return _folder(lesson_option(function), click.Argument)


def _folder(function: Command, kind: type[click.Argument]) -> Command:
    return click.argument(
        "lesson_folder",
        cls=kind,
        type=click.Path(path_type=Path),
        required=False,
        metavar="[PATH]",
        expose_value=False,
        callback=_note_lesson,
    )(function)


def lesson_or_episodes(function: Command) -> Command:
    """Add the names of episodes; a first name that is a folder is the lesson, as another spelling of ``--lesson``."""

    def split(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
        from site_builder import files

        if console_of(context).lesson is None and value and files.is_folder(Path(value[0])):
            _note_lesson(context, parameter, Path(value[0]))
            return value[1:]
        return value

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from site_builder.commands.completion import episode_names

        return episode_names(context, parameter, incomplete)

    return click.argument("episodes", metavar="[EPISODE]...", nargs=-1, callback=split, shell_complete=complete)(function)


class Choice(ChoiceBase):
    """A choice that says which of its values was meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value, if it is one of the choice."""
        from site_builder.problems import did_you_mean

        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise click.BadParameter(error.message + _sentence(did_you_mean(str(value), self.choices)), ctx, param) from error


def _sentence(guess: str) -> str:
    return f" {guess[0].upper()}{guess[1:]}" if guess else ""


class CommandGroup(click.Group):
    """A group of commands that knows other names of them, and says which one was meant."""

    ALIASES: dict[str, str] = {}  # noqa: RUF012  read alone
    """Further names of commands, which no list shows."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command by its name or another one."""
        name = self.ALIASES.get(args[0], args[0])
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            from site_builder.problems import did_you_mean

            known = self.list_commands(ctx)
            guess = _sentence(did_you_mean(name, known)) or f" There are: {', '.join(known)}."
            raise click.UsageError(f"No such command '{name}'.{guess}", ctx)
        return super().resolve_command(ctx, [name, *args[1:]])


class RecordsGroup(CommandGroup):
    """``lesson records``: ``ls`` is ``list`` for those who type it so."""

    ALIASES = {"ls": "list"}  # noqa: RUF012


def wrong_usage(context: click.Context, error: click.UsageError, arguments: list[str]) -> NoReturn:
    """Have wrong usage printed; where a machine reads the result, it gets a document too."""
    console = console_of(context)
    if console.writer is None and "--json" in (arguments[: arguments.index("--")] if "--" in arguments else arguments):
        from site_builder.commands.documents.outcome import as_json

        console.writer = as_json
    console.stopped("usage", error.format_message())
    console.finish(command_name(error.ctx), error.exit_code)
    raise error


def json_option(*kinds: type, more: str = "") -> Callable[[Command], Command]:
    """Add ``--json``, with the documents that the command may answer."""

    def choose(context: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value:
            from site_builder.commands.documents.outcome import as_json

            console_of(context).writer = as_json

    option = JsonOption(["--json"], is_flag=True, expose_value=False, is_eager=True, callback=choose,
                        help=f"Print one JSON document on standard output.{more}", documents=kinds)  # fmt: skip

    def add(function: Command) -> Command:
        listed = function.__dict__.setdefault("__click_params__", [])
        listed.append(option)
        return function

    return add


class JsonOption(click.Option):
    """``--json``, which knows the documents of its command."""

    def __init__(self, *arguments: Any, documents: tuple[type, ...], **options: Any) -> None:
        """Keep the documents."""
        super().__init__(*arguments, **options)
        self.documents = documents
