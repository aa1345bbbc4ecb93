"""Widgets of R (https://www.htmlwidgets.org): elements that a library's script fills in a browser, from JSON beside them.

Pages run no such script. Of DT the table is shown, of plotly a picture that is drawn when the site is built; another widget is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Any

from site_builder.diagrams.charts import Library, Specification
from site_builder.diagrams.model import Chart, ChartOutcomes, Undrawn
from site_builder.outputs.base import Figure, Words
from site_builder.problems import Location, Problem, Severity

ELEMENT = re.compile(
    r"<(?P<tag>div|span)\b(?=[^<>]*\sid=\"(?P<id>[^\"<>]+)\")(?=[^<>]*\sclass=\"(?P<classes>[^\"<>]*\bhtml-widget\b[^\"<>]*)\")[^<>]*>"
    r"\s*</(?P=tag)>"
)
FILLING = re.compile(
    r"\s*<script type=\"application/(?P<what>json|htmlwidget-sizing)\" data-for=\"(?P<id>[^\"<>]+)\"[^<>]*>(?P<json>.*?)</script>",
    re.DOTALL,
)
HEADER = re.compile(r"<th\b[^<>]*>(.*?)</th>", re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
FENCE = re.compile(r"[ \t]*(`{3,})")
MOST_ROWS = 200
"""Rows of a table that are shown."""

LIBRARIES = {"datatables": "DT", "scatterplotThree": "threejs", "rglWebGL": "rgl", "grViz": "DiagrammeR", "highchart": "highcharter"}
"""R packages whose widgets have another name than the package."""


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget: its kind, by the class of its element, what it is filled from, where it stands in the text, and where its scripts do.

    ``inline``: it is a part of a line.
    """

    kind: str
    data: Mapping[str, Any]
    start: int
    end: int
    scripts: tuple[tuple[int, int], ...] = ()
    inline: bool = False

    @property
    def library(self) -> str:
        """The R package that makes such widgets."""
        return LIBRARIES.get(self.kind, self.kind)

    @property
    def figure(self) -> Specification | None:
        """The figure of a widget of plotly."""
        if self.kind != "plotly" or not isinstance(self.data.get("data"), list):
            return None
        layout = self.data.get("layout")
        whole = {"data": self.data["data"], "layout": layout if isinstance(layout, dict) else {}}
        return Specification(Library.PLOTLY, json.dumps(_with_titles(whole)))


@dataclass(frozen=True, slots=True)
class ShownWidgets:
    """A text in which something that pages show stands for each widget; the pictures; the packages whose widgets are only named, and
    why figures are not drawn, each with what to do.
    """

    text: str
    figures: tuple[Figure, ...] = ()
    named: tuple[str, ...] = ()
    undrawn: tuple[tuple[str, str], ...] = ()

    def problems(self, place: Location, alternative: str) -> Iterator[Problem]:
        """Yield what readers lack; ``alternative`` is the pictures' text."""
        if self.named:
            message = f"pages cannot show widgets of {', '.join(self.named)}, only their names"
            yield Problem("LS312", message, place, "show a picture of it, a table or a link", Severity.WARNING)
        if self.figures and not alternative:
            yield Problem("LS310", "a figure has no alternative text", place, "add `fig.alt=` with what the figure shows", Severity.WARNING)
        for reason, hint in self.undrawn:
            yield Problem("LS317", f"a figure of Plotly is not drawn: {reason}", place, hint, Severity.WARNING)


def _with_titles(part: Any) -> Any:
    """Return a part of a figure whose titles are as Plotly reads them since version 3 (https://plotly.com/javascript/version-3-changes/).

    R writes texts.
    """
    if isinstance(part, dict):
        named = {name: {"text": value} if name == "title" and isinstance(value, str) else value for name, value in part.items()}
        return {name: _with_titles(value) for name, value in named.items()}
    return [_with_titles(each) for each in part] if isinstance(part, list) and part and isinstance(part[0], dict) else part


def widgets_in(text: str) -> Iterator[Widget]:
    """Yield the widgets of a text in their order, not those in blocks of code."""
    if "html-widget" not in text:
        return
    code = [*_code(text)]

    def is_code(place: int) -> bool:
        return any(first <= place < last for first, last in code)

    fillings: dict[str, list[re.Match[str]]] = {}
    for filling in FILLING.finditer(text):
        if not is_code(filling.start("what")):
            fillings.setdefault(filling["id"], []).append(filling)
    for found in ELEMENT.finditer(text):
        if is_code(found.start()):
            continue
        own = fillings.pop(found["id"], [])
        data: Any = {}
        try:
            data = next((json.loads(each["json"]).get("x") for each in own if each["what"] == "json"), {})
        except (ValueError, AttributeError, RecursionError):
            data = {}
        kind = next((name for name in found["classes"].split() if name != "html-widget"), "")
        scripts = tuple(each.span() for each in own)
        yield Widget(kind, data if isinstance(data, dict) else {}, found.start(), found.end(), scripts, found["tag"] == "span")


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the fenced blocks of a text in Markdown begin and end."""
    opening, begun, place = "", 0, 0
    for line in text.splitlines(keepends=True):
        fence = FENCE.match(line)
        if fence and not opening:
            opening, begun = fence[1], place
        elif fence and fence[1].startswith(opening) and not line[fence.end() :].strip():
            yield begun, place
            opening = ""
        place += len(line)


def with_widgets_shown(text: str, words: Words, charts: ChartOutcomes, alternative: str = "") -> ShownWidgets:
    """Return a text in which a table, a picture or a name stands for each widget; ``alternative`` is the pictures' text."""
    instead = list[tuple[int, int, str]]()
    figures, named, undrawn = list[Figure](), list[str](), list[tuple[str, str]]()
    for widget in widgets_in(text):
        instead += ((start, end, "") for start, end in widget.scripts)
        specification = widget.figure
        outcome = charts.get(specification.key, Undrawn("nothing has drawn it yet", "build the lesson")) if specification else None
        if widget.kind == "datatables" and (table := _table(widget.data, words)):
            shown = table
        elif specification is not None and isinstance(outcome, Chart):
            figure = Figure(PurePosixPath("fig") / f"widget-{specification.key[:16]}.{outcome.ending}", outcome.data)
            figures.append(figure)
            shown = f'<img src="{figure.target}" alt="{escape(alternative)}" width="{outcome.width}" height="{outcome.height}">'
        else:
            if isinstance(outcome, Undrawn):
                undrawn.append((outcome.reason, outcome.hint))
            elif outcome is not None and not isinstance(outcome, Chart):
                undrawn.append((outcome.message, "save it as a picture"))
            else:
                named.append(widget.library)
            tag = "span" if widget.inline else "p"
            shown = f'<{tag} class="not-run">[{escape(words("Interactive output"))}: {escape(widget.library)}]</{tag}>'
        instead.append((widget.start, widget.end, shown))
    done, position = list[str](), 0
    for start, end, shown in sorted(instead):
        if start >= position:
            done += (text[position:start], shown)
            position = end
    return ShownWidgets("".join((*done, text[position:])), tuple(figures), tuple(dict.fromkeys(named)), tuple(dict.fromkeys(undrawn)))


def _table(data: Mapping[str, Any], words: Words) -> str:
    """Return the table of a widget of DT, whose data come by column; empty if they are of another shape."""
    columns, container = data.get("data"), data.get("container")
    if not isinstance(columns, list) or not isinstance(container, str) or not all(isinstance(column, list) for column in columns):
        return ""
    headers = [_plain(found) for found in HEADER.findall(container)]
    if len(headers) != len(columns) or len({len(column) for column in columns}) != 1:
        return ""
    count = len(columns[0])
    caption = f"<caption>{_plain(data['caption'])}</caption>" if isinstance(data.get("caption"), str) else ""
    head = "".join(f'<th scope="col">{header}</th>' for header in headers)
    rows = ("".join(f"<td>{_value(column[number])}</td>" for column in columns) for number in range(min(count, MOST_ROWS)))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    more = f"<p>{escape(words('[… {number} more lines]', number=count - MOST_ROWS))}</p>" if count > MOST_ROWS else ""
    return f'<table class="table">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'


def _value(value: Any) -> str:
    if value is None:
        return "NA"
    return _plain(value) if isinstance(value, str) else escape(json.dumps(value))


def _plain(html: str) -> str:
    """Return the text of some HTML, as HTML."""
    return escape(unescape(TAG.sub("", html)).strip())
