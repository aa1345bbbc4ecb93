"""Declare the files that a converted page reads, where the run tells which they are and the page is the same with these alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from site_builder.execute.base import Result
from site_builder.lesson.inputs import working_files
from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import Cell
from site_builder.operations.convert_run import Draft, run_texts
from site_builder.pipeline.model import OnProgress, Options
from site_builder.records.model import Output
from site_builder.verification.normalisers import Normalisers
from site_builder.verification.typed.printed import printed

PLAIN_NAME = re.compile(r"[\w.-][\w./-]*")


def declare_inputs(lesson: Lesson, options: Options, drafts: Sequence[Draft], tell: OnProgress) -> None:
    """Add ``inputs`` to the front matter of pages that read files: these files, else their folders, else nothing.

    A page with cells in a shell or in R says nothing of what it reads; it keeps all files of the lesson around it.
    """
    known = frozenset(working_files(lesson))
    waiting = {draft.path: draft for draft in drafts if draft.result is not None and _readable(draft, known)}
    for folders in (False, True):
        tried = {path: draft.result for path, draft in waiting.items()}
        for draft in waiting.values():
            draft.front_matter = (*_without(draft.front_matter), f"inputs: {_listed(_named(draft, known, folders=folders))}")
            draft.write()
        trial = run_texts(lesson.root, options, drafts, waiting, tell) if waiting else None
        for path, draft in list(waiting.items()):
            result = trial.results.get(draft.path.stem) if trial else None
            if result is not None and not result.failures and _alike(tried[path], result):
                draft.result = result
                del waiting[path]
    for draft in waiting.values():
        draft.front_matter = _without(draft.front_matter)
        draft.notes = (*draft.notes, "its `inputs` are not declared: with the files that it was seen to read it shows something else")
        draft.write()


def _readable(draft: Draft, known: frozenset[str]) -> bool:
    assert draft.result is not None
    return draft.result.job.observed and draft.result.job.shared and bool(_named(draft, known, folders=False))


def _named(draft: Draft, known: frozenset[str], *, folders: bool) -> list[str]:
    assert draft.result is not None
    names = sorted(known.intersection(draft.result.files_read))
    return sorted({str(PurePosixPath(name).parts[0]) if "/" in name else name for name in names}) if folders else names


def _without(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if not line.startswith("inputs:"))


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(name if PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False) for name in names)}]"


def _alike(before: Result | None, after: Result) -> bool:
    """Tell whether two runs of the same cells show the same, but for addresses and the like."""
    if before is None or len(before.cells) != len(after.cells):
        return False
    hidden = {cell.identifier for cell in after.job.cells if isinstance(cell, Cell) and not cell.options.output}
    pairs = zip(before.cells, after.cells, strict=True)
    return all(one.identifier in hidden or _seen(one.outputs) == _seen(other.outputs) for one, other in pairs)


def _seen(outputs: Iterable[Output]) -> tuple[str, int, str]:
    shown = printed(outputs)
    return Normalisers().apply(shown.mixed), shown.pictures, shown.raised.name if shown.raised else ""
