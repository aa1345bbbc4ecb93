"""Where links of a page lead from outside the site. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|/|$")
FOLDERS = frozenset((".", "..", "episodes", "learners", "instructors", "profiles"))
"""Folders of a lesson whose pages are side by side in the site."""


def address_of(address: str, base: str) -> str:
    """Return where a link leads from outside the site: pages are side by side there, figures and files keep their folder."""
    if not base or EXTERNAL.match(address):
        return address
    path, mark, place = address.partition("#")
    name = "/".join(part for part in PurePosixPath(path).parts if part not in FOLDERS)
    page = re.sub(r"\.(md|Rmd|ipynb|py)$", ".html", name) if "/" not in name else name
    return f"{base.rstrip('/')}/{page}{mark}{place}"
