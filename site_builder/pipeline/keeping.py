"""List and commit the records of a lesson."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from site_builder.lesson.discover import discover, find_root
from site_builder.pipeline.opening import Options, open_lesson
from site_builder.problems import Problem
from site_builder.records.store import RecordStore, StoredRecord


def records(path: Path) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    """Return all verified records of a lesson's episodes, and a warning for each damaged one.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    return RecordStore(root).find(source.slug for source in lesson.episodes)


def save_records(path: Path) -> tuple[PurePosixPath, ...]:
    """Copy the records that a lesson's pages show to ``records/`` and return the files that changed.

    Raises:
        SiteBuilderError: the lesson cannot be read, or the folder not written.
    """
    opened = open_lesson(path, Options())
    shown = [step.record for step in opened.plan.steps if step.record]
    return RecordStore(opened.lesson.root).commit(shown)
