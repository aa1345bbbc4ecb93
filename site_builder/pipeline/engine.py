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
    with ExitStack() as running:
        loading: dict[str, Engine] = {}
        likely = options.engine or _written(root)
        with suppress(SiteBuilderError):  # the guess may be wrong; if it is right, it is raised when it is known to be
            loading[likely] = running.enter_context(prepared(likely))

        def engine_for(settings: Settings) -> Engine:
            name = engine_name(settings, options.engine)
            if name not in loading:
                loading[name] = running.enter_context(prepared(name))
            return loading[name]

        yield engine_for


def _written(root: Path) -> str:
    """Guess what the settings say from their text: reading them properly would take longer than what is to be gained."""
    path = next((place for place in (root / CONFIG, root / MKDOCS) if files.is_file(place)), None)
    found = SETTING.search(files.read_bytes(path)) if path else None
    return found[1].decode() if found else DEFAULT
