"""What the manifest asks for as conda's environment.yml, as Pixi writes it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from site_builder.environments.workspace.conda_environment import conda_environment
from site_builder.environments.workspace.manifest import read_manifest
from site_builder.errors import ConfigError
from tests.commands.test_main import call

ROOT = Path(__file__).parents[2]
HEAD = '[workspace]\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'


def exported(folder: Path, text: str, environment: str = "default", subdir: str = "linux-64") -> dict:
    (folder / "pixi.toml").write_text(HEAD + text, encoding="utf-8")
    return yaml.safe_load(conda_environment(read_manifest(folder / "pixi.toml"), environment, subdir))


def test_it_is_byte_for_byte_what_pixi_writes() -> None:
    folder = Path(os.environ.get("LESSON_PIXI_VECTORS") or ROOT.parent / "shared" / "pixi-vectors")
    if not (folder / "pixi.toml").exists():
        pytest.skip("no answers of a real Pixi here: set LESSON_PIXI_VECTORS")
    rows = map(json.loads, (folder / "pixi-0.77.0.jsonl").read_text(encoding="utf-8").splitlines())
    answer = next(row["stdout"] for row in rows if row["case"] == "export-environment")
    assert conda_environment(read_manifest(folder / "pixi.toml"), "plots", "linux-64") == answer.rstrip("\n") + "\n"


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ('"*"', "a *"),
        ('">=1.2,<2"', "a >=1.2,<2"),
        ('{ version = "1.*" }', "a 1.*"),
        ('{ version = "1.*", build = "py313*" }', "a 1.* py313*"),
        ('{ version = "1.*", channel = "bioconda" }', "bioconda::a 1.*"),
        ('{ channel = "bioconda" }', "bioconda::a *"),
    ],
)
def test_a_spec_of_conda(tmp_path: Path, spec: str, line: str) -> None:
    assert exported(tmp_path, f"[dependencies]\na = {spec}\n")["dependencies"] == [line]


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ('"*"', "a"),
        ('">=1.2,<2"', "a>=1.2,<2"),
        ('{ version = "==1", extras = ["x", "y"] }', "a[x,y]==1"),
        ('{ git = "https://g.example.org/a.git", rev = "0123" }', "a @ git+https://g.example.org/a.git@0123"),
        ('{ url = "https://f.example.org/a-1-py3-none-any.whl" }', "a @ https://f.example.org/a-1-py3-none-any.whl"),
        ('{ path = "./a", editable = true }', "-e ./a"),
    ],
)
def test_a_requirement_of_pip(tmp_path: Path, spec: str, line: str) -> None:
    assert exported(tmp_path, f"[pypi-dependencies]\na = {spec}\n")["dependencies"] == ["pip *", {"pip": [line]}]


def test_pip_stands_there_once(tmp_path: Path) -> None:
    found = exported(tmp_path, '[dependencies]\npip = ">=24"\n[pypi-dependencies]\na = "*"\n')
    assert found["dependencies"] == ["pip >=24", {"pip": ["a"]}]


def test_an_environment_has_the_packages_of_its_features_its_platform_and_its_channels(tmp_path: Path) -> None:
    text = """[dependencies]
python = "3.13.*"
[target.linux.dependencies]
valgrind = "*"
[target.win.dependencies]
m2-bash = "*"
[activation]
env = { A = "1" }
[feature.gpu]
channels = ["nvidia", { channel = "first", priority = 2 }]
[feature.gpu.dependencies]
python = "3.12.*"
[environments]
gpu = ["gpu"]
"""
    found = exported(tmp_path, text, "gpu")
    assert found["dependencies"] == ["python 3.12.*", "valgrind *"]
    assert found["channels"] == ["first", "nvidia", "conda-forge", "nodefaults"]
    assert (found["name"], found["variables"]) == ("gpu", {"A": "1"})
    assert exported(tmp_path, text, "default", "win-64")["dependencies"] == ["python 3.13.*", "m2-bash *"]


def test_what_cannot_be_expressed_is_refused_by_name(tmp_path: Path) -> None:
    text = '[dependencies]\nmine = { path = "../mine" }\nours = { git = "https://g.example.org/o" }\nnumpy = "*"\n[pypi-dependencies]\nx = { index = "https://i.example.org", version = "*" }\n'
    with pytest.raises(ConfigError, match="cannot express: mine, ours, x"):
        exported(tmp_path, text)
    with pytest.raises(ConfigError, match="has no environment `nope`"):
        exported(tmp_path, "", "nope")


def test_the_command_writes_it(make_lesson, tmp_path: Path) -> None:
    root = make_lesson(
        {"config.yaml": "title: L\n", "episodes/a.md": "---\ntitle: A\n---\n", "pixi.toml": HEAD + '[dependencies]\nnumpy = "2.*"\n'}
    )
    said = call("environment", "export", "--format", "conda", "--lesson", str(root)).stdout
    assert yaml.safe_load(said)["dependencies"] == ["numpy 2.*"]
    (root / "pixi.toml").unlink()
    assert "has no pixi.toml" in call("environment", "export", "--format", "conda", "--lesson", str(root), code=2).stderr
