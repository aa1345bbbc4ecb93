"""Make a lesson's site; the only module that knows all stages in their order.

source to model -> text to blocks -> plan -> environments and execute -> records -> weave -> stage -> render -> check -> publish
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files, publish
from site_builder.check.links import check_links
from site_builder.environments.capabilities import PROBES, available
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK
from site_builder.markdown.tree import Cell
from site_builder.pipeline.executing import run_planned
from site_builder.pipeline.model import Built, Options, Told
from site_builder.pipeline.opening import Opened, open_lesson, refuse_errors
from site_builder.pipeline.weaving import outputs_woven, pages_woven, site_assets
from site_builder.plan.model import Action, Plan
from site_builder.problems import Location, Problem, Report
from site_builder.render.base import Renderer
from site_builder.weave.model import WovenSite
from site_builder.weave.stage import StagedSite, stage


def assemble(root: Path, site: Path, options: Options, tell: Told) -> tuple[Built, dict[str, bool]]:
    """Read, plan, run what must run, weave, render, check, publish; also return how this machine answered the lesson's requirements.

    The site that is there stays untouched until the new one is whole.

    Raises:
        SiteBuilderError: each with its exit code; see `site_builder.errors`.
    """
    from site_builder.render.mkdocs import MkDocsRenderer

    with MkDocsRenderer() as renderer:
        opened = open_lesson(root, options)
        refuse_errors(opened.report)
        ran, opened = run_planned(opened, options, tell)
        if options.strict:
            refuse_errors(Report(tuple(_unproven(opened.plan))))
        woven = outputs_woven(opened)
        pages, report = pages_woven(opened, woven)
        assets = site_assets(opened.lesson, woven)
        report = opened.report + Report(tuple(p for item in woven.values() for p in item.problems)) + report + check_links(pages, assets)
        refuse_errors(report, strict=options.strict)
        done = Built(site, True, len(pages.pages), len(ran), report)
        return _publish(opened.lesson, pages, assets, done, renderer, options, tell), _requirements(opened)


def _requirements(opened: Opened) -> dict[str, bool]:
    """What was asked of this machine, and its answers."""
    asked = {"cuda"} | {name for document in opened.sources.documents.values() for name in document.front_matter.requires}
    cells = (cell for document in opened.sources.documents.values() for cell in document.cells if isinstance(cell, Cell))
    asked |= {name for cell in cells for name in cell.options.requires}
    return {name: available(name) for name in sorted(asked & set(PROBES))}


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
