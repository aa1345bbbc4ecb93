"""The MkDocs renderer; the only module that imports MkDocs. The learners' site lies at the root, the instructors' in ``instructor/``."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder.errors import MachineError
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
    """Builds each view with MkDocs and Material in this process."""

    name = "mkdocs"

    def render(self, staged: StagedSite, output: Path) -> Report:
        """Build all views into ``output``.

        Raises:
            MachineError: MkDocs, a plugin or the theme failed; nothing in ``output`` is to be used then.
        """
        targets = [(staged.folder(view) / "mkdocs.yml", output if view is View.LEARNER else output / view.value) for view in staged.views]
        with _quiet_environment():
            messages = self._side_by_side(targets) if _may_fork() else [self._build(*target) for target in targets]
        return Report(tuple(_problem(message) for found in messages for message in found))

    def _side_by_side(self, targets: list[tuple[Path, Path]]) -> list[list[str]]:
        """Build each view in a process of its own: they share nothing but the imports, which are done once, before."""
        # Imported before the fork, so that no child has to.
        import material.plugins.search.plugin  # noqa: F401
        import mkdocs.commands.build  # noqa: F401

        with ProcessPoolExecutor(len(targets) - 1, mp_context=multiprocessing.get_context("fork")) as pool:
            others = [pool.submit(self._build, *target) for target in targets[1:]]
            return [self._build(*targets[0]), *(other.result() for other in others)]

    def _build(self, configuration: Path, target: Path) -> list[str]:
        from mkdocs.commands.build import build
        from mkdocs.config import load_config
        from mkdocs.exceptions import Abort, BuildError, ConfigurationError

        logger, collector = logging.getLogger("mkdocs"), _Collector()
        logger.addHandler(collector)
        propagate, logger.propagate = logger.propagate, False
        try:
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
