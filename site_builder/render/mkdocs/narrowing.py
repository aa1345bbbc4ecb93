"""Render some pages of a staged folder, and only those, with the menus that all of them have."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel, file_sort_key, set_exclusions

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
        self.same: Collection[str] = ()
        self._pages: list[Any] = []

    def on_files(self, found: Any, /, *, config: Any) -> Any:
        """Add the files that are not there because they stay the same, so that all have the order that a whole build gives them."""
        absent = [
            File(name, config.docs_dir, config.site_dir, config.use_directory_urls) for name in self.same if name not in found.src_uris
        ]
        if not absent:
            return found
        set_exclusions(absent, config)
        own = [file for file in found if file.src_dir == config.docs_dir]
        others = [file for file in found if file.src_dir != config.docs_dir]  # the theme's come after them
        return Files([*sorted((*own, *absent), key=file_sort_key), *others])

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

    def build_changed(self, folder: Path, target: Path, changed: Collection[str], same: Collection[str]) -> list[str]:
        """Render the changed files of a staged folder into a rendered one, each as a new file, and return the warnings.

        Files called ``same`` may be missing in the staged folder.

        Raises:
            MachineError: MkDocs or the theme failed.
        """
        with files.temporary_folder(target.parent, f"{target.name}.") as made:
            there = {path.relative_to(folder / DOCS).as_posix() for path in (folder / DOCS).rglob("*.md")}
            pages = there | {name for name in same if name.endswith(".md")}
            whole = pages <= set(changed)  # what they have in common may have changed, and with it the sitemap and the theme's own pages
            self._narrowing.changed, self._narrowing.same = changed, same
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
