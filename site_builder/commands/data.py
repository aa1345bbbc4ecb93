"""``lesson data``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import Console, as_data
from site_builder.commands.options import guarded, lesson_argument

if TYPE_CHECKING:
    from site_builder.operations.data import DataStatus
    from site_builder.problems import Problem

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("data")
def command() -> None:
    """Fetch and verify the data that a lesson names and does not hold itself."""


@command.command("fetch", short_help="Fetch the data that are not here yet.")
@lesson_argument
@click.option("--print-digests", is_flag=True, help="Fetch entries without a digest too, and print the lines that entries lack.")
@json_option
@guarded
def fetch(console: Console, path: Path, print_digests: bool, as_json: bool) -> None:
    """Fetch the data that the lesson in PATH names and that are not here yet, and verify all of them.

    A build fetches what an episode that must run needs; this fetches everything, for work without a network. The exit code is 1 if
    something cannot be fetched.
    """
    from site_builder.operations.data import fetch_data, lines_to_add

    rows, problems = fetch_data(path, console.tell, digests=print_digests)
    _print(console, rows, problems, as_json=as_json)
    if print_digests and not as_json:
        for line in lines_to_add(rows):
            console.result(line)
    _end(rows, problems)


@command.command("verify", short_help="Compare fetched data with their digests.")
@lesson_argument
@json_option
@guarded
def verify(console: Console, path: Path, as_json: bool) -> None:
    """Compare the data of the lesson in PATH that are here with their digests; no host is asked.

    The exit code is 1 if something is missing or damaged; `lesson data fetch` fetches it.
    """
    from site_builder.operations.data import verify_data

    rows, problems = verify_data(path)
    _print(console, rows, problems, as_json=as_json)
    _end(rows, problems)


def _print(console: Console, rows: Iterable[DataStatus], problems: Iterable[Problem], *, as_json: bool) -> None:
    from site_builder.weave.stage import size_in_words

    if as_json:
        console.data({"data": [_row(row) for row in rows], "problems": [as_data(problem) for problem in problems]})
        return
    console.problems(problems)
    for row in rows:
        size = size_in_words(row.size)
        console.result(f"{row.file.target}: {row.state.value}{f' ({size})' if size else ''}")


def _row(row: DataStatus) -> dict[str, object]:
    return {
        "path": row.file.target, "origin": row.file.origin, "place": str(row.file.place), "state": row.state.value,
        "sha256": row.sha256, "size": row.size, "file": str(row.path) if row.path else None,
    }  # fmt: skip


def _end(rows: Iterable[DataStatus], problems: Iterable[Problem]) -> None:
    from site_builder.problems import Severity

    if any(not row.state.good for row in rows) or any(problem.severity is Severity.ERROR for problem in problems):
        raise SystemExit(1)
