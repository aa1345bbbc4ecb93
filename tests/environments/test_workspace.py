"""A whole lesson on the stand-in for Pixi: what runs again when one package changes, and what is reported when something is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.environments import capabilities, machine

FORGE = "https://conda.example.org/conda-forge/noarch"
EPISODE = "---\ntitle: T\nteaching: 1\nexercises: 1\nenvironment: {environment}\n---\n\n```{{python}}\nprint('{environment}')\n```\n"
NVIDIA = "print('NVIDIA T, 580.1')"


def lock(**torch: str) -> str:
    """Return a lock of the environments ``default`` and ``cuda`` with a version of PyTorch for each."""
    text, rows = "version: 6\nenvironments:\n", set[str]()
    for environment, names in {"default": ["tiny"], "cuda": ["cuda-version", "tiny"]}.items():
        addresses = [f"{FORGE}/{name}-1.0-0.conda" for name in names] + [f"{FORGE}/pytorch-{torch[environment]}-{environment}_0.conda"]
        rows |= set(addresses)
        text += f"  {environment}:\n    channels:\n    - url: https://conda.example.org/conda-forge/\n    packages:\n      {machine.subdir()}:\n"
        text += "".join(f"      - conda: {address}\n" for address in addresses)
    return text + "packages:\n" + "".join(f"- conda: {address}\n  sha256: {'a1' * 32}\n" for address in sorted(rows))


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def lesson(pixi: Any, make_lesson: Any) -> Path:
    """A lesson with an episode in each environment of the stand-in, which has its manifest."""
    episodes = {f"episodes/{name}.md": EPISODE.format(environment=name) for name in ("default", "cuda")}
    root: Path = make_lesson({"config.yaml": "title: L\n", "pixi.lock": lock(default="2.9", cuda="2.9"), **episodes})
    return root


def plan(root: Path) -> dict[str, tuple[str, str]]:
    steps = json.loads(call("plan", str(root), "--environments", "pixi", "--json").stdout)["steps"]
    return {step["episode"]: (step["action"], step["reason"]) for step in steps}


@pytest.mark.slow
def test_a_package_that_changes_in_one_environment_makes_its_episodes_run_and_no_others(lesson: Path, program: Any) -> None:
    program("nvidia-smi", NVIDIA)
    call("run", "--lesson", str(lesson), "--environments", "pixi", "--no-fork")
    assert {action for action, _ in plan(lesson).values()} == {"reuse"}
    (lesson / "pixi.lock").write_text(lock(default="2.9", cuda="2.12"))
    assert plan(lesson) == {"default": ("reuse", "nothing changed"), "cuda": ("run", "pytorch 2.9 -> 2.12")}


class TestWhatIsMissing:
    """Without Pixi: one line that says what to do, exit status 3, and everything else is built."""

    def test_pixi(self, lesson: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        output = call("run", "default", "--lesson", str(lesson), "--environments", "pixi", code=3).output
        assert "LS512 episodes/default.md:1 `pixi --version` did not answer (install Pixi 0.71 or newer)" in output

    def test_a_fresh_lock(self, lesson: Path, pixi: Any) -> None:
        pixi.set(fail={"install": "Error:   × lock file not up-to-date with the workspace"})
        output = call("run", "default", "--lesson", str(lesson), "--environments", "pixi", code=3).output
        assert "LS512 pixi.lock pixi.lock does not match pixi.toml (run `pixi lock` and commit it" in output

    def test_a_lock_in_conflict(self, lesson: Path) -> None:
        lock = lesson / "pixi.lock"
        lock.write_text(f"<<<<<<< HEAD\n{lock.read_text()}")
        output = call("run", "default", "--lesson", str(lesson), code=3).output
        assert output.count("marks of a merge conflict") == 1
        assert "error: LS512 pixi.lock:1 pixi.lock has the marks of a merge conflict (take one side" in output

    def test_a_kernel(self, lesson: Path, pixi: Any) -> None:
        pixi.set(environments={"default": {"prefix": str(pixi.prefix("default")), "packages": ["python"]}})
        output = call("run", "default", "--lesson", str(lesson), "--environments", "pixi", code=3).output
        assert "environment `default` lacks ipykernel (add ipykernel to it in pixi.toml" in output

    @pytest.mark.slow
    def test_a_gpu(self, lesson: Path, program: Any) -> None:
        assert plan(lesson)["cuda"] == ("skip", "Environment cuda needs an NVIDIA GPU with its driver.")
        assert "1 episode run" in call("run", "--lesson", str(lesson), "--environments", "pixi", "--no-fork").output
        program("nvidia-smi", NVIDIA)
        capabilities.available.cache_clear()
        machine.gpu.cache_clear()
        call("run", "cuda", "--lesson", str(lesson), "--environments", "pixi", "--no-fork")
        program("nvidia-smi", "raise SystemExit(9)")
        capabilities.available.cache_clear()
        machine.gpu.cache_clear()
        assert plan(lesson)["cuda"] == ("borrow", "Environment cuda needs an NVIDIA GPU with its driver.")


MODE = "---\ntitle: T\nteaching: 1\nexercises: 1\n---\n\n```{python}\nimport os\nprint('MODE', os.environ['MODE'])\n```\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("[activation.env]\nMODE = 'two'\n", "MODE changed"),
        ("[activation.env]\nMODE = 'one'\nOTHER = '1'\n", "OTHER added"),
        ("[activation]\nenv = { MODE = 'one' }\nscripts = ['set.sh']\n", "set.sh added"),
        ("", "MODE removed"),
    ],
)
def test_what_activation_adds_is_part_of_the_key(pixi: Any, make_lesson: Any, table: str, reason: str) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "pixi.lock": lock(default="2.9", cuda="2.9"), "episodes/a.md": MODE})
    pixi.manifest.write_text("[workspace]\n[activation.env]\nMODE = 'one'\n")
    pixi.set(variables={"MODE": "one"})
    call("run", "--lesson", str(root), "--environments", "pixi", "--no-fork")
    assert plan(root) == {"a": ("reuse", "nothing changed")}
    pixi.manifest.write_text(f"[workspace]\n{table}")
    assert plan(root) == {"a": ("run", reason)}


@pytest.mark.slow
def test_a_changed_activation_script_runs_again(pixi: Any, make_lesson: Any) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "pixi.lock": lock(default="2.9", cuda="2.9"), "episodes/a.md": MODE})
    script = pixi.manifest.parent / "set.sh"
    script.write_text("export MODE=one\n")
    pixi.manifest.write_text("[workspace]\n[activation]\nscripts = ['set.sh']\n")
    pixi.set(variables={"MODE": "one"})
    call("run", "--lesson", str(root), "--environments", "pixi", "--no-fork")
    assert plan(root) == {"a": ("reuse", "nothing changed")}
    script.write_text("export MODE=two\n")
    assert plan(root) == {"a": ("run", "set.sh changed")}
