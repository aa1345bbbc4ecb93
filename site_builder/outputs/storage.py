"""How a notebook stores the data of a MIME type (nbformat 4, https://nbformat.readthedocs.io/en/latest/format_description.html)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

PLAIN = "text/plain"
"""What an object says of itself; every kernel sends it."""

TEXT = re.compile(r"text/|application/(json|javascript|.*\+json)|image/svg\+xml")
BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*\Z")
JSON = re.compile(r"application/(.*\+)?json$")


def is_text(mime: str) -> bool:
    """Tell whether data of a type is text; all other types are bytes in base64."""
    return bool(TEXT.match(mime))


def is_picture(mime: str) -> bool:
    """Tell whether a type is one of pictures, which have a bound of their own."""
    return mime.startswith("image/")


def holds_words(mime: str, data: str) -> bool:
    """Tell whether data can hold a path or a name as it is written: text does, bytes in base64 do not.

    Of a type that nobody knows, a kernel may send any JSON value, which `as_texts` has made text.
    """
    return is_text(mime) or not (is_picture(mime) or BASE64.match(data))


def is_json(mime: str) -> bool:
    """Tell whether a notebook holds data of a type as JSON and not as text."""
    return bool(JSON.match(mime))


def as_texts(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what a kernel displays with every value as text: others are written as JSON, lists of lines joined, None left out.

    Jupyter's messaging protocol lets kernels send any JSON value, whatever the type.
    """
    return {str(mime): _as_text(str(mime), value) for mime, value in data.items() if value is not None}


def _as_text(mime: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not is_json(mime) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return json.dumps(value)
