"""Which HTML an output may put on a page: an allow-list, enforced by nh3 (https://nh3.readthedocs.io)."""

from __future__ import annotations

_TAG_WORDS = (
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em h3 h4 h5 h6 hr i img ins kbd li ol p pre q "
    "s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var"
)
TAGS = frozenset(_TAG_WORDS.split())
ATTRIBUTES = {
    "*": {"class", "lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "td": {"align", "colspan", "rowspan", "headers"},
    "th": {"align", "colspan", "rowspan", "headers", "scope"},
    "ol": {"start", "type"},
    "col": {"span"},
    "colgroup": {"span"},
}
SCHEMES = {"http", "https", "mailto", "data"}


REFUSED = frozenset(("applet", "audio", "canvas", "embed", "iframe", "object", "portal", "video"))
"""Elements that play, draw or load something. Their content is for browsers without support for them, and is removed as well."""

UNSEEN = frozenset(("script", "style", "template", "title"))
"""Elements whose content no reader sees."""


_DRAWN_WORDS = (
    "svg g path rect circle ellipse line polyline polygon text tspan defs symbol use lineargradient radialgradient stop clippath desc"
)
DRAWN = frozenset(_DRAWN_WORDS.split()) | {"linearGradient", "radialGradient", "clipPath"}
"""Elements of drawings: none that loads, runs or moves anything."""

_SHAPE_WORDS = (
    "d x y x1 y1 x2 y2 cx cy r rx ry dx dy width height viewBox points transform fill fill-opacity fill-rule stroke stroke-width "
    "stroke-linecap stroke-linejoin stroke-dasharray stroke-opacity opacity font-size font-family font-weight text-anchor "
    "dominant-baseline preserveAspectRatio offset stop-color stop-opacity gradientUnits clip-path href xlink:href"
)
SHAPES = frozenset(_SHAPE_WORDS.split())

STYLED_TAGS = TAGS | DRAWN | frozenset(("label", "input", "section", "header", "footer", "article", "figure", "figcaption"))
"""What HTML with a style of its own may have: drawings, and boxes that fold without a script."""

NAMED = frozenset(("style", "id", "aria-label", "aria-labelledby", "aria-describedby", "aria-hidden", "role"))


def sanitise(html: str, *, styled: bool = False) -> str:
    """Return HTML without scripts, event handlers, styles, frames and foreign schemes; ``data:`` stays for images alone.

    With ``styled`` the attributes that a style needs stay as well: `outputs.styled` takes ``style`` off and gives ids their prefix.
    """
    import nh3

    attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
    if styled:
        attributes["*"] |= NAMED
        attributes |= {tag: attributes.get(tag, set()) | SHAPES for tag in DRAWN}
        attributes |= {"label": {"for"}, "input": {"type", "checked", "disabled"}, "details": {"open"}}
    unseen = UNSEEN | {"button"} if styled else UNSEEN
    return nh3.clean(
        html, tags=set(STYLED_TAGS if styled else TAGS), attributes=attributes, url_schemes=SCHEMES,
        clean_content_tags=set(REFUSED | unseen), link_rel="noopener", attribute_filter=_attribute,
    )  # fmt: skip


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "use" and not value.startswith("#") and name in ("href", "xlink:href"):
        return None
    if name == "clip-path" and not value.replace(" ", "").startswith("url(#"):
        return None
    if value.strip().lower().startswith("data:") and not (tag == "img" and value.lower().startswith("data:image/png;base64,")):
        return None
    return value
