"""Keep what finished episodes produced: their records, the files they leave for others, and the files they read undeclared."""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePosixPath

import site_builder
from site_builder import files
from site_builder.check.secret_rules import rules_version
from site_builder.environments import r
from site_builder.episode import Episode
from site_builder.execute.base import Content, Reason, Result
from site_builder.lesson import history
from site_builder.lesson.inputs import ALL_NAMES, BASE, NAMES, digests_now
from site_builder.pipeline.causes import bringing, bringing_program, missing_file, missing_package
from site_builder.pipeline.jobs import shipped_files
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.secrets import secrets_in
from site_builder.plan.model import Request
from site_builder.plan.observed import Trace, words_of
from site_builder.problems import Problem
from site_builder.records.model import Display, EpisodeRecord, FromElsewhere, KeyParts, Provenance
from site_builder.verification.noise import only_noise

MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w+)")
NO_FILE = "No such file or directory"

OLD_RECORDS = 20
"""Local records of an episode's earlier code that are kept: a text that is taken back finds its results again."""


class Recorder:
    """Saves the record of each finished episode at once; a failed one leaves nothing, nor does one whose outputs hold a secret."""

    def __init__(self, planned: PlannedLesson) -> None:
        """Keep results of the lesson as it was read.

        Raises:
            MachineError: their outputs could not be searched for secrets, so that running would be in vain.
        """
        rules_version()
        self._lesson = planned
        self._store = planned.store
        self._commit = history.commit(planned.lesson.root)
        self.leaked: list[Problem] = []

    def renew(self, planned: PlannedLesson) -> None:
        """Keep results of the lesson as it was planned again."""
        self._lesson = planned

    def save(self, result: Result, content: Content) -> EpisodeRecord | None:
        """Save a result and return its record, unless the record with its key already says the same, but for what is new in every run."""
        if result.failure is not None:
            return None
        request = self._lesson.episode(result.job.slug).request
        assert request is not None
        record = record_of(self._lesson, result, request.parts, self._commit)
        leaked = secrets_in(record, request)
        self.leaked += leaked
        if leaked:
            return None
        cells = self._lesson.episode(record.episode).cells
        new = not any(only_noise(cells, item.record, record) for item in self._store.own(record.episode))
        if new:
            self._store.save(record)
            self._forget_old(request)
        if result.job.leaves:
            left = {f"{BASE}/{file.path}": partial(content.place, file.digest) for file in result.left}
            self._lesson.handover.keep(request.slug, request.parts, left)
        return record if new else None

    def _forget_old(self, request: Request) -> None:
        """Delete the oldest local records of an episode whose code is not its present one, beyond those that are kept."""
        old = [item for item in self._store.own(request.slug) if item.record.parts.code != request.parts.code]
        for item in sorted(old, key=lambda item: item.record.provenance.started, reverse=True)[OLD_RECORDS:]:
            self._store.remove(item.path)


def _left(result: Result) -> tuple[str, ...]:
    """Return the names of the files that cells made or changed, without the figures that their outputs name."""
    figures = {output.path for cell in result.cells for output in cell.outputs if isinstance(output, Display) and not output.saved}
    return tuple(sorted({file.path for file in result.left} - figures))


def _data(episode: Episode, result: Result) -> tuple[FromElsewhere, ...]:
    """Return the files from elsewhere that the cells could read; of an observed episode those that they did, and its own."""
    given = {file.path for file in result.job.inputs}
    own = {file.target for file in episode.data}
    found = [
        (name, file) for name, file in sorted(episode.working_files.items())
        if file.fetched and name in given and (not result.job.observed or name in own or name in result.files_read)
    ]  # fmt: skip
    return tuple(FromElsewhere(name, file.digest, file.size or 0, file.fetched.origin) for name, file in found if file.fetched)


def _needs(episode: Episode) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the needs that nobody declared, with the files where they are known."""
    names = set(episode.needs).difference(episode.document.front_matter.needs)
    return tuple((name, episode.observed.get(name, ())) for name in sorted(names))


def undeclared(planned: PlannedLesson, result: Result) -> tuple[str, ...]:
    """Return the files of the lesson that cells read although they were not given to them, neither as inputs nor among the shared files."""
    episodes = planned.lesson.root.resolve() / BASE
    given = {file.path for file in (*result.job.inputs, *result.job.received)}
    return tuple(name for name in result.files_read if name not in given and files.is_file(episodes / name))


def read(planned: PlannedLesson, result: Result) -> tuple[tuple[str, str], ...]:
    """Return what cells read that the key does not name, or looked for in vain, with its digest (`Provenance.read`)."""
    episode = planned.episode(result.job.slug)
    names = {*undeclared(planned, result)}
    if result.job.observed:
        names |= {file.path for file in result.job.inputs if file.path in episode.working_files}.intersection(result.files_read)
        names -= {name for name, _ in episode.request.parts.inputs} if episode.request else set()
        names |= {NAMES, *((ALL_NAMES,) if result.listed else ())}
    found = digests_now(planned.lesson, episode.working_files, names)
    given = {file.path: file.digest for file in result.job.inputs if file.path in names}
    absent = dict.fromkeys(result.absent, "") if result.job.observed else {}
    return tuple(sorted({**absent, **found, **given}.items()))


def trace_of_result(result: Result) -> Trace:
    """Return what a run shows of the files that it shares with others, whether it came to its end or not."""
    failure = result.failure
    said = (words_of(result.cells), *((failure.message, failure.detail) if failure else ()))
    return Trace("\n".join(said), frozenset(result.absent), frozenset(file.path for file in result.left))


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
    if names:
        return f"it is part of the lesson: declare `inputs: [{', '.join(names)}]`"
    said = f"{result.failure.message}\n{result.failure.detail}"
    lost, package = missing_file(said), missing_package(said)
    if program := bringing_program(said):
        return program
    if lost and result.job.shared:
        return bringing(lost, planned.episode(result.job.slug).working_files)
    return f"install it: {r.installing((package,))}" if package else ""


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
        read=read(planned, result),
        left=_left(result),
        needs=_needs(planned.episode(result.job.slug)),
        loaded=result.loaded,
        installed=result.installed,
        pixi=where.pixi,
        job=where.job,
        data=_data(planned.episode(result.job.slug), result),
    )
    return EpisodeRecord(result.job.slug, parts, result.cells, provenance)
