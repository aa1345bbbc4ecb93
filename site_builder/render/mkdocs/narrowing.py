"""Render some pages of a staged folder, and only those, with the menus that all of them have."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import InclusionLevel

from site_builder import files
from site_builder.render.base import CONFIGURATION, DOCS
from site_builder.render.mkdocs.building import build, read_settings


class _Narrowing(BasePlugin):  # type: ignore[misc]
    """Leaves out what has not changed, after the navigation is complete; by MkDocs' hooks and `File.inclusion` alone.

    https://www.mkdocs.org/dev-guide/plugins/#events
    """

    def __init__(self) -> None:
        super().__init__()
        self.changed: Collection[str] = ()
        self._pages: list[Any] = []

    def on_nav(self, nav: Any, *, config: Any, files: Any) -> Any:
        """Exclude all files but the changed ones, and the templates that are pages of their own."""
        self._pages = files.documentation_pages()
        for file in files:
            if file.src_uri not in self.changed or file.abs_src_path is None:
                file.inclusion = InclusionLevel.EXCLUDED
        config.theme.static_templates.clear()
        return nav

    def on_page_context(self, context: Any, *, page: Any, config: Any, nav: Any) -> Any:
        """Let templates see the pages that a whole build has."""
        context["pages"] = self._pages
        return context


class Narrowed:
    """Renders single pages of staged folders that have equal settings, which are read once."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._settings: Any = None
        self._narrowing = _Narrowing()

    def build_changed(self, folder: Path, target: Path, changed: Collection[str]) -> list[str]:
        """Render the changed files of a staged folder into a rendered one, each as a new file, and return the warnings.

        Raises:
            MachineError: MkDocs or the theme failed.
        """
        with files.temporary_folder(target.parent, f"{target.name}.") as made:
            pages = {path.relative_to(folder / DOCS).as_posix() for path in (folder / DOCS).rglob("*.md")}
            whole = pages <= set(changed)  # what they have in common may have changed, and with it the sitemap and the theme's own pages
            self._narrowing.changed = changed
            messages = build(folder, made) if whole else build(folder, made, self._read)
            for path in files.files_below(made):
                files.replace_file(path, target / path.relative_to(made))
        return messages

    def _read(self, folder: Path, target: Path) -> Any:
        """Return the settings; all that differs from one time to the next is where the folders are."""
        if self._settings is None:
            self._settings = read_settings(folder, target)
            self._settings.plugins["site_builder"] = self._narrowing  # once: it stays registered
        self._settings.config_file_path = str(folder / CONFIGURATION)
        self._settings.docs_dir, self._settings.site_dir = str(folder / DOCS), str(target)
        return self._settings
