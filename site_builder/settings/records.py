"""The block ``records``: whose records a lesson believes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.settings.forms import TEXT
from site_builder.settings.keys import Key


@dataclass(frozen=True, slots=True)
class RecordsSettings:
    """Whose records a lesson believes; what is empty asks for nothing."""

    signed_by: Annotated[
        str,
        Key(
            TEXT,
            "A file of the lesson with the keys of those who may sign records; a committed one that none of them signed is refused.",
            name="signed-by",
            default="nobody has to sign",
        ),
    ] = ""
