"""A lesson before any page is read: where it is, what its settings say, and which files become pages (workbench-spec 1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.lesson.workshop import Workshop


class Kind(Enum):
    """What a source file becomes."""

    EPISODE = "episode"
    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    PROFILE = "profile"
    PAGE = "page"
    HOME = "home"
    SETUP = "setup"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that is read: its path relative to the lesson, and what it becomes."""

    path: PurePosixPath
    kind: Kind

    @property
    def slug(self) -> str:
        """The page's name: the file's stem."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """How cells run: seconds for a cell and for an episode, processes that may live at once below one kernel.

    None takes the default of `site_builder.execute.base.Limits`. ``preload`` names, by environment, the modules that its fork server
    imports once for all episodes; without an entry they are found from what the cells import.
    """

    timeout: float | None = None
    episode_timeout: float | None = None
    processes: int | None = None
    preload: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Settings:
    """The lesson's settings (workbench-spec 2), as text; ``values`` holds every key, known or not, as YAML read it.

    ``path`` is the file they were read from, ``lines`` the 1-based line of each top-level key there. Dates are ISO (``YYYY-MM-DD``).
    ``languages`` pairs a language's name with the address of its lesson.
    """

    path: PurePosixPath = PurePosixPath("config.yaml")
    title: str = ""
    carpentry: str = ""
    carpentry_description: str = ""
    created: str = ""
    keywords: str = ""
    life_cycle: str = ""
    doi: str = ""
    license: str = "CC-BY 4.0"
    license_url: str = "LICENSE.html"
    source: str = ""
    branch: str = "main"
    contact: str = ""
    url: str = ""
    lang: str = "en"
    languages: tuple[tuple[str, str], ...] = ()
    overview: bool = False
    number_sidebar: bool = True
    handout: str = ""
    analytics: str = ""
    glosario: str = ""
    description: str = ""
    fail_on_error: bool = False
    engine: str = ""
    execution: ExecutionSettings = ExecutionSettings()
    workshop: Workshop = Workshop()
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is copied as it is: its path in the lesson and its address in the site, both relative."""

    source: PurePosixPath
    target: PurePosixPath


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson folder: settings and files in their order. ``root`` is absolute; all other paths are relative to it.

    ``pages`` are further Markdown files that become ordinary pages. ``home``, ``setup``, ``notes`` and ``links`` are None where absent.
    ``manifest`` and ``lock`` are the paths of ``pixi.toml`` (or ``pyproject.toml``) and ``pixi.lock`` where the lesson has them.
    """

    root: Path
    settings: Settings
    episodes: tuple[SourceFile, ...] = ()
    learners: tuple[SourceFile, ...] = ()
    instructors: tuple[SourceFile, ...] = ()
    profiles: tuple[SourceFile, ...] = ()
    pages: tuple[SourceFile, ...] = ()
    home: SourceFile | None = None
    setup: SourceFile | None = None
    notes: SourceFile | None = None
    links: PurePosixPath | None = None
    citation: PurePosixPath | None = None
    assets: tuple[Asset, ...] = ()
    manifest: PurePosixPath | None = None
    lock: PurePosixPath | None = None

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """Every file that is read, in reading order."""
        single = tuple(source for source in (self.home, self.setup, self.notes) if source)
        return (*single, *self.episodes, *self.learners, *self.instructors, *self.profiles, *self.pages)
