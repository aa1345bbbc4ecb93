"""The ``mkdocs.yml`` of each staged view: the lesson's own file, where it has one, with what the builder needs laid over it.

It is whole, and the same for every engine: engines join a file with the one that it inherits from in different ways.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from site_builder.errors import ConfigError
from site_builder.files import is_file, read_bytes
from site_builder.lesson.config import MKDOCS
from site_builder.lesson.model import Lesson
from site_builder.outputs.origins import joined
from site_builder.render.base import DOCS, THEME
from site_builder.render.brand import Brand, brand_of
from site_builder.render.loaded import sources_of_settings, sources_of_theme
from site_builder.render.user_file import laid_over, user_settings
from site_builder.settings.lesson import Settings
from site_builder.weave.interface_texts import SHOWN_BY_TEMPLATES
from site_builder.weave.model import View
from site_builder.weave.pages.accessibility import statement_address
from site_builder.weave.pages.alternatives import side_by_side
from site_builder.weave.pages.episode_list import list_address
from site_builder.weave.stage import PLACES, SOURCES
from site_builder.weave.translations import LANGUAGES, Phrases, phrases_for

FEATURES = ["navigation.top", "navigation.tracking", "toc.follow"]

SCHEMES = (
    ("(prefers-color-scheme)", "", "material/brightness-auto", "Switch to light mode"),
    ("(prefers-color-scheme: light)", "default", "material/brightness-7", "Switch to dark mode"),
    ("(prefers-color-scheme: dark)", "slate", "material/brightness-4", "Switch to system preference"),
)
"""Medium, Material's scheme, icon and what pressing the button does: the system's choice, light, dark."""

UNNAMED_LICENSE = "LICENSE"
"""What leads to the licence of a lesson whose settings do not name it: the name of its file, in any language."""

CODE_COPIED = ("all", "setup-only", "none")
"""Where code has a copy button: everywhere, on the setup part alone (learners type the rest themselves), or nowhere."""

SHOWN = ("Learner View", "Instructor View", "Last updated on {date}", "Edit this page", "Estimated time: {minutes} minutes",
         "Previous", "Next", "Schedule")  # fmt: skip
"""Words of the lesson's text that the theme shows as well."""

SPOKEN = ("en", *LANGUAGES)
"""The languages of the words around the text; a lesson in another one says so for its text alone."""

RIGHT_TO_LEFT = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
"""Languages that are written from right to left (CLDR 46, script metadata)."""

NO_LINK_CHECKS = {"links": {"not_found": "ignore", "anchors": "ignore", "absolute_links": "ignore", "unrecognized_links": "ignore"},
                  "nav": {"omitted_files": "ignore", "not_found": "ignore"}}  # fmt: skip
"""Links are checked in the model that made them; engines cannot see ids inside finished blocks."""


CONDUCT = "CODE_OF_CONDUCT"
CITATIONS = ("CITATION.cff", "CITATION")


def configurations(lesson: Lesson, *, cited: bool = False, scripts: Sequence[str] = ()) -> dict[View, dict[str, Any]]:
    """Return the settings of both views, without ``nav``; ``cited`` tells whether there is a page that says how to cite the lesson.

    ``scripts`` are templates of the engine's theme whose scripts run on every page.

    Raises:
        ConfigError: the lesson's ``mkdocs.yml`` names another theme than Material, or is broken.
    """
    own = lesson.root / MKDOCS
    user: Mapping[str, Any] = user_settings(own) if own.is_file() else {}
    loaded = joined(sources_of_theme(scripts), sources_of_settings(user))
    written = {directive: sorted(hosts) for directive, hosts in sorted(loaded.items())}
    return {
        view: {**laid_over(_configuration(lesson, user, view, cited=cited), user), SOURCES: written, PLACES: [str(THEME), str(lesson.root)]}
        for view in (View.LEARNER, View.INSTRUCTOR)
    }


def _configuration(lesson: Lesson, user: Mapping[str, Any], view: View, *, cited: bool) -> dict[str, Any]:
    settings = lesson.settings
    below = "instructor/" if view is View.INSTRUCTOR else ""
    made: dict[str, Any] = {"site_name": settings.title or "Lesson", "docs_dir": DOCS, "site_dir": "site", "use_directory_urls": False,
                            "validation": NO_LINK_CHECKS}  # fmt: skip
    if settings.url:
        made["site_url"] = settings.url + below
    words = phrases_for(settings.lang)
    brand, _ = brand_of(lesson)
    made["theme"] = _theme(user, settings.lang, words, below and "../", brand)
    hooks = [lesson.root / hook if isinstance(hook, str) else hook for hook in _list(user, "hooks")]
    if hooks:  # the staged folder is elsewhere
        made["hooks"] = [str(hook) if isinstance(hook, Path) else hook for hook in hooks]
    look = _look_digest([hook for hook in hooks if isinstance(hook, Path)])
    made["extra"] = {"lesson_site": _facts(lesson, view, words, brand, cited=cited) | {"theme": look}, "generator": False}
    made["extra_css"] = ["assets/lesson.css", *_list(user, "extra_css")]  # the lesson's own styles have the last word
    made["extra_javascript"] = [*_list(user, "extra_javascript"), "assets/lesson.js"]
    made["markdown_extensions"] = [
        *_list(user, "markdown_extensions"), "site_builder.render.blocks", "attr_list", {"toc": {"permalink": True, "toc_depth": "2-3"}},
    ]  # fmt: skip
    if "plugins" not in user:
        made["plugins"] = []  # the search is the lesson's own: it works in a page opened from a folder, too
    return made


def _theme(user: Mapping[str, Any], language: str, words: Phrases, up: str, brand: Brand) -> dict[str, Any]:
    given = user.get("theme")
    if given is not None and not isinstance(given, dict):
        hint = "write `theme:` with `name: material` below it, so that its settings can be joined"
        raise ConfigError("mkdocs.yml gives `theme` as text", hint=hint)
    # The variant is Zensical's: of its two, the one that looks like Material, which this theme adds to.
    theme: dict[str, Any] = {"name": "material", "variant": "classic", "custom_dir": str(THEME), "language": _theme_language(language)}
    wanted = given or {}
    if wanted.get("name", "material") != "material":
        raise ConfigError(f"mkdocs.yml asks for the theme `{wanted['name']}`; lessons are rendered with `material`", hint="change it")
    defaults: dict[str, Any] = {"font": False, "palette": [_scheme(words, *scheme) for scheme in SCHEMES], "features": FEATURES}
    own = wanted.get("features")
    if isinstance(own, list):  # pages that are exchanged without being loaded would miss what the lesson's script does on loading
        theme["features"] = [feature for feature in own if not str(feature).startswith("navigation.instant")]
    if brand.favicon:
        defaults["favicon"] = up + brand.favicon
    return theme | {name: value for name, value in defaults.items() if name not in wanted}


def _scheme(words: Phrases, medium: str, scheme: str, icon: str, action: str) -> dict[str, Any]:
    toggle = {"media": medium, "toggle": {"icon": icon, "name": words(action)}}
    return toggle | ({"scheme": scheme, "primary": "custom", "accent": "custom"} if scheme else {})


def _theme_language(language: str) -> str:
    """Material has one file a language; a language it lacks is shown in English."""
    return _short(language) if _short(language) in SPOKEN else "en"


def _short(language: str) -> str:
    return language.replace("-", "_").partition("_")[0].lower()


def _list(user: Mapping[str, Any], key: str) -> list[Any]:
    value = user.get(key)
    return list(value) if isinstance(value, list) else []


def _facts(lesson: Lesson, view: View, words: Phrases, brand: Brand, *, cited: bool) -> dict[str, Any]:
    settings = lesson.settings
    address = _license_address(lesson)
    up = "../" if view is View.INSTRUCTOR else ""
    return {
        "view": view.value,
        "carpentry": settings.carpentry,
        "programme": brand.programme,
        "variables": brand.variables,
        "logo": up + brand.logo if brand.logo else "",
        "life_cycle": settings.life_cycle,
        "doi": settings.doi if settings.doi.startswith("http") or not settings.doi else f"https://doi.org/{settings.doi}",
        "license": settings.license or (address and UNNAMED_LICENSE),
        "license_url": address,
        "source": settings.source,
        "contact": settings.contact_address,
        "conduct": f"{CONDUCT}.html" if any(source.slug == CONDUCT for source in lesson.sources) else "",
        "citation": _citation_address(lesson, cited=cited),
        "contributing": f"{_repository(settings)}CONTRIBUTING.md" if is_file(lesson.root / "CONTRIBUTING.md") and settings.source else "",
        "accessibility": str(statement_address(lesson)),
        "language": settings.lang.replace("_", "-"),
        "foreign": _short(settings.lang) != _theme_language(settings.lang),
        "direction": "rtl" if _short(settings.lang) in RIGHT_TO_LEFT else "ltr",
        "languages": [{"name": name, "address": address} for name, address in settings.languages],
        "episodes": len(lesson.episodes) - len(side_by_side(settings, [source.slug for source in lesson.episodes])),
        "episode_list": str(list_address(lesson) or ""),
        "assets": up,
        "root": f"{urlsplit(settings.url).path.rstrip('/')}/{'instructor/' if up else ''}" if settings.url else "",
        "copied": copied(lesson),
        "words": {english: words.words.get(english, english) for english in (*SHOWN_BY_TEMPLATES, *SHOWN)},
    }


def _license_address(lesson: Lesson) -> str:
    """Return where the licence stands: elsewhere, or on a page that the lesson has; nothing where it has no such page."""
    address = lesson.settings.license_url
    return address if "://" in address or address in {f"{source.slug}.html" for source in lesson.sources} else ""


def _citation_address(lesson: Lesson, *, cited: bool) -> str:
    """Return where it stands how to cite the lesson: on its page, on a page that the lesson wrote, or in a file of the repository."""
    if cited:
        return "citation.html"
    if any(source.slug == "CITATION" for source in lesson.sources):
        return "CITATION.html"
    name = next((name for name in CITATIONS if is_file(lesson.root / name)), "")
    return f"{_repository(lesson.settings)}{name}" if name and lesson.settings.source else ""


def _repository(settings: Settings) -> str:
    """Return the address below which the forge shows the repository's files."""
    return f"{settings.source.rstrip('/')}/blob/{settings.branch}/"


def copied(lesson: Lesson) -> str:
    """Return where code has a copy button; an unknown value of ``copy`` counts as the default."""
    wanted = lesson.settings.code_copy.lower()
    return wanted if wanted in CODE_COPIED else CODE_COPIED[0]


def _look_digest(hooks: Sequence[Path]) -> str:
    """Tell this theme from another release's, and hooks from what they were: a site is made anew when its staged folder differs."""
    digest = hashlib.sha256(_theme_digest().encode())
    for hook in hooks:
        digest.update(b"\0" + (read_bytes(hook) if is_file(hook) else b""))
    return digest.hexdigest()[:16]


@cache
def _theme_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(THEME.rglob("*")):
        if is_file(file):
            digest.update(file.relative_to(THEME).as_posix().encode() + b"\0" + read_bytes(file))
    return digest.hexdigest()[:16]
