"""The settings of the staged site: the lesson's own file stays the user's."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from site_builder.errors import ConfigError
from site_builder.lesson.model import Asset, Kind, Lesson, SourceFile
from site_builder.render.configuration import configurations, copied
from site_builder.settings.lesson import Settings
from site_builder.settings.workshop import Workshop
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
    assert learner["plugins"] == []
    assert yaml.safe_load(yaml.safe_dump(learner)) == learner


def test_the_foot_of_every_page_names_what_the_lesson_has(tmp_path: Path) -> None:
    pages = (SourceFile(PurePosixPath("CODE_OF_CONDUCT.md"), Kind.PAGE),)
    for name in ("CONTRIBUTING.md", "CITATION.cff"):
        (tmp_path / name).write_text("x")

    def foot(*, cited: bool, **settings: str) -> dict[str, str]:
        views: Any = configurations(Lesson(tmp_path, Settings(**settings), pages=pages), cited=cited)  # type: ignore[arg-type]
        facts = [view["extra"]["lesson_site"] for view in views.values()]
        names = ("conduct", "contributing", "citation")
        assert [facts[0][name] for name in names] == [facts[1][name] for name in names]
        return {name: facts[0][name] for name in names}

    source = "https://github.com/o/r"
    assert foot(cited=True, source=source) == {
        "conduct": "CODE_OF_CONDUCT.html", "contributing": f"{source}/blob/main/CONTRIBUTING.md", "citation": "citation.html",
    }  # fmt: skip
    assert foot(cited=False, source=source, branch="dev")["citation"] == f"{source}/blob/dev/CITATION.cff"
    assert foot(cited=False) == {"conduct": "CODE_OF_CONDUCT.html", "contributing": "", "citation": ""}
    bare: Any = configurations(Lesson(tmp_path / "none", Settings(source=source)))[View.LEARNER]["extra"]
    assert [bare["lesson_site"][name] for name in ("conduct", "contributing", "citation")] == ["", "", ""]


def test_the_users_theme_settings_plugins_and_styles_stay(tmp_path: Path) -> None:
    own = {"theme": {"name": "material", "palette": {"primary": "red"}}, "plugins": ["search", "tags"], "extra_css": ["own.css"]}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(own))
    learner = made(tmp_path)[View.LEARNER]
    assert learner["theme"]["palette"] == {"primary": "red"}  # type: ignore[index]
    assert learner["plugins"] == ["search", "tags"]
    assert learner["extra_css"] == ["assets/lesson.css", "own.css"]


@pytest.mark.parametrize("theme", ["material", {"name": "readthedocs"}])
def test_a_theme_that_cannot_be_joined_is_refused_with_a_remedy(tmp_path: Path, theme: object) -> None:
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump({"theme": theme}))
    with pytest.raises(ConfigError) as caught:
        made(tmp_path)
    assert caught.value.hint


def test_an_unknown_language_gets_english_menus(tmp_path: Path) -> None:
    assert made(tmp_path, lang="tlh")[View.LEARNER]["theme"]["language"] == "en"  # type: ignore[index]


def test_both_views_find_logo_and_favicon(tmp_path: Path) -> None:
    asset = Asset(PurePosixPath("episodes/fig/l.svg"), PurePosixPath("fig/l.svg"))
    settings = Settings(title="T", logo="fig/l.svg", favicon="fig/l.svg")
    both = configurations(Lesson(tmp_path, settings, assets=(asset,)))
    assert [both[view]["extra"]["lesson_site"]["logo"] for view in (View.LEARNER, View.INSTRUCTOR)] == ["fig/l.svg", "../fig/l.svg"]
    assert both[View.INSTRUCTOR]["theme"]["favicon"] == "../fig/l.svg"


@pytest.mark.parametrize(("written", "meant"), [("none", "none"), ("Setup-only", "setup-only"), ("sometimes", "all"), ("", "all")])
def test_where_code_is_copied(tmp_path: Path, written: str, meant: str) -> None:
    assert copied(Lesson(tmp_path, Settings(code_copy=written))) == meant


@pytest.mark.parametrize(("alternatives", "count"), [({}, 3), ({"b": "a"}, 2), ({"c": "a"}, 3)])
def test_episodes_taught_at_the_same_time_count_once(tmp_path: Path, alternatives: dict[str, str], count: int) -> None:
    episodes = tuple(SourceFile(PurePosixPath(f"episodes/{name}.md"), Kind.EPISODE) for name in "abc")
    settings = Settings(workshop=Workshop(alternatives=alternatives))
    site: Any = configurations(Lesson(tmp_path, settings, episodes=episodes))[View.LEARNER]["extra"]["lesson_site"]
    assert site["episodes"] == count


def test_the_words_around_the_text_speak_the_lessons_language(tmp_path: Path) -> None:
    learner: Any = made(tmp_path, lang="fr", doi="10.1/x")[View.LEARNER]
    facts = learner["extra"]["lesson_site"]
    assert facts["words"]["Search"] == "Recherche" and facts["doi"] == "https://doi.org/10.1/x"
    assert learner["theme"]["palette"][1]["toggle"]["name"] == "Passer en sombre"


def test_another_release_of_the_theme_makes_another_site(tmp_path: Path) -> None:
    facts: Any = made(tmp_path)[View.LEARNER]["extra"]
    assert len(facts["lesson_site"]["theme"]) == 16


def test_a_lesson_in_another_language_says_so_for_its_text(tmp_path: Path) -> None:
    def facts(lang: str) -> tuple[bool, str, str]:
        site: Any = made(tmp_path, lang=lang)[View.LEARNER]["extra"]
        return tuple(site["lesson_site"][name] for name in ("foreign", "direction", "language"))  # type: ignore[return-value]

    assert facts("es_MX") == (False, "ltr", "es-MX")
    assert facts("ar") == (True, "rtl", "ar")
    assert facts("pt-BR") == (True, "ltr", "pt-BR")


def test_features_are_the_users_but_for_pages_that_are_exchanged_without_loading(tmp_path: Path) -> None:
    own = {"theme": {"name": "material", "features": ["navigation.instant", "navigation.instant.prefetch", "header.autohide"]}}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(own))
    learner: Any = made(tmp_path)[View.LEARNER]
    assert learner["theme"]["features"] == ["header.autohide"]


def test_the_licence_is_linked_only_where_there_is_something_to_link_to(tmp_path: Path) -> None:
    def shown(settings: Settings, *pages: SourceFile) -> tuple[str, str]:
        site: Any = configurations(Lesson(tmp_path, settings, pages=pages))[View.LEARNER]["extra"]["lesson_site"]
        return site["license"], site["license_url"]

    own = SourceFile(PurePosixPath("LICENSE.md"), Kind.PAGE)
    assert shown(Settings()) == ("", "")
    assert shown(Settings(), own) == ("LICENSE", "LICENSE.html")
    assert shown(Settings(license="MIT")) == ("MIT", "")
    assert shown(Settings(license="MIT"), own) == ("MIT", "LICENSE.html")
    assert shown(Settings(license="MIT", license_url="https://x.org/licence")) == ("MIT", "https://x.org/licence")


def test_a_contact_is_written_to_or_followed(tmp_path: Path) -> None:
    def linked(contact: str) -> str:
        site: Any = made(tmp_path, contact=contact)[View.LEARNER]["extra"]["lesson_site"]
        return str(site["contact"])

    assert [linked(each) for each in ("", "a@b.org", "https://b.org/c")] == ["", "mailto:a@b.org", "https://b.org/c"]


@pytest.mark.parametrize(
    "text", ["INHERIT: mkdocs.yml\n", "INHERIT: gone.yml\n", "INHERIT: [a]\n", "a: [\n", "- a\n", "INHERIT: other.yml\n"]
)
def test_a_file_that_cannot_be_joined_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "mkdocs.yml").write_text(text)
    (tmp_path / "other.yml").write_text("INHERIT: mkdocs.yml\n")
    with pytest.raises(ConfigError) as caught:
        made(tmp_path)
    assert caught.value.hint or caught.value.problems


def test_what_the_lesson_sets_is_in_the_staged_file_so_that_a_change_of_it_is_seen(tmp_path: Path) -> None:
    def configuration(own: str) -> dict[str, object]:
        (tmp_path / "mkdocs.yml").write_text(own)
        return made(tmp_path)[View.LEARNER]

    seen = [configuration(own) for own in ("copyright: a\n", "copyright: b\n", "copyright: b\nhooks: [h.py]\n")]
    (tmp_path / "h.py").write_text("1")
    seen.append(configuration("copyright: b\nhooks: [h.py]\n"))
    assert all(one != other for number, one in enumerate(seen) for other in seen[:number])
