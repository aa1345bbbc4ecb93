"""Which SVG may be put on a page: shapes and text without scripts, styles or addresses, by an allow-list.

A kept drawing is a file of the lesson that anybody may have changed, so it is read with the same suspicion as any input.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG, MATHML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1998/Math/MathML}"

_SHAPE_WORDS = (
    "svg g defs marker path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient stop clipPath symbol use"
    " foreignObject"
)
SHAPES = frozenset(_SHAPE_WORDS.split())
_FORMULA_WORDS = (
    "math semantics mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mstyle mpadded"
    " mphantom menclose mmultiscripts mprescripts none"
)
FORMULA = frozenset(_FORMULA_WORDS.split())
_ATTRIBUTE_WORDS = (
    "viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform dx dy id href role fill stroke color stop-color opacity"
    " fill-opacity stroke-opacity stop-opacity fill-rule stroke-width stroke-dasharray stroke-linecap stroke-linejoin font-family font-size"
    " font-style font-weight text-anchor text-decoration direction textLength dominant-baseline alignment-baseline visibility clip-path"
    " mask filter mix-blend-mode marker-start marker-mid marker-end gradientUnits gradientTransform offset refX refY markerWidth"
    " markerHeight markerUnits orient overflow preserveAspectRatio clip-rule vector-effect"
    " display mathvariant mathsize mathcolor mathbackground stretchy fence separator lspace rspace minsize maxsize symmetric largeop"
    " movablelimits accent accentunder columnalign columnspacing columnlines rowalign rowspacing rowlines rowspan columnspan displaystyle"
    " scriptlevel linethickness depth voffset form notation width height encoding frame side"
)
ATTRIBUTES = frozenset(_ATTRIBUTE_WORDS.split())
"""Attributes of shapes and of MathML. None of them runs anything; what they refer to is checked by `_safe`."""

OWN_ID = r"ID-[0-9]+"
REFERENCE = re.compile(rf"#{OWN_ID}|url\(#{OWN_ID}\)")
ADDRESS = re.compile(r"url\s*\(|javascript:|data:|expression\s*\(|[a-z]+://", re.IGNORECASE)
DEEPEST = 100
"""How deep elements may be nested; drawings of Mermaid have a tenth of it."""


class NotADrawing(ValueError):
    """A text is no SVG that may be put on a page; the message says why."""


def parsed(text: str) -> ElementTree.Element:
    """Return an SVG as a tree in which every element and attribute is allowed.

    Raises:
        NotADrawing: it is not well-formed, or has something that is not on the list.
    """
    if "<!" in text or "<?" in text:
        raise NotADrawing("it declares something")  # entities above all, which could grow without bounds
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without declarations there is nothing to expand
    except (ElementTree.ParseError, ValueError) as error:
        raise NotADrawing("it is not well-formed") from error
    if root.tag != f"{SVG}svg":
        raise NotADrawing("it is no SVG")
    level = [root]
    for _ in range(DEEPEST):
        for element in level:
            _check(element)
        level = [child for element in level for child in element]
    if level:
        raise NotADrawing("it is nested too deeply")
    return root


def _check(element: ElementTree.Element) -> None:
    name = element.tag
    if not ((name.startswith(SVG) and local(name) in SHAPES) or (name.startswith(MATHML) and local(name) in FORMULA)):
        raise NotADrawing(f"it has an element `{local(name)}`")
    for attribute, value in element.attrib.items():
        if attribute not in ATTRIBUTES or not _safe(attribute, value):
            raise NotADrawing(f"it has an attribute `{local(attribute)}` that is not allowed")


def _safe(attribute: str, value: str) -> bool:
    if attribute == "id":
        return re.fullmatch(OWN_ID, value) is not None
    if attribute == "filter":
        return re.fullmatch(r"brightness\([\d.]+%?\)", value) is not None
    if attribute == "href" or value.startswith("url("):
        return REFERENCE.fullmatch(value) is not None
    return not ADDRESS.search(value)


def local(name: str) -> str:
    """Return an element's or attribute's name without its namespace."""
    return name.rpartition("}")[2]
