"""One run of MkDocs: a staged folder to a rendered one, with what it complained about."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from site_builder.errors import MachineError
from site_builder.files import advice, read_text
from site_builder.render.base import CONFIGURATION
from site_builder.render.menu import divided, entries
from site_builder.render.mkdocs.warming import use


class _Collector(logging.Handler):
    """Keeps the engine's warnings, which MkDocs itself does not when it is to be quiet."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def read_settings(folder: Path, target: Path) -> Any:
    """Return MkDocs' settings of a staged folder, which is to be rendered into ``target``, with the prepared templates.

    MkDocs reads YAML with Python alone, a twentieth of a second for the menu of 500 episodes: it is handed over as it is.
    """
    from mkdocs.config import load_config

    path = folder / CONFIGURATION
    head, menu = divided(read_text(path)[0])
    listed = {"nav": entries(menu)} if menu else {}
    settings: Any = load_config(io.StringIO(head), config_file_path=str(path), site_dir=str(target), strict=False, **listed)
    use(settings.theme)
    return settings


def build(folder: Path, target: Path, read: Callable[[Path, Path], Any] = read_settings) -> list[str]:
    """Build one view and return the warnings; ``read`` returns its settings.

    Raises:
        MachineError: MkDocs, a plugin or the theme failed; nothing in ``target`` is to be used then.
    """
    from mkdocs.commands import build as building
    from mkdocs.exceptions import Abort, BuildError, ConfigurationError

    logger, collector = logging.getLogger("mkdocs"), _Collector()
    logger.addHandler(collector)
    propagate, logger.propagate = logger.propagate, False
    try:
        with _quiet_environment():
            settings = read(folder, target)
            settings.plugins.run_event("startup", command="build", dirty=False)
            building.build(settings)
            settings.plugins.run_event("shutdown")
    except (Abort, BuildError, ConfigurationError) as error:
        detail = "; ".join(collector.messages) or str(error)
        raise MachineError(f"MkDocs cannot build the site: {detail}", hint="see mkdocs.yml of the lesson") from error
    except OSError as error:
        raise MachineError(f"the site cannot be written: {error.strerror or error}", hint=advice(error)) from error
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
