"""A build never reports that nothing changed if a build from scratch would produce other bytes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.publish.manifest import read_manifest
from tests.conftest import MakeLesson

HOST = Options("host", workers=2)
READING = "---\ntitle: A\nteaching: 1\nexercises: 1\ninputs: [{inputs}]\n---\n\n```{{python}}\nfor name in {names!r}:\n    print(open(name).read())\n```\n"
FOLDERS = ("data/env", "data/site", "files/venv", "data/renv", "files/node_modules", "files/__pycache__", "../env", "../.data", ".hidden")


@pytest.mark.slow
def test_a_declared_input_is_looked_at_wherever_it_lies(make_lesson: MakeLesson) -> None:
    names = [f"{folder}/x.txt" for folder in FOLDERS]
    root = make_lesson({
        "config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/a.md": READING.format(inputs=", ".join(names), names=names),
        **{f"episodes/{name}": "one" for name in names if not name.startswith("..")}, "env/x.txt": "one", ".data/x.txt": "one",
    })  # fmt: skip
    assert build(root, None, HOST).ran == 1
    assert not build(root, None, HOST).changed
    for number, name in enumerate(names):
        (root / "episodes" / name).resolve().write_text(f"TWO-{number}")
        assert build(root, None, HOST).ran == 1, name
        assert f"TWO-{number}" in (root / "site/a.html").read_text()


@pytest.mark.slow
def test_a_file_that_was_read_and_not_declared_is_looked_at(make_lesson: MakeLesson) -> None:
    text = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{python}\nprint(open(%r).read())\n```\n"
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hi.\n", ".data/x.txt": "one", "episodes/a.md": ""})
    make_lesson({"episodes/a.md": text % str(root / ".data/x.txt")})
    build(root, None, HOST)
    assert not build(root, None, HOST).changed
    make_lesson({".data/x.txt": "TWO"})
    from site_builder.pipeline import unchanged

    assert unchanged.recall(root, unchanged.look(root, HOST, root / "site")) is None


EDITS = ("config.yaml", "index.md", "episodes/a.md", "episodes/b.md", "episodes/data/env/x.txt", "episodes/files/y.txt", "links.md", "learners/more.md",
         "episodes/fig/z.svg", "mkdocs.yml", "CITATION.cff", "profiles/p.md", ".lesson/records", "site/a.html", "site/built/md5sum.txt")  # fmt: skip


@pytest.mark.slow
def test_random_edits_never_leave_a_stale_site(make_lesson: MakeLesson, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    choose = random.Random(seed)
    print(f"seed {seed}")
    root = make_lesson({
        "config.yaml": "title: L\n", "index.md": "Hi.\n", "links.md": "[x]: https://example.org\n", "episodes/data/env/x.txt": "one",
        "episodes/a.md": READING.format(inputs="data/env/x.txt", names=["data/env/x.txt"]),
        "episodes/b.md": "---\ntitle: B\nteaching: 1\nexercises: 1\nneeds: []\n---\n\n[x] and [y](files/y.txt)\n",
        "episodes/files/y.txt": "y",
    })  # fmt: skip
    build(root, None, HOST)
    for number in range(12):
        name = choose.choice(EDITS)
        _edit(root, name, number, choose)
        build(root, None, HOST)
        fresh = tmp_path / f"fresh{number}"
        build(root, fresh, Options("host", workers=2, force=True))
        here, there = read_manifest(root / "site"), read_manifest(fresh)
        assert here is not None
        assert there is not None
        assert here.files == there.files, (seed, name)


def _edit(root: Path, name: str, number: int, choose: random.Random) -> None:
    path = root / name
    if name == ".lesson/records":
        for file in path.rglob("*.ipynb"):
            file.unlink()
    elif name == "config.yaml":
        path.write_text(f"title: L{number}\n")
    elif name == "mkdocs.yml":
        path.write_text(f"site_name: x{number}\nextra:\n  other: {number}\n")
    elif name == "CITATION.cff":
        path.write_text(f"cff-version: 1.2.0\ntitle: T{number}\nmessage: cite\nauthors:\n- family-names: A\n  given-names: B\n")
    elif path.suffix == ".md" and path.exists() and name != "links.md":
        path.write_text(path.read_text() + f"\nMore {number}.\n")
    elif name == "links.md":
        path.write_text(f"[x]: https://example.org/{number}\n")
    elif choose.random() < 0.2 and path.exists() and not name.startswith("episodes/data"):
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: P\n---\n\n{number}\n" if path.suffix == ".md" else f"number {number}")
