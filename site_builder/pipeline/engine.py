"""The site engine of a build: the likely one begins to load while the lesson is still being read; which one it is to be is then known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from site_builder import files
from site_builder.errors import SiteBuilderError
from site_builder.lesson.config import CONFIG, MKDOCS
from site_builder.pipeline.model import Options
from site_builder.render.base import Engine
from site_builder.render.registry import DEFAULT, engine_name, prepared
from site_builder.settings.lesson import Settings

SETTING = re.compile(rb"""^[ \t]*engine[ \t]*:[ \t]*["']?([\w-]+)""", re.MULTILINE)


EngineFor = Callable[[Settings], Engine]
"""Gives the engine that a lesson's settings ask for."""


@contextmanager
def engine_ahead(root: Path, options: Options) -> Iterator[EngineFor]:
    """Let the engine that will probably be asked for begin to load, and yield what gives the one that a lesson's settings ask for.

    What is yielded raises ``ConfigError`` for an engine that there is not and ``EnvironmentUnavailable`` for one that is not installed. At
    the end nothing of any engine runs any more.
    """
    if options.shared is not None:
        yield options.shared.engines.ahead(root, options)
        return
    engines = Engines()
    try:
        yield engines.ahead(root, options)
    finally:
        engines.close()


class Engines:
    """The engines that were asked for, each loaded once."""

    def __init__(self) -> None:
        """Load nothing."""
        self._running = ExitStack()
        self._loaded: dict[str, Engine] = {}

    def ahead(self, root: Path, options: Options) -> EngineFor:
        """Let a lesson's likely engine begin to load, and return what gives the one that its settings ask for."""
        with suppress(SiteBuilderError):  # the guess may be wrong; if it is right, it is raised when it is known to be
            self._engine(options.engine or _written(root))
        return lambda settings: self._engine(engine_name(settings, options.engine))

    def _engine(self, name: str) -> Engine:
        if name not in self._loaded:
            self._loaded[name] = self._running.enter_context(prepared(name))
        return self._loaded[name]

    def close(self) -> None:
        """End all of them."""
        self._running.close()


def _written(root: Path) -> str:
    """Guess what the settings say from their text: reading them properly would take longer than what is to be gained."""
    path = next((place for place in (root / CONFIG, root / MKDOCS) if files.is_file(place)), None)
    found = SETTING.search(files.read_bytes(path)) if path else None
    return found[1].decode() if found else DEFAULT
