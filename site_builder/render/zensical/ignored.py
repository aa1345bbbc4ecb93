"""What Zensical passes over without a word: plugins that it has no counterpart of, hooks, and some settings of plugins.

From its documentation of September 2026: https://zensical.org/docs/compatibility/mkdocs/plugins/ and, for hooks,
https://zensical.org/docs/compatibility/mkdocs/migration/#unsupported-settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from site_builder.problems import Location, Problem, Severity
from site_builder.render.staged import listed

SUPPORTED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((
        "api-autonav", "autorefs", "awesome-nav", "blog", "exclude", "gh-admonitions", "literate-nav", "macros", "markdown-exec", "meta",
        "minify", "mkdocs-audio", "mkdocs-autoapi", "mkdocs-video", "offline", "redirects", "section-index", "social", "table-reader",
    ), ()),
    "callouts": ("aliases", "breakless_lists", "title_from_first_bold"),
    "glightbox": ("touchNavigation", "loop", "effect", "slide_effect", "zoomable", "draggable", "background", "shadow"),
    "llmstxt": ("preprocess",),
    "mike": ("css_dir", "javascript_dir"),
    "mkdocstrings": ("watch",),
    "rss": ("cache_dir", "use_material_social_cards"),
    "search": ("fields", "indexing", "jieba_dict", "jieba_dict_user", "lang", "min_search_length", "pipeline", "prebuild_index"),
    "tags": ("tags_compare", "tags_compare_reverse", "tags_pages_compare", "tags_pages_compare_reverse", "tags_file", "tags_extra_files",
             "export", "export_file", "export_only"),
}  # fmt: skip
"""Plugins that Zensical has, by the names that MkDocs knows them by, with the settings of each that have no effect."""

OWN_NAMES = "material/"
"""How Material's own plugins may be written: ``material/tags`` is ``tags``."""


def ignored(settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a warning for each plugin, setting of a plugin and hook in a site's settings that Zensical passes over."""
    for written, own in listed(settings.get("plugins")):
        name = written.removeprefix(OWN_NAMES)
        if name not in SUPPORTED:
            yield _problem(f"the plugin `{written}` is not run: its documentation does not list it")
        for key in own:
            if key in SUPPORTED.get(name, ()):
                yield _problem(f"the setting `{key}` of the plugin `{written}` has no effect")
    for hook, _ in listed(settings.get("hooks")):
        yield _problem(f"the hook `{PurePosixPath(hook.replace(chr(92), '/')).name}` is not run")


def _problem(message: str) -> Problem:
    hint = "leave it out, or build with `engine: mkdocs`"
    return Problem("LS703", f"Zensical: {message}", Location(PurePosixPath("mkdocs.yml")), hint, Severity.WARNING)
