"""Keep what finished episodes produced: their records, the files they leave for others, and the files they read undeclared."""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePosixPath

import site_builder
from site_builder import files
from site_builder.execute.base import Content, Reason, Result
from site_builder.lesson import history
from site_builder.lesson.inputs import BASE
from site_builder.pipeline.jobs import shipped_files
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.secrets import secrets_in
from site_builder.problems import Problem
from site_builder.records.handover import folder_of, keep
from site_builder.records.model import EpisodeRecord, KeyParts, Provenance, same_results

MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w+)")
NO_FILE = "No such file or directory"


class Recorder:
    """Saves the record of each finished episode at once; a failed one leaves nothing, nor does one whose outputs hold a secret."""

    def __init__(self, planned: PlannedLesson) -> None:
        """Keep results of the lesson as it was read."""
        self._lesson = planned
        self._store = planned.store
        self._commit = history.commit(planned.lesson.root)
        self.leaked: list[Problem] = []

    def save(self, result: Result, content: Content) -> None:
        """Save a result, unless the record with its key already says the same."""
        if result.failure is not None:
            return
        request = self._lesson.episode(result.job.slug).request
        assert request is not None
        record = record_of(self._lesson, result, request.parts, self._commit)
        leaked = secrets_in(record, request)
        self.leaked += leaked
        if leaked:
            return
        known, _ = self._store.find((record.episode,))
        if not any(item.record.origin == "local" and same_results(item.record, record) for item in known):
            self._store.save(record)
        if result.job.leaves:
            place = folder_of(self._lesson.lesson.root, request.slug, request.parts)
            keep(place, {f"{BASE}/{file.path}": partial(content.place, file.digest) for file in result.left})


def undeclared(planned: PlannedLesson, result: Result) -> tuple[str, ...]:
    """Return the files of the lesson that cells read without the episode declaring them as inputs."""
    episodes = planned.lesson.root.resolve() / BASE
    declared = {file.path for file in result.job.inputs}
    return tuple(name for name in result.files_read if name not in declared and files.is_file(episodes / name))


def advice(planned: PlannedLesson, result: Result) -> str:
    """Return a hint if a failing episode needed a file or module of the lesson that it does not declare, else nothing."""
    assert result.failure is not None
    names = list(undeclared(planned, result))
    module = MISSING_MODULE.search(f"{result.failure.message}\n{result.failure.detail}")
    if module and result.failure.reason is Reason.RAISED:
        names += [name for name in shipped_files(planned.lesson) if PurePosixPath(name).stem == module[1] and name.endswith(".py")]
    if NO_FILE in result.failure.detail:  # as reported by programs in a shell cell; the files they open are not watched
        said = " ".join(line for line in result.failure.detail.splitlines() if NO_FILE in line)
        found = set(re.split(r"[\s'\"‘’:]+", said)) - {*names, *(file.path for file in result.job.inputs)}
        names += [name for name in shipped_files(planned.lesson) if name in found]
    return f"it is part of the lesson: declare `inputs: [{', '.join(names)}]`" if names else ""


def record_of(planned: PlannedLesson, result: Result, parts: KeyParts, commit: str) -> EpisodeRecord:
    """Return the record of an episode that ran to its end."""
    where = result.surroundings
    assert where is not None
    locked = planned.lock.find(where.packages.environment, where.packages.platform)
    provenance = Provenance(
        tool=f"lesson {site_builder.__version__}",
        provider=where.provider,
        packages=where.packages,
        locked=where.locked,
        lock=locked.digest if locked else "",
        machine=where.machine,
        python=where.python,
        started=result.started,
        seconds=result.seconds,
        gpu=where.gpu,
        commit=commit,
        undeclared=undeclared(planned, result),
    )
    return EpisodeRecord(result.job.slug, parts, result.cells, provenance)
