"""The list ``data``: files that cells read and that the lesson does not hold itself (docs/data.md).

Here is only which keys there are; `site_builder.lesson.data` says what an entry may hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.settings.form import Form, block
from site_builder.settings.forms import COUNT, TEXT, WORDS
from site_builder.settings.keys import Key


@dataclass(frozen=True, slots=True)
class DataEntry:
    """One entry as written: where a file is, and what it must be; ``size`` is in bytes."""

    address: Annotated[str, Key(TEXT, "Address of the file: `https://example.org/measurements.csv`.")] = ""
    doi: Annotated[
        str, Key(TEXT, "DOI of a deposit at Zenodo, figshare or a Dataverse, in place of `address`: `10.5281/zenodo.4924875`.")
    ] = ""
    file: Annotated[str, Key(TEXT, "Name of the file in the deposit that `doi` names.", default="`name`")] = ""
    sha256: Annotated[str, Key(TEXT, "SHA-256 of the file, in hexadecimal; `lesson data fetch --print-digests` prints it.")] = ""
    size: Annotated[
        int | None, Key(COUNT, "Size of the file in bytes, checked too; pages show it.", default="the size when cells last read it")
    ] = None
    name: Annotated[str, Key(TEXT, "Name under which cells find it in `data/`.", default="the last part of `address`, or `file`")] = ""
    hosts: Annotated[
        tuple[str, ...],
        Key(WORDS, "Other hosts to which `address` may redirect: `[objects.example.org]`.", default="none: a redirect there is refused"),
    ] = ()
    title: Annotated[str, Key(TEXT, "What the file holds, for readers.", default="its name")] = ""
    license: Annotated[str, Key(TEXT, "Licence of the file, for readers: `CC-BY 4.0`.")] = ""


DATA = Form("a list", items=block(DataEntry), after=tuple, hint="write `- address: https://...` and `sha256: ...` below `data`")
