"""``lesson review``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from site_builder.commands.console import Console
from site_builder.commands.options import environments_option, guarded, lesson_argument


@click.command("review")
@click.argument("before", type=click.Path(path_type=Path, exists=True, file_okay=False))
@lesson_argument
@environments_option
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write changes.json and figures.html into this folder.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@guarded
def command(console: Console, before: Path, path: Path, environments: str, output: Path | None, force: bool, as_json: bool) -> None:
    """Compare what the lesson in PATH shows with BEFORE, an earlier copy of it: outputs, figures and pages; run and build nothing."""
    from site_builder.operations.review import as_text, review, write_review
    from site_builder.pipeline.model import Options

    reviewed = review(before, path, Options(environments))
    if output is not None:
        for made in write_review(reviewed, path, output, force=force):
            console.tell(f"wrote {made}")
    if as_json:
        console.result(as_text(reviewed.report).rstrip("\n"))
        return
    for line in _lines(reviewed.report):
        console.result(line)


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    for episode in report["episodes"]:
        yield f"{episode['path']}: {episode['state']}"
        for cell in episode["cells"]:
            yield f"  cell {cell['cell']}" + (f": {cell['note']}" if cell["note"] else "")
            yield from (f"    {line}" for line in cell["outputs"])
    for mark, kind in (("+", "added"), ("!", "changed"), ("-", "removed")):
        yield from (f"{mark} {name}" for name in report["pages"][kind])
    counts = {kind: len(names) for kind, names in report["pages"].items()}
    pages = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    yield f"{_count(len(report['episodes']), 'episode')} with other results, {_count(report['figures'], 'other figure')}, pages: {pages}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
