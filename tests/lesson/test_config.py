"""Settings from ``config.yaml`` or ``extra.lesson`` of ``mkdocs.yml``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.errors import ConfigError
from site_builder.lesson.config import parse_mapping, read_settings
from site_builder.lesson.model import Settings
from site_builder.problems import Location, Problem, Severity

CONFIG = PurePosixPath("config.yaml")
Read = Callable[..., tuple[Settings, tuple[Problem, ...]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str, name: str = "config.yaml") -> tuple[Settings, tuple[Problem, ...]]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_settings(tmp_path)

    return read


@pytest.fixture
def settings(read: Read) -> Callable[[str], Settings]:
    def settings(text: str) -> Settings:
        found, problems = read("title: T\n" + text)
        assert problems == ()
        return found

    return settings


SettingsOf = Callable[[str], Settings]


def test_a_lesson_without_settings_gets_the_defaults(tmp_path: Path) -> None:
    settings, problems = read_settings(tmp_path)
    assert (settings.license, settings.license_url, settings.branch, settings.lang) == ("CC-BY 4.0", "LICENSE.html", "main", "en")
    assert problems == ()


def test_an_empty_file_gives_the_defaults_and_asks_for_a_title(read: Read) -> None:
    settings, problems = read("# nothing yet\n")
    assert settings.title == ""
    assert [(p.code, p.severity) for p in problems] == [("LS004", Severity.WARNING)]


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("carpentry", "carpentry"), ("carpentry_description", "carpentry_description"), ("keywords", "keywords"),
        ("life_cycle", "life_cycle"), ("doi", "doi"), ("license", "license"), ("license_url", "license_url"), ("branch", "branch"),
        ("contact", "contact"), ("lang", "lang"), ("desc", "description"), ("created", "created"), ("handout", "handout"),
        ("analytics", "analytics"), ("glosario", "glosario"), ("source", "source"),
    ],
)  # fmt: skip
def test_every_text_key_of_the_workbench_is_read(settings: SettingsOf, key: str, field: str) -> None:
    assert getattr(settings(f"{key}: ' some text '"), field) == "some text"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2025-03-16", "2025-03-16"), ("'2025-03-16'", "2025-03-16"), ("2025-03-16 10:11:12", "2025-03-16"), ("~", ""), ("", ""),
        ("spring 2025", "spring 2025"), ("2025", "2025"),
    ],
)  # fmt: skip
def test_a_date_is_read_quoted_or_not_and_may_be_missing(settings: SettingsOf, value: str, date: str) -> None:
    assert settings(f"created: {value}").created == date


@pytest.mark.parametrize("value", ["true", "True", "yes", "on", "'true'", "1"])
def test_a_switch_is_on_in_every_spelling(settings: SettingsOf, value: str) -> None:
    found = settings(f"overview: {value}\nfail_on_error: {value}\ndisable_sidebar_numbering: {value}")
    assert (found.overview, found.fail_on_error, found.number_sidebar) == (True, True, False)


@pytest.mark.parametrize("value", ["false", "no", "off", "~", "", "'false'", "0", "maybe"])
def test_a_switch_is_off_otherwise(settings: SettingsOf, value: str) -> None:
    found = settings(f"overview: {value}\nfail_on_error: {value}\ndisable_sidebar_numbering: {value}")
    assert (found.overview, found.fail_on_error, found.number_sidebar) == (False, False, True)


@pytest.mark.parametrize(("value", "text"), [("true", "true"), ("false", ""), ("files/own.R", "files/own.R")])
def test_a_handout_is_a_switch_or_a_path(settings: SettingsOf, value: str, text: str) -> None:
    assert settings(f"handout: {value}").handout == text


@pytest.mark.parametrize(("value", "text"), [("10.5281", "10.5281"), ("0", "0"), ("~", "")])
def test_numbers_are_read_as_text(settings: SettingsOf, value: str, text: str) -> None:
    assert settings(f"doi: {value}").doi == text


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("url: https://example.org/lesson", "https://example.org/lesson/"),
        ("url: https://example.org/lesson/", "https://example.org/lesson/"),
        ("source: https://github.com/owner/lesson", "https://owner.github.io/lesson/"),
        ("source: https://github.com/owner/lesson/", "https://owner.github.io/lesson/"),
        ("source: https://github.com/owner/lesson.git", "https://owner.github.io/lesson/"),
        ("source: git@github.com:owner/lesson.git", "https://owner.github.io/lesson/"),
        ("source: https://github.com/owner/lesson\nurl: https://own.example", "https://own.example/"),
        ("source: https://git.example.org/owner/lesson", ""),
        ("", ""),
    ],
)
def test_the_address_follows_from_the_repository_where_none_is_given(settings: SettingsOf, text: str, url: str) -> None:
    assert settings(text).url == url


def test_the_repository_stands_without_its_last_slash(settings: SettingsOf) -> None:
    assert settings("source: https://github.com/owner/lesson/").source == "https://github.com/owner/lesson"


def test_other_languages_are_pairs_of_name_and_address(settings: SettingsOf) -> None:
    text = (
        "languages:\n  default: English\n  other:\n    - {lang: Deutsch, url: https://de.example}\n    - nonsense\n    - {lang: Español}\n"
    )
    assert settings(text).languages == (("Deutsch", "https://de.example"), ("Español", ""))


def test_an_escape_that_no_file_can_hold_is_replaced(settings: SettingsOf) -> None:
    assert settings('contact: "a\\ud800b"').contact == "a\ufffdb"


@pytest.mark.parametrize("value", ["English", "[a, b]", "{default: English}", "{other: Deutsch}", "~"])
def test_languages_of_another_form_are_none(settings: SettingsOf, value: str) -> None:
    assert settings(f"languages: {value}").languages == ()


def test_unknown_keys_are_kept_for_the_templates(settings: SettingsOf) -> None:
    assert settings("pre-beta-date: 2023-01-01\n7: seven\n").values["7"] == "seven"


@pytest.mark.parametrize("key", ["title", "source", "url", "contact"])
def test_a_list_where_text_belongs_is_a_problem_with_its_line(read: Read, key: str) -> None:
    found, problems = read(f"carpentry: incubator\n{key}:\n  - one\n  - two\n")
    problem = next(p for p in problems if p.code == "LS003")
    assert (problem.message, problem.location) == (f"`{key}` must be text", Location(CONFIG, 2))
    assert getattr(found, key) == ""


@pytest.mark.parametrize("key", ["episodes", "learners", "instructors", "profiles", "schedule"])
def test_text_where_a_list_belongs_is_a_problem_with_its_line(read: Read, key: str) -> None:
    _, problems = read(f"title: T\n{key}: one.md\n")
    assert [(p.code, p.location) for p in problems] == [("LS003", Location(CONFIG, 2))]
    assert f"`{key}` must be a list of file names" in problems[0].message


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("title: T\nurl: [a, b\n", 3, 1),
        ("title: it: breaks\n", 1, 10),
        ("a: 1\n\tb: 2\n", 2, 1),
        ("a: 1\n  b: 2\n", 2, 4),
        ("a: *nowhere\n", 1, 4),
        ("title: 'never closed\n", 2, 1),
        ("title: T\nbad: \x07\n", 2, 6),
    ],
)
def test_broken_yaml_is_told_with_line_and_column(read: Read, text: str, line: int, column: int) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml cannot be read") as caught:
        read(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.location) == ("LS001", Location(CONFIG, line, column))
    assert problem.message.startswith("not YAML: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [a\n", "not YAML: expected ',' or ']', but got '<stream end>'"),
        ("title: \x07\n", "not YAML: special characters are not allowed"),
        ("date: 2026-02-30\n", "a value cannot be read: day is out of range for month"),
    ],
)
def test_what_is_wrong_is_said_in_a_few_words(read: Read, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.problems[0].message == message


@pytest.mark.parametrize("value", ["2026-02-30", "!!int ''", "!!float ''", "!!bool maybe", "!!timestamp never", "[" * 2000])
def test_a_value_that_cannot_be_made_is_told_and_is_no_crash(read: Read, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"title: T\nvalue: {value}\n")
    assert caught.value.problems[0].code == "LS001"


@pytest.mark.parametrize("text", ["- one\n- two\n", "just text\n", "3\n"])
def test_a_file_that_is_no_mapping_is_told(read: Read, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.problems[0].code == "LS002"
    assert caught.value.problems[0].location == Location(CONFIG, 1)


class TestMkDocs:
    TEXT = (
        "site_name: Site\n"
        "repo_url: https://github.com/owner/lesson\n"
        "theme:\n"
        "  name: material\n"
        "  palette:\n"
        "    contact: not this one\n"
        "markdown_extensions:\n"
        "  - emoji:\n"
        "      generator: !!python/name:some.module\n"
        "plugins: [{search: !ENV [ON, true]}]\n"
        "extra:\n"
        "  lesson:\n"
        "    contact: [a, b]\n"
        "    carpentry: incubator\n"
    )

    def test_settings_stand_in_extra_lesson(self, read: Read) -> None:
        settings, _ = read(self.TEXT, "mkdocs.yml")
        assert (settings.title, settings.carpentry, settings.url) == ("Site", "incubator", "https://owner.github.io/lesson/")
        assert settings.path == PurePosixPath("mkdocs.yml")

    def test_lines_are_those_of_the_block(self, read: Read) -> None:
        settings, problems = read(self.TEXT, "mkdocs.yml")
        assert [problem.location for problem in problems] == [Location(PurePosixPath("mkdocs.yml"), 13)]
        assert dict(settings.lines) == {"title": 1, "source": 2, "contact": 13, "carpentry": 14}

    def test_the_block_beats_the_sites_own_keys(self, read: Read) -> None:
        settings, problems = read("site_name: Site\nextra: {lesson: {title: Lesson, url: https://own.example}}\n", "mkdocs.yml")
        assert (settings.title, settings.url, problems) == ("Lesson", "https://own.example/", ())

    @pytest.mark.parametrize("extra", ["", "extra: ~", "extra: [a]", "extra: {lesson: ~}", "extra: {other: 1}"])
    def test_a_site_without_the_block_gives_name_and_address(self, read: Read, extra: str) -> None:
        settings, problems = read(f"site_name: Site\nsite_url: https://example.org\n{extra}\n", "mkdocs.yml")
        assert (settings.title, settings.url, problems) == ("Site", "https://example.org/", ())

    def test_config_yaml_is_read_first(self, read: Read) -> None:
        read("title: Workbench\n")
        settings, _ = read(self.TEXT, "mkdocs.yml")
        assert settings.title == "Workbench"


def test_lines_of_keys_are_counted_from_one() -> None:
    values, lines = parse_mapping("# head\na: 1\n\nb:\n  c: 2\n", CONFIG)
    assert (values, lines) == ({"a": 1, "b": {"c": 2}}, {"a": 2, "b": 4})


@given(st.text(alphabet="ab01 :-[]{}'\"\n\t#&*!|>%@`?,.~=\x00\ud800é", max_size=40))
def test_any_text_is_settings_or_a_configuration_error(text: str) -> None:
    try:
        values, lines = parse_mapping(text, CONFIG)
    except ConfigError as error:
        assert error.problems
    else:
        assert set(lines) >= {key for key in values if key in text}
