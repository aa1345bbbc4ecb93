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


def sanitise(html: str) -> str:
    """Return HTML without scripts, event handlers, styles, frames and foreign schemes; ``data:`` stays for images alone."""
    import nh3

    return nh3.clean(
        html, tags=set(TAGS), attributes={tag: set(names) for tag, names in ATTRIBUTES.items()}, url_schemes=SCHEMES,
        clean_content_tags=set(REFUSED | UNSEEN), link_rel="noopener", attribute_filter=_attribute,
    )  # fmt: skip


def _attribute(tag: str, name: str, value: str) -> str | None:
    if value.strip().lower().startswith("data:") and not (tag == "img" and value.lower().startswith("data:image/png;base64,")):
        return None
    return value
