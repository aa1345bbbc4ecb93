"""The desk of a shell lesson's learners: what the lesson has for it, and how its pages follow each other there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.lesson.discover import NOT_CONTENT
from site_builder.lesson.inputs import BASE, read_inputs, working_files
from site_builder.lesson.model import Kind, Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.tree import text_of
from site_builder.operations.static_jobs import Beginning, StaticPage
from site_builder.problems import Location
from site_builder.verification.typed.desk import Desk, bare_desk, begun_code, find_desk, resumed_code
from site_builder.verification.typed.fences import Exchange, fences_of
from site_builder.verification.typed.recall import Recalled
from site_builder.verification.typed.starting_places import best_folder

ARCHIVES = ("data", "files")
OWN = frozenset(("episodes", "learners", "instructors", "profiles", "site", "code", "bin", "renv", "venv")) | NOT_CONTENT


def desk_for(lesson: Lesson, documents: Mapping[PurePosixPath, Document]) -> Desk | None:
    """Return the folder that the learners of a shell lesson are told to use; None if the lesson has none, or no page of the shell alone."""
    pages = [fences_of(document).exchanges for path, document in documents.items() if path.suffix == ".md"]
    shell = [page for page in pages if is_shell(page)]
    if not shell:
        return None
    setup = "\n".join(
        files.read_text(lesson.root / source.path)[0]
        for source in lesson.sources
        if source.kind is not Kind.EPISODE and source.slug == "setup"
    )
    return find_desk(dict(_candidates(lesson.root)), shell, setup) or bare_desk(shell, setup, working_files(lesson))


def is_shell(page: Sequence[Exchange]) -> bool:
    """Tell whether a page's code is that of a shell alone."""
    return bool(page) and all(exchange.language == "bash" for exchange in page)


def _candidates(root: Path) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith(".") and folder.name not in OWN:
            yield folder.name, (f"../{folder.name}", tuple(file.relative_to(folder).as_posix() for file in files.files_below(folder)))
    for place in ARCHIVES:
        for archive in sorted((root / BASE / place).glob("*.zip")):
            with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(archive) as packed:
                names = tuple(name.removeprefix(f"{archive.stem}/") for name in packed.namelist() if not name.endswith("/"))
                yield archive.stem, (f"{place}/{archive.name}", names)


def chained(lesson: Lesson, documents: Mapping[PurePosixPath, Document], desk: Desk) -> dict[str, Beginning]:
    """Return how the pages of the shell begin: the first at home, each further one where the one before it ended.

    Raises:
        MachineError: a file of the desk cannot be read.
    """
    found: dict[str, Beginning] = {}
    before: tuple[str, ...] = ()
    given, _ = read_inputs(lesson.root, (desk.source,) if desk.source else (), Location(PurePosixPath("config.yaml")))
    for source in lesson.episodes:
        document = documents[source.path]
        if source.path.suffix != ".md" or document.cells or not is_shell(fences_of(document).exchanges):
            continue
        code = resumed_code(None) if before else begun_code(desk)
        found[source.slug] = Beginning(None, (Recalled("bash", code),), before, {} if before else given, chained=True, leaves=True)
        before = (*before, source.slug)
    return found


def moved(pages: Iterable[StaticPage], desk: Desk, begins: Mapping[str, Beginning]) -> dict[str, Beginning]:
    """Return how the pages begin where learners are told to go somewhere else between two of them; nothing if none is."""
    ends = {page.document.slug: page.ended for page in pages}
    found = dict(begins)
    for page in pages:
        slug = page.document.slug
        begin = begins.get(slug)
        if begin is None or not begin.after:
            continue
        carried = ends.get(begin.after[-1])
        folder = best_folder(page.fences.exchanges, text_of(page.document.body), desk, carried or "")
        if folder != (carried or ""):
            found[slug] = replace(begin, code=(Recalled("bash", resumed_code(folder)),), moved=folder)
    return found if found != dict(begins) else {}
