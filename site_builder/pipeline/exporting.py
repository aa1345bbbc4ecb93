"""Write an episode as a notebook or script to take away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.exporting.commands import commands
from site_builder.exporting.notebook import TITLES, Kind, notebook
from site_builder.lesson.model import Lesson, SourceFile
from site_builder.markdown.notebooks import script_suffix, to_script
from site_builder.pipeline.model import Options
from site_builder.pipeline.opening import Opened, open_lesson, refuse_errors
from site_builder.problems import Report, did_you_mean
from site_builder.weave.translations import spoken


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to take away: its name (``EPISODE-KIND`` with the ending of its form) and its text."""

    name: str
    text: str


def export(path: Path, options: Options, name: str, kind: Kind, output: Path | None = None) -> Path:
    """Write one episode and return the file; without ``output`` it is named ``EPISODE-KIND`` in the current folder.

    A file that is there is only written over with ``options.force``, and never where it is a source of the lesson.

    Raises:
        ConfigError: there is no such episode, it has nothing of this kind, or the file exists with other content.
        LessonFailed: the lesson has errors.
        MachineError: the file cannot be written.
    """
    opened = open_lesson(path, options)
    refuse_errors(Report(opened.report.errors))
    source = _episode(opened.lesson, name)
    made = exported(opened, source, kind)
    if not made.text:
        raise ConfigError(f"`{name}` has no shell commands", hint="its code as a whole: --script")
    target = output or Path(made.name)
    sources = {(opened.lesson.root / each.path).resolve() for each in opened.lesson.sources}
    if target.resolve() in sources:
        raise ConfigError(f"{target} is a source of the lesson", hint="choose another file with --output")
    if files.is_file(target) and not options.force and files.read_bytes(target) != made.text.encode():
        raise ConfigError(
            f"{target} exists and holds something else", hint="choose another file with --output, or overwrite it with --force"
        )
    files.write_text(target, made.text)
    return target


def exported(opened: Opened, source: SourceFile, kind: Kind) -> Exported:
    """Return an episode's notebook or script, with the outputs of the record that its page shows where the kind has outputs."""
    lesson, document = opened.lesson, opened.sources.documents[source.path]
    if kind is Kind.COMMANDS:
        return Exported(f"{source.slug}-commands.sh", commands(document))
    record = next((step.record for step in opened.plan.steps if step.wanted.path == source.path), None)
    words = spoken(lesson.settings.lang)
    titles = {box: words(title) for box, title in TITLES.items() if title in words.words or words.language == "en"}
    made = notebook(document, record, kind, base=lesson.settings.url, titles=titles)
    name = f"{source.slug}-{kind.value}"
    if kind is Kind.SCRIPT:
        return Exported(name + script_suffix(made), to_script(made))
    return Exported(f"{name}.ipynb", json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def _episode(lesson: Lesson, name: str) -> SourceFile:
    known = {source.slug: source for source in lesson.episodes}
    slug = Path(name).stem
    if slug not in known:
        raise ConfigError(f"no episode is called `{name}`", hint=did_you_mean(slug, known) or f"known: {', '.join(known)}")
    return known[slug]
