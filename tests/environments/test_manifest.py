"""What is read of ``pixi.toml`` where Pixi is not there: activation as Pixi resolves it, and the order of platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments.workspace.manifest import Manifest, families, read_manifest
from site_builder.errors import EnvironmentUnavailable

FULL = """
[workspace]
name = "lesson"
version = "1.2"
platforms = ["linux-64", { name = "gpu", platform = "linux-64", cuda = "12" }]

[activation]
scripts = ["default.sh"]
env = { A = "default", B = "default", C = 1 }

[target.unix.activation]
env = { B = "unix" }

[target.linux-64.activation]
scripts = ["linux.sh"]

[feature.one.activation]
scripts = ["one.sh"]
env = { A = "one" }

[feature.two.target.win.activation]
scripts = ["two.bat"]

[feature.two.activation]
env = { A = "two", D = "two" }

[environments]
both = ["one", "two"]
alone = { features = ["two"], no-default-feature = true }
inline = { features = ["default"], activation = { env = { A = "inline" } } }
"""


def manifest(tmp_path: Path, text: str = FULL) -> Manifest:
    path = tmp_path / "pixi.toml"
    path.write_text(text)
    return read_manifest(path)


def test_names_and_platforms(tmp_path: Path) -> None:
    found = manifest(tmp_path)
    assert (found.name, found.version) == ("lesson", "1.2")
    assert found.platforms == ("linux-64", {"name": "gpu", "platform": "linux-64", "cuda": "12"})


def test_an_old_or_empty_manifest(tmp_path: Path) -> None:
    assert manifest(tmp_path, '[project]\nname = "old"\n').name == "old"
    bare = manifest(tmp_path, "")
    assert (bare.name, bare.version, bare.platforms) == (tmp_path.name, "NO_VERSION_SPECIFIED", ())
    assert bare.scripts("default", "linux-64") == ()
    assert bare.variables("default", "linux-64") == {}


@pytest.mark.parametrize(
    ("environment", "subdir", "scripts"),
    [
        ("default", "linux-64", ("linux.sh",)),
        ("default", "osx-arm64", ("default.sh",)),
        ("both", "linux-64", ("one.sh", "linux.sh")),
        ("both", "win-64", ("one.sh", "two.bat", "default.sh")),
        ("alone", "linux-64", ()),
    ],
)
def test_of_each_feature_the_most_special_scripts_run_and_the_default_ones_last(
    tmp_path: Path, environment: str, subdir: str, scripts: tuple[str, ...]
) -> None:
    assert manifest(tmp_path).scripts(environment, subdir) == scripts


@pytest.mark.parametrize(
    ("environment", "subdir", "variables"),
    [
        ("default", "linux-64", {"A": "default", "B": "unix", "C": "1"}),
        ("default", "win-64", {"A": "default", "B": "default", "C": "1"}),
        ("both", "osx-64", {"A": "one", "D": "two", "B": "unix", "C": "1"}),
        ("alone", "linux-64", {"A": "two", "D": "two"}),
        ("inline", "win-64", {"A": "inline", "B": "default", "C": "1"}),
        ("not-listed", "win-64", {"A": "default", "B": "default", "C": "1"}),
    ],
)
def test_earlier_features_and_special_platforms_win(tmp_path: Path, environment: str, subdir: str, variables: dict[str, str]) -> None:
    assert manifest(tmp_path).variables(environment, subdir) == variables


def test_families() -> None:
    assert [families(name) for name in ("linux-64", "osx-arm64", "win-64", "emscripten-wasm32")] == [
        ("linux", "unix"), ("osx", "unix"), ("win",), ("unix",),
    ]  # fmt: skip


def test_a_manifest_that_only_pixi_reads_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnavailable, match=r"pixi\.toml cannot be read: .*line 1") as caught:
        manifest(tmp_path, "a = {\n b = 1,\n}\n")
    assert "install Pixi" in caught.value.hint


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnavailable, match="cannot be read"):
        read_manifest(tmp_path / "pixi.toml")


def test_a_python_projects_file_holds_it_below_tool_pixi(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[project]\nname = "shapes"\nversion = "1.2"\ndependencies = ["numpy"]\n\n'
        '[tool.pixi.workspace]\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n\n[tool.pixi.activation.env]\nA = "1"\n'
    )
    found = read_manifest(path)
    assert (found.name, found.version, found.platforms) == ("shapes", "1.2", ("linux-64",))
    assert found.variables("default", "linux-64") == {"A": "1"}
    path.write_text('[project]\nname = "shapes"\n[tool.pixi.workspace]\nname = "lesson"\n')
    assert (read_manifest(path).name, read_manifest(path).version) == ("lesson", "NO_VERSION_SPECIFIED")
