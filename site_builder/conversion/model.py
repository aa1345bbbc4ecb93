"""What becomes of each fence of code on a page."""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.conversion.pictures import Picture


@dataclass(frozen=True, slots=True)
class Part:
    """A cell as it is written: its code and its option lines without their marks (``error: true``)."""

    source: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCell:
    """A fence, by the line that opens it, that becomes one cell, or several where it shows a session with answers.

    ``removed`` are the lines of the fences of typed output that go, ``picture`` is the one that the cell draws instead. ``hidden`` says why
    the page does not show what it prints, empty where it does. ``asis`` tells that the code stays as the fence has it. ``note`` names
    what else changes for readers.
    """

    line: int
    language: str
    code: str
    parts: tuple[Part, ...]
    removed: tuple[int, ...] = ()
    picture: Picture | None = None
    hidden: str = ""
    asis: bool = True
    note: str = ""

    @property
    def silent(self) -> bool:
        """Whether the page had nothing where the cell's output is: no output of its fence, and no picture."""
        return self.asis and not self.removed and self.picture is None and not self.hidden

    @property
    def raises(self) -> bool:
        """Whether an error is what the cell shows."""
        return any("error: true" in part.options for part in self.parts)


@dataclass(frozen=True, slots=True)
class LeftPlain:
    """A fence that stays plain, with the reason.

    ``behind`` is the code of a hidden cell that comes after it and does what people at a keyboard would do.
    """

    line: int
    language: str
    reason: str
    behind: str = ""


Choice = NewCell | LeftPlain
