"""How converted pages of a shell begin where the page before ended: with its files, in its folder."""

from __future__ import annotations

from collections.abc import Iterable

from site_builder.lesson.model import Lesson
from site_builder.operations.convert_run import Draft, makes_cells
from site_builder.operations.static_desk import desk_for
from site_builder.operations.static_run import StaticRun
from site_builder.verification.typed.desk import first_code, further_code


def follow_learners(lesson: Lesson, run: StaticRun, drafts: Iterable[Draft]) -> None:
    """Give the pages of a shell a hidden cell that goes where their learners are, and name those whose files they need.

    The first of them that gets cells puts the learners' folder there; the others need those before them.
    """
    pages = [page for page in run.pages if page.begin.chained]
    desk = desk_for(lesson, {page.document.path: page.document for page in run.pages}) if pages else None
    if desk is None:
        return
    by_path = {draft.path: draft for draft in drafts}
    before: tuple[str, ...] = ()
    ended = ""
    for page in pages:
        draft = by_path.get(page.document.path)
        folder = page.begin.moved if page.begin.moved is not None else ended
        ended = page.ended if page.ended is not None else folder
        if draft is None or not any(makes_cells(choice) for choice in draft.choices):
            continue
        if before:
            draft.begin = (("bash", further_code(folder)),)
            draft.front_matter = (*draft.front_matter, f"needs: [{', '.join(before)}]")
        else:
            went = f"\n{further_code(folder).splitlines()[-1]}" if folder else ""
            draft.begin = (("bash", first_code(desk) + went),)
            draft.front_matter = (*draft.front_matter, *((f"inputs: [{desk.source}]",) if desk.source else ()))
        before = (*before, draft.path.stem)
