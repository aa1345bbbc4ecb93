"""Figures before and after on one page that needs nothing else: pictures are in it, and its policy lets it load and run nothing."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from dataclasses import dataclass

from site_builder.verification.figure_pairs import FigureChange, Shown

LARGEST = 12_000_000
"""Characters of a page; what would be more is named without its pictures."""

STYLE = (
    "body{font:1rem/1.5 sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}"
    "ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0}li{flex:1 1 20rem}img{max-width:100%;background:#fff}"
)

DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'"

DOCUMENT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Figures before and after</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>Figures before and after</h1>
{figures}
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A changed figure, with the episode's path and the cell that made it."""

    path: str
    cell: str
    change: FigureChange


def figure_page(figures: Iterable[PlacedFigure]) -> str:
    """Return the page; pictures are shown as pictures alone, so that a drawing's scripts do not run."""
    parts, size = [], 0
    for figure in figures:
        change = figure.change
        heading = html.escape(f"{figure.path}, cell {figure.cell}, figure {change.number}: {change.words}")
        body = "".join(_side(title, shown) for title, shown in (("Before", change.before), ("After", change.after)))
        size += len(body)
        parts.append(f"<h2>{heading}</h2>\n" + (f"<ul>{body}</ul>" if size <= LARGEST else "<p>Too much for this page.</p>"))
    return DOCUMENT.format(policy=POLICY, style=STYLE, figures="\n".join(parts) or "<p>No figure changes.</p>")


def _side(title: str, shown: Shown | None) -> str:
    if shown is None:
        return f"<li>{title}: none</li>"
    source = f"data:{shown.mime};base64,{base64.b64encode(shown.data).decode()}"
    return f'<li>{title}<br><img src="{source}" alt="{title}"></li>'
