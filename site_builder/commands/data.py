"""``lesson data``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import Console
from site_builder.commands.documents import data as documents
from site_builder.commands.options import guarded
from site_builder.commands.shared import CommandGroup, json_option, lesson_argument, shared_options

if TYPE_CHECKING:
    from site_builder.operations.data import DataStatus
    from site_builder.problems import Problem


@click.group("data", cls=CommandGroup)
@shared_options
def command() -> None:
    """Fetch and verify the data that a lesson names and does not hold itself."""


@command.command("fetch", short_help="Fetch the data that are not here yet.")
@lesson_argument
@click.option("--print-digests", is_flag=True, help="Fetch entries without a digest too, and print the lines that entries lack.")
@json_option(documents.DataFetchDocument)
@guarded
def fetch(console: Console, path: Path, print_digests: bool) -> None:
    """Fetch the data that the lesson names and that are not here yet, and verify all of them.

    A build fetches what an episode that must run needs; this fetches everything, for work without a network. The exit code is 1 if
    something cannot be fetched.
    """
    from site_builder.operations.data import fetch_data, lines_to_add

    rows, problems = fetch_data(path, console.tell, digests=print_digests)
    console.data(documents.DataFetchDocument(_entries(rows)))
    _print(console, rows, problems)
    if print_digests:
        for line in lines_to_add(rows):
            console.result(line)
    _end(rows, problems)


@command.command("verify", short_help="Compare fetched data with their digests.")
@lesson_argument
@json_option(documents.DataVerifyDocument)
@guarded
def verify(console: Console, path: Path) -> None:
    """Compare the data of the lesson that are here with their digests; no host is asked.

    The exit code is 1 if something is missing or damaged; `lesson data fetch` fetches it.
    """
    from site_builder.operations.data import verify_data

    rows, problems = verify_data(path)
    console.data(documents.DataVerifyDocument(_entries(rows)))
    _print(console, rows, problems)
    _end(rows, problems)


def _print(console: Console, rows: Iterable[DataStatus], problems: Iterable[Problem]) -> None:
    from site_builder.weave.stage import size_in_words

    console.problems(problems)
    for row in rows:
        size = size_in_words(row.size)
        console.result(f"{row.file.target}: {row.state.value}{f' ({size})' if size else ''}")


def _entries(rows: Sequence[DataStatus]) -> tuple[documents.DataFileEntry, ...]:
    return tuple(_entry(row) for row in rows)


def _entry(row: DataStatus) -> documents.DataFileEntry:
    kept = str(row.path) if row.path else None
    return documents.DataFileEntry(row.file.target, row.file.origin, str(row.file.place), row.state.value, row.sha256, row.size, kept)


def _end(rows: Iterable[DataStatus], problems: Iterable[Problem]) -> None:
    from site_builder.problems import Severity

    if any(not row.state.good for row in rows) or any(problem.severity is Severity.ERROR for problem in problems):
        raise SystemExit(1)
