"""Fenced divs: is their class one that makes a box (workbench-spec 3.6 and 6.1, divs; code LS806)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.boxes import ANYWHERE, CALLOUTS, kind_of
from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.problems import Problem, did_you_mean

CLASSES = tuple(sorted({*CALLOUTS, *ANYWHERE}))


def check_divisions(page: CheckedPage) -> Iterator[Problem]:
    """Yield each fenced div whose class makes no box; it is shown as plain text without a frame.

    A ``<div>`` is told of only where its class is nearly a known one: HTML is also how authors lay out pages.
    """
    for division, line in lined_elements(page, "div"):
        if not division.classes or kind_of(division.classes):
            continue
        name = division.classes[0]
        near = did_you_mean(name.lower(), CLASSES)
        if near or not page.line(line).lstrip().startswith("<"):
            hint = near or f"known are {', '.join(CLASSES)}"
            yield page.finding("LS806", line, f"a div of the unknown class '{name}' makes no box", hint)
