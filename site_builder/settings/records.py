"""The block ``records``: whose records a lesson believes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.settings.forms import LINES
from site_builder.settings.keys import Key


@dataclass(frozen=True, slots=True)
class RecordsSettings:
    """Whose records a lesson believes; what is empty asks for nothing."""

    signed_by: Annotated[
        tuple[str, ...],
        Key(
            LINES,
            "Who may sign records: a file of the lesson with people's keys, the address of a workflow, or a list of both. A"
            " committed record that none of them signed is refused.",
            name="signed-by",
            default="nobody has to sign",
        ),
    ] = ()
