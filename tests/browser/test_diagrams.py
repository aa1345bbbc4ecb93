"""Diagrams on real pages: readable in both schemes and on paper, found by a search in the page, reachable by keyboard where they scroll."""

from __future__ import annotations

import functools
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.browser.conftest import Quiet
from tests.browser.test_accessibility import complaints_in_all_modes
from tests.browser.waiting import until

pytestmark = pytest.mark.slow

FORMS = Path(__file__).parents[1] / "diagrams" / "forms.md"
POLICY = "default-src 'self'; style-src 'self'; script-src 'self' 'unsafe-inline'; img-src 'self' data:"
REFUSED = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.target.closest?.("figure") ? event.target.outerHTML : ""));
"""
LABEL = ".diagram-drawing text:text-is('North station')"


class Strict(Quiet):
    """Serves pages with a policy that refuses every inline style."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="module")
def drawn(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of a lesson with every form of a diagram. It depends on the other site, so that it is built before Playwright runs."""
    assert site
    root = tmp_path_factory.mktemp("diagrams") / "lesson"
    (root / "episodes").mkdir(parents=True)
    shutil.copy(FORMS, root / "episodes" / "forms.md")
    (root / "config.yaml").write_text("title: Diagrams\nlicense: CC-BY 4.0\n", encoding="utf-8")
    built = build(root, None, Options("host"))
    assert [problem.code for problem in built.report.problems] == ["LS612", "LS612"]
    return built.site


@pytest.fixture(scope="module")
def strict(drawn: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=str(drawn)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("address", ["forms.html", "aio.html"])
def test_axe_finds_nothing(planned: Any, strict: str, axe: str, address: str) -> None:
    page = planned(address, base=strict, reduced_motion="reduce", bypass_csp=True)
    assert page.locator(".diagram-drawing svg").count() >= 33
    assert complaints_in_all_modes(page, axe) == {}


@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(40, 37, 61)"), ("dark", "rgb(224, 223, 223)")])
def test_a_strict_policy_refuses_nothing_and_colours_follow_the_scheme(browser: Any, strict: str, scheme: str, colour: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.add_init_script(REFUSED)
    page.goto(f"{strict}forms.html")
    until(page, "document.body.dataset.mdColorScheme")
    assert [html for html in page.evaluate("window.refused") if html] == []
    own = page.locator(LABEL).evaluate("(text) => getComputedStyle(text).fill")
    paper = page.locator(".diagram-on-paper").first.evaluate("(frame) => getComputedStyle(frame).backgroundColor")
    assert (own, paper) == (colour, "rgb(255, 255, 255)")
    context.close()


def test_texts_can_be_found_and_ids_are_unique(planned: Any, strict: str) -> None:
    page = planned("aio.html", base=strict)
    assert page.evaluate("window.find('North station')")
    repeated = "[...document.querySelectorAll('[id]')].map((each) => each.id).filter((id, place, all) => all.indexOf(id) !== place)"
    assert page.evaluate(repeated) == []


def test_a_wide_drawing_scrolls_by_keyboard_and_the_page_does_not(planned: Any, strict: str) -> None:
    page = planned("forms.html", base=strict, viewport={"width": 390, "height": 900})
    until(page, "document.querySelectorAll('.diagram-drawing[tabindex=\"0\"]').length > 5")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    smallest = page.locator(LABEL).evaluate("(text) => text.getBoundingClientRect().height")
    assert smallest > 9
    narrow = page.locator(".diagram-drawing:not([tabindex])").count()
    assert narrow > 5


def test_a_drawing_is_the_same_on_a_page_from_right_to_left(planned: Any, strict: str) -> None:
    page = planned("forms.html", base=strict)
    places = "(texts) => texts.map((text) => text.getBoundingClientRect().left - text.closest('svg').getBoundingClientRect().left)"
    before = page.locator(".diagram-drawing text").evaluate_all(places)
    page.evaluate("document.documentElement.dir = document.body.dir = 'rtl'")
    after = page.locator(".diagram-drawing text").evaluate_all(places)
    assert len(before) > 200
    assert after == pytest.approx(before, abs=0.5)


def test_paper_shows_dark_type_that_can_be_found(browser: Any, strict: str, tmp_path: Path) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{strict}forms.html")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(LABEL).evaluate("(text) => getComputedStyle(text).fill") == "rgb(40, 37, 61)"
    wide = page.evaluate(
        "[...document.querySelectorAll('.diagram-drawing')].filter((frame) => frame.scrollWidth > frame.clientWidth + 1).length"
    )
    assert wide == 0
    page.pdf(path=tmp_path / "forms.pdf")
    context.close()
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", tmp_path / "forms.pdf", "-"], capture_output=True, text=True, check=True).stdout
        assert "North station" in text
