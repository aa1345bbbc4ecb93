"""Read the problem codes from the tables of the documentation, as the data that the builder carries."""

from __future__ import annotations

import json
import re

ROW = re.compile(r"^\| \[?(LS\d{3})(?:\]\(([^)]*)\))? \| ([^|]+) \| (.+?) (?<!\\)\| (.+?) \|$")
HEADING = re.compile(r"^#{1,6} (.+)$")


def anchor(heading: str) -> str:
    """Return the anchor that the repository's host gives a heading: lower case, words joined by hyphens, no other marks."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def codes(text: str) -> str:
    """Return all rows of ``docs/problems.md`` as JSON, in the order of the codes, one a line."""
    section, rows = "", []
    for line in text.splitlines():
        if found := HEADING.match(line):
            section = anchor(found[1])
        elif found := ROW.match(line):
            code, example, severity, meaning, remedy = (part and part.replace("\\|", "|").strip() for part in found.groups())
            page = f"docs/{example}" if example else f"docs/problems.md#{section}"
            rows.append({"code": code, "severities": re.split(", ?", severity), "meaning": meaning, "remedy": remedy, "page": page})
    lines = (json.dumps(row, ensure_ascii=False) for row in sorted(rows, key=lambda row: row["code"]))
    return "[\n" + ",\n".join(lines) + "\n]\n"
