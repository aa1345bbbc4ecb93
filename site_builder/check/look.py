"""The settings of the lesson's look: colours that can be read, files that exist, values that are known (codes LS861 to LS864)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.lesson.model import Lesson
from site_builder.problems import Location, Problem, Severity, did_you_mean
from site_builder.render.brand import brand_of
from site_builder.render.configuration import CODE_COPIED

CODES = {
    "colour": ("LS861", "write it as #rrggbb, in quotes"),
    "contrast": ("LS862", "choose a darker one; until then links have the default"),
    "file": ("LS863", "put it in episodes/fig/ and write `fig/NAME`; until then the page shows the programme's name"),
}
"""The code and the hint of each kind of fault."""


def check_look(lesson: Lesson) -> Iterator[Problem]:
    """Yield what of ``brand``, ``logo``, ``favicon`` and ``copy`` cannot be used, as warnings: the site is built without it."""
    settings = lesson.settings
    for fault in brand_of(lesson)[1]:
        code, hint = CODES[fault.kind]
        yield Problem(code, fault.message, Location(settings.path, settings.lines.get(fault.key, 0)), hint, Severity.WARNING)
    written = settings.values.get("copy")
    if written is not None and str(written).lower() not in CODE_COPIED:
        hint = did_you_mean(str(written), CODE_COPIED) or f"write one of {', '.join(CODE_COPIED)}"
        place = Location(settings.path, settings.lines.get("copy", 0))
        yield Problem("LS864", f"`copy` cannot be '{written}': every code block can be copied", place, hint, Severity.WARNING)
