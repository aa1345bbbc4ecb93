"""Where links of a page lead from outside the site. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|/|$")
FOLDERS = frozenset((".", "..", "episodes", "learners", "instructors", "profiles"))
"""Folders of a lesson whose pages are side by side in the site."""


PAGE = re.compile(r"\.(md|Rmd|ipynb|html)$")
"""How names of files end that become pages, and those of the pages."""


def is_lost(address: str, base: str) -> bool:
    """Tell whether a link leads nowhere from outside the site: to another page of the lesson, while nobody knows where the site is."""
    path = PurePosixPath(address.partition("#")[0])
    inside = [part for part in path.parts if part not in FOLDERS]
    return not base and not EXTERNAL.match(address) and len(inside) == 1 and PAGE.search(inside[0]) is not None


def address_of(address: str, base: str) -> str:
    """Return where a link leads from outside the site: pages are side by side there, figures and files keep their folder."""
    if not base or EXTERNAL.match(address):
        return address
    path, mark, place = address.partition("#")
    name = "/".join(part for part in PurePosixPath(path).parts if part not in FOLDERS)
    page = re.sub(r"\.(md|Rmd|ipynb|py)$", ".html", name) if "/" not in name else name
    return f"{base.rstrip('/')}/{page}{mark}{place}"
