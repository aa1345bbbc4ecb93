"""Learners on Windows are not asked to type what only Unix shells understand."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from tests.course.test_course import ROOT
from tools.course_shells import Commands, commands, main

HEAD = "---\ntitle: T\n---\n\n"


def faults(line: str, *, powershell: bool = False) -> list[str]:
    """Return what is wrong with a line of commands."""
    return list(Commands(PurePosixPath("episodes/a.md"), 5, line, powershell).faults())


def test_the_course_has_nothing_that_powershell_does_not_understand() -> None:
    found = list(commands(ROOT))
    assert [fault for block in found for fault in block.faults()] == []
    assert any(block.powershell for block in found)
    assert any(not block.powershell for block in found)


@pytest.mark.parametrize("powershell", [True, False])
@pytest.mark.parametrize(
    "line",
    [
        "pixi lock && git add .", "pixi lock || true", "cat <<EOF", "python - << 'EOF'", "sed -i s/a/b/ pixi.toml", "pixi list | sed s/a/b/",
        "export PIXI_HOME=here", "CONDA_OVERRIDE_CUDA=12 pixi lock", "docker run \\", "source activate.sh", ". ./activate.sh",
        "pixi lock 2> /dev/null", "for name in a b; do", "if [ -e a ]; then", "touch a", "pixi list | grep numpy", "wc -l pixi.lock",
        "chmod +x a", "sudo apt install a", "ls -la", "rm -rf .pixi", "which python", "pixi list | head -n 3", "cat -n pixi.toml",
    ],
)  # fmt: skip
def test_it_is_found(line: str, powershell: bool) -> None:
    assert len(faults(line, powershell=powershell)) >= 1
    assert faults(line, powershell=powershell)[0].startswith("episodes/a.md:6: ")


@pytest.mark.parametrize(
    "line",
    [
        "pixi run --locked check-setup", 'pixi add "python=3.13" "numpy>=2.4,<3"', "git commit -m 'a'  # && is for others", "mkdir results",
        'docker run --volume "${PWD}/results:/data" digits', "cd my-digits", "pixi run which python", "pixi global install crane",
        "cp ../digits.py .", "pixi task add show \"python -m json.tool a.json\" --depends-on train", "git push origin v0.1.0", "pixi list --grep",
    ],
)  # fmt: skip
def test_what_every_shell_understands_passes(line: str) -> None:
    assert faults(line) == []


def test_what_is_for_powershell_may_say_it_as_powershell_does() -> None:
    for line in ('$env:CUDA = "12"', "$(Get-Location)", "(Get-Content pixi.lock).Count", "a `", "$n = 3"):
        assert faults(line, powershell=True) == []
    assert faults('--user "$(id -u)"') != []
    assert faults("n=3") != []


def page(folder: Path, text: str, name: str = "a") -> list[Commands]:
    """Return the commands of a lesson with one page."""
    (folder / "episodes").mkdir(exist_ok=True)
    (folder / "episodes" / f"{name}.md").write_text(HEAD + text, encoding="utf-8")
    (folder / "links.md").write_text("", encoding="utf-8")
    return list(commands(folder))


TABS = "".join(
    f"### {name}\n\n```{language}\n{name}\n```\n\n"
    for name, language in [
        ("Linux", "bash"), ("macOS", "bash"), ("PowerShell", "powershell"), ("Podman on Linux", "bash"), ("macOS and Windows", "bash"), ("CLI", "sh"),
    ]
)  # fmt: skip


def test_tabs_for_other_systems_cells_and_scripts_are_left_alone(tmp_path: Path) -> None:
    text = f"::: group-tab\n\n{TABS}:::\n\n```{{bash}}\na && b\n```\n\n```bash\n#!/bin/bash\na && b\n```\n\n```python\nx = 1\n```\n"
    assert [block.text for block in page(tmp_path, text)] == ["PowerShell", "macOS and Windows", "CLI"]
    assert page(tmp_path, "```bash\na && b\n```\n", "slurm") == page(tmp_path, text)


def test_blocks_are_found_wherever_they_stand_and_written_for_powershell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "::: challenge\n\n### Try\n\n- a\n\n  ```bash\n  pixi lock\n  ```\n\n::: solution\n\n### Done\n\n```bash\na && b\n```\n\n:::\n\n:::\n"
    assert [block.text for block in page(tmp_path, text)] == ["pixi lock", "a && b"]
    assert main([str(tmp_path), "--write", str(tmp_path / "out")]) == 1
    assert "episodes/a.md:20: `&&` between commands: a && b" in capsys.readouterr().err
    assert sorted(path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").iterdir()) == ["a && b\n", "pixi lock\n"]
