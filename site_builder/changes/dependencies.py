"""What the results of chosen episodes depend on, as files: sources, data, settings, what they need, and what activation runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from site_builder.environments import machine
from site_builder.environments.workspace.launch import launch_files
from site_builder.episode import Episode, plan_of
from site_builder.lesson.discover import ASSET_FOLDERS, FOLDERS
from site_builder.lesson.inputs import ALL_NAMES, BASE, NAMES
from site_builder.lesson.model import Lesson
from site_builder.plan.needs import with_what_they_need

SHARED = tuple(f"{folder}/{name}" for folder in FOLDERS for name in ASSET_FOLDERS)
"""Folders whose files the cells of an episode find around them."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Paths of files and folders, relative to the lesson (or absolute outside it), whether they exist or not."""

    paths: tuple[str, ...]


def dependencies_of(lesson: Lesson, episodes: Iterable[Episode], chosen: Collection[str] = ()) -> Dependencies:
    """Return what the results of the chosen episodes (default: all) depend on, including the episodes whose files they need."""
    all_of_them = tuple(episodes)
    needed = with_what_they_need(chosen, plan_of(all_of_them), ()) if chosen else frozenset(episode.slug for episode in all_of_them)
    shared = [str(path) for path in (lesson.settings.path, lesson.manifest, lesson.lock) if path]
    own = [path for episode in all_of_them if episode.slug in needed for path in _own(lesson, episode)]
    return Dependencies(tuple(dict.fromkeys((*shared, *own))))


def _own(lesson: Lesson, episode: Episode) -> Iterable[str]:
    yield str(episode.path)
    observed = [name for name, _ in episode.record.provenance.read if name not in (NAMES, ALL_NAMES)] if episode.record else ()
    for name in (*episode.document.front_matter.inputs, *observed):
        yield str(BASE / name)
    if episode.shares_files:  # all of them: one that was added may be what the cells looked for
        yield from (str(asset.source) for asset in lesson.assets)
        yield from SHARED
    if episode.request and lesson.manifest_file:
        for file in launch_files(lesson.manifest_file, episode.request.environment, machine.subdir()):
            yield str(file)
