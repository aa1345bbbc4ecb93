"""Keep what finished episodes gave: their records, the files they leave for others, and word of what they read without saying so."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path, PurePosixPath

import site_builder
from site_builder import files
from site_builder.environments import machine
from site_builder.environments.base import Activation
from site_builder.execute.base import JobResult, Reason
from site_builder.lesson import history
from site_builder.pipeline.jobs import shipped_files
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.secrets import secrets_in
from site_builder.problems import Problem
from site_builder.records.handover import keep
from site_builder.records.model import EpisodeRecord, KeyParts, Provenance, same_results

MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w+)")
NO_FILE = "No such file or directory"


class Recorder:
    """Saves the record of each finished episode at once; a failed one leaves nothing, nor does one whose outputs hold a secret."""

    def __init__(self, planned: PlannedLesson) -> None:
        """Keep for the lesson as it was read."""
        self._lesson = planned
        self._store = planned.store
        self._commit = history.commit(planned.lesson.root)
        self.leaked: list[Problem] = []

    def save(self, result: JobResult) -> None:
        """Save a result, unless the record with its key says the same already: running again is no news then."""
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
            keep(self._lesson.lesson.root, request.slug, request.parts, result.job.leaves)


def undeclared(planned: PlannedLesson, result: JobResult) -> tuple[str, ...]:
    """Return the files of the lesson that cells read although the episode does not declare them as inputs.

    The environment's and the builder's own files do not count, where they stand in the lesson's folder: the key knows the packages.
    """
    episodes = planned.lesson.root.resolve() / "episodes"
    known = {Path(site_builder.__file__).resolve().parent, result.job.activation.prefix.resolve()}
    others = (name for name in result.files_read if name not in result.job.inputs and files.is_file(episodes / name))
    # `..` is taken away in the text: an environment's files can be links into a cache that lies elsewhere.
    return tuple(name for name in others if known.isdisjoint(Path(os.path.normpath(episodes / name)).parents))


def advice(planned: PlannedLesson, result: JobResult) -> str:
    """Return a hint where a failing episode wanted a file or module of the lesson that it does not declare, else nothing."""
    assert result.failure is not None
    names = list(undeclared(planned, result))
    module = MISSING_MODULE.search(f"{result.failure.message}\n{result.failure.detail}")
    if module and result.failure.reason is Reason.RAISED:
        names += [name for name in shipped_files(planned.lesson) if PurePosixPath(name).stem == module[1] and name.endswith(".py")]
    if NO_FILE in result.failure.detail:  # as programs of a shell cell say it; what they open is not watched
        said = " ".join(line for line in result.failure.detail.splitlines() if NO_FILE in line)
        found = set(re.split(r"[\s'\"‘’:]+", said)) - {*names, *result.job.inputs}
        names += [name for name in shipped_files(planned.lesson) if name in found]
    return f"the lesson has it: declare `inputs: [{', '.join(names)}]`" if names else ""


def record_of(planned: PlannedLesson, result: JobResult, parts: KeyParts, commit: str) -> EpisodeRecord:
    """Return the record of an episode that ran to its end."""
    activation = result.job.activation
    locked = planned.lock.find(activation.packages.environment, machine.subdir())
    provenance = Provenance(
        tool=f"lesson {site_builder.__version__}",
        provider=activation.provider,
        packages=activation.packages,
        locked=activation.locked,
        lock=locked.digest if locked else "",
        machine=machine.description(),
        python=_python_version(activation),
        started=result.started,
        seconds=result.seconds,
        gpu=machine.gpu(),
        commit=commit,
        undeclared=undeclared(planned, result),
    )
    return EpisodeRecord(result.job.slug, parts, result.cells, provenance)


def _python_version(activation: Activation) -> str:
    found = next((package.version for package in activation.packages.packages if package.name == "python"), "")
    return found or platform.python_version()
