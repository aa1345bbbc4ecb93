"""``lesson verify``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder import files
from site_builder.commands.console import Console
from site_builder.commands.options import execution_options, guarded
from site_builder.errors import ExecutionFailed
from site_builder.lesson.root import find_root
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.model import Options


@click.command("verify")
@click.argument("names", metavar="[LESSON] [EPISODE]...", nargs=-1)
@click.option("--static", is_flag=True, help="Run plain Python fences and compare with the outputs typed below them.")
@click.option("--normalise", multiple=True, metavar="NAME", help="With --static: what may differ (times, float, float=1e-6, host, none).")
@click.option("--lesson", "path", type=click.Path(path_type=Path), default=None, help="The lesson's folder.")
@execution_options
@click.option("--strict", is_flag=True, help="Also fail on what could not be compared.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@guarded
def command(
    console: Console, names: tuple[str, ...], static: bool, normalise: tuple[str, ...], path: Path | None, options: Options,
    strict: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run the code again and compare its outputs with what the pages show; save nothing.

    All episodes, or only the EPISODEs named, of the lesson in the folder LESSON (or --lesson, else the current one).
    """
    root, episodes = _lesson_and_episodes(path, names)
    if static:
        _static(console, root, options, episodes, normalise, strict=strict, as_json=as_json)
    elif normalise:
        raise click.UsageError("--normalise needs --static; in a cell that runs, write #| normalise: […]")
    else:
        _recorded(console, root, options, episodes, strict=strict, as_json=as_json)


def _lesson_and_episodes(path: Path | None, names: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    """Treat a first name that is a folder as the lesson."""
    if path is None and names and files.is_folder(Path(names[0])):
        return Path(names[0]), names[1:]
    return path or Path(), names


def _recorded(console: Console, root: Path, options: Options, episodes: tuple[str, ...], *, strict: bool, as_json: bool) -> None:
    from site_builder.commands import verify_report

    with server_ahead(find_root(root), options) as ready:
        from site_builder.operations.verify import Verdict, verify

        done, read = verify(root, ready, episodes, console.tell)
    console.problems(read.problems)
    if as_json:
        console.data({"episodes": [verify_report.as_data(item) for item in done]})
    else:
        for line in verify_report.lines(done):
            console.result(line)
    console.problems(problem for item in done for problem in item.problems)
    if any(item.verdict is Verdict.FAILED for item in done):
        raise SystemExit(ExecutionFailed.exit_code)
    if any(verify_report.failed(item, strict=strict) for item in done):
        raise SystemExit(1)


def _static(
    console: Console, root: Path, options: Options, episodes: tuple[str, ...], normalise: tuple[str, ...], *, strict: bool,
    as_json: bool,
) -> None:  # fmt: skip
    from site_builder.commands import verify_report
    from site_builder.operations.verify_static import verify_static

    done = verify_static(root, options, episodes, console.tell, normalise)
    if as_json:
        console.data({"episodes": [verify_report.static_as_data(item) for item in done]})
    else:
        for line in verify_report.static_lines(done):
            console.result(line)
    if any(verify_report.static_failed(item, strict=strict) for item in done):
        raise SystemExit(1)
