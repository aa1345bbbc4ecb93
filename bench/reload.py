"""How long from a save until a browser shows what was saved: `lesson serve`, and other servers on the same staged pages, in one run.

    python bench/reload.py [--pages 20 100] [--saves 20]

Writes a lesson of N pages of prose, and stages it for the site engines. Each server then follows its own copy: one page gets other words,
and the time is taken until they are in the page: where a page is loaded again, until the browser's `load`. `lesson serve` is there twice,
the second time with what exchanges words in a page turned off. The servers take turns. The browser is Playwright's, as in the tests.
Other servers render the learners' view alone, `lesson serve` both views. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.pipeline.model import Options
from site_builder.pipeline.preview import preview
from site_builder.render.base import Rendering
from site_builder.render.mkdocs.engine import MkDocsEngine

HEAD = (
    "---\ntitle: Page {number}\nteaching: 10\nexercises: 5\n---\n\n"
    "::: questions\n- Why {number}?\n:::\n\n::: objectives\n- Know {number}.\n:::\n\n"
)
PART = (
    "## Part {part} of {number}\n\n{words}\n\n```python\nnumber = {number}\nprint(number * {part})\n```\n\n"
    "| a | b |\n|---|---|\n| {number} | {part} |\n\n::: challenge\n## Try {part}\n\nDo it.\n\n:::: solution\nDone.\n::::\n:::\n\n"
)
WORDS = "Some words of *prose* with a [link](p000.md) and `code`. " * 12
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
RELOADING = "Object.defineProperty(window, 'lessonSwap', { value: undefined })"
"""Script with which the preview's page cannot exchange words in place, and is loaded again."""
WATCH = """(words) => new MutationObserver((_, observer) => {
    if (document.body.textContent.includes(words)) { observer.disconnect(); console.debug(words); }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })"""
"""Function that says it when words come into the page that is there."""
STARTS = 120
"""Seconds within which a server says its address."""


def write_lesson(root: Path, pages: int) -> None:
    """Write a lesson of so many episodes, each of six parts with prose, code, a table and an exercise."""
    (root / "episodes").mkdir(parents=True)
    names = [f"p{number:03}" for number in range(pages)]
    (root / "config.yaml").write_text("title: Bench\nepisodes:\n" + "".join(f"- {name}.md\n" for name in names))
    (root / "index.md").write_text("Bench.\n")
    for number, name in enumerate(names):
        parts = "".join(PART.format(part=part, number=number, words=WORDS) for part in range(6))
        (root / "episodes" / f"{name}.md").write_text(HEAD.format(number=number) + parts + "The end.\n")


class Keeping(MkDocsEngine):
    """Renders as always, and keeps a copy of what it renders."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def render(self, folder: Path, target: Path) -> Rendering:
        """Begin to render a staged folder, once it is copied."""
        shutil.copytree(folder, self._folder / folder.name)
        return super().render(folder, target)


def stage(root: Path, folder: Path) -> Path:
    """Return the staged pages of the learners' view."""
    preview(root, Options("host"), lambda settings: Keeping(folder))
    return folder / "learner"


@dataclass(frozen=True)
class Server:
    """A command that serves a folder on a port, the file in it that is edited, and a script that runs before those of its pages."""

    name: str
    command: tuple[str, ...]
    folder: Path
    edited: Path
    address: re.Pattern[str]
    script: str = ""


def servers(root: Path, staged: Path, page: str) -> Iterator[Server]:
    """Yield what is installed of the servers, each with a copy of its own."""
    python, any_address = sys.executable, re.compile(r"http://127\.0\.0\.1:\d+\S*")
    for port, (name, script) in enumerate((("lesson serve", ""), ("lesson serve, reloading", RELOADING)), 8470):
        copy = root.parent / f"served-{port}"
        shutil.copytree(root, copy)
        yield Server(
            name, (python, "-m", "site_builder", "serve", ".", "--no-open", "--environments", "host", "--port", str(port)),
            copy, copy / "episodes" / f"{page}.md", any_address, script,
        )  # fmt: skip
    for number, name in enumerate(("mkdocs", "zensical")):
        if importlib.util.find_spec(name):
            copy = staged.parent / name
            shutil.copytree(staged, copy)
            place = f"127.0.0.1:{8461 + number}"
            yield Server(
                f"{name} serve",
                (python, "-m", name, "serve", "-f", "mkdocs.yml", "-a", place),
                copy,
                copy / "docs" / f"{page}.md",
                any_address,
            )


@contextmanager
def running(server: Server) -> Iterator[str]:
    """Run a server, and yield the address of its site."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "NO_MKDOCS_2_WARNING": "1",
        "NO_COLOR": "1",
    }
    package = str(Path(__file__).parents[1])
    environment["PYTHONPATH"] = os.pathsep.join((package, *filter(None, [environment.get("PYTHONPATH")])))
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(server.command, cwd=server.folder, env=environment, stdout=said, stderr=said)
        try:
            end = time.monotonic() + STARTS
            while not (found := server.address.findall(_text(said))):
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"{server.name} does not start:\n{_text(said)}")
                time.sleep(0.1)
            yield found[-1].rstrip("/") + "/"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _text(stream: Any) -> str:
    stream.seek(0)
    return str(stream.read())


def opened(browser: Any, server: Server, address: str, page: str) -> Any:
    """Return the page of a server in a browser's window of its own."""
    shown = browser.new_context(bypass_csp=True).new_page()  # some servers put a script into the page, which its policy forbids
    shown.add_init_script(server.script)
    end = time.monotonic() + STARTS
    while True:
        answer = shown.goto(f"{address}{page}.html")
        if answer and answer.ok:
            return shown
        if time.monotonic() > end:
            raise SystemExit(f"{server.name} does not serve {page}.html")
        time.sleep(0.2)


def saved(server: Server, shown: Any, text: str, number: int) -> float:
    """Return the seconds from a save until the page shows what was saved.

    It counts when the words come into the page, or when the page is loaded with them: a server may see a file while it is half written.
    """
    words, times = f"The end, {number}.", []
    note = lambda _: times.append(time.perf_counter())  # noqa: E731
    told = lambda message: message.text == words and note(message)  # noqa: E731
    shown.on("load", note)
    shown.on("console", told)
    shown.evaluate(WATCH, words)
    clock = time.perf_counter()
    server.edited.write_text(text.replace("The end.", words))
    seen = 0
    while time.perf_counter() < clock + STARTS:
        shown.wait_for_timeout(10)
        if len(times) > seen:
            seen = len(times)
            with contextlib.suppress(Exception):  # it is being loaded once more
                if words in shown.content():
                    shown.remove_listener("load", note)
                    shown.remove_listener("console", told)
                    return times[seen - 1] - clock
    raise SystemExit(f"{server.name} never shows what was saved")


def measure(browser: Any, pages: int, count: int) -> dict[str, list[float]]:
    """Return the seconds of so many saves of each server. All run at once and take turns, so that they meet the same machine."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running_ones:
        root, page = Path(name) / "lesson", f"p{pages // 2:03}"
        write_lesson(root, pages)
        followed = []
        for server in servers(root, stage(root, Path(name) / "staged"), page):
            address = running_ones.enter_context(running(server))
            followed.append((server, opened(browser, server, address, page), server.edited.read_text()))
        time.sleep(5)
        found: dict[str, list[float]] = {server.name: [] for server, _, _ in followed}
        for number in range(count):
            for server, shown, text in followed:
                found[server.name].append(saved(server, shown, text, number))
                time.sleep(1)
        for _, shown, _ in followed:
            shown.context.close()
        return found


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[20, 100])
    parser.add_argument("--saves", type=int, default=20)
    arguments = parser.parse_args()
    print("| pages | server | median s | least s | most s | `lesson serve` is this times it |\n| --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright:
        program = next((path for name in ("chromium", "google-chrome", "chrome") if (path := shutil.which(name))), None)
        browser = playwright.chromium.launch(executable_path=program, args=list(BROWSER))
        for pages in arguments.pages:
            found = measure(browser, pages, arguments.saves)
            own = statistics.median(found["lesson serve"])
            for name, times in found.items():
                middle = statistics.median(times)
                print(f"| {pages} | {name} | {middle:.2f} | {min(times):.2f} | {max(times):.2f} | {own / middle:.2f} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
