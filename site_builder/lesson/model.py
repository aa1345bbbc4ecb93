"""A lesson before any page is read: where it is, what its settings say, and which files become pages (workbench-spec 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a build in which nothing changed needs no settings
    from site_builder.settings.lesson import Settings


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
class Asset:
    """A file that is copied as it is: its path in the lesson and its address in the site, both relative."""

    source: PurePosixPath
    target: PurePosixPath


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson folder: settings and files in their order. ``root`` is absolute; all other paths are relative to it.

    ``drafts`` are pages of the content folders that the settings' lists leave out, ``pages`` further Markdown files that become ordinary
    pages. ``home``, ``setup``, ``notes`` and ``links`` are None where absent. ``manifest`` and ``lock`` are the paths of ``pixi.toml`` (or
    ``pyproject.toml``) and ``pixi.lock`` where the lesson has them.
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
    drafts: tuple[PurePosixPath, ...] = ()
    assets: tuple[Asset, ...] = ()
    manifest: PurePosixPath | None = None
    lock: PurePosixPath | None = None

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """Every file that is read, in reading order."""
        single = tuple(source for source in (self.home, self.setup, self.notes) if source)
        return (*single, *self.episodes, *self.learners, *self.instructors, *self.profiles, *self.pages)
