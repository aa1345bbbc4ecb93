"""The list ``accept``: warnings that a lesson accepts, each with its reason (docs/problems.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.settings.form import Form, block
from site_builder.settings.forms import FILES, TEXT, WORDS
from site_builder.settings.keys import Key


@dataclass(frozen=True, slots=True)
class Accepted:
    """Codes of warnings, why they are accepted, and the files for which they are; no files: the whole lesson."""

    codes: Annotated[tuple[str, ...], Key(WORDS, "The code of a warning, or a list of codes: `LS604`.", name="code")] = ()
    reason: Annotated[str, Key(TEXT, "Why it is accepted.")] = ""
    files: Annotated[
        tuple[str, ...],
        Key(FILES, "Files for which it is: paths in the lesson, with `*` for any characters (`slides/*`).", default="all"),
    ] = ()


ACCEPT = Form("a list", items=block(Accepted), after=tuple, hint="write `- code: LS604` and `reason: ...` below `accept`")
