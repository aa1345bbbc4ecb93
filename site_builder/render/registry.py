"""The site engines, by the names that ``engine:`` and ``--engine`` take. A new one is a folder beside this file and a line in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from site_builder.errors import ConfigError
from site_builder.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from site_builder.render.base import Engine
    from site_builder.settings.lesson import Settings


def _mkdocs() -> Engine:
    from site_builder.render.mkdocs.engine import MkDocsEngine

    return MkDocsEngine()


def _zensical() -> Engine:
    from site_builder.render.zensical.engine import ZensicalEngine

    return ZensicalEngine()


ENGINES: dict[str, Callable[[], Engine]] = {"mkdocs": _mkdocs, "zensical": _zensical}
DEFAULT = "mkdocs"


@contextmanager
def prepared(name: str) -> Iterator[Engine]:
    """Yield the engine of this name, which begins to load; at the end nothing of it runs any more.

    Raises:
        ConfigError: there is no such engine.
        EnvironmentUnavailable: it is not installed.
    """
    if name not in ENGINES:
        raise ConfigError(f"there is no site engine `{name}`", hint=_instead(name))
    engine = ENGINES[name]()
    engine.prepare()
    try:
        yield engine
    finally:
        engine.close()


def engine_name(settings: Settings, asked: str = "") -> str:
    """Return the engine that the command asks for, else the one of the settings, else the default.

    Raises:
        ConfigError: the settings name an engine that there is not; the problem says where.
    """
    fault = unknown_engine(settings)
    if fault and not asked:
        raise ConfigError(fault.message, problems=(fault,))
    return asked or settings.engine or DEFAULT


def unknown_engine(settings: Settings) -> Problem | None:
    """Return what is wrong with ``engine`` in the settings, if anything is."""
    if not settings.engine or settings.engine in ENGINES:
        return None
    place = settings.place("engine")
    return Problem("LS704", f"there is no site engine `{settings.engine}`", place, _instead(settings.engine))


def _instead(name: str) -> str:
    return did_you_mean(name, ENGINES) or f"write one of {', '.join(sorted(ENGINES))}"
