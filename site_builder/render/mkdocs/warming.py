"""What a worker does while the lesson is still being read: it loads the theme's templates, which every build needs.

What they are compiled to is kept (https://jinja.palletsprojects.com/en/stable/api/#bytecode-cache), in a folder of this user's alone.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from site_builder import files
from site_builder.errors import MachineError
from site_builder.render.base import THEME

NEEDED = re.compile(r"(?:base|main|404)\.html|sitemap\.xml|partials/(?!post)[a-z-]+\.html")
"""Templates of Material that its pages are made of."""

HIDDEN = re.compile(r"(?:^|/)\.")
"""Files of a theme that MkDocs never copies (`Files.add_files_from_theme`), such as Material's 14 000 icons, which templates name."""

COMPILED = "templates"
"""Name of the folder of compiled templates; they count by the text that they were compiled from."""

_ready: dict[tuple[str, ...], Any] = {}


def warm() -> None:
    """Import MkDocs and Material, and prepare the templates of the builder's theme."""
    import material.plugins.search.plugin  # noqa: F401
    import mkdocs.commands.build  # noqa: F401
    from jinja2 import FileSystemBytecodeCache
    from mkdocs.theme import Theme

    import site_builder.render.mkdocs.engine  # noqa: F401 - what a worker is sent, it finds there

    theme = Theme(name="material", custom_dir=str(THEME))
    environment = theme.get_env()
    names = environment.loader.list_templates()
    shown = [name for name in names if not HIDDEN.search(name)]
    environment.loader.list_templates = lambda: shown
    with suppress(MachineError):
        environment.bytecode_cache = FileSystemBytecodeCache(str(files.user_folder(COMPILED)))
    for name in filter(NEEDED.fullmatch, names):
        with suppress(Exception):  # a template may need what a plugin brings; it is compiled when it is used then
            environment.get_template(name)
    _ready[_key(theme)] = environment


def use(theme: Any) -> None:
    """Let a theme have the prepared templates, once, where it is the theme they were prepared for."""
    environment = _ready.pop(_key(theme), None)
    if environment is not None:
        theme.get_env = lambda: environment


def _key(theme: Any) -> tuple[str, ...]:
    return (str(theme.locale), *theme.dirs)
