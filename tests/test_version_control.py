"""A lesson's own Git configuration names programs: none of them runs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from site_builder.lesson import history
from site_builder.operations.check import check
from site_builder.operations.convert_write import in_git, uncommitted
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.version_control import git

NAMED = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.alternateRefsCommand", "core.gitProxy",
    "diff.external", "diff.own.command", "diff.own.textconv", "filter.own.clean", "filter.own.smudge", "filter.own.process", "gpg.program",
    "gpg.ssh.program", "credential.helper", "pager.log", "pager.diff", "pager.rev-parse", "alias.log", "alias.rev-parse", "alias.diff", "merge.own.driver",
    "uploadpack.packObjectsHook", "interactive.diffFilter", "sequence.editor", "trailer.own.command",
)  # fmt: skip
"""Settings of Git that name a program."""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson with a commit, whose configuration names a program in every setting that can."""
    root = tmp_path / "lesson"
    (root / "episodes").mkdir(parents=True)
    (root / "config.yaml").write_text("title: L\n")
    (root / "index.md").write_text("Home\n")
    (root / "episodes" / "a.md").write_text("---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n")
    (root / ".gitattributes").write_text("*.md diff=own filter=own merge=own\n")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "One")):
        subprocess.run(("git", *command), cwd=root, check=True)
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {tmp_path}/ran\ncat\n')
    program.chmod(0o755)
    for name in NAMED:
        subprocess.run(("git", "config", name, ("!" if name.startswith("alias") else "") + str(program)), cwd=root, check=True)
    for name, value in (("log.showSignature", "true"), ("filter.own.required", "true"), ("core.hooksPath", str(tmp_path))):
        subprocess.run(("git", "config", name, value), cwd=root, check=True)
    (tmp_path / "ran").unlink(missing_ok=True)
    os.utime(root / "episodes" / "a.md", (1, 1))  # Git looks into a file whose times it does not know
    return root


def test_reading_a_lesson_runs_no_program_of_its_configuration(lesson: Path) -> None:
    page = Path("episodes/a.md")
    assert set(map(str, history.dates(lesson))) >= {str(page)}
    assert len(history.commit(lesson)) == 40
    assert in_git(lesson)
    assert uncommitted(lesson, []) == frozenset()
    from pathlib import PurePosixPath

    assert uncommitted(lesson, [PurePosixPath("episodes/a.md")]) == frozenset()
    (lesson / page).write_text((lesson / page).read_text() + "More.\n")
    assert uncommitted(lesson, [PurePosixPath("episodes/a.md")]) == {PurePosixPath("episodes/a.md")}
    assert not (lesson.parent / "ran").exists()


def test_a_check_and_a_build_run_none_either(lesson: Path) -> None:
    check(lesson, Options("host"))
    assert build(lesson, None, Options("host")).changed
    assert not (lesson.parent / "ran").exists()


def test_the_same_command_without_the_settings_would(lesson: Path) -> None:
    subprocess.run(("git", "diff", "HEAD"), cwd=lesson, check=False, capture_output=True)
    assert (lesson.parent / "ran").exists()


def test_variables_that_name_programs_are_not_handed_on(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(lesson.parent / "program"))
    (lesson / "index.md").write_text("Changed\n")
    assert git(lesson, "diff", "HEAD").status == 0
    assert not (lesson.parent / "ran").exists()


def test_git_is_started_in_one_place() -> None:
    package = Path(__file__).parent.parent / "site_builder"
    texts = {path.name: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    starts = {name for name, text in texts.items() if '"git"' in text and "processes" in text}
    # one asks for its version alone; another writes commits for the author who asks for it
    assert starts == {"version_control.py", "diagnosis.py", "git.py"}
