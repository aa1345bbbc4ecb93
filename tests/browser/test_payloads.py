"""Texts that try to run a script: none does in metadata and outputs, none in prose under `prose-html: safe`, else none without a name.

Every page is opened in Chromium, and everything on it is touched, pressed and submitted. A payload that runs says so in the console.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from site_builder.operations.check import check
from site_builder.pipeline.model import Options
from tests.browser import payloads
from tests.browser.conftest import serving

pytestmark = pytest.mark.world("payloads")

KNOWN = frozenset(("script-file", "own-file"))
"""What runs under the default: files of the lesson, which the check names (LS852, LS855, LS858)."""

NAMES = ("LS852", "LS853", "LS854", "LS855", "LS856", "LS858")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sites with payloads by name; each is built by a process of its own, because the browser's loop takes this thread."""
    place = tmp_path_factory.mktemp("payloads")
    lessons = {
        "prose": payloads.write_prose(place / "prose"),
        "safe": payloads.write_prose(place / "safe", payloads.SETTINGS + "prose-html: safe\n"),
        "outputs": payloads.write_outputs(place / "outputs"),
        **{shape: payloads.write_settings(place / shape, shape) for shape in payloads.SHAPES},
    }
    for root in lessons.values():
        subprocess.run(
            (sys.executable, "-m", "site_builder", "build", str(root), "--environments", "host"), check=True, capture_output=True
        )
    return {name: root / "site" for name, root in lessons.items()}


def attacked(browser: Any, site: Path) -> tuple[set[str], set[str]]:
    """Open every page of a site and return what ran, and what was asked of others."""
    ran: set[str] = set()
    asked: set[str] = set()
    # a proxy that is not there: nothing leaves this machine. Intercepting requests instead blocks when a page closes while one is under way
    context = browser.new_context(proxy={"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"})

    def heard(message: Any) -> None:
        found = payloads.RAN.fullmatch(message.text) if message.type == "log" else None
        ran.update([found[1]] if found else ())

    with serving(site) as address:

        def requested(request: Any) -> None:
            asked.update(() if request.url.startswith((address, "data:", "blob:", "about:")) else [request.url])

        context.on("console", heard)
        context.on("request", requested)
        for name in payloads.pages_of(site):
            page = context.new_page()
            page.on("dialog", lambda dialog: (ran.add("dialog"), dialog.dismiss()))
            page.goto(address + name, wait_until="load")
            page.evaluate(payloads.PRESS)
            page.wait_for_timeout(100)
            page.close()
    context.close()
    return ran, asked


def test_the_harness_sees_what_runs(browser: Any, tmp_path: Path) -> None:
    script = f"<b onmouseover={payloads.said('pointer')}>x</b><script>{payloads.said('script')}</script>"
    (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{script}<img src='https://example.org/x.png'>")
    assert attacked(browser, tmp_path) == ({"pointer", "script"}, {"https://example.org/x.png"})


def test_safe_prose_runs_nothing(sites: dict[str, Path], browser: Any) -> None:
    assert attacked(browser, sites["safe"]) == (set(), set())


def test_trusted_prose_runs_only_files_of_the_lesson_and_each_has_a_name(sites: dict[str, Path], browser: Any) -> None:
    ran, _ = attacked(browser, sites["prose"])
    assert ran <= KNOWN
    named = {problem.code for problem in check(sites["prose"].parent, Options("host")).problems}
    assert set(NAMES) <= named


def test_outputs_run_nothing(sites: dict[str, Path], browser: Any) -> None:
    assert attacked(browser, sites["outputs"]) == (set(), set())


@pytest.mark.parametrize("shape", payloads.SHAPES)
def test_metadata_is_text(sites: dict[str, Path], browser: Any, shape: str) -> None:
    assert attacked(browser, sites[shape]) == (set(), set())
