"""An installation by Pixi says what it has to do, how far it is, and what the disk cannot hold."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from site_builder import processes
from site_builder.commands.console import Console
from site_builder.commands.progress import PixiProgress
from site_builder.environments import machine
from site_builder.environments.base import Package
from site_builder.environments.installation.outstanding import Outstanding, installed, outstanding, require_room
from site_builder.environments.providers.pixi import PixiProvider
from site_builder.environments.workspace.artifacts import Artifact
from site_builder.environments.workspace.lock import read_lock
from site_builder.errors import EnvironmentUnavailable
from tests.commands.test_doctor import lock


def artifact(name: str, size: int = 0, build: str = "0") -> Artifact:
    return Artifact(Package(name, "1.0", build, "aa"), f"https://c.example.org/{name}", size=size)


def test_what_is_left_is_what_no_prefix_lists_and_its_load_what_no_cache_has(tmp_path: Path) -> None:
    prefix, cache = tmp_path / "env", tmp_path / "pkgs"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta/a-1.0-0.json").write_text("{}")
    (cache / "b-1.0-0").mkdir(parents=True)
    rows = [artifact("a", 1), artifact("b", 20), artifact("c", 300), artifact("wheel", 4000, build="")]
    assert outstanding(rows, prefix, cache) == Outstanding(("b-1.0-0", "c-1.0-0"), 1, 300)
    assert outstanding(rows, tmp_path / "none", tmp_path / "none").size == 321
    assert installed(tmp_path / "none") == frozenset()


def test_a_disk_that_is_too_small_is_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(0, 0, 2_000_000_000))
    require_room("ml", Outstanding(("a",), 0, 1_900_000_000), tmp_path / "deep" / "env")
    with pytest.raises(EnvironmentUnavailable, match=r"needs 4\.0 GB to download, and .* has 2\.0 GB left"):
        require_room("ml", Outstanding(("a",), 0, 4_000_000_000), tmp_path / "deep" / "env")


def test_in_a_pipe_there_is_a_line_a_step_and_one_every_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    progress = PixiProgress(Console())
    progress.begins("ml", Outstanding(tuple("abc"), 1, 1_200_000_000))
    for second in range(70):
        progress.goes_on(2, second)
    progress.ends(70.4, whole=True)
    assert capsys.readouterr().err.splitlines() == [
        "installing environment ml with Pixi: 3 packages, 1 of them in the cache, 1.2 GB to download",
        "2 of 3 packages of ml installed, 30 s", "2 of 3 packages of ml installed, 60 s", "installed environment ml in 70 s",
    ]  # fmt: skip
    quiet = PixiProgress(Console(-1))
    quiet.begins("ml", Outstanding(("a",), 0, 0))
    quiet.ends(1, whole=True)
    assert capsys.readouterr().err == ""


def test_on_a_terminal_one_line_changes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = PixiProgress(Console())
    progress.begins("ml", Outstanding(("a", "b"), 0, 5_000_000))
    progress.goes_on(1, 3.2)
    progress.ends(4.0, whole=False)
    assert capsys.readouterr().err == (
        "installing environment ml with Pixi: 2 packages, 5 MB to download\n\r1 of 2 packages of ml installed, 3 s\x1b[K\r\x1b[K"
    )


class Noted:
    """Notes what a watcher receives."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def begins(self, environment: str, outstanding: Outstanding) -> None:
        self.told += [environment, outstanding.packages]

    def goes_on(self, installed: int, seconds: float) -> None:
        self.told.append(installed)

    def ends(self, seconds: float, *, whole: bool) -> None:
        self.told.append(whole)


def test_pixi_is_watched_where_it_has_something_to_install(pixi) -> None:
    rows = [f"conda: https://conda.example.org/conda-forge/noarch/{name}-1.0-0.conda" for name in ("ipykernel", "python")]
    path = pixi.manifest.with_name("pixi.lock")
    path.write_text(lock(default=(machine.subdir(), rows)))
    first, second = Noted(), Noted()
    PixiProvider(pixi.manifest, read_lock(path), watcher=first).activate("default")
    assert first.told[:2] == ["default", ("ipykernel-1.0-0", "python-1.0-0")]
    assert first.told[-1] is True
    pixi.manifest.write_text("[workspace]\n# changed\n")
    PixiProvider(pixi.manifest, read_lock(path), watcher=second).activate("default")
    assert second.told == []


def test_an_interrupt_ends_the_program_and_its_children(tmp_path: Path) -> None:
    code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)  # lesson-orphan']); time.sleep(600)"
    polls: list[float] = []

    def interrupt(seconds: float) -> None:
        polls.append(seconds)
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        processes.run_polled((sys.executable, "-c", code), interrupt, every=0.5)
    assert time.monotonic() - start < 5
    assert len(polls) == 1
    assert "lesson-orphan" not in subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout


def test_a_program_that_is_polled_ends_as_any_other() -> None:
    done = processes.run_polled(
        (sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"), lambda passed: None
    )
    assert (done.status, done.output, done.errors) == (3, "out\n", "err\n")
    assert processes.run_polled(("nosuchprogram",), lambda passed: None).status == 127
    slow = processes.run_polled((sys.executable, "-c", "import time; time.sleep(60)"), lambda passed: None, timeout=0.3, every=0.2)
    assert slow.status == 124
    assert json.dumps(slow.output) == '""'
