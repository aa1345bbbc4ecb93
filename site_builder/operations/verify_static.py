"""Run the plain code fences of any lesson once, and compare with the outputs typed below them; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK, find_root
from site_builder.operations.static_run import run_static
from site_builder.pipeline.model import OnProgress, Options
from site_builder.problems import did_you_mean
from site_builder.verification.normalisers import wrong_names
from site_builder.verification.typed.findings import FenceFinding


@dataclass(frozen=True, slots=True)
class StaticEpisode:
    """One episode: the findings about all its fences, in their order."""

    path: PurePosixPath
    findings: tuple[FenceFinding, ...]


@dataclass(frozen=True, slots=True)
class StaticReport:
    """What was found in a lesson, and whether its code ran without a network (None: it was allowed to use it)."""

    episodes: tuple[StaticEpisode, ...]
    guarded: bool | None
    title: str = ""


def verify_static(
    path: Path, options: Options, names: Iterable[str], tell: OnProgress = lambda line: None, normalise: Iterable[str] = (), *,
    network: bool = False,
) -> StaticReport:  # fmt: skip
    """Run every Python, R and shell fence of the episodes named, or of all, once and in order; each episode has a session of its own.

    Cells find the files around them that those of a build find. ``normalise`` is as the cell option of that name. Unless ``network`` is
    allowed, code has none where the system can see to that.

    Raises:
        ConfigError: there is no lesson, no such episode, or no such normaliser.
        EnvironmentUnavailable: the environment is not available here.
        LessonFailed: a declared input is missing; ``options.locked``, and an episode would run with this machine's own packages.
        Busy: another build is running.
    """
    words = tuple(normalise)
    for word, hint in wrong_names(words):
        raise ConfigError(f"unknown normaliser '{word}'", hint=hint)
    root = find_root(path)
    lesson, _ = discover(root)
    with files.build_lock(root / WORK / "lock"):
        run = run_static(lesson, options, chosen_slugs(lesson, names), tell, words, network=network)
    done = tuple(
        StaticEpisode(page.document.path, run.findings[page.document.path])
        for page in run.pages if page.fences.exchanges or page.fences.left_out
    )  # fmt: skip
    return StaticReport(done, None if network else run.options.offline, lesson.settings.title)


def chosen_slugs(lesson: Lesson, names: Iterable[str]) -> frozenset[str]:
    """Return the slugs of the episodes named, by slug or path; of all if none is.

    Raises:
        ConfigError: there is no such episode.
    """
    known = [source.slug for source in lesson.episodes]
    slugs = [PurePosixPath(name).stem for name in names]
    for slug in slugs:
        if slug not in known:
            raise ConfigError(f"there is no episode `{slug}`", hint=did_you_mean(slug, known) or f"known: {', '.join(known)}")
    return frozenset(slugs or known)
