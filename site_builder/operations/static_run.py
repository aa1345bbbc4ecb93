"""Run the fences of pages as learners meet them, and judge each page while others run."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.providers import choose
from site_builder.environments.providers.automatic import serves_locked
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.execute.base import Finished
from site_builder.lesson.inputs import working_files
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.operations.static_desk import chained, desk_for, moved
from site_builder.operations.static_jobs import Beginning, StaticPage, static_page, with_preload
from site_builder.outputs.picture_size import picture_size
from site_builder.pipeline.data import fetch_or_fail
from site_builder.pipeline.execute import executor_of, working_content
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import refuse_errors
from site_builder.pipeline.read import read_episodes
from site_builder.pipeline.secrets import without_secrets
from site_builder.pipeline.tally import refusal
from site_builder.problems import Problem, Report
from site_builder.verification.normalisers import Normalisers, chosen
from site_builder.verification.typed.causes import Setting, proposed_folder
from site_builder.verification.typed.fences import fences_of
from site_builder.verification.typed.findings import FenceFinding, FenceVerdict
from site_builder.verification.typed.git import first_branch
from site_builder.verification.typed.judging import judge
from site_builder.verification.typed.keyboard import edited_files
from site_builder.verification.typed.recall import recall, wanted_names

SECONDS = 30
"""Time limit of a fence without `timeout` in the lesson's settings: what learners type is quick, or waits for somebody."""

ROUNDS = 4
"""How often pages run again with what was found to be missing: each time the next missing thing shows."""

HELD = 8
"""How many fences of a page of R may never end, or end R: for each of them it runs once more."""

SMALL = 2048
"""Bytes below which a picture may be a placeholder of one pixel."""


@dataclass(frozen=True, slots=True)
class StaticRun:
    """The pages whose fences ran, each with the findings about them; ``options`` are those by which they ran."""

    pages: tuple[StaticPage, ...]
    findings: Mapping[PurePosixPath, tuple[FenceFinding, ...]]
    options: Options


def run_static(
    lesson: Lesson, options: Options, slugs: Collection[str], tell: OnProgress, normalise: Iterable[str] = (), *, network: bool = False,
    elsewhere: bool = False,
) -> StaticRun:  # fmt: skip
    """Run and judge the fences of the episodes in ``slugs``, as learners meet them.

    Learners of a shell go on in one folder from page to page; a page that uses names which earlier ones define runs again after the code
    that does, and one at a fence of which R stopped runs again without it. With ``elsewhere`` a page that looks for files which the
    lesson has in another folder runs there, where that helps.

    Raises:
        SiteBuilderError: as `verify_static`, which holds the lesson's lock.
    """
    seconds = min(SECONDS, options.limits.cell_seconds)
    options = replace(options, limits=replace(options.limits, cell_seconds=seconds), offline=not network and _can_go_offline())
    documents = read_episodes(lesson)
    markdown = (documents[source.path] for source in lesson.episodes if source.path.suffix == ".md")
    branch = first_branch(exchange for document in markdown for exchange in fences_of(document).exchanges)
    runner = _Runner(lesson, documents, options, tell, chosen(normalise), branch)
    desk = desk_for(lesson, {source.path: documents[source.path] for source in lesson.episodes})
    begins = {**_needing(lesson, documents), **(chained(lesson, documents, desk) if desk else {})}
    run = runner.run(slugs, begins)
    runner = replace(runner, options=replace(options, ahead=None))  # its one fork server has served
    if desk and (better := moved(run.pages, desk, begins)):
        run = runner.run(slugs, better)
    run = runner.without_held(run)
    tried: dict[str, Beginning] = {}
    for _ in range(ROUNDS):
        again = {
            slug: begin
            for slug, begin in {**runner.recalled(run), **(runner.folders(run) if elsewhere else {})}.items()
            if tried.get(slug) != begin
        }
        if not again:
            break
        tried |= again
        run = runner.better(run, runner.run(again, again))
    return run


@dataclass(frozen=True, slots=True)
class _Runner:
    """What all runs of one command share."""

    lesson: Lesson
    documents: Mapping[PurePosixPath, Document]
    options: Options
    tell: OnProgress
    normalisers: Normalisers
    branch: str

    def run(self, slugs: Collection[str], begins: Mapping[str, Beginning]) -> StaticRun:
        """Run the pages; those on which a shell's page goes on run too."""
        lesson, options = self.lesson, self.options
        wanted = _with_those_before(slugs, begins)
        pages = [
            static_page(lesson, self.documents[source.path], begins.get(source.slug), self.branch)
            for source in lesson.episodes if source.slug in wanted
        ]  # fmt: skip
        setting = Setting(self.normalisers, tuple(working_files(lesson)), _placeholders(lesson.root))
        there = _files_before(pages, setting.files)
        found: dict[PurePosixPath, tuple[FenceFinding, ...]] = {}

        def done(page: StaticPage) -> None:
            own = replace(page.setting(setting), there=there[page.document.path])
            found[page.document.path] = judge(page.fences, page.ran, own)

        if any(page.fences.exchanges for page in pages):
            lock = choose.locked_workspace(lesson) if options.environments != "host" else LockedWorkspace(())
            provider = choose.provider(lesson, lock, options.environments, options.watcher, options.environments_folder)
            if options.locked:
                refuse_errors(Report(tuple(_refused(pages, lesson, provider, options.environments))))
            data = (file.fetched for page in pages if page.fences.exchanges for file in page.files_around(lesson).values())
            fetch_or_fail(lesson, tuple(dict.fromkeys(file for file in data if file)), self.tell)
            asyncio.run(_run(pages, lesson, provider, options, self.tell, done))
        for page in pages:
            if page.document.path not in found:
                done(page)
        return StaticRun(tuple(page for page in pages if page.document.slug in slugs), found, options)

    def without_held(self, run: StaticRun) -> StaticRun:
        """Run pages of which R did not run all again, without the fence at which it stopped."""
        for _ in range(HELD):
            held = [(page, page.held) for page in run.pages if page.held]
            if not held:
                break
            begins = {page.document.slug: replace(page.begin, skipped={**page.begin.skipped, at[0]: at[1]}) for page, at in held}
            again = self.run(begins, begins)
            pages = {page.document.path: page for page in again.pages}
            run = StaticRun(
                tuple(pages.get(page.document.path, page) for page in run.pages), {**run.findings, **again.findings}, run.options
            )
        return run

    def recalled(self, run: StaticRun) -> dict[str, Beginning]:
        """Return how pages begin that use names which earlier pages define."""
        found: dict[str, Beginning] = {}
        for number, page in enumerate(run.pages):
            earlier = [(each.fences, each.ran) for each in run.pages[:number]]
            wanted = wanted_names(run.findings[page.document.path])
            code = tuple(made for language, names in wanted.items() if (made := recall(names, language, earlier)) is not None)
            if code and page.document.path.suffix == ".md":
                found[page.document.slug] = replace(page.begin, code=(*page.begin.code, *code))
        return found

    def folders(self, run: StaticRun) -> dict[str, Beginning]:
        """Return how pages begin that look for files which the lesson has in one other folder."""
        known = tuple(working_files(self.lesson))
        pages = [(page, _folder(page, run, known)) for page in run.pages if not page.begin.chained]
        return {page.document.slug: replace(page.begin, folder=folder) for page, folder in pages if folder is not None}

    def better(self, run: StaticRun, again: StaticRun) -> StaticRun:
        """Return a run with the pages of another one of which more is known."""
        better = {
            page.document.path: page for page in again.pages
            if _unknown(again.findings[page.document.path]) < _unknown(run.findings[page.document.path])
        }  # fmt: skip
        pages = tuple(better.get(page.document.path, page) for page in run.pages)
        return StaticRun(pages, {**run.findings, **{path: again.findings[path] for path in better}}, self.options)


def _files_before(pages: Iterable[StaticPage], lessons: Iterable[str]) -> dict[PurePosixPath, frozenset[str]]:
    """Return by page the names of files and folders that a shell's learners have when it begins: the lesson's, and what they wrote."""
    names = {PurePosixPath(name).name for name in lessons}
    found: dict[PurePosixPath, frozenset[str]] = {}
    for page in pages:
        names |= {part for name in page.begin.inputs for part in PurePosixPath(name).parts}
        found[page.document.path] = frozenset(names)
        shell = (exchange for exchange in page.fences.exchanges if exchange.language == "bash")
        names |= {PurePosixPath(name).name for exchange in shell for name in edited_files(exchange.code)}
    return found


def _needing(lesson: Lesson, documents: Mapping[PurePosixPath, Document]) -> dict[str, Beginning]:
    """Return how pages begin that declare which others they need, and that these leave their files."""
    needs = {source.slug: documents[source.path].front_matter.needs for source in lesson.episodes if source.path.suffix == ".md"}
    needed = {name for names in needs.values() for name in names}
    return {
        slug: Beginning(after=tuple(name for name in names if name in needs), leaves=slug in needed)
        for slug, names in needs.items() if names or slug in needed
    }  # fmt: skip


def _with_those_before(slugs: Collection[str], begins: Mapping[str, Beginning]) -> set[str]:
    wanted, waiting = set[str](), list(slugs)
    while waiting:
        slug = waiting.pop()
        wanted.add(slug)
        waiting += [before for before in begins.get(slug, Beginning()).after if before not in wanted]
    return wanted


def _unknown(findings: Iterable[FenceFinding]) -> int:
    return sum(finding.verdict is FenceVerdict.UNKNOWN for finding in findings)


def _folder(page: StaticPage, run: StaticRun, known: Collection[str]) -> str | None:
    """Return the folder in which most of the files that a page lacks are; None if there is none, or the page says where it runs."""
    if page.document.front_matter.working_folder is not None or page.document.path.suffix != ".md":
        return None
    setting = Setting(files=known, folder=page.folder)
    causes = [finding.cause for finding in run.findings[page.document.path] if finding.cause and finding.cause.kind == "file"]
    found = Counter(folder for cause in causes if (folder := proposed_folder(cause.about, setting)))
    return found.most_common(1)[0][0] if found else None


def _can_go_offline() -> bool:
    from site_builder.execute.local.child_process import can_go_offline

    return can_go_offline()


def _refused(pages: Iterable[StaticPage], lesson: Lesson, provider: EnvironmentProvider, asked: str) -> Iterable[Problem]:
    for page in pages:
        if page.fences.exchanges and not serves_locked(provider, page.environment):
            yield refusal(page.document.path, 1, "its fences would run with this machine's own packages", lesson, asked)


def _placeholders(root: Path) -> tuple[str, ...]:
    """Return the files of a lesson's folder that are empty, or pictures of one pixel: copies of a lesson often leave large files out."""
    found = []
    for file in files.files_below(root):
        size = file.stat().st_size
        name = file.relative_to(root)
        if not any(part.startswith(".") for part in name.parts) and (size == 0 or (size < SMALL and _is_a_dot(file))):
            found.append(name.as_posix())
    return tuple(found)


def _is_a_dot(file: Path) -> bool:
    suffixes = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp")
    return file.suffix.lower() in suffixes and picture_size(files.read_bytes(file)) == (1, 1)


async def _run(
    pages: Sequence[StaticPage], lesson: Lesson, provider: EnvironmentProvider, options: Options, tell: OnProgress,
    done: Callable[[StaticPage], None],
) -> None:  # fmt: skip
    """Run the pages; what is to be ``done`` with a page is done while others still run."""
    executor = executor_of(lesson, provider, options)
    by_path = {page.document.path: page for page in pages}
    try:
        with working_content(lesson) as content:
            jobs = with_preload(job for page in pages for job in page.jobs(lesson, options, content))
            waiting = Counter(job.path for job in jobs)
            async with aclosing(executor.run(jobs, content)) as events:
                async for heard in events:
                    event = without_secrets(heard, outputs=True)
                    if isinstance(event, Finished):
                        path = event.result.job.path
                        by_path[path].take(event.result)
                        tell(f"ran {path} in {event.result.seconds:.1f} s")
                        waiting[path] -= 1
                        if not waiting[path]:
                            done(by_path[path])
    finally:
        await executor.close()
