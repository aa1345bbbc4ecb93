"""``lesson build A B C``: each lesson as if it were alone, with servers and engines that they share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.execute.local import server_process
from site_builder.execute.local.server_process import HAS_REAPER

HEAD = "---\ntitle: {title}\nteaching: 1\nexercises: 1\n---\n\n"
LEAVES = """```{python}
import pathlib, os
own = pathlib.Path.home() / "left.txt"
print(own.exists(), pathlib.Path("left.txt").exists(), "kept" in globals(), "KEPT" in os.environ)
kept = 1
os.environ["KEPT"] = "1"
own.write_text("x")
pathlib.Path("left.txt").write_text("x")
```
"""


def write(root: Path, title: str, body: str, settings: str = "") -> Path:
    """Write a lesson of one episode."""
    (root / "episodes").mkdir(parents=True)
    (root / "config.yaml").write_text(f"title: {title}\nlicense: CC-BY 4.0\nepisodes: [a.md]\n{settings}")
    (root / "episodes" / "a.md").write_text(HEAD.format(title=title) + body)
    return root


def call(*arguments: str | Path) -> Result:
    """Run a command; no input may end in a traceback."""
    return CliRunner().invoke(group, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count the fork servers that are started."""
    started: list[object] = []
    begin = server_process.ServerProcess.__init__

    def counted(self: server_process.ServerProcess, *arguments: object) -> None:
        started.append(arguments)
        begin(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(server_process.ServerProcess, "__init__", counted)
    return lambda: len(started)


@pytest.mark.skipif(not HAS_REAPER, reason="kernels are forked on Linux alone")
@pytest.mark.slow
def test_lessons_share_a_fork_server_and_nothing_that_their_code_leaves(tmp_path: Path, count: Callable[[], int]) -> None:
    lessons = [write(tmp_path / name, name, LEAVES) for name in ("one", "two", "three")]
    assert call("build", *lessons, "--environments", "host").exit_code == 0
    assert count() == 1
    for lesson in lessons:
        assert "False False False False" in (lesson / "site" / "a.html").read_text()


@pytest.mark.skipif(not HAS_REAPER, reason="kernels are forked on Linux alone")
@pytest.mark.slow
def test_a_lesson_that_wants_more_imported_gets_a_server_of_its_own(tmp_path: Path, count: Callable[[], int]) -> None:
    shows = "```{python}\nimport sys\nprint('colorsys' in sys.modules)\n```\n"
    plain = write(tmp_path / "plain", "plain", shows)
    more = write(tmp_path / "more", "more", shows, "execution:\n  preload:\n    default: [colorsys]\n")
    last = write(tmp_path / "last", "last", shows)
    assert call("build", plain, more, last, "--environments", "host").exit_code == 0
    assert count() == 2
    assert ["True" in (lesson / "site" / "a.html").read_text() for lesson in (plain, more)] == [False, True]


@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
@pytest.mark.slow
def test_a_site_is_the_one_that_the_lesson_has_alone(tmp_path: Path, engine: str) -> None:
    if engine == "zensical":
        pytest.importorskip("zensical")
    body = "# One\n\n::: challenge\n\n## {title}\n\nSay `{title}`.\n\n:::\n"
    for place in ("alone", "together"):
        for name in ("b", "c"):
            root = write(
                tmp_path / place / name,
                f"Lesson {name}",
                body.replace("{title}", name),
                f"engine: {engine}\nlang: {'de' if name == 'b' else 'en'}\n",
            )
            if place == "alone":
                assert call("build", root).exit_code == 0
    assert call("build", *(tmp_path / "together" / name for name in ("b", "c"))).exit_code == 0
    for name in ("b", "c"):
        sites = [tmp_path / place / name / "site" for place in ("alone", "together")]
        names = [{path.relative_to(site) for path in site.rglob("*") if path.is_file()} for site in sites]
        assert names[0] == names[1]
        assert [path for path in names[0] if (sites[0] / path).read_bytes() != (sites[1] / path).read_bytes()] == []


def test_one_that_fails_stops_no_other_and_the_first_decides_the_exit_code(tmp_path: Path) -> None:
    good = write(tmp_path / "good", "good", "Text.\n")
    raises = write(tmp_path / "raises", "raises", "```{python}\n1 / 0\n```\n")
    (tmp_path / "empty").mkdir()
    last = write(tmp_path / "last", "last", "Text.\n")
    result = call("build", good, raises, tmp_path / "empty", last, "--environments", "host")
    assert result.exit_code == 4
    assert (good / "site" / "index.html").is_file() and (last / "site" / "index.html").is_file() and not (raises / "site").exists()
    assert f"error: 2 of 4 lessons were not built: {raises}, {tmp_path / 'empty'}" in result.stderr
    order = re.findall(r"--- (.*)|(LS511)|(no lesson found)", result.stderr)
    assert [next(filter(None, found)) for found in order] == [
        str(good), str(raises), "LS511", str(tmp_path / "empty"), "no lesson found", str(last)
    ]  # fmt: skip


@pytest.mark.slow
def test_the_document_has_each_lesson_with_its_own_problems(tmp_path: Path) -> None:
    good = write(tmp_path / "good", "good", "Text.\n")
    bad = write(tmp_path / "bad", "bad", "[text](nosuch.md)\n")
    result = call("build", good, bad, good, tmp_path / "none", "--strict", "--json")
    document = json.loads(result.stdout)
    assert [(entry["lesson"], entry["exit_code"]) for entry in document["lessons"]] == [
        (str(good), document["lessons"][0]["exit_code"]), (str(bad), 1), (str(tmp_path / "none"), 2)
    ]  # fmt: skip
    assert document["lessons"][1]["built"] is None and document["lessons"][1]["error"]["kind"] == "lesson"
    assert {problem["path"] for problem in document["lessons"][1]["problems"]} >= {"episodes/a.md"}
    assert document["lessons"][2]["error"]["kind"] == "config" and document["exit_code"] == result.exit_code == 1


def test_what_goes_with_one_lesson_alone_is_refused(tmp_path: Path) -> None:
    lessons = [write(tmp_path / name, name, "Text.\n") for name in ("one", "two")]
    for further in (("--output", tmp_path / "out"), ("--lesson", lessons[0])):
        result = call("build", *lessons, *further)
        assert result.exit_code == 2 and "Usage" in result.stderr
    assert not (tmp_path / "out").exists() and not (lessons[0] / "site").exists()


@pytest.mark.slow
def test_nothing_stays_of_the_folder_in_which_their_code_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    lessons = [write(tmp_path / name, name, LEAVES) for name in ("one", "two")]
    assert call("build", *lessons, "--environments", "host").exit_code == 0
    assert [path for path in (tmp_path / "tmp").rglob("*") if ".run." in path.name or path.name == "left.txt"] == []


def test_a_lesson_is_built_once_by_whatever_name(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "one", "Text.\n")
    (tmp_path / "link").symlink_to(one)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    result = call("build", one, tmp_path / "link", tmp_path / "loop", tmp_path / "one" / ".." / "one", "--json")
    document = json.loads(result.stdout)
    assert [entry["lesson"] for entry in document["lessons"]] == [str(one), str(tmp_path / "loop")]
    assert [entry["exit_code"] for entry in document["lessons"]] == [0, document["exit_code"]] == [0, result.exit_code]


def test_who_stops_the_command_is_told_what_was_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from site_builder.pipeline import build as building

    whole = building.build

    def stopped(path: Path, *arguments: Any) -> Any:
        if path.name == "two":
            raise KeyboardInterrupt
        return whole(path, *arguments)

    monkeypatch.setattr(building, "build", stopped)
    result = call("build", *(write(tmp_path / name, name, "Text.\n") for name in ("one", "two", "three")), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == document["exit_code"] == 130 and document["error"]["kind"] == "interrupted"
    assert [(entry["lesson"], entry["built"]["changed"]) for entry in document["lessons"]] == [(str(tmp_path / "one"), True)]
