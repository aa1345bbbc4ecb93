"""The MkDocs engine: each view is rendered in a process of its own, which a fork server with MkDocs in it gives."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import files
from site_builder.errors import MachineError
from site_builder.problems import Report
from site_builder.render.base import CONFIGURATION, Rendering, complaint, versions
from site_builder.render.loaded import package_folder, scripts_below
from site_builder.render.mkdocs.building import build
from site_builder.render.mkdocs.standing import StandingWorker, answer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext

    from site_builder.weave.staged_content import Content

PACKAGES = ("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions", "Jinja2", "Pygments")
"""What a page's bytes depend on beside the staged folder."""

MOST_STANDING = 4
"""Workers that stay for further changes: two views, as they are and as they were before the settings changed."""

Work = Callable[[], list[str]]
"""Renders something and returns the warnings; it can be sent to another process."""


class MkDocsEngine:
    """Renders views side by side where the system has fork servers and more than one core, else one after the other in this process."""

    title = "MkDocs"
    incremental = True

    def __init__(self) -> None:
        """Start nothing."""
        self._context: ForkServerContext | None = None
        self._running: list[_Rendering] = []
        self._standing: dict[bytes, StandingWorker] = {}

    @property
    def version(self) -> str:
        """MkDocs, its theme and what they render with, by version."""
        return versions(PACKAGES)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Those of Material."""
        return tuple(scripts_below(package_folder("material") / "templates"))

    def prepare(self) -> None:
        """Start the fork server where there can be one: it imports MkDocs and compiles the theme's templates."""
        if "forkserver" in multiprocessing.get_all_start_methods() and (os.cpu_count() or 1) > 1:
            from multiprocessing import forkserver, resource_tracker  # not on every system

            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload(["site_builder.render.mkdocs.warmed"])
            resource_tracker.ensure_running()  # it would undo what follows
            with _no_interrupt():
                forkserver.ensure_running()

    def render(self, folder: Path, target: Path) -> Rendering:
        """Begin to render a view in a worker; without workers it is rendered when its result is asked for."""
        return self._begin(partial(build, folder, target))

    def page_digests(self, folder: Path, contents: Mapping[str, Content]) -> Mapping[str, str]:
        """Pages show of each other what is in their front matter; plugins and hooks may look further, and nobody can tell."""
        from site_builder.render.staged import digests_by_page, digests_of_whole, listed, settings_of  # workers need none of it

        settings = settings_of(folder)
        look = digests_of_whole if list(listed(settings.get("plugins"))) or settings.get("hooks") else digests_by_page
        return look(folder, contents, f"{self.version} {os.environ.get('SOURCE_DATE_EPOCH', '')}")

    def update(self, folder: Path, target: Path, changed: Collection[str], same: Collection[str] = ()) -> Rendering:
        """Begin to render the changed files alone; with workers, in one that has read these settings already, if there is one."""
        if self._context is None:
            return self._begin(partial(_update, folder, target, frozenset(changed), frozenset(same)))
        settings = files.read_bytes(folder / CONFIGURATION)
        worker = self._standing.pop(settings, None)
        if worker is None or not worker.stands:
            worker = StandingWorker(self._context, _stand)
        self._standing[settings] = worker  # the newest is the last
        for old in list(self._standing)[:-MOST_STANDING]:
            self._standing.pop(old).end()
        return _Asked(worker.ask(folder, target, changed, same))

    def close(self) -> None:
        """End the processes that still run; the server ends with this process."""
        for rendering in self._running:
            rendering.end()
        for worker in self._standing.values():
            worker.end()

    def _begin(self, work: Work) -> Rendering:
        rendering = _Rendering(self._context, work)
        self._running.append(rendering)
        return rendering


class _Rendering:
    """Work in a process of its own, or waiting to be done here."""

    def __init__(self, context: ForkServerContext | None, work: Work) -> None:
        self._here = work
        self._process = None
        if context is not None:
            self._answer, theirs = context.Pipe(duplex=False)
            self._process = context.Process(target=_do, args=(theirs, work), daemon=True)
            self._process.start()
            theirs.close()

    def result(self) -> Report:
        if self._process is None:
            return _report(self._here())
        try:
            answer = self._answer.recv()
        except EOFError as error:
            raise MachineError("a process that rendered pages was ended", hint="it may have run out of memory; try again") from error
        self._process.join()
        if isinstance(answer, MachineError):
            raise answer
        return _report(answer)

    def end(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


class _Asked:
    """What a standing worker was asked for."""

    def __init__(self, wait: Callable[[], list[str]]) -> None:
        self._wait = wait

    def result(self) -> Report:
        return _report(self._wait())


def _report(messages: list[str]) -> Report:
    return Report(tuple(complaint(MkDocsEngine.title, message) for message in messages))


def _update(folder: Path, target: Path, changed: Collection[str], same: Collection[str]) -> list[str]:
    from site_builder.render.mkdocs.narrowing import Narrowed  # imports MkDocs, which a worker has already

    return Narrowed().build_changed(folder, target, changed, same)


def _stand(jobs: Connection) -> None:
    """Render what is asked for, until the builder ends."""
    from site_builder.render.mkdocs.narrowing import Narrowed

    _follow_the_builder()
    answer(jobs, Narrowed().build_changed)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Start processes to which an interrupt of the terminal does not get: they would show where they are in an import."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_the_builder() -> None:
    """Leave interrupts to the builder, without which this process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":  # the server ends with the builder, and this with the server (prctl(2): PR_SET_PDEATHSIG is 1)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _do(answer: Connection, work: Work) -> None:
    """Do the work and send back its warnings or its failure."""
    _follow_the_builder()
    try:
        answer.send(work())
    except MachineError as error:
        answer.send(error)
