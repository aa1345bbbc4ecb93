"""Figures of Plotly and Vega: a page shows a picture of each, drawn from its specification when the site is built."""

from __future__ import annotations

import json
from functools import partial
from pathlib import PurePosixPath

from site_builder.diagrams.charts import Library, Specification
from site_builder.diagrams.model import Chart, Undrawn
from site_builder.markdown.tree import CodeBlock, element
from site_builder.outputs.base import Bundle, Figure, OutputPlace, OutputType, Rendered
from site_builder.outputs.htmlwidgets import widgets_in
from site_builder.outputs.numbering import numbered
from site_builder.outputs.storage import HTML, PLAIN
from site_builder.problems import Problem

PLOTLY = "application/vnd.plotly.v1+json"
VEGA = tuple(
    f"application/vnd.{library}.v{version}{ending}"
    for library in ("vegalite", "vega")
    for version in (6, 5, 4, 3)
    for ending in ("+json", ".json")
)
"""MIME types of the libraries' own specifications; Altair 6 writes the last ones."""

UNDRAWN = "LS317"
"""Code of the problem that a figure could not be drawn, or that its picture does not show all of it."""

EMBEDDED = "vegaEmbed"


def specification(bundle: Bundle) -> Specification | None:
    """Return the figure that an object offers, also the one in Altair's HTML or in R's; None for an object of another kind."""
    if PLOTLY in bundle:
        return Specification(Library.PLOTLY, bundle[PLOTLY])
    text = next((bundle[mime] for mime in VEGA if mime in bundle), None) or _embedded(bundle.get(HTML, ""))
    if text:
        return Specification(Library.VEGA, text)
    return next((widget.figure for widget in widgets_in(bundle.get(HTML, "")) if widget.figure), None)


def _embedded(html: str) -> str:
    """Return the specification in Altair's HTML: the first argument of the script's last call."""
    if EMBEDDED not in html:
        return ""
    try:
        found, _ = json.JSONDecoder().raw_decode(html, html.rindex("})(") + 3)
    except (ValueError, RecursionError):
        return ""
    return json.dumps(found) if isinstance(found, dict) and ("mark" in found or "$schema" in found) else ""


def render_figure(figure: Specification, bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the picture of a figure, or its text with a problem that says why there is none."""
    outcome = place.charts.get(figure.key, Undrawn("nothing has drawn it yet", "build the lesson"))
    if not isinstance(outcome, Chart):
        reason, hint = (outcome.reason, outcome.hint) if isinstance(outcome, Undrawn) else (outcome.message, INSTEAD)
        problem = place.warning(UNDRAWN, f"a figure of {figure.library.value} is not drawn: {reason}", hint)
        text = bundle.get(PLAIN, "") or place.words("[a picture that cannot be read]")
        return Rendered((CodeBlock(text, ("output",), line=place.line),), (), (problem,))
    file = Figure(PurePosixPath("fig") / f"{place.figure}.{outcome.ending}", outcome.data)
    picture = element("img", src=str(file.target), alt=place.options.figure_alt or "", line=place.line)
    picture = picture.with_attributes(width=str(outcome.width), height=str(outcome.height))
    caption = place.options.figure_caption
    parts = (picture, element("figcaption", caption)) if caption else (picture,)
    return Rendered((element("figure", *parts, line=place.line),), (file,), tuple(_told(outcome, figure, place)))


INSTEAD = "show the figure with matplotlib, or save it as a picture and display that"


def _told(chart: Chart, figure: Specification, place: OutputPlace) -> list[Problem]:
    found = []
    if place.options.figure_alt is None:
        found.append(place.warning("LS310", "a figure has no alternative text", "add `#| fig-alt: what the figure shows`"))
    if chart.lost:
        found.append(place.warning(UNDRAWN, f"a figure of {figure.library.value} is shown without {chart.lost}", INSTEAD))
    return found


def render(mime: str, bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the picture of a figure that an object offers as this type."""
    library = Library.PLOTLY if mime == PLOTLY else Library.VEGA
    return render_figure(Specification(library, bundle[mime]), bundle, place)


def plain(mime: str, bundle: Bundle) -> str:
    """Return a figure's specification as its library reads it, without names that are new in every run."""
    try:
        return numbered(json.dumps(json.loads(bundle[mime]), indent=1, sort_keys=True))
    except (ValueError, RecursionError):
        return bundle[mime]


LOST = "hovering, zooming and other controls; animations but for their first picture"

TYPES = tuple(OutputType(mime, partial(render, mime), partial(plain, mime), lost=LOST, picture=True) for mime in (PLOTLY, *VEGA))
