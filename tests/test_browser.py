"""Which browser prints and draws, and how it is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder import browser


def program(folder: Path, name: str) -> str:
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return str(file)


def test_the_first_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "BROWSERS", ("chromium", "google-chrome", "microsoft-edge"))
    assert browser.find_browser(variables={}) is None
    edge = program(tmp_path, "microsoft-edge")
    assert browser.find_browser(variables={}) == edge
    chrome = program(tmp_path, "google-chrome")
    assert browser.find_browser(variables={}) == chrome


def test_one_that_is_named_comes_first_and_no_other_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "BROWSERS", ("chromium",))
    program(tmp_path, "chromium")
    named, wanted = program(tmp_path, "named"), program(tmp_path, "wanted")
    assert browser.find_browser(variables={browser.VARIABLE: "named"}) == named
    assert browser.find_browser(wanted, {browser.VARIABLE: "named"}) == wanted
    assert browser.find_browser(variables={browser.VARIABLE: "nothing"}) is None
    assert browser.find_browser("nothing", {}) is None
    monkeypatch.chdir(tmp_path / "..")
    beside = f"./{tmp_path.name}/wanted"  # where no folder on PATH has it
    assert browser.find_browser(beside, {}) == beside
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert browser.find_browser("./wanted", {}) == "./wanted"
    assert browser.why_none({browser.VARIABLE: "nothing"}) == "LESSON_BROWSER names nothing, which is not a program"
    assert browser.why_none({}) == "no Chromium, Chrome or Edge is installed"


@pytest.mark.parametrize(("root", "count"), [(True, 1), (False, 0)])
def test_the_sandbox_is_given_up_for_root_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: bool, count: int) -> None:
    monkeypatch.setattr(browser, "_is_root", lambda: root)
    assert list(browser.without_window("chromium", tmp_path)).count("--no-sandbox") == count
