"""Templates that were prepared beforehand are the ones a build would have made, and are used once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.structure.files import Files
from mkdocs.theme import Theme

from site_builder.render.base import THEME
from site_builder.render.mkdocs import warming


def copied(theme: Theme, environment: Any) -> list[str]:
    """Return what MkDocs copies of a theme, in its order."""
    files = Files([])
    files.add_files_from_theme(environment, SimpleNamespace(theme=theme, site_dir="site", use_directory_urls=False))
    return [file.src_uri for file in files]


def test_a_theme_gets_the_prepared_templates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_ready", {})
    warming.warm()
    theme, other = (Theme(name="material", custom_dir=str(THEME)) for _ in range(2))
    warming.use(theme)
    prepared = theme.get_env()
    assert prepared.get_template("main.html") is prepared.get_template("main.html")
    assert copied(theme, prepared) == copied(other, other.get_env())
    warming.use(other)
    assert other.get_env() is not prepared


def test_another_theme_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_ready", {})
    warming.warm()
    plain = Theme(name="mkdocs")
    warming.use(plain)
    assert "partials/header.html" not in plain.get_env().loader.list_templates()
