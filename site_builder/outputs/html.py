"""``text/html``: cleaned by an allow-list, or unchanged in a frame without an origin if the cell asks for it."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import PurePosixPath

from site_builder.markdown.tree import Element, Raw, element
from site_builder.outputs.base import Bundle, Figure, OutputPlace, OutputType, Rendered
from site_builder.outputs.charts import render_figure, specification
from site_builder.outputs.htmlwidgets import widgets_in, with_widgets_shown
from site_builder.outputs.libraries import library_of
from site_builder.outputs.media import framed_file, rendered
from site_builder.outputs.numbering import numbered
from site_builder.outputs.origins import frame_policy
from site_builder.outputs.sanitise import REFUSED, sanitise
from site_builder.outputs.styled import Styled, styled
from site_builder.outputs.unseen import without_hidden
from site_builder.problems import Location

MIME = "text/html"
LOST = "LS311"
"""Code of the problem that an output's HTML has elements that no page shows, or shows nothing without them."""


def render(bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the HTML as the cell's option ``html`` says; what it loses is a problem."""
    html = bundle[MIME]
    if place.options.html == "sandbox":
        return _sandboxed(html, place)
    figure = specification(bundle)
    if figure is not None:
        return render_figure(figure, bundle, place)
    if any(True for _ in widgets_in(html)):
        return _of_widgets(html, place)
    library = library_of(bundle)
    if library is not None:
        return Rendered((), (), (place.warning(LOST, f"an output of {library.name} is not shown: it is a program", library.instead),))
    played, whole = rendered(html, place, LOST)
    if played.nodes and whole and not _shows(sanitise(without_hidden(html))):
        return played
    found = _cleaned(html, place, REFUSED if whole and played.nodes else frozenset())
    return Rendered((*found.nodes, *played.nodes), (*found.figures, *played.figures), (*found.problems, *played.problems))


def _of_widgets(html: str, place: OutputPlace) -> Rendered:
    """Return what pages show of R's widgets, and name those of which that is their name."""
    shown = with_widgets_shown(html, place.words, place.charts)
    told = tuple(shown.problems(Location(place.path, place.line), ""))
    return Rendered((element("div", Raw(sanitise(shown.text)), class_="output-html", line=place.line),), shown.figures, told)


def _cleaned(html: str, place: OutputPlace, linked: frozenset[str]) -> Rendered:
    """Return what the allow-list leaves of HTML, in its own style if it has one."""
    visible = without_hidden(html)
    own = styled(visible, place.name)
    cleaned = own.html if own else sanitise(visible)
    shown, sheets = _boxed(own, place) if own else (element("div", Raw(cleaned), class_="output-html", line=place.line), ())
    missing = lost(html, cleaned, linked)
    resting = place.at_rest(MIME)
    if not missing:
        return Rendered() if _is_blank(visible) else Rendered((shown,), sheets, resting)
    named = ", ".join(f"<{name}>" for name in missing)
    file = framed_file(html)
    shows = f"display what is in the file, `HTML(open({file!r}).read())`, with `#| html: sandbox`" if file else ""
    hint = shows or "add `#| html: sandbox` to show it in a frame, or display a picture, a table or a link"
    return Rendered((shown,) if _shows(cleaned) else (), sheets, (place.warning(LOST, f"an output is shown without its {named}", hint),))


def _boxed(own: Styled, place: OutputPlace) -> tuple[Element, tuple[Figure, ...]]:
    """Return HTML with its own style in a light box, whatever the page's colours are, and its style sheets as files of the site."""
    sheets = tuple(Figure(PurePosixPath("fig") / f"{sheet.box}.css", sheet.rules.encode()) for sheet in own.sheets)
    links = (element("link", rel="stylesheet", href=str(sheet.target)) for sheet in sheets)
    classes = " ".join(("output-html", "output-styled", *(sheet.box for sheet in own.sheets)))
    named = place.options.figure_alt or place.words("OUTPUT")
    box = element("div", *links, Raw(own.html), class_=classes, tabindex="0", role="group", aria_label=named, line=place.line)
    return box, sheets


def _sandboxed(html: str, place: OutputPlace) -> Rendered:
    """Interactive HTML, unchanged: its scripts run in a sandbox that can reach neither the page nor its origin.

    It is a file of the site, because a document within the page (`srcdoc`) would have the page's policy, under which they do not run.
    """
    title = place.options.figure_alt or place.options.figure_caption or place.words("Interactive output")
    head = f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{escape(frame_policy(html))}">'
    file = Figure(PurePosixPath("fig") / f"{place.figure}.html", f"{head}\n{html}".encode())
    frame = element("iframe", sandbox="allow-scripts", src=str(file.target), title=title, loading="lazy", class_="output-sandbox")
    return Rendered((element("div", frame, class_="output-html", line=place.line),), (file,))


class _Names(HTMLParser):
    """Collects the elements of a text, and whether it shows anything."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: dict[str, None] = {}
        self.says = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names[tag] = None
        self.says |= tag in ("img", "hr", "svg")

    def handle_data(self, data: str) -> None:
        self.says |= bool(data.strip())


def _shows(cleaned: str) -> bool:
    return _Names(cleaned).says


BLANK = frozenset(
    {
        "a",
        "b",
        "body",
        "br",
        "code",
        "div",
        "em",
        "head",
        "html",
        "i",
        "link",
        "meta",
        "p",
        "pre",
        "section",
        "small",
        "span",
        "strong",
        "style",
    }
)
PAINTED = re.compile(r"(?<![\w-])(?:background|border|outline|box-shadow|content|height|width)", re.IGNORECASE)


def _is_blank(html: str) -> bool:
    """Tell whether HTML has nothing but elements that show only what they contain, without text and without a style that paints them."""
    found = _Names(html)
    return not found.says and BLANK.issuperset(found.names) and not PAINTED.search(html)


def lost(html: str, cleaned: str, linked: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the elements without which readers miss something: films, sounds and frames; and everything if nothing is left.

    Those that are ``linked``, shown by other means, do not count, nor do scripts and styles beside visible content: many tables have them
    only for their looks.
    """
    names = _Names(html).names
    missing = [name for name in names if name in REFUSED and name not in linked]
    return tuple(missing or (name for name in names if not linked and not _shows(cleaned) and f"<{name}" not in cleaned))


def plain(bundle: Bundle) -> str:
    """Return what a page shows of the HTML, with its style, and without names that are new in every run."""
    visible = without_hidden(bundle[MIME])
    own = styled(visible, "o")
    shown = own.html + "".join(f"\n{sheet.rules.replace(sheet.box, 'box')}" for sheet in own.sheets) if own else sanitise(visible)
    return numbered(shown)


TYPE = OutputType(
    MIME, render, plain, lost="scripts, styles, event handlers, forms, frames, films and sounds, unless the cell sets `html: sandbox`"
)
