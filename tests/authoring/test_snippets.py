"""The snippets for VS Code: in step with the code that knows the boxes and keys, and of a form that editor and builder read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from site_builder.authoring.snippets import snippets
from site_builder.boxes import ACCORDIONS, ANYWHERE, CALLOUTS
from site_builder.commands.main import group
from site_builder.settings.cell import CellOptions
from site_builder.settings.front_matter import FrontMatter
from site_builder.settings.keys import keys_of
from tests.conftest import MakeLesson

DOCS = Path(__file__).parents[2] / "docs"
FOUND: dict[str, dict[str, Any]] = json.loads(snippets())
PLACE = re.compile(r"(?<!\\)\$(?:(\d+)|\{(\d+)(?::((?:\\.|[^}\\])*)|\|((?:\\.|[^|\\])*)\|)?\})")


def text(snippet: dict[str, Any]) -> str:
    """Return what the editor writes if nothing but the placeholders is typed, the first value of each choice."""
    body = "\n".join(snippet["body"])
    shown = PLACE.sub(lambda found: (found[4] or "").split(",")[0] if found[4] is not None else found[3] or "", body)
    return re.sub(r"\\([\\$}])", r"\1", shown)


def prefixed(start: str) -> dict[str, dict[str, Any]]:
    return {each["prefix"]: each for each in FOUND.values() if each["prefix"].startswith(start)}


def test_the_published_file_is_current() -> None:
    assert (DOCS / "editors/lesson.code-snippets").read_text(encoding="utf-8") == snippets(), "run `make reference`"


def test_every_box_option_and_key_has_one() -> None:
    prefixes = [each["prefix"] for each in FOUND.values()]
    assert len(set(prefixes)) == len(prefixes)
    assert set(prefixes) >= {*CALLOUTS, *ACCORDIONS, *ANYWHERE}
    assert set(prefixed("#| ")) == {f"#| {key.name}" for key in keys_of(CellOptions).values()}
    assert set(prefixed("fm-")) == {f"fm-{key.name}" for key in keys_of(FrontMatter).values()}


@pytest.mark.parametrize("name", FOUND)
def test_a_snippet_is_of_the_form_that_the_editor_reads(name: str) -> None:
    snippet = FOUND[name]
    assert set(snippet) == {"scope", "prefix", "description", "body"} and "markdown" in snippet["scope"].split(",")
    assert snippet["description"] and all(isinstance(line, str) and "\n" not in line for line in snippet["body"])
    body = "\n".join(snippet["body"])
    places = [int(found[1] or found[2]) for found in PLACE.finditer(body)]
    assert places.count(0) == 1 and sorted(set(places)) == list(range(len(set(places)))), "each place once, numbered from 1, and the end"
    assert "$" not in PLACE.sub("", body).replace(r"\$", "")


def check(root: Path) -> list[dict[str, Any]]:
    said = CliRunner().invoke(group, ["check", "--lesson", str(root), "--environments", "host", "--json"], catch_exceptions=False)
    problems: list[dict[str, Any]] = json.loads(said.stdout)["problems"]
    return [each for each in problems if each["path"].startswith("episodes/")]


def test_the_episode_and_all_boxes_are_what_the_builder_reads(make_lesson: MakeLesson) -> None:
    boxes = [
        text(FOUND[name])
        for name in FOUND
        if name.startswith(("Box: ", "Folded: ")) and FOUND[name]["prefix"] not in ("questions", "objectives", "keypoints")
    ]
    page = text(FOUND["Episode"]).replace("::: keypoints", "\n\n".join([*boxes, "::: keypoints"]))
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": page})
    assert [each for each in check(root) if not each["code"].startswith(("LS80", "LS87"))] == []
    classes = re.findall(r"^::: (\S+)$", page, re.M)
    assert set(classes) == {*CALLOUTS, *ACCORDIONS, *ANYWHERE}


def test_cells_and_options_are_those_that_the_builder_reads(make_lesson: MakeLesson) -> None:
    options = [text(each) for each in prefixed("#| ").values()]
    chosen = [text(each) for each in prefixed("#| ").values() if "|}" in each["body"][0]]
    assert len(chosen) > 10
    cells = [text(each) for each in prefixed("cell").values()]
    known = {f"episodes/{n}.md": f"---\ntitle: A\n---\n\n```{{python}}\n{line}\n1\n```\n" for n, line in enumerate(options)}
    root = make_lesson({"config.yaml": "title: L\n", "episodes/cells.md": "---\ntitle: A\n---\n\n" + "\n\n".join(cells) + "\n", **known})
    found = check(root)
    assert [each for each in found if each["code"] == "LS303"] == []
    wrong = {each["path"] for each in found if each["code"] == "LS304"}
    assert not wrong & {f"episodes/{options.index(line)}.md" for line in chosen}
    assert [each for each in found if each["path"] == "episodes/cells.md" and each["severity"] == "error"] == []


def test_the_pattern_of_the_task_reads_what_a_check_prints() -> None:
    page = (DOCS / "editors.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.S)]
    (task,) = next(block["tasks"] for block in blocks if "tasks" in block)
    pattern = task["problemMatcher"]["pattern"]
    for line, expected in (
        ("warning: LS009 config.yaml:1:1 `license` is missing", ("warning", "LS009", "config.yaml", "1", "1", "`license` is missing")),
        ("error: LS511 episodes/two words.md:7 cell: x: 3", ("error", "LS511", "episodes/two words.md", "7", None, "cell: x: 3")),
        ("warning: LS842 README.md the file is missing", ("warning", "LS842", "README.md", None, None, "the file is missing")),
    ):
        found = re.match(pattern["regexp"], line)
        assert found and tuple(found[pattern[name]] for name in ("severity", "code", "file", "line", "column", "message")) == expected


def test_the_schemas_that_the_page_names_are_published() -> None:
    page = (DOCS / "editors.md").read_text(encoding="utf-8")
    named = set(re.findall(r"docs/(schemas/[\w./-]+\.json)", page)) | set(re.findall(r"\((schemas/[\w./-]+\.json)\)", page))
    assert len(named) == 3 and all((DOCS / name).is_file() for name in named)
