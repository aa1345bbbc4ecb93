"""Read every source of a lesson into documents: files on one side, the pure reader on the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.files import is_file, read_text, safe_join
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import FORMATS, Converted, NotANotebook, convert, relocated, with_page_links
from site_builder.markdown.reader import read
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.settings.yaml_reading import NotYaml, read_yaml

NOTHING: Mapping[PurePosixPath, str] = MappingProxyType({})
WRONG = "\ufffd"
"""What is read in place of bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Sources:
    """All documents of a lesson by path, ``links.md`` for pages without a source, and the citation file as YAML reads it."""

    documents: Mapping[PurePosixPath, Document] = field(default_factory=dict)
    links: Document | None = None
    citation: Mapping[str, Any] | None = None
    glossary: Any = None


class SourceReader:
    """Reads files of a lesson, each once; ``problems`` are those of their bytes, ``links`` the text of ``links.md``."""

    def __init__(self, lesson: Lesson, instead: Mapping[PurePosixPath, str] = NOTHING, kept: KeptResults = NOTHING_KEPT) -> None:
        """Read nothing but the links yet; ``instead`` has texts that are read in place of what these files hold, ``kept`` what was read
        before.

        Raises:
            MachineError: a file cannot be read.
        """
        self._lesson, self._instead, self._kept = lesson, instead, kept
        self._read: dict[PurePosixPath, Document] = {}
        self.problems: list[Problem] = []
        self.links = read_text(lesson.root / lesson.links)[0] if lesson.links else ""

    def document(self, source: SourceFile) -> Document:
        """Return a file as a document; its faults are in it.

        Raises:
            MachineError: the file cannot be read.
        """
        if source.path not in self._read:
            instead = self._instead.get(source.path)
            self._read[source.path] = _document(self._lesson, source, self.links, self.problems, instead, self._kept)
        return self._read[source.path]


def read_sources(
    lesson: Lesson, instead: Mapping[PurePosixPath, str] = NOTHING, reader: SourceReader | None = None,
    kept: KeptResults = NOTHING_KEPT,
) -> tuple[Sources, Report]:  # fmt: skip
    """Read all files of a lesson; faults in one are in the report and never stop the others.

    ``instead`` has texts that are read in place of what these files hold. A ``reader`` may have read some of them,
    ``kept`` has what was read before.

    Raises:
        MachineError: a file cannot be read.
    """
    reader = reader or SourceReader(lesson, instead, kept)
    documents = {source.path: reader.document(source) for source in lesson.sources}
    problems, links = reader.problems, reader.links
    notebooks = frozenset(source.path for source in lesson.sources if source.path.suffix in FORMATS)
    if notebooks:
        pages = {path: document for path, document in documents.items() if path in notebooks}
        documents = {path: with_page_links(document, pages) for path, document in documents.items()}
    link_document = read(links, lesson.links) if lesson.links else None
    citation = _yaml(lesson, lesson.citation, problems)
    glossary = _glossary(lesson, problems)
    if any(document.rmarkdown for document in documents.values()):
        from site_builder.pipeline.children import faults_of_children  # what a lesson without R Markdown does not need

        problems += faults_of_children(lesson, documents)
    found = tuple(
        problem for document in (*documents.values(), *((link_document,) if link_document else ())) for problem in document.problems
    )
    return Sources(documents, link_document, citation if isinstance(citation, dict) else None, glossary), Report((*problems, *found))


def read_episodes(lesson: Lesson) -> Mapping[PurePosixPath, Document]:
    """Return the documents of the episodes alone, by path; faults are in the documents.

    Raises:
        MachineError: a file cannot be read.
    """
    reader = SourceReader(lesson)
    return {source.path: reader.document(source) for source in lesson.episodes}


def _document(lesson: Lesson, source: SourceFile, links: str, problems: list[Problem], instead: str | None, kept: KeptResults) -> Document:
    text, valid = read_text(lesson.root / source.path) if instead is None else (instead, True)
    if not valid:
        hint = "save the file as UTF-8; wrong bytes are shown as U+FFFD"
        place = Location(source.path, text[: text.find(WRONG)].count("\n") + 1)
        problems.append(Problem("LS015", "the file is not UTF-8", place, hint, Severity.WARNING))
    may_raise = source.path.suffix == ".Rmd" and not lesson.settings.fail_on_error
    given = (text, str(source.path), links, source.kind is Kind.EPISODE, source.runs, may_raise)
    document, found = kept.result("read", lambda: given, lambda: _read(text, source, links, may_raise=may_raise))
    problems += found
    return document


def _read(text: str, source: SourceFile, links: str, *, may_raise: bool) -> tuple[Document, tuple[Problem, ...]]:
    """Read one page from its text and what else is given, and from nothing else."""
    problems: list[Problem] = []
    converted = _as_markdown(text, source, problems) if source.path.suffix in FORMATS else Converted(text, ())
    titled = source.kind is Kind.EPISODE
    document = read(converted.text, source.path, links=links, episode=source.runs, may_raise=may_raise, titled=titled)
    return relocated(document, converted) if converted.origins else document, tuple(problems)


def _as_markdown(text: str, source: SourceFile, problems: list[Problem]) -> Converted:
    try:
        return convert(text, source.path.suffix, source.path.stem)
    except NotANotebook as error:
        problems.append(Problem("LS017", str(error), Location(source.path, 1), "open it in Jupyter and save it again"))
        return Converted("", ())


def _yaml(lesson: Lesson, path: PurePosixPath | None, problems: list[Problem]) -> Any:
    if path is None:
        return None
    text, _ = read_text(lesson.root / path)
    try:
        return read_yaml(text).value
    except NotYaml as error:
        hint = f"{error.hint}; the page that needs it is left out"
        problems.append(Problem("LS016", f"the file {error.reason}", Location(path, *error.mark), hint, Severity.WARNING))
        return None


def _glossary(lesson: Lesson, problems: list[Problem]) -> Any:
    name = lesson.settings.glosario
    path = safe_join(lesson.root, name) if name and "://" not in name else None
    return _yaml(lesson, PurePosixPath(name), problems) if path and is_file(path) else None
