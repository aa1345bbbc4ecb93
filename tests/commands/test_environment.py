"""``lesson environment``: show, export, diff, and what install prints; `tests/environments/test_real_channel` installs for real."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.commands import progress
from site_builder.commands.main import group
from site_builder.commands.progress import InstallationProgress
from site_builder.environments import machine

FORGE = "https://conda.example.org/conda-forge/noarch"
CELL = "---\ntitle: A\n{head}---\n\n```{{python}}\n1\n```\n"
LESSON = {
    "config.yaml": "title: Tiny\nepisodes: [a.md, b.md, c.md]\n", "episodes/a.md": CELL.format(head=""),
    "episodes/b.md": CELL.format(head="environment: [cuda, default]\n"), "episodes/c.md": "---\ntitle: C\n---\n\nText.\n",
}  # fmt: skip


def lock(**environments: dict[str, str]) -> str:
    """Return a lock for this machine: environment -> name of a package -> version."""
    text, names = "version: 6\nenvironments:\n", set[str]()
    for environment, packages in environments.items():
        rows = [f"{FORGE}/{name}-{version}-0.conda" for name, version in packages.items()]
        names |= set(rows)
        listed = "".join(f"      - conda: {row}\n" for row in rows)
        text += f"  {environment}:\n    channels:\n    - url: https://conda.example.org/conda-forge/\n"
        text += f"    packages:\n      {machine.subdir()}:\n{listed}"
    return text + "packages:\n" + "".join(f"- conda: {row}\n  sha256: {'a1' * 32}\n  md5: {'b2' * 16}\n" for row in sorted(names))


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["environment", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def lesson(make_lesson) -> Path:
    root: Path = make_lesson({**LESSON, "pixi.lock": lock(default={"tiny": "1.0", "numpy": "2.4.1"}, cuda={"tiny": "1.0"})})
    return root


def test_show(lesson: Path) -> None:
    lines = call("show", "--lesson", str(lesson)).output.splitlines()
    assert [line.split() for line in lines[:2]] == [["numpy", "2.4.1", "0", "a1" * 6], ["tiny", "1.0", "0", "a1" * 6]]
    assert lines[2].startswith(f"2 packages on {machine.subdir()}, digest ")
    data = json.loads(call("show", "cuda", "--lesson", str(lesson), "--json").stdout)
    assert (data["environment"], data["platform"]) == ("cuda", machine.subdir())
    assert data["packages"][0] == {
        "name": "tiny", "version": "1.0", "build": "0", "kind": "conda", "url": f"{FORGE}/tiny-1.0-0.conda", "sha256": "a1" * 32,
        "md5": "b2" * 16, "size": 0, "license": "", "depends": [],
    }  # fmt: skip


def test_what_is_not_there_is_told(lesson: Path) -> None:
    assert "did you mean 'cuda'?" in call("show", "cudo", "--lesson", str(lesson), code=3).output
    assert f"locked for: {machine.subdir()}" in call("show", "--platform", "win-99", "--lesson", str(lesson), code=3).output
    (lesson / "pixi.lock").unlink()
    assert "the lesson has no pixi.lock" in call("show", "--lesson", str(lesson), code=2).output
    assert "the lesson has no pixi.lock" in call("install", "default", "--lesson", str(lesson), code=2).output


def test_export(lesson: Path, tmp_path: Path) -> None:
    assert f"{FORGE}/tiny-1.0-0.conda#{'b2' * 16}" in call("export", "--lesson", str(lesson)).stdout.splitlines()
    file = tmp_path / "bill.json"
    result = call("export", "cuda", "--format", "cyclonedx", "--output", str(file), "--lesson", str(lesson))
    assert (result.stdout, f"wrote {file}" in result.output) == ("", True)
    assert json.loads(file.read_text())["metadata"]["component"]["name"] == "Tiny/cuda"


def test_diff_says_which_episodes_run_again_and_why(lesson: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.lock"
    old.write_text((lesson / "pixi.lock").read_text())
    assert call("diff", str(old), "--lesson", str(lesson)).output == "no episode will run again\n"
    (lesson / "pixi.lock").write_text(lock(default={"tiny": "1.0", "numpy": "2.5.0"}, cuda={"tiny": "1.0"}, extra={"tiny": "1.0"}))
    here = machine.subdir()
    assert call("diff", str(old), "--lesson", str(lesson)).output.splitlines() == [
        f"default on {here}: numpy 2.4.1 -> 2.5.0 (a, b)",
        f"extra on {here}: newly locked (no episode)",
        "2 episodes will run again: a, b",
    ]
    new = tmp_path / "new.lock"
    new.write_text(lock(default={"tiny": "1.0", "numpy": "2.4.1"}))
    said = json.loads(call("diff", str(old), str(new), "--lesson", str(lesson), "--json", "--platform", here).stdout)
    assert {name: said[name] for name in ("episodes", "changes")} == {
        "episodes": ["b"], "changes": [{"environment": "cuda", "platform": here, "changes": ["no longer locked"], "episodes": ["b"]}],
    }  # fmt: skip
    assert call("diff", str(old), "--lesson", str(lesson), "--platform", "win-99").output == "no episode will run again\n"


def test_a_lock_that_is_not_there(lesson: Path) -> None:
    assert "git show main:pixi.lock" in call("diff", "nowhere.lock", "--lesson", str(lesson), code=2).output


class Terminal(io.StringIO):
    """A standard error that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def use(shown: InstallationProgress) -> None:
    with shown:
        shown.received(1)  # before anything is known to come
        shown.linked()
        shown.started(2)
        shown.received(3_000_000)
        shown.linked()


def test_progress_is_shown_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", terminal)
    use(InstallationProgress())
    assert "1/2" in terminal.getvalue()
    assert "3.0 MB" in terminal.getvalue()
    for stream, quiet in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(progress.sys, "stderr", stream)
        use(InstallationProgress(quiet=quiet))
        assert stream.getvalue() == ""


def test_installing_from_a_stale_lock_says_so_first(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def install(path: Path, name: str, watcher: object, folder: Path | None) -> tuple[Path, bool]:
        done.append(name)
        return Path("/prefix") / name, name == "default"

    monkeypatch.setattr("site_builder.operations.environments.install", install)
    output = call("install", "default", "cuda", "--lesson", str(lesson)).output
    assert output.splitlines() == ["default installed: /prefix/default", "cuda already installed: /prefix/cuda"]
    (lesson / "pixi.toml").write_text('[environments]\ncuda = []\n[dependencies]\ntiny = "2.*"\n')
    output = call("install", "default", "--lesson", str(lesson)).output
    assert (
        f"warning: pixi.lock does not match the manifest: environment `default` on {machine.subdir()}: tiny 1.0 is locked, but the manifest requires 2.*"
        in output
    )
    assert done == ["default", "cuda", "default"]


TWICE = """version: 7
platforms:
- name: linux-64
- name: p1
  subdir: linux-64
  virtual-packages:
  - __cuda=12
environments:
  default:
    channels:
    - url: https://conda.example.org/conda-forge/
    packages:
      linux-64:
      - conda: {forge}/tiny-1.0-0.conda
{second}packages:
- conda: {forge}/tiny-1.0-0.conda
  sha256: {digest}
- conda: {forge}/torch-{version}-0.conda
  sha256: {digest}
"""


def twice(version: str = "1.0", *, second: bool = True) -> str:
    """Return a lock whose environment has two platforms of one system, or one."""
    rows = f"      p1:\n      - conda: {FORGE}/torch-{version}-0.conda\n" if second else ""
    return TWICE.format(forge=FORGE, digest="a1" * 32, version=version, second=rows)


def test_a_system_that_is_declared_twice_is_compared_whole(lesson: Path, tmp_path: Path) -> None:
    (tmp_path / "old.lock").write_text(twice())
    (tmp_path / "new.lock").write_text(twice("2.0"))
    (tmp_path / "one.lock").write_text(twice(second=False))
    arguments = ("diff", str(tmp_path / "old.lock"))
    assert "default on linux-64: torch 1.0 -> 2.0 (a, b)" in call(*arguments, str(tmp_path / "new.lock"), "--lesson", str(lesson)).output
    assert "2 platforms -> 1" in call(*arguments, str(tmp_path / "one.lock"), "--lesson", str(lesson)).output
