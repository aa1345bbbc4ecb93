"""One commit gives one site, byte for byte, wherever, by whomever and with whichever copy of the builder it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import site_builder
from tests.conftest import MakeLesson

pytestmark = pytest.mark.slow

PAGE = """---
title: Zürich's {0}
teaching: 5
exercises: 5
---

::: questions
- Which “one”?
:::

::: objectives
- o
:::

```{{python}}
#| label: first-{0}
import os
import time
print(sorted([3, 1, 2]), os.environ.get("TZ"), time.strftime("%Z"))
```

::: challenge
### Do
Text $x^2$ and [a link]({0}.md).
:::

![A figure](fig/a.svg){{alt="A figure"}}

::: keypoints
- k
:::
"""
WORKSHOP = "workshop:\n  days:\n    - date: 2026-03-29\n      start: '00:30'\n      first: a\n"
SETTINGS = f"title: Ärger\nlicense: CC-BY 4.0\nsource: https://example.org/o/lesson\nurl: https://example.org/lesson/\nepisodes: [a.md, b.md]\n{WORKSHOP}"
NIGHT = {"GIT_AUTHOR_DATE": "2024-12-31T23:59:59 +0000", "GIT_COMMITTER_DATE": "2024-12-31T23:59:59 +0000"}
"""When the files were last changed: another year in half of the world."""

PACKAGE = str(Path(site_builder.__file__).parents[1])

PLACES = {
    "plain": {"TZ": "UTC", "LC_ALL": "C.UTF-8"},
    "east": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "1", "COLUMNS": "20"},
    "west": {"TZ": "Pacific/Pago_Pago", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "99", "NO_COLOR": "1", "PYTHONUTF8": "0"},
}


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(("git", *who, *arguments), cwd=root, check=True, capture_output=True, env={**os.environ, **NIGHT})


def contents(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def built(checkout: Path, builder: Path, home: Path, variables: dict[str, str]) -> dict[str, bytes]:
    """Build a checkout with a copy of the builder and a home of its own, with the committed records alone."""
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    given = {**kept, **variables, "HOME": str(home), "PYTHONPATH": str(builder), "USER": home.name, "CI": ""}
    command = (sys.executable, "-m", "site_builder", "build", ".", "--environments", "host", "--strict")
    done = subprocess.run(
        command, cwd=checkout, env=given, capture_output=True, text=True, check=False, umask=0o077 if "east" in home.name else 0o002
    )
    assert done.returncode == 0, done.stderr
    assert "ran episodes" not in done.stderr
    return contents(checkout / "site")


def test_a_commit_gives_the_same_bytes_in_other_folders_zones_locales_and_installations(make_lesson: MakeLesson, tmp_path: Path) -> None:
    picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    texts = {"config.yaml": SETTINGS, "index.md": "Hello.\n", "episodes/fig/a.svg": picture, "learners/setup.md": "Set up.\n"}
    first = make_lesson({**texts, **{f"episodes/{name}.md": PAGE.format(name) for name in "ab"}})
    (first / ".gitignore").write_text(".lesson/\nsite/\n")
    for command in (("build", "."), ("records", "save", ".")):
        options = (sys.executable, "-m", "site_builder", *command, "--environments", "host")
        done = subprocess.run(options, cwd=first, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": PACKAGE})
        assert done.returncode == 0, done.stderr
    git(first, "init", "-q", "-b", "main")
    git(first, "add", ".")
    git(first, "commit", "-q", "-m", "all")
    sites = {}
    for number, (name, variables) in enumerate(PLACES.items()):
        checkout = tmp_path / ("x" * number * 7 + " ü") / name
        checkout.parent.mkdir(exist_ok=True)
        git(tmp_path, "clone", "-q", str(first), str(checkout))
        builder = tmp_path / f"builder-{name}"
        shutil.copytree(Path(PACKAGE, "site_builder"), builder / "site_builder", ignore=shutil.ignore_patterns("__pycache__"))
        sites[name] = built(checkout, builder, tmp_path / f"home-{name}", variables)
    assert len(sites["plain"]) > 50
    for name in ("east", "west"):
        assert sites[name].keys() == sites["plain"].keys()
        assert [path for path, data in sites["plain"].items() if sites[name][path] != data] == []
    assert b"2024-12-31" in sites["plain"]["a.html"]
    assert not [path for path, data in sites["plain"].items() if str(tmp_path).encode() in data]
