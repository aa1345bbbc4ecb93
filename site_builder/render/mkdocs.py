"""The MkDocs renderer; the only module that imports MkDocs. The learners' site lies at the root, the instructors' in ``instructor/``."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder.errors import MachineError
from site_builder.files import move_folder
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.weave.model import View
from site_builder.weave.stage import StagedSite


class _Collector(logging.Handler):
    """Keeps the engine's warnings: MkDocs itself forgets them when it is told to be quiet."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class MkDocsRenderer:
    """Builds the views side by side in processes that are forked before the builder has done anything, or one after the other here.

    Use it as a context: on entering, the workers start to import MkDocs while the lesson is still being read.
    """

    name = "mkdocs"

    def __init__(self) -> None:
        """Remember nothing; entering the context starts the workers."""
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> MkDocsRenderer:
        """Start the workers where that is safe."""
        if _may_fork():
            self._pool = ProcessPoolExecutor(len(View), mp_context=multiprocessing.get_context("fork"), initializer=_begin)
            for _ in View:
                self._pool.submit(_import)
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def render(self, staged: StagedSite, output: Path) -> Report:
        """Build all views into ``output``.

        Raises:
            MachineError: MkDocs, a plugin or the theme failed; nothing in ``output`` is to be used then.
        """
        # MkDocs empties its destination first, so no view may be built inside another one's.
        targets = {view: output if view is View.LEARNER else output.with_name(f"{output.name}.{view.value}") for view in staged.views}
        jobs = [(staged.folder(view) / "mkdocs.yml", target) for view, target in targets.items()]
        messages = [_build(*job) for job in jobs] if self._pool is None else self._side_by_side(self._pool, jobs)
        for view, target in targets.items():
            if target != output:
                move_folder(target, output / view.value)
        return Report(tuple(_problem(message) for found in messages for message in found))

    def _side_by_side(self, pool: ProcessPoolExecutor, jobs: list[tuple[Path, Path]]) -> list[list[str]]:
        running = [pool.submit(_build, *job) for job in jobs]
        try:
            return [future.result() for future in running]
        except BrokenProcessPool as error:
            raise MachineError("a process that rendered pages was ended", hint="it may have run out of memory; try again") from error


def _begin() -> None:
    """A worker ends with its parent, however that ends, and leaves interrupts to it (prctl(2): PR_SET_PDEATHSIG is 1)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _import() -> None:
    import material.plugins.search.plugin  # noqa: F401
    import mkdocs.commands.build  # noqa: F401


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


def _may_fork() -> bool:
    """Forking is safe on Linux while this process has one thread; a kernel's sockets, for one, bring others."""
    return sys.platform == "linux" and threading.active_count() == 1 and "zmq" not in sys.modules and (os.cpu_count() or 1) > 1


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
