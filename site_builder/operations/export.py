"""Export an episode as a notebook or script."""

from __future__ import annotations

from pathlib import Path

from site_builder.episode import Episode
from site_builder.errors import ConfigError
from site_builder.exporting.notebook import ExportKind
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson, refuse_errors
from site_builder.pipeline.secrets import secrets_in
from site_builder.pipeline.takeaways import exported
from site_builder.problems import Report, did_you_mean
from site_builder.publish.targets import write_file

LACKS = {ExportKind.COMMANDS: "has no shell commands", ExportKind.RMARKDOWN: "is not R Markdown"}
"""Why an episode has no export of a kind."""


def export(path: Path, options: Options, name: str, kind: ExportKind, output: Path | None = None) -> Path:
    """Write one episode and return the file; without ``output`` it is named ``EPISODE-KIND`` in the current folder.

    An existing file is replaced if `file_target` allows it.

    Raises:
        ConfigError: there is no such episode, or it has nothing of this kind.
        OutputRefused: the file was made by somebody else.
        LessonFailed: the lesson has errors, or an output that would be written holds a secret.
        MachineError: the file cannot be written.
    """
    planned = open_lesson(path, options)
    refuse_errors(Report(planned.report.errors))
    episode = _episode(planned, name)
    if kind is ExportKind.INSTRUCTOR and episode.record and episode.request:
        refuse_errors(Report(secrets_in(episode.record, episode.request)))
    made = exported(planned, episode, kind)
    if not made.text:
        hint = "" if kind is ExportKind.SCRIPT else "for all its code use --script"
        raise ConfigError(f"`{name}` {LACKS.get(kind, 'has no code')}", hint=hint)
    target = output or Path(made.name)
    write_file(target, planned.lesson.root, made.text.encode(), force=options.force)
    return target


def _episode(planned: PlannedLesson, name: str) -> Episode:
    known = {episode.slug: episode for episode in planned.episodes}
    slug = Path(name).stem
    if slug not in known:
        raise ConfigError(f"there is no episode `{name}`", hint=did_you_mean(slug, known) or f"known: {', '.join(known)}")
    return known[slug]
