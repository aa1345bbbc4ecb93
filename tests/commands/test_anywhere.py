"""Options that every command has, wherever they stand; where the lesson's folder stands; and what a wrong word was meant to be."""

from __future__ import annotations

import logging
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from site_builder.commands.console import Console
from site_builder.commands.main import LessonGroup, group
from site_builder.commands.reference import every_command
from site_builder.commands.shared import Unlisted
from tests.conftest import MakeLesson

WITHOUT_A_LESSON = {"workflow", "verify-site"}
FILES = {"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": "---\ntitle: A\n---\n\nText.\n"}


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [*arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def levels(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The level of each console by which something is told."""
    found: list[int] = []
    monkeypatch.setattr(Console, "result", lambda console, line="": found.append(console.level))
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)
    return found


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("records list", 0),
        ("-q records list", -1),
        ("records -q list", -1),
        ("records list -q", -1),
        ("records list -v", 1),
        ("-v records list -v", 2),
        ("-v records -v list -vv", 4),
        ("-q records list -v", 0),
        ("records list --quiet --verbose --verbose", 1),
        ("plan -q", -1),
        ("-vv plan", 2),
        ("new -v episode T --dry-run", 1),
    ],
)
def test_how_much_is_printed_is_counted_wherever_it_stands(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, levels: list[int], words: str, level: int
) -> None:
    monkeypatch.chdir(make_lesson(FILES))
    call(*words.split())
    assert set(levels) == {level}


@pytest.mark.parametrize(
    ("words", "level"), [((), logging.WARNING), (("-v",), logging.INFO), (("-v", "-v"), logging.DEBUG), (("-q",), logging.WARNING)]
)
def test_what_verbose_makes_the_log_show(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], level: int
) -> None:
    shown: list[int] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **options: shown.append(options["level"]))
    call("plan", "--lesson", str(make_lesson(FILES)), *words)
    assert shown == [level]


def test_quiet_leaves_out_progress_and_warnings(make_lesson: MakeLesson) -> None:
    root = str(make_lesson(FILES))
    assert "warning:" in call("build", "--lesson", root, "--force").stderr
    for words in (("-q", "build"), ("build", "-q")):
        done = call(*words, "--lesson", root, "--force")
        assert done.stderr == "" and "pages in" in done.stdout


@pytest.mark.parametrize("name", sorted(every_command()))
def test_every_command_says_in_a_line_each_what_it_shares(name: str) -> None:
    said = call(*name.split(), "--help").stdout
    assert said.count("-q, --quiet") == said.count("-v, --verbose") == 1 and "anywhere" in said
    assert said.count("--lesson PATH") == (name not in WITHOUT_A_LESSON)


@pytest.mark.parametrize("name", sorted(every_command()))
def test_the_lessons_folder_stands_at_one_place(name: str) -> None:
    """It is `--lesson`; no usage line has another place for it, but that of the folder which `new lesson` makes, and of several lessons."""
    command = every_command()[name]
    folders = [each for each in command.params if isinstance(each, click.Argument) and each.name == "lesson_folder"]
    assert all(isinstance(each, Unlisted) for each in folders) or name == "new lesson"
    usage = call(*name.split(), "--help").stdout.split("\n\n")[0]
    assert ("[PATH]" in usage) == (name in ("new lesson", "build")) and "LESSON" not in usage


@pytest.mark.parametrize(
    "words",
    ["--lesson {} plan", "plan --lesson {}", "plan {}", "--lesson {} records list", "records --lesson {} list", "records list --lesson {}"],
)
def test_the_folder_is_found_wherever_it_stands(make_lesson: MakeLesson, words: str) -> None:
    root = make_lesson(FILES)
    assert "no " in call(*(word.format(root) for word in words.split())).stdout


def test_a_folder_that_is_named_twice_or_for_nothing_is_refused(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root = str(make_lesson(FILES))
    assert "given twice" in call("plan", root, "--lesson", str(tmp_path), code=2).stderr
    assert "given twice" in call("--lesson", root, "plan", "--lesson", str(tmp_path), code=2).stderr
    call("--lesson", root, "plan", "--lesson", root)
    assert "reads no lesson" in call("--lesson", root, "workflow", code=2).stderr


def test_the_first_name_of_verify_may_be_the_folder(make_lesson: MakeLesson) -> None:
    root = str(make_lesson(FILES))
    call("verify", root, "--environments", "host")
    assert "no episode" in call("verify", "gone", "--lesson", root, "--environments", "host", code=2).stderr
    assert "no episode" in call("verify", "--lesson", root, root, "--environments", "host", code=2).stderr


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("bulid", "Did you mean 'build'?"),
        ("verfy", "Did you mean 'verify'?"),
        ("records lst", "Did you mean 'list'?"),
        ("environment instal", "Did you mean 'install'?"),
        ("new lession", "Did you mean 'lesson'?"),
        ("batch colect", "Did you mean 'collect'?"),
        ("zzz", "There are: batch, build, check,"),
        ("records zzz", "There are: diff, list, merge,"),
        ("build --forse", "--force"),
        ("plan --environments pixie", "Did you mean 'pixi'?"),
        ("check --format sarf", "Did you mean 'sarif'?"),
        ("build --engine mkdoc", "Did you mean 'mkdocs'?"),
        ("environment export --format cyclondx", "Did you mean 'cyclonedx'?"),
        ("new episode T --language pyton", "Did you mean 'python'?"),
    ],
)
def test_a_wrong_word_gets_the_one_that_was_meant(words: str, meant: str) -> None:
    assert meant in call(*words.split(), code=2).stderr


def test_every_choice_says_what_was_meant() -> None:
    plain = [
        (name, parameter.name)
        for name, command in every_command().items()
        for parameter in command.params
        if type(parameter.type) is click.Choice
    ]
    assert plain == []


def test_every_name_in_the_list_of_commands_has_its_summary() -> None:
    from site_builder.commands.main import SUMMARIES

    assert set(SUMMARIES) == set(LessonGroup.MODULES)


def test_another_name_of_a_command_is_not_listed() -> None:
    assert "  ls " not in call("records", "--help").stdout and "  list " in call("records", "--help").stdout
    assert "records list [OPTIONS]" in call("records", "ls", "--help").stdout
