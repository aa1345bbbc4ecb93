"""Write an episode as a notebook or script to take away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from site_builder.episode import Episode
from site_builder.errors import ConfigError
from site_builder.exporting.commands import commands
from site_builder.exporting.notebook import TITLES, Kind, notebook
from site_builder.markdown.notebooks import script_suffix, to_script
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson, refuse_errors
from site_builder.problems import Report, did_you_mean
from site_builder.publish.targets import write_file
from site_builder.weave.translations import phrases_for


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to take away: its name (``EPISODE-KIND`` with the ending of its form) and its text."""

    name: str
    text: str


def export(path: Path, options: Options, name: str, kind: Kind, output: Path | None = None) -> Path:
    """Write one episode and return the file; without ``output`` it is named ``EPISODE-KIND`` in the current folder.

    A file that is there is replaced where `file_target` allows it.

    Raises:
        ConfigError: there is no such episode, or it has nothing of this kind.
        OutputRefused: the file is somebody else's.
        LessonFailed: the lesson has errors.
        MachineError: the file cannot be written.
    """
    planned = open_lesson(path, options)
    refuse_errors(Report(planned.report.errors))
    made = exported(planned, _episode(planned, name), kind)
    if not made.text:
        raise ConfigError(f"`{name}` has no shell commands", hint="its code as a whole: --script")
    target = output or Path(made.name)
    write_file(target, planned.lesson.root, made.text.encode(), force=options.force)
    return target


def exported(planned: PlannedLesson, episode: Episode, kind: Kind) -> Exported:
    """Return an episode's notebook or script, with the outputs of the record that its page shows where the kind has outputs."""
    lesson, document = planned.lesson, episode.document
    if kind is Kind.COMMANDS:
        return Exported(f"{episode.slug}-commands.sh", commands(document))
    words = phrases_for(lesson.settings.lang)
    titles = {box: words(title) for box, title in TITLES.items() if title in words.words or words.language == "en"}
    made = notebook(document, episode.record, kind, base=lesson.settings.url, titles=titles)
    name = f"{episode.slug}-{kind.value}"
    if kind is Kind.SCRIPT:
        return Exported(name + script_suffix(made), to_script(made))
    return Exported(f"{name}.ipynb", json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def _episode(planned: PlannedLesson, name: str) -> Episode:
    known = {episode.slug: episode for episode in planned.episodes}
    slug = Path(name).stem
    if slug not in known:
        raise ConfigError(f"no episode is called `{name}`", hint=did_you_mean(slug, known) or f"known: {', '.join(known)}")
    return known[slug]
