"""How a notebook stores the data of a MIME type (nbformat 4, https://nbformat.readthedocs.io/en/latest/format_description.html)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

PLAIN = "text/plain"
"""An object's own text; every kernel sends it."""

HTML = "text/html"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
"""Names the widget that a front end with a kernel would show."""

MARKDOWN = "text/markdown"
"""Markdown; of a chunk that knitr ran, what is in the document as knitr wrote it: as-is results, and the place of a figure."""

TEXT = re.compile(r"text/|application/(json|javascript|.*\+json)|image/svg\+xml")
BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*\Z")
JSON = re.compile(r"application/(.*\+)?json$")


def is_text(mime: str) -> bool:
    """Tell whether data of a type is text; all other types are bytes in base64."""
    return bool(TEXT.match(mime))


def is_picture(mime: str) -> bool:
    """Tell whether a type is a picture, for which there is a separate limit."""
    return mime.startswith("image/")


def holds_words(mime: str, data: str) -> bool:
    """Tell whether data can contain a readable path or name: text can, bytes in base64 cannot.

    For an unknown type a kernel may send any JSON value, which `as_texts` has converted to text.
    """
    return is_text(mime) or not (is_picture(mime) or BASE64.match(data))


def is_json(mime: str) -> bool:
    """Tell whether a notebook stores data of a type as JSON, not as text."""
    return bool(JSON.match(mime))


def as_texts(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what a kernel displays with every value as text: others are written as JSON, lists of lines joined, None left out.

    Jupyter's messaging protocol lets kernels send any JSON value, whatever the type. The types are sorted, as records sort them, so that
    what is made from a fresh run has the same bytes as what is made from its record.
    """
    return {str(mime): _as_text(str(mime), value) for mime, value in sorted(data.items()) if value is not None}


def _as_text(mime: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not is_json(mime) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return json.dumps(value)


def kept_metadata(metadata: Any) -> dict[str, dict[str, float | str]]:
    """Return what a page needs of a display's metadata: by MIME type the ``width``, ``height`` and ``alt`` of a picture
    (https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data), the ``controls`` that a page shows at rest, and the
    widgets that are ``missing`` on it.
    """
    kept: dict[str, dict[str, float | str]] = {}
    for mime, about in metadata.items() if isinstance(metadata, Mapping) else ():
        own = {name: about[name] for name, kind in _KEPT.items() if isinstance(about, Mapping) and _is_of(about.get(name), kind)}
        if own:
            kept[str(mime)] = own
    return kept


_KEPT: Mapping[str, type] = {"width": float, "height": float, "alt": str, "controls": str, "missing": str}


def _is_of(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < MOST_PIXELS
    return isinstance(value, kind) and bool(value)


MOST_PIXELS = 100_000
"""No picture on a page is wider or higher."""
