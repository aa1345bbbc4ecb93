"""``lesson verify``."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder import files
from site_builder.commands.console import Console
from site_builder.commands.documents.verification import FixedFenceEntry, VerifyDocument, VerifyStaticDocument
from site_builder.commands.options import execution_options, guarded
from site_builder.commands.shared import json_option, lesson_option, lesson_or_episodes
from site_builder.errors import ExecutionFailed
from site_builder.lesson.root import find_root
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.model import Options

if TYPE_CHECKING:
    from site_builder.operations.verify_static import StaticReport


@click.command("verify")
@lesson_or_episodes
@click.option("--static", is_flag=True, help="Run plain Python fences and compare with the outputs typed below them.")
@click.option("--normalise", multiple=True, metavar="NAME", help="With --static: what may differ (times, float, float=1e-6, host, none).")
@click.option("--network", is_flag=True, help="With --static: let code use the network.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html", help="With --static: write a page of what is found."
)
@click.option(
    "--summary", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.md", help="With --static: write a summary for an issue."
)
@click.option("--fix", is_flag=True, help="With --static: write what is printed today into the fences that you confirm.")
@click.option("--only", multiple=True, metavar="EPISODE:LINE", help="With --fix: confirm the fence at this line.")
@lesson_option
@execution_options
@click.option("--strict", is_flag=True, help="Also fail on what could not be compared.")
@json_option(VerifyDocument, VerifyStaticDocument)
@guarded
def command(
    console: Console, episodes: tuple[str, ...], static: bool, path: Path, options: Options, strict: bool,
    normalise: tuple[str, ...], network: bool, report: Path | None, summary: Path | None, fix: bool, only: tuple[str, ...],
) -> None:  # fmt: skip
    """Run the code again and compare its outputs with what the pages show; save nothing.

    All episodes, or only the EPISODEs named.
    """
    root = path
    typed = _Typed(normalise, network, report, summary, fix, only)
    if static:
        _static(console, root, options, episodes, typed, strict=strict)
    elif normalise:
        raise click.UsageError("--normalise needs --static; in a cell that runs, write #| normalise: […]")
    elif typed.given:
        raise click.UsageError(f"{typed.given} needs --static")
    else:
        _recorded(console, root, options, episodes, strict=strict)


def _recorded(console: Console, root: Path, options: Options, episodes: tuple[str, ...], *, strict: bool) -> None:
    from site_builder.commands import verify_report

    with server_ahead(find_root(root), options, everything=not episodes) as ready:
        from site_builder.operations.verify import Verdict, verify

        done, read = verify(root, ready, episodes, console.tell)
    console.problems(read.problems)
    console.data(verify_report.document(done))
    for line in verify_report.lines(done):
        console.result(line)
    console.problems(problem for item in done for problem in item.problems)
    if any(item.verdict is Verdict.FAILED for item in done):
        raise SystemExit(ExecutionFailed.exit_code)
    if any(verify_report.failed(item, strict=strict) for item in done):
        raise SystemExit(1)


@dataclass(frozen=True, slots=True)
class _Typed:
    """The options of ``--static``."""

    normalise: tuple[str, ...]
    network: bool
    report: Path | None
    summary: Path | None
    fix: bool
    only: tuple[str, ...]

    @property
    def given(self) -> str:
        """The first option that only ``--static`` has; empty if there is none."""
        named = {
            "--normalise": self.normalise, "--network": self.network, "--report": self.report, "--summary": self.summary,
            "--fix": self.fix, "--only": self.only,
        }  # fmt: skip
        return next((name for name, value in named.items() if value), "")


def _static(console: Console, root: Path, options: Options, episodes: tuple[str, ...], typed: _Typed, *, strict: bool) -> None:
    if typed.only and not typed.fix:
        raise click.UsageError("--only needs --fix")
    if typed.fix and not typed.only and (console.writer or not sys.stdin.isatty()):
        raise click.UsageError("--fix writes what you confirm: name the places, such as --only e1:12")
    with server_ahead(find_root(root), options, plain=True, everything=not episodes) as ready:
        from site_builder.commands import static_report
        from site_builder.operations.verify_static import verify_static

        done = verify_static(root, ready, episodes, console.tell, typed.normalise, network=typed.network)
    console.data(static_report.document(done))
    for line in static_report.lines(done):
        console.result(line)
    if typed.report:
        from site_builder.commands.static_html import page

        files.write_text(typed.report, page(done))
    if typed.summary:
        files.write_text(typed.summary, static_report.markdown(done))
    if typed.fix:
        _fix(console, find_root(root), done, typed.only)
    elif static_report.failed(done, strict=strict):
        raise SystemExit(1)


def _fix(console: Console, root: Path, done: StaticReport, only: tuple[str, ...]) -> None:
    from site_builder.commands import static_report
    from site_builder.operations.fix_typed import fix, fixable, place_of

    places = only or tuple(
        place_of(path, finding) for path, finding in fixable(done)
        if click.confirm(f"write what is printed today at {place_of(path, finding)}?", default=False)
    )  # fmt: skip
    fixed = fix(root, done, places)
    left = (FixedFenceEntry(place, reason) for place, reason in fixed.refused)
    console.data(replace(static_report.document(done), written=fixed.written, left=tuple(left)))
    for place in fixed.written:
        console.result(f"wrote {place}")
    for place, reason in fixed.refused:
        console.result(f"left {place} as it is: {reason}")
    if fixed.refused:
        raise SystemExit(1)
