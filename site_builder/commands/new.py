"""``lesson new``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from site_builder.commands.completion import episode_names
from site_builder.commands.console import Console
from site_builder.commands.documents.authoring import NewEpisodeDocument, NewLessonDocument
from site_builder.commands.options import guarded
from site_builder.commands.shared import Choice, Command, CommandGroup, json_option, lesson_option, new_folder, shared_options

LANGUAGES = ("python", "r", "bash")


@click.group("new", cls=CommandGroup)
@shared_options
def command() -> None:
    """Make a lesson, or an episode of one; what is there is never changed."""


def dry_run_option(function: Command) -> Command:
    """Add ``--dry-run`` of what writes files."""
    return click.option("--dry-run", is_flag=True, help="Only list what would be written.")(function)


@command.command("lesson", short_help="Make a lesson that builds at once.")
@new_folder
@click.option("--title", default="", help="Title (default: the folder's name).")
@click.option("--language", type=Choice(LANGUAGES), help="Language of the first episode (default: python; of a lesson: its own).")
@click.option("--from-workbench", "workbench", is_flag=True, help="Add to the lesson that is there only what it lacks for this builder.")
@dry_run_option
@json_option(NewLessonDocument)
@guarded
def lesson(console: Console, path: Path, title: str, language: str | None, workbench: bool, dry_run: bool) -> None:
    """Make a lesson in the folder PATH: settings, an episode with code, an environment for Pixi, a workflow, and the usual pages.

    Files that are there are left alone and named.
    """
    from datetime import date

    from site_builder.authoring.new_lesson import complete_workbench, new_lesson

    if workbench and title:
        raise click.UsageError("--title: a lesson that is there has its title in its settings")
    if workbench:
        made = complete_workbench(path, language=language or "", dry_run=dry_run)
    else:
        made = new_lesson(path, created=date.today().isoformat(), title=title, language=language or "", dry_run=dry_run)
    written, kept = (tuple(map(str, paths)) for paths in (made.added.written, made.added.kept))
    console.data(NewLessonDocument(str(made.root), made.language, dry_run, written, kept, made.notes))
    for name in written:
        console.result(f"{'would write' if dry_run else 'wrote'} {name}")
    for name in kept:
        console.result(f"left alone {name}")
    count = len(written)
    console.result(f"{count} file{'' if count == 1 else 's'} {'would be written' if dry_run else 'written'} in {made.root}")
    for note in made.notes:
        console.tell(f"note: {note}")
    if not dry_run:
        place = "" if path == Path() else f" --lesson {shlex.quote(str(path))}"
        console.tell(f"next: lesson build{place}; with Pixi, `pixi lock` in that folder first")


@command.command("episode", short_help="Add an episode to the lesson, in its place.")
@click.argument("title")
@click.option(
    "--after", default="", metavar="EPISODE", shell_complete=episode_names, help="The episode that it follows (default: the last one)."
)
@click.option("--name", default="", help="Name of its file, without ending (default: made from the title).")
@click.option("--language", type=Choice(LANGUAGES), help="Language of its code (default: that of most episodes).")
@lesson_option
@dry_run_option
@json_option(NewEpisodeDocument)
@guarded
def episode(console: Console, title: str, after: str, name: str, language: str | None, path: Path, dry_run: bool) -> None:
    """Add an episode with this TITLE to the lesson and to the list in its settings; nothing else in them changes."""
    from site_builder.authoring.new_episode import new_episode

    made = new_episode(path, title, after=after, name=name, language=language or "", dry_run=dry_run)
    console.data(NewEpisodeDocument(str(made.path), str(made.settings) if made.settings else None, made.after, dry_run))
    place = f"after {made.after}" if made.after else "as the first episode"
    console.result(f"{'would write' if dry_run else 'wrote'} {made.path}")
    if made.settings:
        console.result(f"{'would list' if dry_run else 'listed'} it in {made.settings}, {place}")
    else:
        console.result(f"the settings have no list, so it stands by its name: {place}")
