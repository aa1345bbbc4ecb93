"""Templates that were prepared beforehand are the ones a build would have made, and are used once."""

from __future__ import annotations

import pytest
from mkdocs.theme import Theme

from site_builder.render.base import THEME
from site_builder.render.mkdocs import warming


def test_a_theme_gets_the_prepared_templates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_ready", {})
    warming.warm()
    theme, other = (Theme(name="material", custom_dir=str(THEME)) for _ in range(2))
    warming.use(theme)
    prepared = theme.get_env()
    assert prepared.get_template("main.html") is prepared.get_template("main.html")
    listed = set(other.get_env().loader.list_templates())
    assert set(prepared.loader.list_templates()) == {
        name for name in listed if not name.startswith(".icons/")
    }  # MkDocs copies none of those
    icon = next(name for name in listed if name.startswith(".icons/"))
    assert prepared.get_template(icon).render() == other.get_env().get_template(icon).render()
    warming.use(other)
    assert other.get_env() is not prepared


def test_another_theme_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_ready", {})
    warming.warm()
    plain = Theme(name="mkdocs")
    warming.use(plain)
    assert "partials/header.html" not in plain.get_env().loader.list_templates()
