"""The report of ``lesson verify --static`` as one HTML page that needs no other file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from site_builder.commands.static_report import COLUMNS, GUARD, cause_words, differing, drift, drift_places, readable, table, unknown
from site_builder.operations.verify_static import StaticReport

STYLE = """
:root { color-scheme: light dark; --line: #767676; --old: #ffebe9; --new: #dafbe1; }
@media (prefers-color-scheme: dark) { :root { --line: #9a9a9a; --old: #5c1f1f; --new: #14432a; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: right; }
th[scope=row], th:first-child { text-align: left; }
.scroll { overflow-x: auto; }
pre { border: 1px solid var(--line); overflow-x: auto; padding: .5rem; }
pre span { display: block; min-height: 1.5em; }
.old { background: var(--old); } .new { background: var(--new); }
"""


def page(report: StaticReport) -> str:
    """Return the page: counts by episode, what explains the differences, each difference, and what is unknown."""
    heading = f"Typed outputs of {report.title}" if report.title else "Typed outputs"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(heading)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(heading)}</h1>\n"
        + "".join(_parts(report)) + "</main>\n</body>\n</html>\n"
    )  # fmt: skip


def _parts(report: StaticReport) -> Iterator[str]:
    found, groups = differing(report), unknown(report)
    count = f"{len(found)} output{'' if len(found) == 1 else 's'} differ{'s' if len(found) == 1 else ''} from what the code prints today."
    yield f"<p>{count} {escape(GUARD[report.guarded])}</p>\n"
    yield from _table(report)
    if causes := drift(report):
        yield "<h2>What explains the differences</h2>\n<ul>\n"
        for words, number in causes:
            places = ", ".join(f"<code>{escape(place)}</code>" for place in drift_places(report, words))
            yield f"<li>{_marked(words)}: {number} ({places})</li>\n"
        yield "</ul>\n"
    if found:
        yield "<h2>Outputs that differ</h2>\n"
    for episode, finding in found:
        place = f"{episode.path}:{finding.line}"
        yield f"<h3><code>{escape(place)}</code> {escape(finding.verdict.value)}</h3>\n<p>{_marked(cause_words(finding))}</p>\n"
        if finding.difference:
            label = escape(f"Difference at {place}: lines with a minus are typed, lines with a plus are printed")
            yield f'<pre tabindex="0" role="group" aria-label="{label}"><code>'
            yield from map(_line, readable(finding.difference))
            yield "</code></pre>\n"
    if groups:
        yield "<h2>Unknown</h2>\n<p>What could not be compared here, with the first cause.</p>\n<ul>\n"
        yield from (f"<li>{_marked(group.words)}</li>\n" for group in groups)
        yield "</ul>\n"


def _marked(words: str) -> str:
    """Write words in which code stands between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))


def _table(report: StaticReport) -> Iterator[str]:
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Fences by episode">\n<table>\n<caption>Fences by episode</caption>\n'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("episode", *COLUMNS))
    yield f"<thead><tr>{head}</tr></thead>\n<tbody>\n"
    for name, *counts in table(report):
        cells = "".join(f"<td>{number}</td>" for number in counts)
        yield f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'
    yield "</tbody>\n</table>\n</div>\n"


def _line(line: str) -> str:
    kind = {"-": ' class="old"', "+": ' class="new"'}.get(line[:1], "")
    return f"<span{kind}>{escape(line)}</span>"
