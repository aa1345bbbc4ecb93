"""What every page of a site loads besides its own files: the scripts of the theme, and what the lesson's ``mkdocs.yml`` asks for."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from site_builder.files import read_text
from site_builder.outputs.origins import digests, joined, sources
from site_builder.render.base import THEME

ROOT = '"{{ config.extra.scope | d(base_url) }}"', '"{{ config.extra.scope | d(base_url, true) }}"'
"""How templates of Material write the root of the site, which for pages side by side is `.`."""

FONTS = {"style-src": ("https://fonts.googleapis.com",), "font-src": ("https://fonts.gstatic.com",)}
"""From where Material loads the fonts that its setting `font` names."""


def package_folder(name: str) -> Path:
    """Return the folder of an installed package, which is not imported for it."""
    found = importlib.util.find_spec(name)
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0])


def scripts_below(templates: Path) -> Iterator[str]:
    """Yield the text of Material's templates with scripts, which every page has; none where the folder has other ones."""
    for name in ("base", "palette", "content", "announce", "consent"):
        place = templates / "partials" / "javascripts" / f"{name}.html"
        if place.is_file():
            yield read_text(place)[0]


def sources_of_theme(templates: Sequence[str]) -> Mapping[str, Iterable[str]]:
    """Return the digests of the scripts of the theme: the engine's ``templates`` and the builder's own."""
    own = (read_text(path)[0] for path in (THEME / "main.html", THEME / "partials" / "lesson-teaching-head.html"))
    found = [digest for template in (*templates, *own) for digest in digests(_rooted(template))]
    return {"script-src": found}


def _rooted(template: str) -> str:
    for root in ROOT:
        template = template.replace(root, '"."')
    return template


def sources_of_settings(user: Mapping[str, Any]) -> Mapping[str, Iterable[str]]:
    """Return the hosts that the lesson's ``mkdocs.yml`` loads styles, scripts and fonts from, by directive."""
    tags = [f'<link href="{address}">' for address in _texts(user.get("extra_css"))]
    tags += [f'<script src="{address}"></script>' for address in _texts(user.get("extra_javascript"))]
    theme = user.get("theme")
    fonts = isinstance(theme, dict) and isinstance(theme.get("font"), dict)
    return joined(sources("".join(tags)), FONTS if fonts else {})


def _texts(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        path = item.get("path") if isinstance(item, dict) else item
        if isinstance(path, str):
            yield path.replace('"', "%22")
