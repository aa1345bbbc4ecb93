"""One lesson, built once, and one Chromium for all tests that need a browser.

Without Playwright or Chromium these tests are skipped, and report it; if ``LESSON_REQUIRE_CHROMIUM`` is set, that is a failure.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def lesson_module() -> Any:
    """Return the module that writes the lesson, which is beside this file and in no package."""
    specification = importlib.util.spec_from_file_location("browser_lesson", HERE / "lesson.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def missing(what: str) -> NoReturn:
    """End a test that lacks something: skipped here, failed where everything is to be there."""
    if os.environ.get("LESSON_REQUIRE_CHROMIUM"):
        pytest.fail(f"{what} is required here and not installed")
    pytest.skip(f"no browser tests: {what} is not installed")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the lesson's folder."""
    return Path(lesson_module().write(tmp_path_factory.mktemp("browser") / "lesson"))


@pytest.fixture(scope="session")
def site(written: Path) -> Path:
    """Return the folder of the built site; its cells really ran."""
    built = build(written, None, Options("host"))
    assert built.changed
    return built.site


@pytest.fixture(scope="package")
def browser(site: Path) -> Iterator[Any]:
    """Return a running Chromium. Playwright's loop runs in this thread until the last test of this folder, so the site is built before."""
    assert site
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve a folder and yield its address, ending in a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """Return the address of a server with the site, ending in a slash."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core's script."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        missing("axe-playwright-python")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def planned(browser: Any, served: str) -> Iterator[Any]:
    """Return a function that opens a page of the served site in a context of its own (keywords as Playwright's ``new_context``)."""
    contexts = []

    def open_page(address: str, *, base: str = "", **settings: Any) -> Any:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings}))
        page = contexts[-1].new_page()
        page.goto((base or served) + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
