"""Take the pictures of docs/serve.md and docs/publishing.md from a new lesson: the preview's panel and stale mark, and the versions.

    python tools/preview_screenshots.py FOLDER

Needs Playwright and Chromium.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from screenshots import ARGUMENTS, served

from site_builder.browser import find_browser

PORT = "48123"
SIZE = {"width": 900, "height": 540}
LESSON = (sys.executable, "-m", "site_builder")


def command(*words: object) -> None:
    """Run a command of the builder, which has to succeed."""
    subprocess.run((*LESSON, *map(str, words)), check=True, capture_output=True, cwd=Path(__file__).parents[1])


@contextmanager
def preview(lesson: Path) -> Iterator[str]:
    """Serve a lesson and give the preview's address."""
    words = (*LESSON, "serve", str(lesson), "--no-open", "--port", PORT)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[1]) as process:
        time.sleep(5)
        yield f"http://127.0.0.1:{PORT}/"
        process.terminate()


def show_preview(page: Any, lesson: Path) -> None:
    """Change a cell and write a link that leads nowhere; open the panel beside the stale output."""
    source = next((lesson / "episodes").glob("*.md"))
    with preview(lesson) as address:
        page.goto(f"{address}{source.stem}.html")
        page.wait_for_timeout(1000)
        text = source.read_text(encoding="utf-8")
        changed = re.sub(r"(```\{python\}\n(?:#\|.*\n)*)", r"\1scale = 2\n", text, count=1)
        source.write_text(f"{changed}\nSee [the other page](other.md).\n", encoding="utf-8")
        page.wait_for_selector(".lesson-stale button")
        page.evaluate("document.getElementById('lesson-preview').shadowRoot.querySelector('details').open = true")
        page.evaluate("scrollTo(0, document.querySelector('.lesson-stale').getBoundingClientRect().top + scrollY - 160)")
        page.wait_for_timeout(300)


def show_versions(page: Any, lesson: Path, folder: Path) -> None:
    """Publish a lesson and a copy beside it, and open the list of versions."""
    command("publish", "--to", folder, "--lesson", lesson)
    command("publish", "--to", folder, "--lesson", lesson, "--as", "2026-07-scipy")
    with served(folder) as address:
        page.goto(f"{address}versions.html")


def main() -> int:
    """Take both."""
    from playwright.sync_api import sync_playwright

    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        lesson = Path(scratch) / "rain"
        command("new", "lesson", lesson)
        command("build", lesson)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        page = browser.new_page(viewport=SIZE)
        show_versions(page, lesson, Path(scratch) / "site")
        page.screenshot(path=str(target / "versions.png"), clip={"x": 0, "y": 0, "width": 900, "height": 240})
        show_preview(page, lesson)
        page.screenshot(path=str(target / "preview.png"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
