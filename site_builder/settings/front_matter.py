"""The front matter of a page: the YAML between two lines of ``---`` at its head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any

from site_builder.problems import Severity
from site_builder.settings.forms import TEXT, WORDS
from site_builder.settings.keys import Key
from site_builder.settings.rules import Rules
from site_builder.settings.times import MINUTES


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML head of a page; minutes are None where missing or not whole numbers.

    ``title`` is the author's Markdown. ``environments`` lists the Pixi environments the episode can run in, best first.
    ``lines`` holds the 1-based source line of each top-level key. ``values`` is the whole mapping as YAML read it.
    """

    title: Annotated[str, Key(TEXT, "The page's title, in Markdown.", default="the file's name", workbench=True, code="LS105")] = ""
    teaching: Annotated[
        int | None, Key(MINUTES, "Minutes of teaching.", default="5, with a warning", workbench=True, lenient=True, code="LS106")
    ] = None
    exercises: Annotated[
        int | None, Key(MINUTES, "Minutes of exercises.", default="5, with a warning", workbench=True, lenient=True, code="LS106")
    ] = None
    pause: Annotated[int, Key(MINUTES, "Minutes of break after the episode.", name="break", workbench=True, lenient=True, code="LS106")] = 0
    environments: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "A Pixi environment, or a list of which the first that this machine can run is taken.",
            name="environment",
            default="`default`",
            code="LS107",
        ),
    ] = ()
    requires: Annotated[tuple[str, ...], Key(WORDS, "As the cell option, for all cells of the page.", code="LS107")] = ()
    inputs: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "Files and folders, relative to `episodes/`, that the cells read; copied to the working folder and part of the key.",
            code="LS107",
        ),
    ] = ()
    needs: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "Episodes whose files the cells read: this one runs after them and gets what their cells left.",
            code="LS107",
        ),
    ] = ()
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


RULES = Rules(
    subject="",
    syntax="LS103",
    shape="LS104",
    repeated="LS109",
    unknown=("LS108", Severity.WARNING),
    value="LS107",
    lenient="LS106",
)
