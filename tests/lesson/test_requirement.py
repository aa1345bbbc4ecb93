"""``requires-lesson``: the first of a lesson's settings to be checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

import site_builder
from site_builder.commands.main import group
from site_builder.errors import ConfigError
from site_builder.lesson.config import read_settings
from site_builder.problems import Problem, Severity


def problems(folder: Path, text: str, name: str = "config.yaml") -> tuple[Problem, ...]:
    (folder / name).write_text(text + ("license: MIT\n" if name == "config.yaml" else ""), encoding="utf-8")
    return read_settings(folder)[1]


@pytest.mark.parametrize(
    ("installed", "wanted"),
    [
        ("1.2.0", ">=1,<2"), ("1.2.0", "~=1.2"), ("1.2.0", "==1.2"), ("1.2.0", "==1.*"), ("1.2.0", " >= 1.2 , != 1.3 "),
        ("1.2.0+local.1", "==1.2.0"), ("2.0rc1", ">=2.0rc1"), ("2.1.dev3", ">=2,<2.1.dev4"), ("2.0rc1", ">=1"), ("1.2.0.post1", ">=1.2"),
    ],
)  # fmt: skip
def test_a_version_in_the_range_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: str, wanted: str) -> None:
    monkeypatch.setattr(site_builder, "__version__", installed)
    assert problems(tmp_path, f'title: L\nrequires-lesson: "{wanted}"\n') == ()


@pytest.mark.parametrize(
    ("installed", "wanted"),
    [
        ("0.9", ">=1,<2"), ("2.0", ">=1,<2"), ("2.0rc1", ">=2.0"), ("2.0rc1", "<2.0"), ("2.0.dev1", ">=1,<2"), ("1.3", "~=1.2.0"),
        ("1.2.0", "!=1.2.0"), ("1.2.0+local.1", "==1.2.0+local.2"),
    ],
)  # fmt: skip
def test_another_version_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: str, wanted: str) -> None:
    monkeypatch.setattr(site_builder, "__version__", installed)
    with pytest.raises(ConfigError) as raised:
        problems(tmp_path, f'title: L\n\nrequires-lesson: "{wanted}"\n')
    (problem,) = raised.value.problems
    assert (problem.code, str(problem.location)) == ("LS006", "config.yaml:3:1")
    assert f"{installed} is installed" in problem.message
    for part in ("pip install", "uvx --from", "pixi global install", "lesson-site-builder"):
        assert part in problem.hint


def test_it_is_said_before_anything_else(tmp_path: Path) -> None:
    """A lesson for another builder may use settings that this one lacks: messages about them would mislead."""
    with pytest.raises(ConfigError) as raised:
        problems(tmp_path, 'title: [a]\nepisodes: 3\nrequires-lesson: ">=99"\nlang: {}\n')
    assert [problem.code for problem in raised.value.problems] == ["LS006"]


def test_in_mkdocs_yml_the_line_is_the_one_in_the_block(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        problems(tmp_path, 'site_name: L\nextra:\n  lesson:\n    lang: en\n    requires-lesson: ">=99"\n', "mkdocs.yml")
    assert str(raised.value.problems[0].location) == "mkdocs.yml:5:5"


@pytest.mark.parametrize("value", ["latest", "1.2", '"1.2"', '">=x"', "true", "[1, 2]", "{a: b}", '""', "2026-01-01", '">=1 <2"'])
def test_what_is_no_specifier_is_a_problem_with_an_example(tmp_path: Path, value: str) -> None:
    (problem,) = problems(tmp_path, f"title: L\nrequires-lesson: {value}\n")
    assert (problem.code, problem.severity, str(problem.location)) == ("LS005", Severity.ERROR, "config.yaml:2:1")
    assert '`requires-lesson: ">=1.2,<2"`' in problem.hint


def test_a_specifier_without_quotes_is_no_yaml_and_the_hint_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        problems(tmp_path, "title: L\nrequires-lesson: >=1,<2\n")
    (problem,) = raised.value.problems
    assert (problem.code, problem.location.line) == ("LS001", 2)
    assert "in quotes" in problem.hint


@pytest.mark.parametrize("key", ["requires_lesson", "require-lesson", "requires lesson", "requires-lessons"])
def test_a_misspelt_key_does_not_pass_for_a_pin(tmp_path: Path, key: str) -> None:
    (problem,) = problems(tmp_path, f'title: L\n{key}: ">=99"\n')
    assert (problem.code, problem.severity, problem.location.line, problem.hint) == (
        "LS007",
        Severity.WARNING,
        2,
        "did you mean 'requires-lesson'?",
    )


@pytest.mark.parametrize("line", ["", "requires-lesson:\n"])
def test_no_pin_is_fine(tmp_path: Path, line: str) -> None:
    assert problems(tmp_path, f"title: L\n{line}") == ()


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_half_open_ranges_hold_for_every_version(tmp_path_factory: pytest.TempPathFactory, low: int, high: int, installed: int) -> None:
    folder = tmp_path_factory.mktemp("lesson")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_builder, "__version__", f"{installed}.1")
        try:
            found = problems(folder, f'title: L\nrequires-lesson: ">={low},<{high}"\n')
        except ConfigError:
            assert not low <= installed < high
        else:
            assert (found, low <= installed < high) == ((), True)


def test_the_builders_own_version_is_one_that_can_be_asked_for() -> None:
    assert str(Version(site_builder.__version__)) == site_builder.__version__


@pytest.mark.parametrize("command", ["build", "check", "plan", "doctor"])
def test_commands_end_with_the_place_and_the_way_out(make_lesson, command: str) -> None:
    root = make_lesson({"config.yaml": 'title: L\nrequires-lesson: ">=99"\n', "episodes/a.md": "---\ntitle: A\n---\n\nText.\n"})
    done = CliRunner().invoke(group, [command, str(root)], catch_exceptions=False)
    assert done.exit_code == (3 if command == "doctor" else 2)
    assert "config.yaml:2" in done.output
    assert 'python -m pip install "lesson-site-builder>=99"' in done.output
    assert not (root / "site").exists()


def test_a_lesson_without_a_pin_does_not_import_packaging(make_lesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n"})
    code = "import sys\nfrom pathlib import Path\nfrom site_builder.lesson.config import read_settings\n" \
           "read_settings(Path(sys.argv[1])); print('packaging' in sys.modules)"  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True).stdout == "False\n"
