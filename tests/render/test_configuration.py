"""The settings of the staged site: the lesson's own file stays the user's."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from site_builder.errors import ConfigError
from site_builder.lesson.model import Lesson, Settings
from site_builder.render.configuration import configurations
from site_builder.weave.model import View


def made(root: Path, **settings: object) -> dict[View, dict[str, object]]:
    return configurations(Lesson(root, Settings(**settings)))  # type: ignore[arg-type]


def test_a_lesson_without_mkdocs_yml_gets_the_whole_set_up(tmp_path: Path) -> None:
    both = made(tmp_path, title="T", url="https://x.org/l/", lang="es")
    learner, instructor = both[View.LEARNER], both[View.INSTRUCTOR]
    assert (learner["site_url"], instructor["site_url"]) == ("https://x.org/l/", "https://x.org/l/instructor/")
    assert learner["theme"]["language"] == "es"  # type: ignore[index]
    assert learner["use_directory_urls"] is False
    assert "INHERIT" not in learner
    assert learner["plugins"] == ["search"]
    assert yaml.safe_load(yaml.safe_dump(learner)) == learner


def test_the_users_theme_settings_plugins_and_styles_stay(tmp_path: Path) -> None:
    own = {"theme": {"name": "material", "palette": {"primary": "red"}}, "plugins": ["search", "tags"], "extra_css": ["own.css"]}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(own))
    learner = made(tmp_path)[View.LEARNER]
    assert learner["INHERIT"] == str(tmp_path / "mkdocs.yml")
    assert "palette" not in learner["theme"]  # type: ignore[operator]
    assert "plugins" not in learner
    assert learner["extra_css"] == ["own.css", "assets/lesson.css"]


@pytest.mark.parametrize("theme", ["material", {"name": "readthedocs"}])
def test_a_theme_that_cannot_be_joined_is_refused_with_a_remedy(tmp_path: Path, theme: object) -> None:
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump({"theme": theme}))
    with pytest.raises(ConfigError) as caught:
        made(tmp_path)
    assert caught.value.hint


def test_an_unknown_language_gets_english_menus(tmp_path: Path) -> None:
    assert made(tmp_path, lang="tlh")[View.LEARNER]["theme"]["language"] == "en"  # type: ignore[index]
