"""The settings of the lesson's look: colours that can be read, files that exist, values that are known (codes LS861 to LS864)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.lesson.model import Lesson
from site_builder.problems import Problem, Severity, did_you_mean
from site_builder.render.brand import brand_of
from site_builder.render.configuration import CODE_COPIED
from site_builder.render.registry import unknown_engine

CODES = {
    "colour": ("LS861", "write it as #rrggbb, in quotes"),
    "contrast": ("LS862", "choose a darker one; until then links have the default"),
    "file": ("LS863", "put it in episodes/fig/ and write `fig/NAME`; until then the page shows the programme's name"),
}
"""The code and the hint of each kind of fault."""


def check_look(lesson: Lesson) -> Iterator[Problem]:
    """Yield what of ``brand``, ``logo``, ``favicon`` and ``copy`` cannot be used, as warnings: the site is built without it.

    An ``engine`` that there is not is an error: the site cannot be built.
    """
    settings = lesson.settings
    if unknown := unknown_engine(settings):
        yield unknown
    for fault in brand_of(lesson)[1]:
        code, hint = CODES[fault.kind]
        yield Problem(code, fault.message, settings.place(fault.key), hint, Severity.WARNING)
    written = settings.code_copy
    if written and written.lower() not in CODE_COPIED:
        hint = did_you_mean(written, CODE_COPIED) or f"write one of {', '.join(CODE_COPIED)}"
        yield Problem(
            "LS864", f"`copy` cannot be '{written}': every code block can be copied", settings.place("copy"), hint, Severity.WARNING
        )
