"""``lesson review``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from site_builder.commands.console import Console
from site_builder.commands.documents import review as documents
from site_builder.commands.options import environments_option, guarded
from site_builder.commands.shared import json_option, lesson_option


@click.command("review")
@click.argument("before", type=click.Path(path_type=Path, exists=True, file_okay=False))
@lesson_option
@environments_option
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write changes.json and figures.html into this folder.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@json_option(documents.ReviewDocument)
@guarded
def command(console: Console, before: Path, path: Path, environments: str, output: Path | None, force: bool) -> None:
    """Compare what the lesson shows with BEFORE, an earlier copy of it: outputs, figures and pages; run and build nothing."""
    from site_builder.operations.review import review, write_review
    from site_builder.pipeline.model import Options

    reviewed = review(before, path, Options(environments))
    if output is not None:
        for made in write_review(reviewed, path, output, force=force):
            console.tell(f"wrote {made}")
    console.data(_document(reviewed.report))
    for line in _lines(reviewed.report):
        console.result(line)


def _document(report: Mapping[str, Any]) -> documents.ReviewDocument:
    episodes = tuple(
        documents.ReviewedEpisodeEntry(each["path"], each["state"], tuple(documents.ReviewedCellEntry(**cell) for cell in each["cells"]))
        for each in report["episodes"]
    )
    pages = {kind: tuple(names) for kind, names in report["pages"].items()}
    return documents.ReviewDocument(episodes, documents.ReviewedPagesEntry(**pages), report["figures"])


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
