"""The reference of boxes: each with its source, generated from the list of kinds in `site_builder.boxes`."""

from __future__ import annotations

from collections.abc import Mapping

from site_builder.boxes import ACCORDIONS, ANSWERS, ANYWHERE, CALLOUTS, EXERCISES, FOR_INSTRUCTORS
from tools.documentation.problems import fenced

SHOWN = "<!-- shown -->"
"""Stands below a block of Markdown that the site shows as a page would, too."""

SOURCES: Mapping[str, str] = {
    "callout": "::: callout\n\n### Ties\n\nTwo stations may have the same mean.\n\n:::\n",
    "caution": "::: caution\n\nThis deletes the file without asking.\n\n:::\n",
    "prereq": "::: prereq\n\n### Before this lesson\n\nKnow how to open a terminal.\n\n:::\n",
    "checklist": "::: checklist\n\n### Before you hand it in\n\n- Does it run from top to bottom?\n- Are the axes labelled?\n\n:::\n",
    "discussion": "::: discussion\n\n### Whose data?\n\nWho should be asked before these data are published?\n\n:::\n",
    "testimonial": "::: testimonial\n\nI use this every day.\n\n:::\n",
    "keypoints": "::: keypoints\n\n- A mean is one number for many.\n- It hides how far apart they are.\n\n:::\n",
    "challenge": "::: {.challenge minutes=5}\n\n### The warmest day\n\nWhich day of the table is the warmest?\n\n:::\n",
    "solution": "::: challenge\n\n### One line\n\nAdd 3 and 4.\n\n::: solution\n\n`3 + 4` is 7.\n\n:::\n\n:::\n",
    "hint": "::: challenge\n\n### Without a loop\n\nAdd up all the values.\n\n::: hint\n\nThere is a function for it.\n\n:::\n\n:::\n",
    "spoiler": "::: spoiler\n\n### Installing it on Windows\n\nChoose *Add to PATH* when you are asked.\n\n:::\n",
    "instructor": "::: instructor\n\nAsk who has done this before. Allow five minutes.\n\n:::\n",
    "questions": "::: questions\n\n- What is a mean?\n\n:::\n\n::: objectives\n\n- Calculate a mean.\n\n:::\n",
    "objectives": "",
    "tab": "::: tab\n\n### By hand\n\nAdd the values, then divide.\n\n### In Python\n\nCall `mean()`.\n\n:::\n",
    "group-tab": "::: group-tab\n\n### Windows\n\nOpen PowerShell.\n\n### macOS\n\nOpen Terminal.\n\n:::\n",
}
"""What to write for each kind. Objectives stand with questions: each alone is not shown (LS602)."""

NOTES: Mapping[str, str] = {
    "questions": "Questions and objectives together make the overview at the beginning of an episode.",
    "objectives": "See [questions](#questions).",
    "keypoints": "All key points of a lesson are on one page, `key-points.html`, too.",
    "challenge": "The minutes are shown to instructors, with a timer ([teaching](teaching.md#exercises-and-their-minutes)).",
    "instructor": "Learners do not see it: it stands in the instructors' view alone, and closed.",
    "tab": "The headings are the names of the tabs.",
    "group-tab": "As tabs, and the choice counts for all groups with the same names, on every page.",
    "spoiler": "For what only some readers need.",
}


def kinds() -> list[str]:
    """Return all kinds, callouts first."""
    return list(dict.fromkeys((*CALLOUTS, *ACCORDIONS, *ANYWHERE)))


def table() -> str:
    """Return what each kind of box is, as a table."""
    rows = ["| class | title without one of its own | icon | folded | in learners' exports |", "| --- | --- | --- | --- | --- |"]
    for kind in kinds():
        icon, label = CALLOUTS.get(kind, ("", ""))
        if kind in ACCORDIONS:
            icon, label = ACCORDIONS[kind].icon, ACCORDIONS[kind].title
        role = " (exercise)" if kind in EXERCISES else " (answer)" if kind in ANSWERS else ""
        marked = f"`{icon}`" if icon else "none"
        cells = [f"[`{kind}`](#{kind}){role}", label or "none", marked, "yes" if kind in ACCORDIONS else "no"]
        rows.append(f"| {' | '.join((*cells, 'no' if kind in FOR_INSTRUCTORS else 'yes'))} |")
    return "\n".join(rows) + "\n"


def sections() -> str:
    """Return a section for each kind: what it is for, what to write, and, in the site, what that looks like."""
    made = []
    for kind in kinds():
        parts = [f"## {kind}\n", *([f"{NOTES[kind]}\n"] if kind in NOTES else [])]
        if SOURCES[kind]:
            parts.append(f"{fenced(SOURCES[kind], 'a.md')}\n{SHOWN}\n")
        made.append("\n".join(parts))
    return "\n".join(made)
