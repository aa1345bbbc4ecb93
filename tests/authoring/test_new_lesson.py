"""A new lesson builds at once, and nothing that is there changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
import yaml

from site_builder import files
from site_builder.authoring.facts import language_of, plain_title, title_of, web_address
from site_builder.authoring.new_episode import new_episode
from site_builder.authoring.new_lesson import SAME, complete_workbench, new_lesson
from site_builder.authoring.skeleton import LANGUAGES
from site_builder.errors import ConfigError, MachineError, OutputRefused
from site_builder.lesson.discover import discover
from site_builder.operations.check import check
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.r import needs_knitr

MakeLesson = Callable[[dict[str, str]], Path]
DAY = "2026-07-06"
HOST = Options("host", strict=True)
BY_LANGUAGE = [pytest.param(name, marks=needs_knitr) if name == "r" else name for name in LANGUAGES]


def everything(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_a_new_lesson_has_nothing_to_report_with_a_second_episode_too(tmp_path: Path, language: str) -> None:
    root = tmp_path / "Bäume & Ringe"
    new_lesson(root, created=DAY, language=language)
    assert check(root, HOST).report.problems == ()
    second = new_episode(root, "More: \"quotes\" & 'colons' #1")
    assert check(root, HOST).report.problems == ()
    assert second.path.suffix == (".Rmd" if language == "r" else ".md")


@pytest.mark.slow
@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_a_new_lesson_builds_and_shows_what_its_code_prints(tmp_path: Path, language: str) -> None:
    new_lesson(tmp_path / "l", created=DAY, language=language)
    built = build(tmp_path / "l", None, HOST)
    assert built.report.problems == ()
    assert built.ran == 1
    page = (built.site / "introduction.html").read_text(encoding="utf-8")
    assert "20" in page
    assert "23.5" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_manifest_and_workflow_can_be_read(tmp_path: Path, language: str) -> None:
    made = new_lesson(tmp_path / "l", created=DAY, title="C++: <i>first</i> @steps@ & 'more'", language=language)
    settings = yaml.safe_load((made.root / "config.yaml").read_text(encoding="utf-8"))
    assert settings["title"] == "C++: <i>first</i> @steps@ & 'more'"
    assert str(settings["created"]) == DAY
    manifest = tomllib.loads((made.root / "pixi.toml").read_text(encoding="utf-8"))
    assert manifest["tasks"] == {"build": "lesson build", "check": "lesson check --strict"}
    assert manifest["workspace"]["name"] == "c-plus-plus-i-first-i-steps-more"
    assert yaml.safe_load((made.root / ".github/workflows/lesson.yml").read_text(encoding="utf-8"))["name"] == "Lesson"
    assert "# C++: &lt;i&gt;first&lt;/i&gt; @steps@ &amp; 'more'" in (made.root / "README.md").read_text(encoding="utf-8")
    assert not [name for name, data in everything(made.root).items() if b"@name@" in data or b"@title@" in data]


def test_what_is_there_is_left_alone_and_named(tmp_path: Path) -> None:
    root = tmp_path / "l"
    root.mkdir()
    (root / "README").write_text("mine")
    (root / "LICENSE").write_text("mine")
    (root / ".gitignore").write_text("mine")
    (root / "index.md").symlink_to("nowhere")
    before = everything(root)
    made = new_lesson(root, created=DAY)
    assert set(made.added.kept) == {PurePosixPath(name) for name in ("README", "LICENSE", ".gitignore", "index.md")}
    assert {name: data for name, data in everything(root).items() if name in before} == before
    assert not (root / "README.md").exists()
    assert (root / "index.md").is_symlink()
    assert not (root / "nowhere").exists()


@pytest.mark.parametrize("name", ["pyproject.toml", "pixi.lock", "../pixi.toml", "../pyproject.toml"])
def test_a_workspace_that_is_there_stays_the_one_that_decides(tmp_path: Path, name: str) -> None:
    root = tmp_path / "project" / "lesson"
    root.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(tmp_path / "project")], check=True)
    (root / name).write_text("[tool.pixi.workspace]\nchannels = []\nplatforms = []\n")
    made = new_lesson(root, created=DAY)
    assert not (root / "pixi.toml").exists()
    assert any(f"no pixi.toml was written: {name} decides" in note for note in made.notes)
    assert complete_workbench(root).added.written == ()


def test_settings_of_mkdocs_stay_the_settings(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: Mine\n")
    made = new_lesson(tmp_path, created=DAY)
    assert not (tmp_path / "config.yaml").exists()
    assert any("extra.lesson" in note for note in made.notes)
    assert "in the order of `mkdocs.yml`" in (tmp_path / "README.md").read_text()


def test_a_dry_run_lists_the_same_and_writes_nothing(tmp_path: Path) -> None:
    planned = new_lesson(tmp_path / "l", created=DAY, dry_run=True)
    assert not (tmp_path / "l").exists()
    assert new_lesson(tmp_path / "l", created=DAY).added == planned.added


def test_a_lesson_is_not_made_twice_or_inside_another(tmp_path: Path) -> None:
    root = tmp_path / "l"
    new_lesson(root, created=DAY)
    before = everything(root)
    with pytest.raises(OutputRefused, match="is a lesson already"):
        new_lesson(root, created=DAY)
    with pytest.raises(OutputRefused, match="lies in the lesson"):
        new_lesson(root / "a" / "b", created=DAY)
    assert everything(root) == before


@pytest.mark.parametrize("place", ["", "episodes", "learners", ".github", "episodes/data"])
def test_a_file_in_place_of_a_folder_stops_it_before_anything_is_written(tmp_path: Path, place: str) -> None:
    root = tmp_path / "l"
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    if place == "episodes/data":
        root = tmp_path / "m"
        root.mkdir()
        place = ".github"
    (root / place).write_text("mine")
    with pytest.raises(OutputRefused, match="is not a folder"):
        new_lesson(root, created=DAY)
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["mine"]


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "l").mkdir()
    (tmp_path / "l" / ".github").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputRefused, match="leads out"):
        new_lesson(tmp_path / "l", created=DAY)
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_disk_that_fills_up_leaves_no_part_of_a_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    written = []

    def full(path: Path, text: str) -> bool:
        if len(written) == after:
            raise MachineError("No space left on device")
        written.append(path)
        return real(path, text)

    real = files.create_text
    monkeypatch.setattr(files, "create_text", full)
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(MachineError):
        new_lesson(tmp_path / "a" / "l", created=DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(MachineError, match="cannot be written"):
        new_lesson(tmp_path / "l", created=DAY)


def test_a_name_that_is_too_long_and_a_place_where_nothing_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot be written"):
        new_lesson(tmp_path / ("x" * 300), created=DAY)
    if sys.platform == "linux":
        with pytest.raises(MachineError, match="cannot be written"):
            new_lesson(Path("/proc/lesson"), created=DAY)


def test_the_repository_gives_the_source_and_says_where_a_workflow_belongs(tmp_path: Path) -> None:
    root = tmp_path / "l"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "remote", "add", "origin", "git@github.com:Owner/tree-rings.git"], check=True)
    made = new_lesson(root / "docs", created=DAY)
    assert any("reads those in" in note for note in made.notes)
    assert not (root / "docs/.github").exists()
    assert "\nsource:" not in (root / "docs/config.yaml").read_text()
    (root / "docs").rename(tmp_path / "away")
    new_lesson(root, created=DAY)
    assert "\nsource: https://github.com/Owner/tree-rings\n" in (root / "config.yaml").read_text()


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://user:secret@github.com/o/n.git", "https://github.com/o/n"),
        ("ssh://git@gitlab.example.org:2222/g/s/n.git/", "https://gitlab.example.org/g/s/n"),
        ("gitlab.example.org:g/n", "https://gitlab.example.org/g/n"),
        ("/srv/git/n.git", ""),
        ("file:///srv/git/n.git", ""),
        ("C:/work/n", ""),
        ("https://[bad/n", ""),
        ("", ""),
    ],
)
def test_the_address_of_a_remote(remote: str, address: str) -> None:
    assert web_address(remote) == address


def test_titles(tmp_path: Path) -> None:
    assert title_of(Path("tree-rings_2")) == "Tree rings 2"
    assert plain_title("  two\n lines ") == "two lines"
    for bad in ("", " \t", "bell\x07", "half \udc80"):
        with pytest.raises(ConfigError, match="title"):
            plain_title(bad)


def workbench(make_lesson: MakeLesson, **more: str) -> Path:
    cell = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{r}\n1\n```\n"
    return make_lesson({"config.yaml": "title: Old\nepisodes:\n- a.Rmd\n", "episodes/a.Rmd": cell, "index.md": "Hi.\n", **more})


def test_a_workbench_lesson_gets_only_what_it_lacks(make_lesson: MakeLesson) -> None:
    given = {"learners/setup.Rmd": "own\n", ".github/workflows/sandpaper-main.yaml": "own\n", "README.md": "own\n"}
    root = workbench(make_lesson, **given)
    before = everything(root)
    planned = complete_workbench(root, dry_run=True)
    assert everything(root) == before
    made = complete_workbench(root / "episodes")
    after = everything(root)
    assert {name: after[name] for name in before} == before
    assert made.language == "r"
    assert "r-knitr" in (root / "pixi.toml").read_text()
    assert {str(path) for path in made.added.written} == set(after) - set(before) == {str(path) for path in planned.added.written}
    assert set(after) - set(before) == {
        ".gitignore", "pixi.toml", "instructors/instructor-notes.md", "profiles/learner-profiles.md", "episodes/data/.gitkeep",
        ".github/workflows/lesson.yml",
    }  # fmt: skip
    assert any("sandpaper-main.yaml" in note for note in made.notes)
    assert complete_workbench(root).added.written == ()


def test_what_a_workbench_lesson_gets_adds_no_problem(make_lesson: MakeLesson) -> None:
    root = workbench(make_lesson, **{"profiles/someone.md": "---\ntitle: Someone\n---\n\nText.\n", "instructors/README.md": "x\n"})
    before = set(check(root, Options("host")).report.problems)
    complete_workbench(root)
    assert {problem for problem in check(root, Options("host")).report.problems if problem not in before} == set()
    assert not (root / "profiles/learner-profiles.md").exists()


def test_a_list_of_the_settings_decides_that_no_page_is_added(make_lesson: MakeLesson) -> None:
    root = workbench(make_lesson, **{"config.yaml": "title: Old\nprofiles: [gone.md]\n"})
    complete_workbench(root)
    assert not (root / "profiles").exists()


def test_nothing_to_complete_where_there_is_no_lesson(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no lesson found"):
        complete_workbench(tmp_path)


def test_the_language_of_a_lesson(make_lesson: MakeLesson) -> None:
    root = make_lesson({"a.md": "```{Bash}\n```\n", "b.md": "~~~{bash}\n~~~\n", "c.md": "```{python}\n```\n", "d.md": "```bash\n```\n"})
    assert language_of(sorted(root.iterdir())) == "bash"
    assert language_of([root / "c.md", root / "d.md", root / "d.md"]) == "python"
    assert language_of([root / "d.md", root / "gone.md"]) == "bash"
    assert language_of([root / "gone.md"]) == "python"


def test_files_of_other_names_are_those_of_the_skeleton() -> None:
    from site_builder.authoring.skeleton import Facts, lesson_files

    assert set(SAME) <= set(lesson_files("python", Facts("T", DAY), PurePosixPath("config.yaml")))


@pytest.mark.slow
def test_real_lessons_keep_every_byte_and_get_no_new_problem(corpus: Path, tmp_path: Path) -> None:
    seen = 0
    for source in sorted(corpus.glob("*/source")):
        root = tmp_path / source.parent.name
        shutil.copytree(source, root, symlinks=True)
        if (root / "pixi.lock").is_file():  # one has an empty lock, so no episode with cells can be planned
            continue
        before, told = everything(root), codes(root)
        complete_workbench(root)
        assert {name: data for name, data in everything(root).items() if name in before} == before
        assert codes(root) == told, root.name
        order = [episode.path.name for episode in discover(root)[0].episodes]
        made = new_episode(root, "Zwischen: neu & gut", after=order[0])
        assert [episode.path.name for episode in discover(root)[0].episodes] == [order[0], made.path.name, *order[1:]], root.name
        assert codes(root) == told, root.name
        seen += 1
        shutil.rmtree(root)
    assert seen


def codes(root: Path) -> set[tuple[str, PurePosixPath, str]]:
    return {(each.code, each.location.path, each.message) for each in check(root, Options("host")).report.problems}
