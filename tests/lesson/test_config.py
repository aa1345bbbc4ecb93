"""Settings from ``config.yaml`` or ``extra.lesson`` of ``mkdocs.yml``."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from site_builder.errors import ConfigError
from site_builder.lesson.config import parse_mapping, read_settings, settings_from
from site_builder.problems import Location, Problem, Severity
from site_builder.settings.execution import ExecutionSettings
from site_builder.settings.keys import named_keys
from site_builder.settings.lesson import Settings
from site_builder.settings.workshop import Day, Workshop

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
        found, problems = read(f"title: T\n{text}" if text.startswith("license:") else f"title: T\nlicense: MIT\n{text}")
        assert problems == ()
        return found

    return settings


@pytest.fixture
def told(read: Read) -> Callable[[str], tuple[Settings, list[str]]]:
    """Settings and their problems; the text begins on the third line."""

    def told(text: str) -> tuple[Settings, list[str]]:
        found, problems = read(f"title: T\nlicense: MIT\n{text}")
        assert all(problem.location.line and problem.location.column and problem.hint for problem in problems)
        return found, [f"{problem.code} {problem.severity.value} {problem.location.line} {problem.message}" for problem in problems]

    return told


Told = Callable[[str], tuple[Settings, list[str]]]
SettingsOf = Callable[[str], Settings]


def test_a_lesson_without_settings_gets_the_defaults(tmp_path: Path) -> None:
    settings, problems = read_settings(tmp_path)
    assert (settings.license, settings.license_url, settings.branch, settings.lang) == ("", "LICENSE.html", "main", "en")
    assert problems == ()


def test_an_empty_file_gives_the_defaults_and_asks_for_a_title(read: Read) -> None:
    settings, problems = read("# nothing yet\n")
    assert settings.title == ""
    assert [(p.code, p.severity, str(p.location)) for p in problems] == [
        ("LS004", Severity.WARNING, "config.yaml:1:1"), ("LS009", Severity.WARNING, "config.yaml:1:1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("carpentry", "carpentry"), ("carpentry_description", "carpentry_description"), ("keywords", "keywords"),
        ("license", "license"), ("license_url", "license_url"), ("branch", "branch"), ("desc", "description"), ("created", "created"),
        ("handout", "handout"), ("analytics", "analytics"), ("glosario", "glosario"),
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


@pytest.mark.parametrize("value", ["false", "no", "off", "~", "", "'false'", "0"])
def test_a_switch_is_off_otherwise(settings: SettingsOf, value: str) -> None:
    found = settings(f"overview: {value}\nfail_on_error: {value}\ndisable_sidebar_numbering: {value}")
    assert (found.overview, found.fail_on_error, found.number_sidebar) == (False, False, True)


@pytest.mark.parametrize(("value", "text"), [("true", "true"), ("false", ""), ("files/own.R", "files/own.R")])
def test_a_handout_is_a_switch_or_a_path(settings: SettingsOf, value: str, text: str) -> None:
    assert settings(f"handout: {value}").handout == text


@pytest.mark.parametrize(("value", "text"), [("10.5281", "10.5281"), ("0", "0"), ("~", "")])
def test_numbers_are_read_as_text(settings: SettingsOf, value: str, text: str) -> None:
    assert settings(f"keywords: {value}").keywords == text


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
    text = "languages:\n  default: English\n  other:\n    - {lang: Deutsch, url: https://de.example}\n    - {lang: Español}\n"
    assert settings(text).languages == (("Deutsch", "https://de.example"), ("Español", ""))


def test_an_escape_that_no_file_can_hold_is_refused_as_libyaml_does(read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read('contact: "a\\ud800b"')
    assert str(caught.value.problems[0].location) == "config.yaml:1:14"


@pytest.mark.parametrize("value", ["{default: English}", "~"])
def test_a_lesson_may_be_there_in_one_language(settings: SettingsOf, value: str) -> None:
    assert settings(f"languages: {value}").languages == ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("English", "`languages` must be a mapping"),
        ("[a, b]", "`languages` must be a mapping"),
        ("{other: Deutsch}", "`languages: other` must be a list"),
        ("{other: [Deutsch]}", "`languages: other` must be a mapping"),
        ("{others: []}", "`languages` has no key `others`"),
    ],
)
def test_languages_of_another_form_are_warned_about(told: Told, value: str, message: str) -> None:
    found, problems = told(f"languages: {value}")
    assert (found.languages, problems) == ((), [f"LS008 warning 3 {message}"])


def test_unknown_keys_are_kept_for_the_templates(settings: SettingsOf) -> None:
    assert settings("pre-beta-date: 2023-01-01\nvarnish: carpentries/varnish@1.0.0\n").values["varnish"] == "carpentries/varnish@1.0.0"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("title", "LS003 error"),
        ("keywords", "LS003 error"),
        ("source", "LS008 warning"),
        ("url", "LS008 warning"),
        ("contact", "LS008 warning"),
    ],
)
def test_a_list_where_text_belongs_is_a_problem_with_its_line(read: Read, key: str, kind: str) -> None:
    found, problems = read(f"license: MIT\n{key}:\n  - one\n  - two\n" + "title: T\n" * (key != "title"))
    assert [(f"{p.code} {p.severity.value}", p.message, p.location) for p in problems] == [
        (kind, f"`{key}` must be text", Location(CONFIG, 2, 1))
    ]
    assert getattr(found, key) == ""


@pytest.mark.parametrize("key", ["episodes", "learners", "instructors", "profiles", "schedule"])
def test_text_where_a_list_belongs_is_a_problem_with_its_line(told: Told, key: str) -> None:
    assert told(f"{key}: one.md\n")[1] == [f"LS003 error 3 `{key}` must be a list of file names"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("contact: nobody", "LS008 warning 3 `contact` is not an e-mail address: 'nobody'"),
        ("contact: https://example.org/contact", "LS008 warning 3 `contact` is not an e-mail address: 'https://example.org/contact'"),
        ("source: github.com/o/r", "LS008 warning 3 `source` is not an address that begins with https://: 'github.com/o/r'"),
        ("source: http://github.com/o/r", "LS008 warning 3 `source` does not use https://"),
        ("url: example.org", "LS008 warning 3 `url` is not an address that begins with https://: 'example.org'"),
        ("lifecycle: beta", "LS007 warning 3 unknown setting `lifecycle`"),
        ("life_cycle: betta", "LS008 warning 3 `life_cycle` has an unknown value, `betta`"),
        ("carpentry: incubatr", "LS008 warning 3 `carpentry` has an unknown value, `incubatr`"),
        ("carpentry: LC", "LS008 warning 3 `carpentry` has an unknown value, `LC`"),
        ("lang: no", "LS008 warning 3 `lang` is read as false"),
        ("lang: english language", "LS008 warning 3 `lang` is not a language code: 'english language'"),
        ("doi: zenodo", "LS008 warning 3 `doi` is not a DOI: 'zenodo'"),
        ("doi: https://example.org/10.5281/x", "LS008 warning 3 `doi` is not a DOI: 'https://example.org/10.5281/x'"),
        ("overview: maybe", "LS008 warning 3 `overview` must be true or false"),
        ("pixi-frozen: maybe", "LS003 error 3 `pixi-frozen` must be true or false"),
        ("brand: {primry: red}", "LS003 error 3 `brand` has no key `primry`"),
        ("execution: {timout: 3}", "LS003 error 3 `execution` has no key `timout`"),
        ("title: U", "LS018 error 3 `title` is already set on line 1"),
        ("execution: {timeout: 3, timeout: 4}", "LS018 error 3 `execution: timeout` is already set on line 3"),
        ("episodes:\n- a.md\n- b.md\n- a.md", "LS019 warning 6 `episodes` already lists a.md on line 4"),
        ("schedule:\n- a.md\n- a.md", "LS019 warning 5 `episodes` already lists a.md on line 4"),
    ],
)
def test_each_value_that_cannot_be_meant_is_named(told: Told, line: str, message: str) -> None:
    assert told(line)[1] == [message]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("episods", "episodes"), ("episdoes", "episodes"), ("fail_on_eror", "fail_on_error"), ("langg", "lang"), ("lifecycle", "life_cycle"),
        ("licnese_url", "license_url"), ("keyword", "keywords"), ("requires_lesson", "requires-lesson"), ("workshp", "workshop"),
        ("Contact", "contact"), ("glossario", "glosario"), ("pixi_frozen", "pixi-frozen"),
    ],
)  # fmt: skip
def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(read: Read, written: str, meant: str) -> None:
    _, (problem,) = read(f"title: T\nlicense: MIT\n{written}: x\n")
    assert (problem.code, problem.severity, problem.location) == ("LS007", Severity.WARNING, Location(CONFIG, 3, 1))
    assert problem.hint == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("titel: T\nlicense: MIT\n", "title"), ("title: T\nlicence: MIT\n", "license"), ("title: T\nlisence: MIT\n", "license")],
)
def test_what_is_misspelt_is_not_missing_too(read: Read, text: str, meant: str) -> None:
    _, (problem,) = read(text)
    assert (problem.code, problem.hint) == ("LS007", f"did you mean '{meant}'?")


def test_no_licence_is_claimed_that_nobody_chose(read: Read) -> None:
    found, (problem,) = read("title: T\n")
    assert (found.license, problem.code, problem.severity) == ("", "LS009", Severity.WARNING)
    assert "`license`" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "contact: a+b@lists.example.org", "contact: mailto:a@example.org", "source: https://git.example.org:8443/o/r", "doi: 10.5281/zenodo.1",
        "doi: https://doi.org/10.5281/zenodo.1", "doi: doi:10.21105/jose.00123", "lang: 'no'", "lang: pt-BR", "lang: zh_CN", "life_cycle: pre-alpha",
        "life_cycle:", "life_cycle: false", "carpentry: intersect", "carpentry: lap\ncarpentry_description: Learning and Practice",
        "sandpaper: carpentries/sandpaper", "workbench-beta: true", "beta-date: 2023-01-01", "old-url: https://old.example.org",
        "docsearch: ~", "requires-lesson: '>=0.1,<2'", "exclude-pages: [CHANGELOG.md]", "analytics: carpentries", "handout: true",
    ],
)  # fmt: skip
def test_what_lessons_rightly_say_passes_in_silence(settings: SettingsOf, text: str) -> None:
    settings(text)


def test_addresses_are_kept_as_they_can_be_used(settings: SettingsOf) -> None:
    assert settings("contact: mailto:a@example.org").contact == "a@example.org"
    assert settings("source: git@github.com:owner/lesson.git").source == "https://github.com/owner/lesson.git"
    assert settings("doi: doi:10.1234/x").doi == "10.1234/x"


def test_the_first_of_two_values_counts(read: Read) -> None:
    found, problems = read("title: T\nlicense: MIT\nepisodes: [a.md]\nepisodes: [b.md]\n")
    assert (found.episodes, [p.code for p in problems]) == (("a.md",), ["LS018"])


def test_values_stay_as_they_were_written(told: Told) -> None:
    found, problems = told("workshop: {days: [true, {date: soon}, b]}\n")
    assert problems == [
        "LS003 error 3 `workshop: days: first` is read as true",
        "LS003 error 3 `workshop: days: date` must be a date such as 2026-07-06",
    ]
    assert found.values["workshop"] == {"days": [True, {"date": "soon"}, "b"]}
    assert [day.first for day in found.workshop.days] == ["", "b"]


def test_one_fault_hides_no_other(told: Told) -> None:
    _, problems = told("contact: x\nexecution: {timeout: soon, processes: 0, foo: 1}\nlangg: de\nworkshop: 3\noverview: perhaps\n")
    assert [problem.split()[2] for problem in problems] == ["3", "4", "4", "4", "5", "6", "7"]


@pytest.mark.parametrize(
    "text", ["title:\tT", "title: T\t# with a comment", "keywords: x\t\ntitle: T", "episodes: [a.md,\tb.md]\ntitle: T"]
)
def test_tabs_are_read_as_libyaml_reads_them(read: Read, text: str) -> None:
    found, problems = read(f"license: MIT\n{text}\n")
    assert (found.title, problems) == ("T", ())


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
    assert problem.message.startswith("config.yaml is not YAML: ") and problem.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [a\n", "config.yaml is not YAML: did not find expected ',' or ']'"),
        ("title: \x07\n", "config.yaml is not YAML: control characters are not allowed"),
        ("date: 2026-02-30\n", "config.yaml contains a value that cannot be read: day is out of range for month"),
        ("a: &a [*a]\n", "config.yaml contains an alias inside the value that it refers to"),
        ("a: " + "9" * 401, "config.yaml contains a number of more than 400 digits"),
        ("a: " + "[" * 200 + "]" * 200, "config.yaml is nested more than 100 deep"),
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
    assert caught.value.problems[0].location == Location(CONFIG, 1, 1)


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
        "    license: MIT\n"
    )

    def test_settings_stand_in_extra_lesson(self, read: Read) -> None:
        settings, _ = read(self.TEXT, "mkdocs.yml")
        assert (settings.title, settings.carpentry, settings.url) == ("Site", "incubator", "https://owner.github.io/lesson/")
        assert settings.path == PurePosixPath("mkdocs.yml")

    def test_lines_are_those_of_the_block(self, read: Read) -> None:
        settings, problems = read(self.TEXT, "mkdocs.yml")
        assert [problem.location for problem in problems] == [Location(PurePosixPath("mkdocs.yml"), 13, 5)]
        places = {name: str(settings.place(name)) for name in ("title", "source", "contact", "carpentry")}
        assert places == {
            "title": "mkdocs.yml:1:1", "source": "mkdocs.yml:2:1", "contact": "mkdocs.yml:13:5", "carpentry": "mkdocs.yml:14:5",
        }  # fmt: skip

    def test_a_block_that_is_no_mapping_is_told_at_its_line(self, read: Read) -> None:
        with pytest.raises(ConfigError) as caught:
            read("site_name: S\nextra:\n  lesson: text\n", "mkdocs.yml")
        assert str(caught.value.problems[0]).startswith("LS002 mkdocs.yml:3:3 `extra: lesson` is not a mapping")

    def test_keys_of_mkdocs_are_no_settings_of_the_lesson(self, read: Read) -> None:
        _, problems = read("site_name: S\nnav: []\nextra: {lesson: {license: MIT, nav: []}}\n", "mkdocs.yml")
        assert [(problem.code, str(problem.location)) for problem in problems] == [("LS007", "mkdocs.yml:3:32")]

    def test_the_block_beats_the_sites_own_keys(self, read: Read) -> None:
        settings, problems = read(
            "site_name: Site\nextra: {lesson: {title: Lesson, url: https://own.example, license: MIT}}\n", "mkdocs.yml"
        )
        assert (settings.title, settings.url, problems) == ("Lesson", "https://own.example/", ())

    @pytest.mark.parametrize("extra", ["", "extra: ~", "extra: [a]", "extra: {lesson: ~}", "extra: {other: 1}"])
    def test_a_site_without_the_block_gives_name_and_address(self, read: Read, extra: str) -> None:
        settings, problems = read(f"site_name: Site\nsite_url: https://example.org\n{extra}\n", "mkdocs.yml")
        assert (settings.title, settings.url) == ("Site", "https://example.org/")
        assert [(problem.code, str(problem.location)) for problem in problems] == [("LS009", "mkdocs.yml:1:1")]

    def test_keys_may_come_by_a_merge(self, read: Read) -> None:
        settings, problems = read("x: &x {site_name: S}\n<<: *x\nextra: {lesson: {license: MIT}}\n", "mkdocs.yml")
        assert (settings.title, problems) == ("S", ())

    def test_config_yaml_is_read_first(self, read: Read) -> None:
        read("title: Workbench\n")
        settings, _ = read(self.TEXT, "mkdocs.yml")
        assert settings.title == "Workbench"


def test_a_mapping_of_mkdocs_is_read_whole() -> None:
    assert parse_mapping("# head\na: 1\n\nb:\n  c: 2\n", CONFIG) == {"a": 1, "b": {"c": 2}}


NINE = "abcdefghi"
BOMB = (
    "a: &a ["
    + ",".join("x" * 9)
    + "]\n"
    + "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in itertools.pairwise(NINE))
)
MERGED = "a: &a {x: 1}\n" + "".join(f"{new}: &{new} {{<<: [{','.join([f'*{old}'] * 9)}]}}\n" for old, new in itertools.pairwise(NINE))


@contextmanager
def little_more_memory(mebibytes: int = 256) -> Iterator[None]:
    """Let this process take only so much more: where the bound is missing the test fails, instead of taking all that the machine has."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + mebibytes * 2**20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("bomb", [BOMB, MERGED, BOMB + "episodes: *i\n"])
def test_aliases_that_stand_for_millions_of_values_are_refused_at_once(bomb: str) -> None:
    begun = time.process_time()
    with little_more_memory(), pytest.raises(ConfigError) as caught:
        settings_from(bomb, CONFIG)
    (problem,) = caught.value.problems
    assert problem.code == "LS001" and problem.location.line <= 9 and "aliases" in problem.message
    assert time.process_time() - begun < 0.5


def test_aliases_that_save_typing_are_read() -> None:
    found, problems = settings_from("title: &t T\nlicense: MIT\ndesc: *t\nexecution: &e {timeout: 3}\nbrand: {}\n", CONFIG)
    assert (found.description, found.execution.timeout, problems) == ("T", 3.0, ())


@given(st.text(alphabet="ab01 :-[]{}'\"\n\t#&*!|>%@`?,.~=\x00\ud800é", max_size=40))
def test_any_text_is_settings_or_a_configuration_error(text: str) -> None:
    problems: Sequence[Problem]
    try:
        _, problems = settings_from(text, CONFIG)
    except ConfigError as error:
        problems = error.problems
        assert problems
    assert all(problem.location.line and problem.location.column and problem.code for problem in problems)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates() | st.datetimes()
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=6), each, max_size=3), max_leaves=8
)
NAMES = st.sampled_from([*named_keys(Settings), *named_keys(Workshop), *named_keys(Day), *named_keys(ExecutionSettings)]) | st.text(
    max_size=6
)
NESTED = st.recursive(VALUES, lambda each: st.lists(each, max_size=3) | st.dictionaries(NAMES, each, max_size=4), max_leaves=12)


@given(st.dictionaries(NAMES, NESTED, max_size=6))
def test_any_values_are_settings_and_problems_with_places(values: dict[str, object]) -> None:
    text = yaml.safe_dump(values, allow_unicode=False)
    try:
        found, problems = settings_from(text, CONFIG)
    except ConfigError as error:
        problems = error.problems
        assert problems and problems[0].code == "LS001"
    else:
        assert isinstance(found, Settings)
    lines = text.count("\n") + 1
    assert all(1 <= problem.location.line <= lines and problem.location.column for problem in problems)
