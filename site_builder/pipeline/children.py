"""Documents that chunks of R Markdown take in (``child=``) or read code from (``file=``): those that are not there stop knitr.

Every one is looked for from the working folder, those that a child names too (knitr, ``knit_child``). Names that R puts together are not
known here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from site_builder.files import is_file, read_text
from site_builder.lesson.discover import ASSET_FOLDERS
from site_builder.lesson.inputs import BASE, WorkingFile, working_files
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.knitr_faults import texts
from site_builder.markdown.rmarkdown import KnitrChunk, divide, named_options
from site_builder.problems import Location, Problem, did_you_mean


def faults_of_children(lesson: Lesson, documents: Mapping[PurePosixPath, Document]) -> Iterator[Problem]:
    """Yield a problem for each document that is not there, that takes in itself, or whose labels are taken, at the line that takes it in.

    A file that the code of this episode or of an earlier one names may be made by it.
    """
    if all(document.rmarkdown is None for document in documents.values()):
        return
    shared, code = working_files(lesson), ""
    for source in lesson.running:
        document = documents[source.path]
        code += "\n".join(cell.source for cell in document.cells)
        if document.rmarkdown:
            yield from _Children(lesson, source.path, shared, code).faults(document.rmarkdown.text)


class _Children:
    """One episode with the documents that it takes in, and the labels that are taken, with where they are."""

    def __init__(self, lesson: Lesson, path: PurePosixPath, shared: Mapping[str, WorkingFile], code: str) -> None:
        self._lesson, self._path, self._shared, self._code = lesson, path, shared, code
        self._labels: dict[str, str] = {}

    def faults(self, text: str) -> Iterator[Problem]:
        chunks = _chunks(text)
        self._labels = {chunk.label: f"line {chunk.first}" for chunk in reversed(chunks) if chunk.label and not chunk.empty}
        for chunk in chunks:
            yield from self._taken_in(chunk, Location(self._path, chunk.first), ())

    def _taken_in(self, chunk: KnitrChunk, place: Location, above: tuple[str, ...]) -> Iterator[Problem]:
        options = dict(named_options(chunk.options))
        if options.get("eval") in ("FALSE", "F", "false"):
            return
        for kind in ("child", "file"):
            for name in texts(options.get(kind, "")):
                path = posixpath.normpath(name)
                if path in above:
                    yield Problem("LS314", f"{path} takes in itself", place, "remove one of the `child` options")
                elif path not in self._shared:
                    if PurePosixPath(path).name not in self._code and not path.startswith("/"):
                        yield self._missing(kind, path, place, above)
                elif kind == "child" and self._shared[path].fetched is None:
                    yield from self._child(path, place, above)

    def _child(self, path: str, place: Location, above: tuple[str, ...]) -> Iterator[Problem]:
        chunks = _chunks(read_text(self._shared[path].path)[0])
        for chunk in chunks:
            taken = self._labels.get(chunk.label)
            if chunk.label and taken and not chunk.empty:
                message = f"the label '{chunk.label}' of {path}:{chunk.first} is taken by the cell on {taken}"
                yield Problem("LS314", message, place, "give each cell a label of its own, in all the documents of an episode")
            elif chunk.label and not chunk.empty:
                self._labels[chunk.label] = f"line {chunk.first} of {path}"
        for chunk in chunks:
            yield from self._taken_in(chunk, place, (*above, path))

    def _missing(self, kind: str, path: str, place: Location, above: tuple[str, ...]) -> Problem:
        by = f", which {above[-1]} takes in," if above else ""
        message = f"the document {path}{by} is not there" if kind == "child" else f"the file of code {path}{by} is not there"
        near = is_file(self._lesson.root / BASE / path)
        named = [name for name in self._shared if PurePosixPath(name).name == PurePosixPath(path).name]
        if named:
            hint = f"write `{named[0]}`"
        elif PurePosixPath(path).parts[0] in ASSET_FOLDERS:
            hint = (
                did_you_mean(path, [each for each in self._shared if each.endswith(PurePosixPath(path).suffix)])
                or f"put it at episodes/{path}"
            )
        else:  # a page is not among the files around the cells
            hint = f"{'move' if near else 'put'} it into episodes/files and write `files/{PurePosixPath(path).name}`"
        return Problem("LS314", message, place, hint)


def _chunks(text: str) -> list[KnitrChunk]:
    return [part for part in divide(text.replace("\r\n", "\n")) if isinstance(part, KnitrChunk)]
