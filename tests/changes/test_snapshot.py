"""Everything that a build depends on is covered, and a change of one kind of thing changes only the digest of that kind."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.changes.snapshot import DependencyKind, results_digest, take
from site_builder.changes.tree import lesson_files
from tests.conftest import MakeLesson

EPISODE = "---\ntitle: A\n---\n\nWords.\n\n```{python}\n1\n```\n"
LESSON = {"config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/a.md": EPISODE, "episodes/data/x.csv": "1"}


def digests(root: Path, options: str = "", further: tuple[str, ...] = ()) -> dict[DependencyKind, str]:
    return dict(take(root, root / "site", options, further).digests)


def changed(before: dict[DependencyKind, str], after: dict[DependencyKind, str]) -> set[DependencyKind]:
    return {kind for kind in DependencyKind if before[kind] != after[kind]}


@pytest.mark.parametrize("folder", ["site", "venv", "env", "renv", "node_modules", "__pycache__", ".hidden", "build", "a b", "ü"])
@pytest.mark.parametrize("above", ["episodes", "episodes/data", "episodes/files/deep", "learners", "data", "fig"])
def test_every_file_of_a_content_folder_counts_whatever_it_is_called(make_lesson: MakeLesson, folder: str, above: str) -> None:
    name = f"{above}/{folder}/x.txt"
    root = make_lesson({**LESSON, name: "one"})
    before = digests(root)
    make_lesson({name: "two"})
    assert changed(before, digests(root)) == {DependencyKind.LESSON}
    (root / name).unlink()
    assert changed(before, digests(root)) == {DependencyKind.LESSON}


@pytest.mark.parametrize("name", ["env/x.txt", "venv/x", "node_modules/x", ".data/x.txt", "renv/x", "site/x.csv"])
def test_a_declared_file_in_a_folder_of_tools_counts(make_lesson: MakeLesson, name: str) -> None:
    root = make_lesson({**LESSON, name: "one"})
    further = (f"episodes/../{name}",)
    plain, before = digests(root), digests(root, further=further)
    make_lesson({name: "two"})
    assert changed(plain, digests(root)) == set()
    assert changed(before, digests(root, further=further)) == {DependencyKind.FURTHER}


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "conda-meta/history"])
def test_an_environment_in_the_lessons_folder_does_not_count(make_lesson: MakeLesson, marker: str) -> None:
    root = make_lesson({**LESSON, f"tools/{marker}": "", "tools/lib/x.py": "one"})
    before = digests(root)
    make_lesson({"tools/lib/x.py": "two"})
    assert changed(before, digests(root)) == set()


@pytest.mark.parametrize(
    "name",
    [
        "config.yaml",
        "index.md",
        "episodes/a.md",
        "mkdocs.yml",
        "overrides/main.html",
        "CITATION.cff",
        "records/a/0.ipynb",
        "pixi.lock",
        "site/built/md5sum.txt",
        "more/page.md",
    ],
)
def test_what_a_build_reads_counts(make_lesson: MakeLesson, name: str) -> None:
    root = make_lesson(LESSON)
    before = digests(root)
    make_lesson({name: "something else"})
    assert changed(before, digests(root)) == {DependencyKind.LESSON}


def test_places_of_the_builder_and_touched_files_do_not_count(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LESSON, "tools.py": "1"})
    before = digests(root)
    make_lesson({"site/index.html": "x", ".lesson/work/x": "x", ".git-blame-ignore-revs": "x", "code/__pycache__/x.pyc": "x"})
    os.utime(root / "episodes/a.md", (1, 1))
    assert changed(before, digests(root)) == set()


def test_each_kind_is_told_apart(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson(LESSON)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    before = digests(root)
    assert changed(before, digests(root, options="strict")) == {DependencyKind.OPTIONS}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert changed(before, digests(root)) == {DependencyKind.OPTIONS}
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    make_lesson({".lesson/records/a/0.ipynb": "{}"})
    assert changed(before, digests(root)) == {DependencyKind.RECORDS}
    (root / ".lesson/records/a/0.ipynb").unlink()
    (root / ".lesson/envs/ml").mkdir(parents=True)
    assert changed(before, digests(root)) == {DependencyKind.RECORDS}
    (root / ".lesson/envs/ml").rmdir()
    subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "x"],
        check=True,
    )
    assert changed(before, digests(root)) == {DependencyKind.HISTORY}


def test_another_output_in_the_lesson_does_not_count(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LESSON, "public/index.html": "1"})
    assert [file.name for file in lesson_files(root, (root / "public",))] == ["config.yaml", "a.md", "x.csv", "index.md"]


names = st.sampled_from(["a", "b.md", "env", "site", "__pycache__", "x.csv", ".h"])
trees = st.dictionaries(st.lists(names, min_size=1, max_size=3).map("/".join), st.binary(max_size=2), max_size=5)


@settings(max_examples=60)
@given(one=trees, two=trees)
def test_two_contents_have_one_digest_only_if_they_are_equal(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, bytes], two: dict[str, bytes]
) -> None:
    found = []
    for tree in (one, two):
        root = tmp_path_factory.mktemp("lesson") / "l"
        (root / "episodes").mkdir(parents=True)
        written = {}
        for name, data in sorted(tree.items()):
            file = root / "episodes" / name
            if not any(parent.is_file() for parent in file.parents) and not file.is_dir():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                written[name] = data
        found.append((written, take(root, root / "site", "").digests[DependencyKind.LESSON]))
    assert (found[0][0] == found[1][0]) == (found[0][1] == found[1][1])


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("episodes/a.md", EPISODE.replace("Words", "Other words"), True),
        ("index.md", "Other.\n", True),
        ("episodes/a.md", EPISODE.replace("1\n", "2\n"), False),
        ("episodes/a.md", EPISODE.replace("---\n\nWords", "inputs: [data/x.csv]\n---\n\nWords"), False),
        ("episodes/a.md", EPISODE.replace("Words.", "Words `{python} 1 + 1`."), False),
        ("episodes/data/x.csv", "2", False),
        ("episodes/data/env/x.csv", "2", False),
        ("pixi.lock", "version: 6", False),
        ("pixi.toml", "[activation.env]\nA = '1'", False),
    ],
)
def test_what_can_change_results_is_guessed_without_reading_the_lesson(make_lesson: MakeLesson, name: str, text: str, same: bool) -> None:
    root = make_lesson(LESSON)
    before = results_digest(root)
    make_lesson({name: text})
    assert (results_digest(root) == before) is same


@pytest.mark.parametrize("name", ["pixi.toml", "pyproject.toml", "pixi.lock"])
def test_the_workspace_around_a_lesson_counts_from_the_moment_it_appears(make_lesson: MakeLesson, name: str) -> None:
    root = make_lesson(LESSON)
    (root.parent / ".git").mkdir()
    before, results = digests(root), results_digest(root)
    (root.parent / name).write_text("")
    made = digests(root)
    assert changed(before, made) == {DependencyKind.FURTHER}
    assert results_digest(root) != results
    (root.parent / name).write_text("# changed")
    assert changed(made, digests(root)) == {DependencyKind.FURTHER}
