"""A renamed page in a browser: from a folder as from a server, with and without scripts, to the place that the link names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("moved") / "lesson"
    (root / "episodes").mkdir(parents=True)
    redirects = "  old.html: new.html\n  old/: new.html#steps\n  elsewhere.html: new.html\n"
    (root / "config.yaml").write_text(f"title: L\nlicense: CC0\nredirects:\n{redirects}")
    (root / "index.md").write_text("Hi.\n")
    (root / "episodes/new.md").write_text("---\ntitle: New\n---\n\n## Steps\n\nText.\n\n## Further\n\nText.\n")
    return build(root, None, Options("host")).site


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def tab(browser: Browser, scripted: bool) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=scripted)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("folder", ["", "instructor/"])
@pytest.mark.parametrize(
    ("old", "with_scripts", "without"),
    [
        ("old.html", "new.html", "new.html"),
        ("old.html#further", "new.html#further", "new.html"),
        ("old/index.html", "new.html#steps", "new.html#steps"),
        ("old/index.html#further", "new.html#further", "new.html#steps"),
    ],
)
def test_a_reader_arrives(tab: Page, moved: Path, scripted: bool, folder: str, old: str, with_scripts: str, without: str) -> None:
    tab.goto(f"{moved.as_uri()}/{folder}{old}", wait_until="commit")
    tab.wait_for_url(f"{moved.as_uri()}/{folder}{with_scripts if scripted else without}")
    assert tab.title() == "L: New"
