"""Fenced divs whose class makes no box (code LS806; https://github.com/carpentries/pegboard/blob/main/R/validate_divs.R)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.boxes import ANYWHERE, CALLOUTS, kind_of, nearly_for_instructors
from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.problems import Problem, did_you_mean

UNKNOWN_BOX = "LS806"

CLASSES = tuple(sorted({*CALLOUTS, *ANYWHERE}))


def check_divisions(page: CheckedPage) -> Iterator[Problem]:
    """Yield each fenced div whose class makes no box; it is shown as plain text without a frame.

    A ``<div>`` is reported only if its class resembles a known one: authors also use HTML for layout.
    """
    for division, line in lined_elements(page, "div"):
        if not division.classes or kind_of(division.classes) or nearly_for_instructors(division.classes):
            continue
        name = division.classes[0]
        near = did_you_mean(name.lower(), CLASSES)
        written = page.line(line).lstrip()  # unknown in a notebook, whose divisions are HTML as a rule
        if near or (written and not written.startswith("<")):
            hint = near or f"known are {', '.join(CLASSES)}"
            yield page.finding(UNKNOWN_BOX, line, f"unknown div class '{name}': it makes no box", hint)


ONCE = ("questions", "objectives", "keypoints")
"""Boxes that a page has once: the Workbench takes the first of each for the overview, the schedule and the key points."""


def check_repeated(page: CheckedPage) -> Iterator[Problem]:
    """Yield each further box of a kind that a page has once (code LS807)."""
    seen: dict[str, int] = {}
    for division, line in lined_elements(page, "div"):
        name = next((name for name in division.classes[:1] if name in ONCE), "")
        if name and seen.setdefault(name, line) != line:
            text = f"there is a second '{name}' block; the first is on line {seen[name]}"
            yield page.finding("LS807", line, text, "put everything into one")
