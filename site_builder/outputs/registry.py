"""The output types that pages show, best first, and what other modules ask about them.

The order is Jupyter's (HTML, Markdown, LaTeX, JSON, text), but figures and pictures come first: a page can show them without loss, and if
an object can draw itself, its author means the drawing.
"""

from __future__ import annotations

import re

from site_builder.outputs import charts, document, html, json_tree, latex, markdown, pictures, text
from site_builder.outputs.base import Bundle, OutputPlace, OutputType
from site_builder.outputs.libraries import library_of, only_loads
from site_builder.outputs.storage import PLAIN
from site_builder.problems import Problem

TYPES: tuple[OutputType, ...] = (
    *charts.TYPES,
    *pictures.TYPES,
    html.TYPE,
    markdown.TYPE,
    latex.TYPE,
    *json_tree.TYPES,
    document.TYPE,
    text.TYPE,
)

NUMBERS = re.compile(r"[\[(]?\s*-?[\d.]+(e[+-]?\d+)?(,\s*-?[\d.]+(e[+-]?\d+)?)*,?\s*[\])]?")

BARE = re.compile(r"<[\w.]+( object)?( at 0x[0-9a-f]+)?>")
"""How Python names an object that has no text of its own."""

NAMED = re.compile(r"\s*(?:Text\(.*\)|[\[(]*\s*(?:array\(.*)?<[\w.]+(?: object)?[^<>]*>.*)\s*", re.DOTALL)
"""The value of a call that draws: the lines, axes or labels that it made, as ``[<matplotlib.lines.Line2D at 0x…>]`` or ``Text(…)``."""

UNSHOWN = "LS312"
"""Code of the problem that an output has no representation that pages show, or only its text."""


def chosen(bundle: Bundle) -> OutputType | None:
    """Return the best type that an object offers, or None if pages show none of them.

    A formula comes before its picture, and a number before either: after ``sympy.init_printing()`` everything has all three.
    """
    if latex.MIME in bundle and any(kind.mime in bundle for kind in pictures.TYPES):
        if NUMBERS.fullmatch(bundle.get(PLAIN, "").strip()):
            return text.TYPE
        if latex.FORMULA.fullmatch(bundle[latex.MIME].strip()):
            return latex.TYPE
    return next((kind for kind in TYPES if kind.mime in bundle), None)


def chosen_inline(bundle: Bundle) -> OutputType | None:
    """Return the best type that can be used in a sentence."""
    return next((kind for kind in TYPES if kind.inline is not None and kind.mime in bundle), None)


def plain_text(bundle: Bundle) -> str:
    """Return the text by which two runs are compared; for an object that pages cannot show, the names of its types."""
    kind = chosen(bundle)
    return kind.plain(bundle) if kind else stand_in(bundle)


def stand_in(bundle: Bundle) -> str:
    """Return what is shown of an object without a known type."""
    return "" if library_of(bundle) else f"[{', '.join(bundle)}]"


def is_shown(bundle: Bundle) -> bool:
    """Tell whether an object is one that pages show or refuse; a display that only loads a library is neither."""
    return bool(bundle) and not only_loads(bundle)


def text_shown(bundle: Bundle) -> str:
    """Return an object's own text, nothing where it only names an object whose other types are refused."""
    foreign = [mime for mime in bundle if mime not in {each.mime for each in TYPES}]
    return "" if foreign and BARE.fullmatch(bundle[PLAIN].strip()) else bundle[PLAIN]


def names_drawing(bundle: Bundle) -> bool:
    """Tell whether an object has no text but the name of what a figure was drawn with; beside the figure it says nothing to readers."""
    kind = chosen(bundle)
    return kind is not None and kind.mime == PLAIN and NAMED.fullmatch(bundle[PLAIN]) is not None


def shows_picture(bundle: Bundle) -> bool:
    """Tell whether a page shows a picture of an object."""
    kind = chosen(bundle)
    return kind is not None and kind.picture


def unshown(bundle: Bundle, place: OutputPlace) -> Problem | None:
    """Return a problem that names an object's unknown types, unless something better than its text is shown."""
    kind = chosen(bundle)
    if kind is None or kind is text.TYPE:
        library = library_of(bundle)
        if library is not None:
            return place.warning(UNSHOWN, f"an output of {library.name} is not shown: it is a program", library.instead)
    known = {each.mime for each in TYPES}
    foreign = [mime for mime in bundle if mime not in known]
    if not foreign or (kind is not None and kind is not text.TYPE):
        return None
    how = "is not shown" if kind and not text_shown(bundle).strip() else f"can only be shown as {'its text' if kind else 'its type'}"
    message = f"an output {how}: pages cannot show {', '.join(foreign)}"
    return place.warning(UNSHOWN, message, "display a picture, HTML, Markdown, LaTeX or JSON, or plain text alone")
