"""What cells install goes into an environment of the episode's own; the interpreter that runs the builder stays as it is."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from site_builder.execute.local.scratch_environment import installs
from site_builder.markdown.tree import Cell
from site_builder.records.model import Display, Stream
from tests.execute.test_episode import cell, outputs, run

CALLS = (
    "%pip install numpy", "!pip install numpy", "!{sys.executable} -m pip install numpy", "subprocess.run(['pip', 'install', 'x'])",
    "pip install -q numpy", "pip3 -q install numpy", "python -m pip install numpy", "uv pip install numpy", "conda install -y numpy",
    "mamba remove numpy", "a=1; pip uninstall -y numpy", "%conda install numpy",
)  # fmt: skip


@pytest.mark.parametrize("source", CALLS)
def test_a_call_of_a_package_manager_is_seen(source: str) -> None:
    assert installs([Cell("a", "python", source)])


@pytest.mark.parametrize(
    "source", ["import pip", "pip list", "# use pip\ninstall = 1", "print('pipinstall')", "pixi install", "apt install r"]
)
def test_nothing_else_is_one(source: str) -> None:
    assert not installs([Cell("a", "python", source)])


def wheel(folder: Path) -> Path:
    """A wheel with one module, made here (PEP 427)."""
    path = folder / "stranger-1.5-py3-none-any.whl"
    about = "stranger-1.5.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stranger.py", "VALUE = 7\n")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: stranger\nVersion: 1.5\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


def state(prefix: Path) -> str:
    """The names, sizes and times of everything installed here."""
    digest = hashlib.sha256()
    for path in sorted(prefix.glob("lib/python3*/site-packages/*")):
        if path.name != "__pycache__":
            digest.update(f"{path.name} {path.lstat().st_mtime_ns} {path.lstat().st_size}".encode())
    return digest.hexdigest()


@pytest.mark.skipif(sys.platform == "win32", reason="laid out otherwise")
def test_installing_changes_nothing_but_the_episodes_own_environment(tmp_path: Path) -> None:
    pytest.importorskip("pip")
    before, given = state(Path(sys.prefix)), wheel(tmp_path)
    result = run(
        tmp_path,
        cell("a", f"%pip install -q --no-index {given}"), cell("b", "import stranger, nbformat\nstranger.VALUE"),
        cell("c", "python -c 'import stranger, nbformat; print(stranger.VALUE)'", "bash"),
        cell("d", "pip uninstall -y nbformat", "bash", error=False, warning=False), cell("e", "import nbformat\nnbformat.__name__"),
    )  # fmt: skip
    assert result.failure is None, result.failure
    found = outputs(result)
    assert Display({"text/plain": "7"}, True) in found["b"]
    assert found["c"] == (Stream("stdout", "7\n"),)
    assert found["e"] == (Display({"text/plain": "'nbformat'"}, True),)
    assert result.installed == ("stranger 1.5",)
    assert state(Path(sys.prefix)) == before
