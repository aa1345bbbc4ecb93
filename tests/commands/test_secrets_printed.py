"""What commands print of outputs and failures: no secret, on a terminal, in annotations, in JSON documents."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.records.model import Stream
from site_builder.records.store import COMMITTED, LOCAL, RecordStore

MakeLesson = Callable[[dict[str, str]], Path]
ROOT = Path(__file__).parents[2]
TOKEN = "gh" + "p_" + "a1B2c3D4e5" * 4
PASSWORD = "correct-horse-battery-9"
SPELLED = '"gh" + "p_" + "a1B2c3D4e5" * 4'
HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"
RAISING = f'```{{python}}\nheld = {SPELLED}\nraise ValueError("bad " + held + open("data/value.txt").read())\n```\n'
FAILING = '```{bash}\necho "fatal: https://me:hunter22@example.org" >&2; exit 3\n```\n'
PRINTING = f"```{{{{python}}}}\nprint(open({{switch!r}}).read() and {SPELLED})\n```\n"
TYPED = f"```python\nprint({SPELLED})\n```\n\n```output\nsomething else\n```\n\n```python\nraise ValueError({SPELLED})\n```\n"
EVERY = {"config.yaml": "title: L\nlicense: CC-BY 4.0\n", "index.md": "Hello.\n", "episodes/data/value.txt": PASSWORD}


def said(root: Path, *arguments: str, ci: bool = False) -> str:
    """Return everything that a command prints and writes below the lesson, but for what the lesson itself had."""
    more = {"CI": "true", "GITHUB_ACTIONS": "true"} if ci else {}
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "DEPLOY_PASSWORD": PASSWORD, **more}
    done = subprocess.run(
        (sys.executable, "-m", "site_builder", *arguments), cwd=root, env=variables, capture_output=True, text=True, check=False
    )
    written = [path for path in root.rglob("*") if path.is_file() and not path.is_relative_to(root / "episodes")]
    return done.stdout + done.stderr + "".join(path.read_text(encoding="utf-8", errors="replace") for path in written)


def holds_none(text: str) -> bool:
    return TOKEN not in text and PASSWORD not in text and "hunter22" not in text


@pytest.mark.slow
@pytest.mark.parametrize("ci", [False, True])
@pytest.mark.parametrize("arguments", [("build",), ("run",), ("run", "--json"), ("build", "-v", "-v"), ("run", "--keep-going")])
def test_of_a_failure(arguments: tuple[str, ...], ci: bool, make_lesson: MakeLesson) -> None:
    root = make_lesson({**EVERY, "episodes/a.md": HEAD + RAISING, "episodes/b.md": HEAD + FAILING})
    text = said(root, *arguments, "--environments", "host", ci=ci)
    assert "ValueError: bad ***" in text
    assert "fatal: ***" in text
    assert holds_none(text)


@pytest.mark.slow
def test_of_a_record_that_holds_one(make_lesson: MakeLesson) -> None:
    """Somebody committed it; the builder saves none."""
    root = make_lesson({**EVERY, "episodes/a.md": HEAD + "```{python}\nprint(1)\n```\n"})
    said(root, "run", "--environments", "host")
    said(root, "records", "save")
    store = RecordStore(root)
    (stored,) = store.read(store.files(COMMITTED))[0]
    for path in store.files(LOCAL):
        store.remove(path)
    store.save(replace(stored.record, cells=(replace(stored.record.cells[0], outputs=(Stream("stdout", f"see {TOKEN}\n"),)),)), COMMITTED)
    committed = "".join(path.read_text() for path in (root / "records").rglob("*.ipynb"))
    for command in (
        ["build"], ["verify"], ["verify", "--json"], ["records", "show", "a"], ["records", "show", "a", "--json"], ["records", "ls"],
        ["notebook", "a", "--instructor"], ["notebook", "a", "--instructor", "--json"], ["plan", "--json"], ["records", "save"],
    ):  # fmt: skip
        text = said(root, *command, "--environments", "host") if command[1:2] != ["ls"] else said(root, *command)
        assert TOKEN not in text.replace(committed, ""), command
    assert "see ***" in said(root, "records", "show", "a", "--environments", "host")
    assert not list(root.glob("*instructor*"))


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_of_what_verify_compares(more: tuple[str, ...], make_lesson: MakeLesson, tmp_path: Path) -> None:
    switch = tmp_path / "switch.txt"
    switch.write_text("")
    root = make_lesson({**EVERY, "episodes/a.md": HEAD + PRINTING.format(switch=str(switch))})
    said(root, "run", "--environments", "host")
    switch.write_text("on")
    text = said(root, "verify", "--environments", "host", *more)
    assert "***" in text
    assert holds_none(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("verify", "--static"), ("verify", "--static", "--json"), ("convert", "--dry-run"), ("convert", "--dry-run", "--json")]
)
def test_of_what_fences_print(arguments: tuple[str, ...], make_lesson: MakeLesson) -> None:
    root = make_lesson({**EVERY, "episodes/a.md": HEAD + TYPED})
    text = said(root, *arguments)
    assert "a.md" in text
    assert holds_none(text)
