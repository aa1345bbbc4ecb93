"""Which HTML outputs may put on a page, and prose under `prose-html: safe`: an allow-list.

HTML as text is cleaned by nh3 (https://nh3.readthedocs.io); elements of a page's tree are judged one by one, by the same lists.
"""

from __future__ import annotations

import re

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
SCHEMES = {"http", "https", "mailto", "tel", "data"}

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
IGNORED = re.compile("[\x00-\x20\x7f]")
"""What browsers skip in an address: `java\\tscript:` is a scheme (https://url.spec.whatwg.org/#concept-basic-url-parser)."""

EMBEDDED = "data:image/png;base64,"
"""How the only address begins that contains what it leads to; it may stand in `img` alone."""

ADDRESSES = frozenset(("href", "src", "poster", "cite"))
"""Attributes whose value is an address."""

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


_PROSE_WORDS = (
    "div span section article aside header footer nav main address h1 h2 figure figcaption audio video source track picture wbr time "
    "mark cite dfn data ruby rt rp bdi bdo center font big tt strike label"
)
PROSE_TAGS = TAGS | frozenset(_PROSE_WORDS.split())
"""What authors may write besides: parts of a page, and what plays a file."""

PROSE_ATTRIBUTES: dict[str, set[str]] = {
    "*": ATTRIBUTES["*"] | {"id", "align", "width", "height", "role", "tabindex", "hidden", "start", "type", "value", "name", "cite"},
    "a": ATTRIBUTES["a"] | {"rel"},
    "img": ATTRIBUTES["img"] | {"loading"},
    "audio": {"src", "controls", "loop", "muted", "preload"},
    "video": {"src", "controls", "loop", "muted", "preload", "poster", "playsinline"},
    "source": {"src", "media"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "details": {"open", "name"},
    "time": {"datetime"},
    "font": {"color", "size"},
}
ANNOTATED = re.compile(r"(?:aria|data)-[a-z0-9-]+")
LOOKS = re.compile(
    r"\s*(?:(?:(?:max-|min-)?(?:width|height)|text-align|float|margin(?:-\w+)?|padding(?:-\w+)?|font-(?:size|weight|style)|vertical-align"
    r"|color|background-color)\s*:\s*[\w.%# -]*(?:;\s*|$))*"
)
"""Declarations of style that neither load nor cover anything: pandoc writes `width=50%` as one."""


def may_lead(address: str, *, image: bool = False) -> bool:
    """Tell whether an address may stand on a page: one in the site, or of a scheme that runs and embeds nothing."""
    bare = IGNORED.sub("", address)
    found = SCHEME.match(bare)
    if found is None:
        return True
    scheme = found[1].lower()
    return scheme in SCHEMES and (scheme != "data" or (image and bare.lower().startswith(EMBEDDED)))


def may_stay(tag: str, name: str, value: str) -> bool:
    """Tell whether an attribute of an element may stay in prose."""
    if name in ADDRESSES:
        return name in PROSE_ATTRIBUTES.get(tag, PROSE_ATTRIBUTES["*"]) and may_lead(value, image=tag == "img")
    if name == "style":
        return bool(LOOKS.fullmatch(value))
    return name in PROSE_ATTRIBUTES["*"] or name in PROSE_ATTRIBUTES.get(tag, ()) or bool(ANNOTATED.fullmatch(name))


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
    if name in ("href", "src", "xlink:href") and not may_lead(value, image=tag == "img"):
        return None
    return value
