"""Engines are chosen by name: by the command, else by the settings, else MkDocs; another one needs only its line in the registry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

import pytest

from site_builder.check.look import check_look
from site_builder.errors import ConfigError, EnvironmentUnavailable
from site_builder.lesson.model import Lesson
from site_builder.pipeline import engine as choosing
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.problems import Report
from site_builder.publish.manifest import read_manifest
from site_builder.render.base import Rendering
from site_builder.render.registry import ENGINES, engine_name, prepared
from site_builder.settings.lesson import Settings
from site_builder.weave.staged_content import Content
from tests.conftest import MakeLesson

LESSON = {"config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/a.md": "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"}


class Done:
    def result(self) -> Report:
        return Report()


class Plain:
    """An engine that shows the staged text as it is."""

    title, incremental, version, scripts = "Plain", False, "plain 1", ()
    made = 0

    def prepare(self) -> None:
        pass

    def render(self, folder: Path, target: Path) -> Rendering:
        type(self).made += 1
        for page in (folder / "docs").rglob("*.md"):
            place = target / page.relative_to(folder / "docs").with_suffix(".html")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"<pre>{page.read_text()}</pre>")
        return Done()

    def page_digests(self, folder: Path, contents: Mapping[str, Content]) -> Mapping[str, str]:
        return {}

    def update(self, folder: Path, target: Path, changed: Collection[str], same: Collection[str] = ()) -> Rendering:
        return self.render(folder, target)

    def close(self) -> None:
        pass


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> type[Plain]:
    monkeypatch.setitem(ENGINES, "plain", Plain)
    monkeypatch.setattr(Plain, "made", 0)
    return Plain


def test_a_third_engine_is_one_line_in_the_registry(make_lesson: MakeLesson, plain: type[Plain]) -> None:
    root = make_lesson({**LESSON, "config.yaml": "title: L\nengine: plain\n"})
    built = build(root, None, Options("host"))
    assert built.changed and plain.made == 2
    assert (root / "site/a.html").read_text().startswith("<pre>---\ntitle: A\n")
    assert (root / "site/instructor/a.html").is_file()


def test_switching_makes_the_site_anew_and_switching_back_too(make_lesson: MakeLesson, plain: type[Plain]) -> None:
    root = make_lesson(LESSON)
    contents = []
    for engine, changed in (("", True), ("plain", True), ("plain", False), ("mkdocs", True), ("", False)):
        assert build(root, None, Options("host", engine=engine)).changed is changed, engine
        contents.append((root / "site/a.html").read_bytes())
    assert contents[1] == contents[2] != contents[0] == contents[3] == contents[4]
    make_lesson({"config.yaml": "title: L\nengine: plain\n"})
    assert build(root, None, Options("host")).changed
    assert build(root, None, Options("host", engine="mkdocs")).changed, "the command wins"
    assert (root / "site/a.html").read_bytes() == contents[0]


def test_another_version_of_the_engine_makes_the_site_anew(
    make_lesson: MakeLesson, plain: type[Plain], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_lesson({**LESSON, "config.yaml": "title: L\nengine: plain\n"})
    build(root, None, Options("host"))
    before = read_manifest(root / "site")
    monkeypatch.setattr(plain, "version", "plain 2")
    (root / "README.md").write_text("# changed, and on no page\n")  # else nothing is looked at
    assert build(root, None, Options("host")).changed
    after = read_manifest(root / "site")
    assert before is not None and after is not None and before.files == after.files and before.parts[1:] == after.parts[1:]


def test_the_command_wins_over_the_settings_and_mkdocs_is_the_default() -> None:
    assert engine_name(Settings()) == "mkdocs"
    assert engine_name(Settings(engine="zensical")) == "zensical"
    assert engine_name(Settings(engine="zensical"), "mkdocs") == engine_name(Settings(engine="wrong"), "mkdocs") == "mkdocs"


def test_an_engine_that_there_is_not_is_told_where_it_stands(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LESSON, "config.yaml": "title: L\nengine: zensicle\n"})
    with pytest.raises(ConfigError) as caught:
        build(root, None, Options("host"))
    (problem,) = caught.value.problems
    assert str(problem) == "LS704 config.yaml:2:1 there is no site engine `zensicle` (did you mean 'zensical'?)"
    settings = Settings(PurePosixPath("config.yaml"), engine="zensicle", marks={("engine",): (2, 1)})
    assert [found.code for found in check_look(Lesson(root, settings))] == ["LS704"]
    with pytest.raises(ConfigError, match="no site engine `x`"), prepared("x"):
        pass


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"config.yaml": "title: L\n# engine\nengine: 'plain'  # why\n"}, "plain"),
        ({"mkdocs.yml": "site_name: L\nextra:\n  lesson:\n    engine: plain\n"}, "plain"),
        ({"config.yaml": "title: L\n"}, "mkdocs"),
        ({"config.yaml": "title: L\n", "mkdocs.yml": "engine: plain\n"}, "mkdocs"),
    ],
)
def test_the_likely_engine_loads_while_the_lesson_is_read(
    make_lesson: MakeLesson, plain: type[Plain], monkeypatch: pytest.MonkeyPatch, files: dict[str, str], name: str
) -> None:
    root, loaded = make_lesson(files), []
    monkeypatch.setattr(plain, "prepare", lambda self: loaded.append("plain"))
    monkeypatch.setattr("site_builder.render.mkdocs.engine.MkDocsEngine.prepare", lambda self: loaded.append("mkdocs"))
    with choosing.engine_ahead(root, Options()) as engine_for:
        assert loaded == [name]
        engine_for(Settings(engine="" if name == "mkdocs" else name))
        assert loaded == [name]


def test_a_wrong_guess_costs_nothing_but_time(make_lesson: MakeLesson, plain: type[Plain], monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: Plain) -> None:
        raise EnvironmentUnavailable("not installed")

    monkeypatch.setattr(plain, "prepare", missing)
    root = make_lesson({**LESSON, "config.yaml": "title: L\ndesc: |\n  Search\n  engine: plain\n"})
    assert build(root, None, Options("host")).changed
    with pytest.raises(EnvironmentUnavailable):
        build(root, None, Options("host", engine="plain"))


def test_the_command_line_names_the_engines_without_loading_any() -> None:
    code = (
        "import sys; from site_builder.commands import build; print(sorted(set(sys.modules) & {'mkdocs', 'zensical', 'yaml', 'markdown'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    done = subprocess.run([sys.executable, "-m", "site_builder", "build", "--engine", "x"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "'mkdocs', 'zensical'" in done.stderr
