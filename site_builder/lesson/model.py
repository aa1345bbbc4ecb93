"""A lesson before any page is read: its folder, its settings, and the files that become pages."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a build in which nothing changed needs no settings
    from site_builder.lesson.data import DataFile
    from site_builder.lesson.redirects import Redirect
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
    slug: str = field(init=False, repr=False, compare=False)
    """The page's name: the file's stem."""

    def __post_init__(self) -> None:
        """Find the name once: each page asks for those of others."""
        object.__setattr__(self, "slug", self.path.stem)

    @property
    def runs(self) -> bool:
        """Whether its code runs: that of episodes, and that of any page in R Markdown, which the Workbench knits wherever it stands."""
        return self.kind is Kind.EPISODE or self.path.suffix == ".Rmd"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is copied unchanged: its path in the lesson and its address in the site, both relative."""

    source: PurePosixPath
    target: PurePosixPath


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson folder: settings and files in their order. ``root`` is absolute; all other paths are relative to it.

    ``data`` are the files from elsewhere that the settings name, ``redirects`` the old addresses of pages. ``drafts`` are pages of the
    content folders that the settings' lists leave out, ``pages`` further Markdown files that become ordinary pages. ``home``,
    ``setup``, ``notes`` and ``links`` are None where absent. ``manifest`` and ``lock`` are the paths of ``pixi.toml`` (or
    ``pyproject.toml``) and ``pixi.lock`` of the lesson's workspace; they begin with ``..`` where it is that of a project around the
    lesson.
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
    data: tuple[DataFile, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    manifest: PurePosixPath | None = None
    lock: PurePosixPath | None = None

    @property
    def manifest_file(self) -> Path | None:
        """The manifest's absolute path."""
        return self._place(self.manifest)

    @property
    def lock_file(self) -> Path | None:
        """The lock's absolute path."""
        return self._place(self.lock)

    def _place(self, path: PurePosixPath | None) -> Path | None:
        return Path(os.path.normpath(self.root / path)) if path else None

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """Every file that is read, in reading order."""
        single = tuple(source for source in (self.home, self.setup, self.notes) if source)
        return (*single, *self.episodes, *self.learners, *self.instructors, *self.profiles, *self.pages)

    @property
    def running(self) -> tuple[SourceFile, ...]:
        """Every file whose code runs: the episodes in their order, then other pages in R Markdown."""
        return (*self.episodes, *(source for source in self.sources if source.runs and source.kind is not Kind.EPISODE))
