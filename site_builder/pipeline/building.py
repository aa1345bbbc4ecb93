"""Build a lesson's site; the only module that knows all stages in their order.

source to model -> text to blocks -> plan -> environments and execute -> records -> weave -> stage -> render -> check -> publish
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder import files, publish
from site_builder.check.links import check_links
from site_builder.lesson.discover import find_root
from site_builder.lesson.model import Lesson
from site_builder.pipeline.executing import run_planned
from site_builder.pipeline.opening import WORK, Options, Told, open_lesson, refuse_errors
from site_builder.pipeline.weaving import outputs_woven, pages_woven, site_assets
from site_builder.plan.model import Action, Plan
from site_builder.problems import Location, Problem, Report
from site_builder.render.base import Renderer
from site_builder.weave.model import WovenSite
from site_builder.weave.stage import StagedSite, stage


@dataclass(frozen=True, slots=True)
class Built:
    """A build's outcome: where the site is, whether it changed, how many pages it has, and the warnings to show."""

    site: Path
    changed: bool
    pages: int
    ran: int
    report: Report


def build(path: Path, output: Path | None, options: Options, tell: Told = lambda line: None) -> Built:
    """Build a lesson's site: read, plan, run what must run, weave, render, check, publish.

    The site that is there stays untouched until the new one is whole.

    Raises:
        SiteBuilderError: each with its exit code; see `site_builder.errors`.
    """
    from site_builder.render.mkdocs import MkDocsRenderer

    root = find_root(path)
    with files.build_lock(root / WORK / "lock"), MkDocsRenderer() as renderer:
        opened = open_lesson(path, options)
        refuse_errors(opened.report)
        ran, opened = run_planned(opened, options, tell)
        if options.strict:
            refuse_errors(Report(tuple(_unproven(opened.plan))))
        woven = outputs_woven(opened)
        site, report = pages_woven(opened, woven)
        assets = site_assets(opened.lesson, woven)
        report = opened.report + Report(tuple(p for item in woven.values() for p in item.problems)) + report + check_links(site, assets)
        refuse_errors(report, strict=options.strict)
        done = Built((output or root / "site").resolve(), True, len(site.pages), len(ran), report)
        return _publish(opened.lesson, site, assets, done, renderer, options, tell)


def _unproven(plan_: Plan) -> Iterator[Problem]:
    """Under ``--strict`` a page may not show code without results: Skip is an error there."""
    for step in plan_.of(Action.SKIP):
        place = Location(step.wanted.path, 1)
        yield Problem("LS513", f"no record, and it cannot run here: {step.reason}", place, "make the record on a machine that can")


def _publish(
    lesson: Lesson, site: WovenSite, assets: Mapping[PurePosixPath, Path | bytes], wanted: Built, renderer: Renderer, options: Options,
    tell: Told,
) -> Built:  # fmt: skip
    from site_builder.render.configuration import configurations

    with files.temporary_folder(lesson.root / WORK, "stage.") as folder:
        staged = stage(site, assets, configurations(lesson), folder)
        if not options.force and publish.is_current(wanted.site, staged.digest):
            return replace(wanted, changed=False)
        tell(f"rendering {wanted.pages} pages")
        engine = _render(staged, wanted.site, renderer, options)
    return replace(wanted, report=wanted.report + engine)


def _render(staged: StagedSite, output: Path, renderer: Renderer, options: Options) -> Report:
    with files.temporary_folder(output.parent, f".{output.name}.") as beside:
        rendered = files.make_folder(beside / "site")
        report = renderer.render(staged, rendered)
        refuse_errors(report, strict=options.strict)
        readme = output / "README.md"
        if readme.is_file():  # the Workbench's repositories commit site/README.md
            with contextlib.suppress(FileNotFoundError):
                files.place_copy(readme, rendered / "README.md")
        publish.write_manifest(rendered, staged.digest)
        publish.publish(rendered, output)
    return report
