"""Which class makes which box, with its icon and label, and who sees its content.

Classes, labels and precedence are those of the Workbench's filter: https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from site_builder.spelling import closest

CALLOUTS: dict[str, tuple[str, str]] = {
    "callout": ("bell", "Callout"),
    "caution": ("alert-triangle", "Caution"),
    "prereq": ("check", "Prerequisite"),
    "checklist": ("check-square", "Checklist"),
    "discussion": ("message-circle", "Discussion"),
    "testimonial": ("heart", "Testimonial"),
    "keypoints": ("key", "Key Points"),
    "challenge": ("zap", "Challenge"),
}
"""Icon (a name of the Feather set) and English label of each callout."""

LABELS = frozenset(label for _, label in CALLOUTS.values())


@dataclass(frozen=True, slots=True)
class Accordion:
    """How one kind of accordion looks: the class of its group, its heading's tag, its default title and its icon."""

    group: str
    heading: str
    title: str
    icon: str = ""


ACCORDIONS: dict[str, Accordion] = {
    "solution": Accordion("challenge-accordion", "h4", "Show me the solution"),
    "hint": Accordion("challenge-accordion", "h4", "Give me a hint"),
    "spoiler": Accordion("spoiler-accordion", "h3", "Show details", "eye"),
    "instructor": Accordion("instructor-note", "h3", "Instructor Note", "edit-2"),
}
"""The classes whose content is folded."""

ANYWHERE = ("questions", "objectives", "instructor", "spoiler", "solution", "hint", "challenge", "tab", "group-tab")
"""Classes that count anywhere in the class list, most important first."""


ANSWERS = frozenset(("solution", "hint"))
"""Boxes that reveal the answer to an exercise."""

FOR_INSTRUCTORS = ANSWERS | {"instructor"}
"""Boxes left out of learners' exports: neither a notebook nor a script can hide content until someone opens it."""

EXERCISES = frozenset(("challenge", "discussion"))
"""Boxes whose text learners need in order to do something."""


def kind_of(classes: Sequence[str]) -> str | None:
    """Return what a div becomes: a class in ``ANYWHERE`` at any position, else its first class if that is a callout, else None."""
    found = next((kind for kind in ANYWHERE if kind in classes), None)
    if found or not classes:
        return found
    return classes[0] if classes[0] in CALLOUTS else None


def nearly_for_instructors(classes: Sequence[str]) -> bool:
    """Tell whether a div makes no box although its first class reads as ``instructor`` misspelt: learners would see its content."""
    if kind_of(classes) is not None or not classes:
        return False
    name = classes[0].lower()
    return name.startswith("instructor") or closest(name, (*CALLOUTS, *ANYWHERE)) == "instructor"


def for_instructors(classes: Sequence[str]) -> bool:
    """Tell whether only instructors' exports contain a div of these classes: one such class is enough, at any position."""
    return not FOR_INSTRUCTORS.isdisjoint(classes)
