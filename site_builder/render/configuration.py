"""The ``mkdocs.yml`` of each staged view: the lesson's own file, where it has one, with what the builder needs laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from site_builder.errors import ConfigError
from site_builder.files import read_text
from site_builder.lesson.config import MKDOCS, parse_mapping
from site_builder.lesson.model import Lesson
from site_builder.weave.model import View

THEME = Path(__file__).parent / "theme"

PALETTE = [
    {"media": "(prefers-color-scheme)", "toggle": {"icon": "material/brightness-auto", "name": "Switch to light mode"}},
    {
        "media": "(prefers-color-scheme: light)", "scheme": "default", "primary": "custom", "accent": "custom",
        "toggle": {"icon": "material/brightness-7", "name": "Switch to dark mode"},
    },
    {
        "media": "(prefers-color-scheme: dark)", "scheme": "slate", "primary": "custom", "accent": "custom",
        "toggle": {"icon": "material/brightness-4", "name": "Switch to system preference"},
    },
]  # fmt: skip

FEATURES = [
    "navigation.footer",
    "navigation.top",
    "navigation.tracking",
    "content.code.copy",
    "search.suggest",
    "search.highlight",
    "toc.follow",
]

NO_LINK_CHECKS = {"links": {"not_found": "ignore", "anchors": "ignore", "absolute_links": "ignore", "unrecognized_links": "ignore"},
                  "nav": {"omitted_files": "ignore"}}  # fmt: skip
"""Links are checked in the model that made them; MkDocs cannot see ids inside finished blocks."""


def configurations(lesson: Lesson) -> dict[View, dict[str, Any]]:
    """Return the settings of both views, without ``nav``.

    Raises:
        ConfigError: the lesson's ``mkdocs.yml`` names another theme than Material, or is broken.
    """
    own = lesson.root / MKDOCS
    user: Mapping[str, Any] = parse_mapping(read_text(own)[0], MKDOCS)[0] if own.is_file() else {}
    return {view: _configuration(lesson, user, own, view) for view in (View.LEARNER, View.INSTRUCTOR)}


def _configuration(lesson: Lesson, user: Mapping[str, Any], own: Path, view: View) -> dict[str, Any]:
    settings = lesson.settings
    below = "instructor/" if view is View.INSTRUCTOR else ""
    made: dict[str, Any] = {"INHERIT": str(own)} if user else {}
    made |= {"site_name": settings.title or "Lesson", "docs_dir": "docs", "use_directory_urls": False, "validation": NO_LINK_CHECKS}
    if settings.url:
        made["site_url"] = settings.url + below
    made["theme"] = _theme(user, settings.lang)
    made["extra"] = {"lesson_site": _facts(lesson, view), "generator": False}
    made["extra_css"] = [*_list(user, "extra_css"), "assets/lesson.css"]
    made["extra_javascript"] = [*_list(user, "extra_javascript"), "assets/lesson.js"]
    made["markdown_extensions"] = [
        *_list(user, "markdown_extensions"), "site_builder.render.blocks", "attr_list", {"toc": {"permalink": True, "toc_depth": "2-3"}},
    ]  # fmt: skip
    if "plugins" not in user:
        made["plugins"] = ["search"]
    return made


def _theme(user: Mapping[str, Any], language: str) -> dict[str, Any]:
    given = user.get("theme")
    if given is not None and not isinstance(given, dict):
        hint = "write `theme:` with `name: material` below it, so that its settings can be joined"
        raise ConfigError("mkdocs.yml gives `theme` as text", hint=hint)
    theme: dict[str, Any] = {"name": "material", "custom_dir": str(THEME), "language": _theme_language(language)}
    wanted = given or {}
    if wanted.get("name", "material") != "material":
        raise ConfigError(f"mkdocs.yml asks for the theme `{wanted['name']}`; lessons are rendered with `material`", hint="change it")
    defaults: dict[str, Any] = {"font": False, "palette": PALETTE, "features": FEATURES}
    return theme | {name: value for name, value in defaults.items() if name not in wanted}


def _theme_language(language: str) -> str:
    """Material has one file a language; a language it lacks is shown in English."""
    short = language.replace("-", "_").partition("_")[0].lower()
    return short if short in {"de", "en", "es", "fr", "it", "ja", "uk"} else "en"


def _list(user: Mapping[str, Any], key: str) -> list[Any]:
    value = user.get(key)
    return list(value) if isinstance(value, list) else []


def _facts(lesson: Lesson, view: View) -> dict[str, Any]:
    settings = lesson.settings
    return {
        "view": view.value,
        "carpentry": settings.carpentry,
        "life_cycle": settings.life_cycle,
        "license": settings.license,
        "license_url": settings.license_url,
        "source": settings.source,
        "contact": settings.contact,
        "language": settings.lang.replace("_", "-"),
        "languages": [{"name": name, "address": address} for name, address in settings.languages],
        "episodes": len(lesson.episodes),
        "assets": "../" if view is View.INSTRUCTOR else "",
    }
