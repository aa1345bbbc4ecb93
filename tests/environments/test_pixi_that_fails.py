"""A Pixi that hangs, dies or says half of what it should is the machine's fault, told in one line; and locks of any length are read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from site_builder import processes
from site_builder.environments.workspace.lock import read_lock
from site_builder.errors import SiteBuilderError
from tests.environments.test_pixi import provider


def instead(pixi, when: str, code: str) -> None:  # type: ignore[no-untyped-def]
    """Put a program before the stand-in that does something else for one of its commands."""
    real = next(path for path in pixi.folder.rglob("pixi") if path.is_file())
    moved = real.with_name("pixi-stand-in")
    real.rename(moved)
    real.write_text(f'#!/bin/sh\ncase "$1" in {when}) {code};; esac\nexec "{moved}" "$@"\n')
    real.chmod(0o755)


COMMANDS = ("--version", "info", "install", "shell-hook")
FAULTS = {
    "killed": "kill -9 $$",
    "crashed": "kill -11 $$",
    "half": "printf '{\"pixi_ver'; exit 0",
    "nothing": "exit 0",
    "number": "echo 3; exit 0",
    "list": "echo '[]'; exit 0",
    "binary": "head -c 2000 /dev/urandom; exit 0",
    "text": "echo 'Segmentation fault' >&2; exit 139",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_pixi_fails_to_say_is_told_in_a_line(pixi, command: str, fault: str) -> None:  # type: ignore[no-untyped-def]
    instead(pixi, command, FAULTS[fault])
    try:
        provider(pixi).activate("default")
    except SiteBuilderError as error:
        told = [error, *error.problems]
        assert all(item.message.strip() and "\n" not in item.message and "Traceback" not in item.message for item in told)
        assert any(item.hint for item in told)
    else:
        assert command in ("install", "--version")  # whose words count for nothing


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pixi_that_hangs_is_ended(pixi, command: str, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    instead(pixi, command, "sleep 60")
    run, polled = processes.run, processes.run_polled
    monkeypatch.setattr(processes, "run", lambda *given, **options: run(*given, **{**options, "timeout": 1}))
    monkeypatch.setattr(processes, "run_polled", lambda *given, **options: polled(*given, **{**options, "timeout": 1}))
    begun = time.monotonic()
    with pytest.raises(SiteBuilderError) as caught:
        provider(pixi).activate("default")
    assert time.monotonic() - begun < 20
    assert "did not answer" in caught.value.message


def test_a_lock_of_forty_thousand_lines_is_read_in_a_moment(tmp_path: Path) -> None:
    rows, packages = [], []
    for number in range(4_000):
        address = f"https://conda.example.org/linux-64/package-{number}-1.{number}-h0_0.conda"
        rows.append(f"      - conda: {address}\n")
        packages.append(
            f"- conda: {address}\n  sha256: a{number:063x}\n  md5: a{number:031x}\n  depends:\n  - python\n  - libc\n  license: MIT\n  size: {number}\n  timestamp: {number}\n"
        )
    text = (
        "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://conda.example.org/\n    packages:\n      linux-64:\n"
        + "".join(rows)
        + "packages:\n"
        + "".join(packages)
    )
    (tmp_path / "pixi.lock").write_text(text)
    assert text.count("\n") >= 40_000
    begun = time.monotonic()
    (found,) = read_lock(tmp_path / "pixi.lock").sets
    assert len(found.packages) == 4_000
    assert time.monotonic() - begun < 30
