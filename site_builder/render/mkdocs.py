"""The MkDocs renderer; the only module that imports MkDocs. The learners' site lies at the root, the instructors' in ``instructor/``."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from site_builder.errors import MachineError
from site_builder.files import move_folder
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.render.base import Rendering
from site_builder.render.warming import use
from site_builder.weave.model import View
from site_builder.weave.stage import StagedSite

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext


class _Collector(logging.Handler):
    """Keeps the engine's warnings: MkDocs itself forgets them when it is told to be quiet."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class MkDocsRenderer:
    """Builds the views side by side, each in a process that a fork server with MkDocs in it gives, or one after the other here.

    Use it as a context: on entering, the server starts to import MkDocs and to compile the theme while the lesson is still being read.
    """

    name = "mkdocs"

    def __init__(self) -> None:
        """Remember nothing; entering the context starts the server."""
        self._context: ForkServerContext | None = None
        self._running: list[_Rendering] = []

    def __enter__(self) -> MkDocsRenderer:
        """Start the server where there can be one."""
        if "forkserver" in multiprocessing.get_all_start_methods() and (os.cpu_count() or 1) > 1:
            from multiprocessing import forkserver  # not on every system

            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload(["site_builder.render.warmed"])
            forkserver.ensure_running()
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes that still run; the server ends with this process."""
        for rendering in self._running:
            rendering.end()

    def render(self, staged: StagedSite, output: Path) -> Report:
        """Build all views into ``output``.

        Raises:
            MachineError: MkDocs, a plugin or the theme failed; nothing in ``output`` is to be used then.
        """
        # MkDocs empties its destination first, so no view may be built inside another one's.
        targets = {view: output if view is View.LEARNER else output.with_name(f"{output.name}.{view.value}") for view in staged.views}
        running = [self.begin(staged.folder(view), target) for view, target in targets.items()]
        messages = [rendering.result() for rendering in running]
        for view, target in targets.items():
            if target != output:
                move_folder(target, output / view.value)
        return self.report(message for found in messages for message in found)

    def report(self, messages: Iterable[str]) -> Report:
        """Return what MkDocs complained about as problems."""
        return Report(tuple(_problem(message) for message in messages))

    def begin(self, folder: Path, target: Path) -> Rendering:
        """Begin to render one view in a worker; without workers it is rendered when its result is asked for."""
        rendering = _Rendering(self._context, folder / "mkdocs.yml", target)
        self._running.append(rendering)
        return rendering


class _Rendering:
    """One view in a process of its own, or waiting to be rendered here."""

    def __init__(self, context: ForkServerContext | None, configuration: Path, target: Path) -> None:
        self._job = (configuration, target)
        self._process = None
        if context is not None:
            self._answer, theirs = context.Pipe(duplex=False)
            self._process = context.Process(target=_work, args=(theirs, configuration, target), daemon=True)
            self._process.start()
            theirs.close()

    def result(self) -> list[str]:
        if self._process is None:
            return _build(*self._job)
        try:
            answer = self._answer.recv()
        except EOFError as error:
            raise MachineError("a process that rendered pages was ended", hint="it may have run out of memory; try again") from error
        self._process.join()
        if isinstance(answer, MachineError):
            raise answer
        return list(answer)

    def end(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


def _work(answer: Connection, configuration: Path, target: Path) -> None:
    """Build one view and send back its warnings or its failure; interrupts are left to the builder, without which this ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":  # the server ends with the builder, and this with the server (prctl(2): PR_SET_PDEATHSIG is 1)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    try:
        answer.send(_build(configuration, target))
    except MachineError as error:
        answer.send(error)


def _build(configuration: Path, target: Path) -> list[str]:
    """Build one view and return the warnings."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, BuildError, ConfigurationError

    logger, collector = logging.getLogger("mkdocs"), _Collector()
    logger.addHandler(collector)
    propagate, logger.propagate = logger.propagate, False
    try:
        with _quiet_environment():
            settings: Any = load_config(str(configuration), site_dir=str(target), strict=False)
            use(settings.theme)
            settings.plugins.run_event("startup", command="build", dirty=False)
            build(settings)
            settings.plugins.run_event("shutdown")
    except (Abort, BuildError, ConfigurationError) as error:
        detail = "; ".join(collector.messages) or str(error)
        raise MachineError(f"MkDocs cannot build the site: {detail}", hint="see mkdocs.yml of the lesson") from error
    except OSError as error:
        raise MachineError(f"the site cannot be written: {error.strerror or error}", hint="free some space and try again") from error
    except Exception as error:
        raise MachineError(f"a plugin or template of the site failed: {type(error).__name__}: {error}", hint="run with -v") from error
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagate
    return collector.messages


@contextmanager
def _quiet_environment() -> Iterator[None]:
    """Builds of one commit are equal (fixed date in sitemaps), and Material prints no advertisement."""
    before = dict(os.environ)
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _problem(message: str) -> Problem:
    return Problem("LS701", f"MkDocs: {message}", Location(PurePosixPath("mkdocs.yml")), severity=Severity.WARNING)
