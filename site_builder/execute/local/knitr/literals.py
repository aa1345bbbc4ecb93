"""R code for texts."""

from __future__ import annotations

import json
from collections.abc import Iterable


def literal(text: str) -> str:
    """Return a text as R writes it, which is as JSON does but for the character 0, of which R has none (R, ``?Quotes``)."""
    return json.dumps(text.replace("\0", ""), ensure_ascii=False)


def vector(texts: Iterable[str], names: Iterable[str] = ()) -> str:
    """Return a vector of texts, with ``names`` if there are any."""
    found, named = [literal(text) for text in texts], [f"{literal(name)} = " for name in names]
    return f"c({', '.join(map(str.__add__, named or [''] * len(found), found))})"
