"""``lesson check --format``: annotations, JSON and SARIF, with paths relative to the repository's root."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.check.codes import TABLE, known_codes
from site_builder.check.reference import anchor, codes
from site_builder.commands import annotations, sarif
from site_builder.commands.documents.episodes import AcceptedEntry, CheckDocument
from site_builder.commands.documents.outcome import CommandOutcome, ErrorEntry, entry_of
from site_builder.commands.main import group
from site_builder.problems import Location, Problem, Severity
from site_builder.release.facts import Release, document_address
from tests.conftest import MakeLesson

DOCS = Path(__file__).parents[2] / "docs"
COMMIT = "0123456789" * 4
KNOWN = Release("https://github.com/owner/name", COMMIT)
FILES = {
    "config.yaml": "title: L\nlicense: CC-BY 4.0\naccept:\n- {code: LS842, reason: it is small}\n",
    "episodes/a b ä.md": "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n[x](gone.md)\n\n```{python}\n#| ech: true\n1\n```\n",
}
TEXT = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULES: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],  # 3.13.1
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["tool", "results"], "additionalProperties": False,  # 3.14.6, 3.14.23
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},  # 3.14.27
                "tool": {"type": "object", "required": ["driver"], "additionalProperties": False, "properties": {"driver": {
                    "type": "object", "required": ["name"], "additionalProperties": False,  # 3.19.8
                    "properties": {
                        "name": {"type": "string"}, "version": {"type": "string"}, "informationUri": {"type": "string", "pattern": "^https:"},
                        "rules": {"type": "array", "uniqueItems": True, "items": {
                            "type": "object", "required": ["id"], "additionalProperties": False,  # 3.49.3
                            "properties": {
                                "id": {"type": "string"}, "shortDescription": TEXT, "help": TEXT, "helpUri": {"type": "string", "pattern": "^https:"},
                                "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}, "additionalProperties": False},
                            },
                        }},
                    },
                }}},
                "invocations": {"type": "array", "items": {
                    "type": "object", "required": ["executionSuccessful"], "additionalProperties": False,  # 3.20.14
                    "properties": {
                        "executionSuccessful": {"type": "boolean"}, "exitCode": {"type": "integer"},
                        "toolExecutionNotifications": {"type": "array", "items": {
                            "type": "object", "required": ["message"], "additionalProperties": False, "properties": {"message": TEXT, "level": LEVEL},
                        }},
                    },
                }},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message"], "additionalProperties": False,  # 3.27.11
                    "properties": {
                        "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0}, "level": LEVEL, "message": TEXT,
                        "suppressions": {"type": "array", "items": {
                            "type": "object", "required": ["kind"], "additionalProperties": False,  # 3.35.2
                            "properties": {"kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string"}},
                        }},
                        "locations": {"type": "array", "items": {"type": "object", "additionalProperties": False, "properties": {
                            "physicalLocation": {"type": "object", "required": ["artifactLocation"], "additionalProperties": False, "properties": {
                                "artifactLocation": {"type": "object", "additionalProperties": False, "properties": {
                                    # 3.4.3: an RFC 3986 reference; one that has a uriBaseId is relative, and begins with no slash
                                    "uri": {"type": "string", "pattern": r"^(?!/)(?![a-z]+:)(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$"},
                                    "uriBaseId": {"type": "string"},
                                }},
                                "region": {"type": "object", "required": ["startLine"], "additionalProperties": False, "properties": {  # 3.30.5
                                    "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1},
                                }},
                            }},
                        }}},
                    },
                }},
            },
        }},
    },
}  # fmt: skip
"""What the specification says of the objects that are used here, and that no others are used
(https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; the numbers are its sections)."""


def valid(text: str) -> dict[str, Any]:
    """Return the only run of a log that keeps to the rules, within itself too."""
    log = json.loads(text)
    jsonschema.Draft202012Validator(RULES).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]] == result["ruleId"]
    found: dict[str, Any] = run
    return found


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["check", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def root(make_lesson: MakeLesson, tmp_path: Path) -> Path:
    """A lesson in a folder of its repository."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return make_lesson(FILES)


def test_sarif_of_a_lesson(root: Path) -> None:
    run = valid(call("--format", "sarif", "--lesson", str(root), code=1).stdout)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(known_codes())
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    found = {result["ruleId"]: result for result in run["results"]}
    place = found["LS303"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "lesson/episodes/a%20b%20%C3%A4.md", "uriBaseId": "%SRCROOT%"}
    assert (place["region"]["startLine"], found["LS303"]["level"]) == (10, "error")
    assert "echo" in found["LS303"]["message"]["text"]
    assert found["LS842"]["suppressions"] == [{"kind": "inSource", "justification": "it is small"}]
    shown = {result["ruleId"] for result in run["results"] if "suppressions" not in result}
    assert shown == {each["code"] for each in json.loads(call("--format", "json", "--lesson", str(root), code=1).stdout)["problems"]}


def test_json_is_json_in_both_spellings(root: Path) -> None:
    assert call("--json", "--lesson", str(root), code=1).stdout == call("--format", "json", "--lesson", str(root), code=1).stdout
    assert call("--json", "--format", "json", "--lesson", str(root), code=1).stdout.startswith("{")
    assert "exclude each other" in call("--json", "--format", "sarif", "--lesson", str(root), code=2).stderr


def test_annotations_name_the_file_in_its_repository(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = call("--format", "github", "--lesson", str(root), code=1)
    lines = done.stdout.splitlines()
    assert all(re.match(r"::(error|warning) file=lesson/[^:]+,title=LS\d{3}::", line) for line in lines)
    assert any(line.startswith("::error file=lesson/episodes/a b ä.md,line=10,") for line in lines)
    assert "::" not in done.stderr.replace(":::", "")
    monkeypatch.setenv("CI", "true")
    automatic = call("--lesson", str(root), code=1)
    assert [line for line in automatic.stderr.splitlines() if line.startswith("::")] == lines
    assert call("--format", "github", "--lesson", str(root), code=1).stdout.splitlines() == lines
    assert "::error" not in call("--json", "--lesson", str(root), code=1).stderr


def test_text_is_what_people_read(root: Path) -> None:
    said = call("--format", "text", "--lesson", str(root), code=1)
    assert said.stdout == call("--lesson", str(root), code=1).stdout and " errors, " in said.stdout.replace("1 error,", "1 errors,")


@pytest.mark.parametrize("form", ["sarif", "github", "json"])
def test_a_check_that_cannot_begin_says_so_in_each_format(tmp_path: Path, form: str) -> None:
    said = call("--format", form, "--lesson", str(tmp_path), code=2).stdout
    assert "no lesson found" in said
    if form == "sarif":
        (invocation,) = valid(said)["invocations"]
        assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
        assert invocation["toolExecutionNotifications"][0]["level"] == "error"
    if form == "github":
        assert said.startswith("::error title=lesson check::")


def test_each_rule_leads_to_its_explanation() -> None:
    run = valid(sarif.text(CommandOutcome("check", 0, None, (), CheckDocument((), "a note")), PurePosixPath(), KNOWN))
    pages = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    anchors = {name: {anchor(line.lstrip("# ")) for line in page.splitlines() if line.startswith("#")} for name, page in pages.items()}
    for rule in run["tool"]["driver"]["rules"]:
        address, _, section = rule["helpUri"].partition("#")
        start, _, name = address.rpartition("/")
        assert start == f"https://github.com/owner/name/blob/{COMMIT}/docs" and section in anchors[name]
        assert rule["help"]["markdown"] and rule["shortDescription"]["text"].endswith(".")
    assert run["invocations"][0]["toolExecutionNotifications"] == [{"level": "note", "message": {"text": "a note"}}]
    without = valid(sarif.text(CommandOutcome("check", 0, None, ()), PurePosixPath(), Release()))["tool"]["driver"]
    assert "informationUri" not in without and not any("helpUri" in rule for rule in without["rules"])


def test_addresses_are_those_of_the_running_version() -> None:
    assert document_address(Release("https://github.com/o/n.git"), "docs/x.md").startswith("https://github.com/o/n/blob/v")
    assert document_address(Release("https://forge.example.org/o/n", COMMIT), "docs/x.md") == ""


def test_the_codes_that_are_installed_are_those_of_the_documentation() -> None:
    assert TABLE.read_text(encoding="utf-8") == codes((DOCS / "problems.md").read_text(encoding="utf-8")), "run `make reference`"
    assert known_codes()["LS301"].remedy == "Write `#| name: value`."
    assert known_codes()["LS208"].severities == ("warning", "error")


PATHS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=6).filter(
        lambda t: t.strip(".")
    ),
    min_size=1,
    max_size=3,
)
PROBLEMS = st.builds(
    Problem, st.sampled_from(["LS001", "LS842", "LS999"]), st.text(min_size=1, max_size=20),
    st.builds(Location, PATHS.map(lambda parts: PurePosixPath(*parts)), st.integers(0, 9), st.integers(0, 9)), st.text(max_size=9), st.sampled_from(Severity),
)  # fmt: skip


@settings(max_examples=25)  # each checks a log with all rules
@given(st.lists(PROBLEMS, max_size=4), PATHS, st.booleans())
def test_any_problem_becomes_a_valid_result_at_its_place(problems: list[Problem], base: list[str], stopped: bool) -> None:
    error = ErrorEntry("config", "no", "") if stopped else None
    result = CheckDocument((AcceptedEntry("LS842", "small", "config.yaml", 1, tuple(map(entry_of, problems))),), "")
    outcome = CommandOutcome("check", 0, error, tuple(problems), result)
    found = valid(sarif.text(outcome, PurePosixPath(*base), KNOWN))["results"]
    assert len(found) == 2 * len(problems)
    for problem, entry in zip(problems, found, strict=False):
        place = entry["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == str(PurePosixPath(*base) / problem.location.path)
        assert place.get("region", {}).get("startLine", 0) == problem.location.line
    lines = list(annotations.lines(outcome, PurePosixPath(*base)))
    assert len(lines) == len(problems) + stopped and not any("\n" in line or "\r" in line for line in lines)
