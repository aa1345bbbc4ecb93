"""Files that cells saved and pages show: their bytes, and the text by which two runs are compared. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from site_builder.outputs.base import Bundle
from site_builder.outputs.numbering import numbered
from site_builder.outputs.picture_size import measure
from site_builder.outputs.storage import PLAIN, is_text

DATE = re.compile(r"(<dc:date>)[^<]*(</dc:date>)")
"""When a drawing was made (Dublin Core), which matplotlib writes into SVG."""


def content(bundle: Bundle) -> bytes | None:
    """Return a file's bytes; None where it was too large to be kept, or is damaged."""
    mime = next(iter(bundle), PLAIN)
    if mime == PLAIN and "bytes, more than" in bundle.get(PLAIN, ""):
        return None
    try:
        return bundle[mime].encode() if is_text(mime) else base64.b64decode(bundle[mime], validate=False)
    except (KeyError, binascii.Error, ValueError):
        return None


def described(path: str, bundle: Bundle) -> str:
    """Return a file's name, type, size and digest; of text without names and dates that are new in every run."""
    mime, data = next(iter(bundle), PLAIN), content(bundle)
    if data is None:
        return f"[{path}: {bundle.get(PLAIN, mime)}]"
    size = measure(data)
    told = f", {size[0]} x {size[1]}" if size else ""
    same = numbered(DATE.sub(r"\1\2", bundle[mime])).encode() if is_text(mime) else data
    return f"[{path}: {mime}{told}, sha256 {hashlib.sha256(same).hexdigest()[:16]}]"
