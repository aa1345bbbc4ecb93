"""Pages that a test makes, on the way that a build's pages go: staged, rendered, both views put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.lesson.model import Lesson
from site_builder.pipeline.earlier import EarlierSite
from site_builder.pipeline.views import Views
from site_builder.problems import Report
from site_builder.render.configuration import configurations
from site_builder.render.registry import prepared
from site_builder.weave.model import MenuItem, Page, View
from site_builder.weave.parts import Look
from site_builder.weave.staged_content import Content, content_of_file, content_of_page

Made = tuple[tuple[Page, ...], tuple[MenuItem, ...]]


@dataclass(frozen=True)
class Woven:
    """The pages and menus of both views."""

    made: Mapping[View, Made]

    def pages(self, view: View, take: Callable[[Page], None], look: Look) -> Made:
        for page in self.made[view][0]:
            take(page)
            for part in page.parts:
                look(part)
        return self.made[view]


def staged(folder: Path, lesson: Lesson, made: Mapping[View, Made], assets: Mapping[PurePosixPath, Path | bytes] | None = None) -> Path:
    """Stage both views below ``folder`` and return where; nothing is rendered."""

    class Unused:
        title, incremental, version = "None", False, ""

        def render(self, folder: Path, target: Path) -> None:
            assert folder and target

        def page_digests(self, folder: Path, contents: Mapping[str, Content]) -> Mapping[str, str]:
            assert folder
            assert contents
            return {}

    views = Views(folder, folder, configurations(lesson), Unused(), EarlierSite(folder))  # type: ignore[arg-type]
    views.weave(Woven(made), assets or {})  # type: ignore[arg-type]
    return folder


def contents_below(folder: Path) -> dict[str, Content]:
    """Return what is staged in a folder of one view, as whoever staged it would tell."""
    docs = folder / "docs"
    found = {path.relative_to(docs).as_posix(): path.read_bytes() for path in docs.rglob("*") if path.is_file()}
    return {name: content_of_page(data) if name.endswith(".md") else content_of_file(data) for name, data in found.items()}


def rendered(
    folder: Path,
    lesson: Lesson,
    made: Mapping[View, Made],
    assets: Mapping[PurePosixPath, Path | bytes] | None = None,
    engine: str = "mkdocs",
) -> tuple[Path, Report]:
    """Render both views below ``folder`` and return the site and what the engine complained about."""
    (folder / "rendered").mkdir(parents=True)
    with prepared(engine) as running:
        views = Views(folder / "staged", folder / "rendered", configurations(lesson, scripts=running.scripts), running, EarlierSite(folder))
        views.weave(Woven(made), assets or {})  # type: ignore[arg-type]
        report = views.finish()
        return views.rendered, report
