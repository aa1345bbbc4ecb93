"""``lesson build``."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.sites import BuildDocument, BuildsDocument, LessonBuildEntry
from site_builder.commands.options import guarded, keep_going_option, refusal_of, share_option, site_options, strict_option
from site_builder.commands.shared import json_option, lesson_arguments
from site_builder.errors import SiteBuilderError
from site_builder.pipeline import build
from site_builder.pipeline.model import Options


@click.command("build")
@lesson_arguments
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Folder of the site (default: site/ in the lesson).")
@strict_option
@click.option("--force", is_flag=True, help="Render again even if nothing changed.")
@site_options
@share_option
@keep_going_option
@json_option(BuildDocument, BuildsDocument)
@guarded
def command(console: Console, paths: tuple[Path, ...], output: Path | None, strict: bool, force: bool, options: Options) -> None:
    """Build the lesson's site: run what must run, put the outputs into the pages, publish in one step.

    Several lessons are built one after the other, each into its own folder, with shared kernels; one that fails stops no other.
    """
    options = replace(options, strict=strict, force=force)
    if len(paths) == 1:
        console.data(_built(console, paths[0], output, options))
        return
    if output is not None:
        raise click.UsageError("--output is the folder of one site, and these are several lessons: leave it out, or build them one by one")
    _several(console, paths, options)


def _built(console: Console, path: Path, output: Path | None, options: Options) -> BuildDocument:
    built = build.build(path, output, options, console.tell)
    console.problems((*built.report.problems, *built.kept))
    site = built.site.resolve()
    index = (site / "index.html").as_uri()
    if built.changed:
        console.result(f"{built.pages} pages in {site}")
    else:
        console.result(f"nothing changed: {built.pages} pages in {site}")
    console.result(f"open it: {index}")
    if built.tally:
        console.result(built.tally)
    return BuildDocument(str(site), index, built.changed, built.pages, built.ran, built.tally)


def _several(console: Console, paths: Sequence[Path], options: Options) -> None:
    """Build lessons, each as if it were alone; at the end the first failure decides how the command ends."""
    from site_builder.commands.documents.outcome import entry_of
    from site_builder.pipeline.several import several

    entries: list[LessonBuildEntry] = []
    failed: dict[Path, SiteBuilderError] = {}
    with several(options) as shared, _documented(console, entries):
        for path in _each_once(paths):
            console.lesson = path
            console.tell(f"--- {path}")
            document = None
            try:
                document = _built(console, path, None, shared)
            except SiteBuilderError as error:
                failed[path] = error
            except OSError as error:
                if error.errno == errno.EPIPE:
                    raise
                failed[path] = refusal_of(error)
            if path in failed:
                console.failure(failed[path])
            part = console.section()
            code = failed[path].exit_code if path in failed else 0
            entries.append(LessonBuildEntry(str(path), code, part.error, tuple(map(entry_of, part.problems)), document))
    if failed:
        first = next(iter(failed.values()))
        names = ", ".join(str(path) for path in failed)
        raise type(first)(f"{len(failed)} of {len(entries)} lessons were not built: {names}")


def _each_once(paths: Sequence[Path]) -> Sequence[Path]:
    """Return the paths of different folders: of two that lead to one, the first."""
    found: dict[str, Path] = {}
    for path in paths:
        found.setdefault(os.path.realpath(path), path)
    return tuple(found.values())


@contextmanager
def _documented(console: Console, entries: Sequence[LessonBuildEntry]) -> Iterator[None]:
    """Give a machine the entries at the end, also those of lessons that were built before somebody stopped the command."""
    try:
        yield
    finally:
        console.lesson = None
        console.data(BuildsDocument(tuple(entries)))
