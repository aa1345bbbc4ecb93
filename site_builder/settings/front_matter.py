"""The front matter of a page: the YAML between two lines of ``---`` at the start of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any

from site_builder.problems import Severity
from site_builder.settings.data import DATA, DataEntry
from site_builder.settings.forms import FOLDER, IMAGE, TEXT, WORDS
from site_builder.settings.keys import Key
from site_builder.settings.places import KeyPath, Mark
from site_builder.settings.rules import Rules
from site_builder.settings.times import MINUTES


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a page; minutes are None where they are missing or not whole numbers.

    ``title`` is the author's Markdown. ``environments`` lists the Pixi environments the episode can run in, best first. ``lines`` holds
    the 1-based source line of each top-level key, ``marks`` line and column of what is below ``data``. ``values`` is the whole mapping
    as read from YAML.
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
            "A Pixi environment, or a list of environments, of which the first one that this machine can run is used.",
            name="environment",
            default="`default`",
            code="LS107",
        ),
    ] = ()
    container: Annotated[
        str,
        Key(
            IMAGE,
            "Image in which cells of Python and Bash, or R Markdown, run instead: `docker:NAME`, or a `.sif` file for "
            "Apptainer, relative to the lesson's folder.",
            code="LS107",
        ),
    ] = ""
    requires: Annotated[tuple[str, ...], Key(WORDS, "Same as the cell option, for all cells of the page.", code="LS107")] = ()
    inputs: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "Files and folders, relative to `episodes/`, that the cells read, part of the key; the working folder then has these alone.",
            default="all of the lesson, observed",
            code="LS107",
        ),
    ] = ()
    needs: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "Episodes whose files the cells read. This episode runs after them and receives the files that their cells leave behind.",
            code="LS107",
        ),
    ] = ()
    working_folder: Annotated[
        str | None,
        Key(
            FOLDER,
            "Folder, relative to `episodes/`, in which the cells begin: `data`. Cells of R Markdown always begin in `episodes/`.",
            name="working-folder",
            default="that of the settings",
            code="LS107",
        ),
    ] = None
    data: Annotated[
        tuple[DataEntry, ...],
        Key(
            DATA, "Files that the lesson does not hold itself, for the cells of this episode ([data](data.md)).", lenient=True, code="LS107"
        ),
    ] = ()
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[KeyPath, Mark] = field(default_factory=lambda: MappingProxyType({}))


RULES = Rules(
    subject="",
    syntax="LS103",
    shape="LS104",
    repeated="LS109",
    unknown=("LS108", Severity.WARNING),
    value="LS107",
    lenient="LS106",
)
