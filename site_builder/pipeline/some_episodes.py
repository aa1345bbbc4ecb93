"""Read and plan some episodes of a lesson, with those whose files they need, as a job of a scheduler does: the rest is not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from site_builder import files
from site_builder.episode import Episode
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson, SourceFile
from site_builder.lesson.root import find_root
from site_builder.markdown.document import Document
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, planned_lesson
from site_builder.pipeline.read import SourceReader, read_sources
from site_builder.problems import Report, did_you_mean
from site_builder.records.store import RecordStore

FILE_NAME = re.compile(r"\.\w+")
"""The ending of what may be a file's name in code."""

NOT_IN_A_NAME = re.compile(rb"[\s/\\\"'<>()\[\]{}`=#?|]")
"""What stands before a file's name on a page."""

LONGEST_NAME = 255


def open_episodes(path: Path, options: Options, names: Sequence[str], records: Path, further: Sequence[str] = ()) -> PlannedLesson:
    """Read and plan the named episodes and those that they need; records, and the files that they leave, go to ``records``.

    What an episode needs is what it declares and what its last record shows; ``further`` are episodes to read besides. Pages that show a
    file which code names are read too, since that file is then part of the results. Nothing is executed and nothing written.

    Raises:
        ConfigError: there is no lesson or no such episode, or its settings cannot be read.
        SiteBuilderError: as `open_lesson` does.
    """
    lesson, found = discover(find_root(path))
    reader, store = SourceReader(lesson), RecordStore(lesson.root, records)
    slugs = _with_needs(lesson, reader, store, _slugs(lesson, (*names, *further)))
    wanted = [source for source in lesson.running if source.slug in slugs]
    shown = frozenset(_showing(lesson, wanted, [reader.document(source) for source in wanted]))
    sources, problems = read_sources(_only(lesson, slugs, shown), reader=reader)
    episodes = [Episode(source, sources.documents[source.path]) for source in wanted]
    told = Report(tuple(problem for problem in found.problems if problem.location.path in sources.documents))
    return planned_lesson(lesson, sources, episodes, options, told + problems, records)


def _slugs(lesson: Lesson, names: Iterable[str]) -> tuple[str, ...]:
    known = {source.slug for source in lesson.running}
    slugs = tuple(dict.fromkeys(PurePosixPath(name).stem for name in names))
    for slug in slugs:
        if slug not in known:
            hint = did_you_mean(slug, known) or "name an episode by its file in episodes/"
            raise ConfigError(f"there is no episode named `{slug}`", hint=hint)
    return slugs


def _with_needs(lesson: Lesson, reader: SourceReader, store: RecordStore, slugs: Iterable[str]) -> frozenset[str]:
    """Return the episodes with those that they need, and that these need; of R Markdown, whose code tells, all others are candidates."""
    known = {source.slug: source for source in lesson.running}
    found: set[str] = set()
    waiting = list(slugs)
    while waiting:
        slug = waiting.pop()
        if slug in found or slug not in known:
            continue
        found.add(slug)
        document = reader.document(known[slug])
        waiting += document.front_matter.needs
        records = sorted((stored.record for stored in store.find((slug,))[0]), key=lambda record: record.provenance.started)
        waiting += [name for name, _ in records[-1].provenance.needs] if records else []
        if document.rmarkdown is not None:
            waiting += [each.slug for each in lesson.running if each.path.suffix == known[slug].path.suffix]
    return frozenset(found)


def _showing(lesson: Lesson, wanted: Sequence[SourceFile], own: Iterable[Document]) -> Iterator[PurePosixPath]:
    """Yield the other pages whose text may show a file that code of these episodes names: some may name it by chance."""
    code = "\n".join(cell.source for document in own for cell in document.cells)
    endings = sorted({re.escape(ending.encode()) for ending in FILE_NAME.findall(code)})
    if not endings:
        return
    pattern, mine = re.compile(rb"(?:" + b"|".join(endings) + rb")\b"), {source.path for source in wanted}
    for source in lesson.sources:
        if source.path not in mine and _names(files.read_bytes(lesson.root / source.path), pattern, code):
            yield source.path


def _names(page: bytes, pattern: re.Pattern[bytes], code: str) -> bool:
    for found in pattern.finditer(page):
        before = NOT_IN_A_NAME.split(page[max(0, found.start() - LONGEST_NAME) : found.start()])[-1]
        if before and unquote((before + found[0]).decode(errors="replace")) in code:
            return True
    return False


def _only(lesson: Lesson, slugs: frozenset[str], shown: frozenset[PurePosixPath]) -> Lesson:
    """Return a lesson with these episodes and pages alone, to be read."""

    def kept(sources: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
        return tuple(source for source in sources if source.path in shown or (source.runs and source.slug in slugs))

    def one(source: SourceFile | None) -> SourceFile | None:
        return next(iter(kept((source,))), None) if source else None

    return replace(
        lesson,
        episodes=kept(lesson.episodes), learners=kept(lesson.learners), instructors=kept(lesson.instructors),
        profiles=kept(lesson.profiles), pages=kept(lesson.pages),
        home=one(lesson.home), setup=one(lesson.setup), notes=one(lesson.notes), citation=None,
    )  # fmt: skip
