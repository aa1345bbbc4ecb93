"""Fenced divs whose class makes no box (code LS806; https://github.com/carpentries/pegboard/blob/main/R/validate_divs.R)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.boxes import ANYWHERE, CALLOUTS, kind_of, nearly_for_instructors
from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.problems import Problem, did_you_mean

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
        if near or not page.line(line).lstrip().startswith("<"):
            hint = near or f"known are {', '.join(CLASSES)}"
            yield page.finding("LS806", line, f"unknown div class '{name}': it makes no box", hint)
