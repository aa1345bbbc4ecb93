"""Stand-ins for programs, put first on PATH."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from site_builder.environments import capabilities, machine

STAND_IN = Path(__file__).parent / "stand_in.py"
Program = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def forget_the_machine() -> Iterator[None]:
    """Facts of the machine are cached per process; each test starts afresh."""
    for remembered in (machine.gpu, machine.processor, capabilities.available, capabilities.pixi_release):
        remembered.cache_clear()
    yield
    for remembered in (machine.gpu, machine.processor, capabilities.available, capabilities.pixi_release):
        remembered.cache_clear()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return a function that puts a small Python program (name, code) first on PATH; every other program is hidden."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name: str, code: str) -> Path:
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


@dataclass
class StandIn:
    """The stand-in ``pixi``: change ``scenario`` and look at ``calls``."""

    folder: Path

    def set(self, **changes: Any) -> None:
        """Change the scenario (see `stand_in`)."""
        path = self.folder / "scenario.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    @property
    def calls(self) -> list[dict[str, Any]]:
        """All calls so far."""
        log = self.folder / "calls"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    @property
    def arguments(self) -> list[list[str]]:
        """The arguments of all calls so far, without the path of the manifest."""
        return [[word for word in call["arguments"] if word != str(self.manifest)] for call in self.calls]

    @property
    def manifest(self) -> Path:
        """The lesson's manifest."""
        return self.folder / "lesson/pixi.toml"

    def prefix(self, name: str) -> Path:
        """The folder that an environment is installed in."""
        return self.folder / "envs" / name


@pytest.fixture
def pixi(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put the stand-in first on PATH, with environments ``default`` and ``cuda`` that contain python and ipykernel."""
    stand_in = StandIn(tmp_path)
    scenario = {
        "log": str(tmp_path / "calls"), "version": "0.77.0", "manifest": str(stand_in.manifest),
        "environments": {
            name: {"prefix": str(stand_in.prefix(name)), "packages": ["python", "ipykernel"]} for name in ("default", "cuda")
        },
    }  # fmt: skip
    (tmp_path / "scenario.json").write_text(json.dumps(scenario))
    stand_in.manifest.parent.mkdir()
    stand_in.manifest.write_text("[workspace]\n")
    path = os.environ["PATH"]
    program("pixi", f"import runpy; runpy.run_path({str(STAND_IN)!r}, run_name='__main__')")
    monkeypatch.setenv("PIXI_STAND_IN_SCENARIO", str(tmp_path / "scenario.json"))
    monkeypatch.setenv("PATH", os.pathsep.join([path, "/usr/bin", "/bin"]))
    return stand_in
