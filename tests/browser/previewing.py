"""A lesson in the preview, the preview as a program, and a browser that looks at it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

HEAD = "---\ntitle: {title}\nteaching: 5\nexercises: 3\n---\n\n::: questions\n- Why?\n:::\n\n::: objectives\n- Know.\n:::\n\n"
LONG = "\n".join(f"## Part {number}\n\n{'Many words. ' * 150}\n" for number in range(8))
BOXES = (
    "::: group-tab\n\n### Linux\n\nOn Linux.\n\n### macOS\n\nOn macOS.\n\n:::\n\n"
    "::: challenge\n## Try\n\nDo.\n\n:::: solution\nThe answer.\n::::\n:::\n\n"
)
CODE = "```{{python}}\nnumber = {number}\n```\n\n```{{python}}\nprint('result', number * 2)\n```\n"


def lesson(number: int = 4) -> dict[str, str]:
    return {
        "config.yaml": "title: L\nepisodes:\n- one.md\n- two.md\n", "index.md": "Hello.\n",
        "episodes/one.md": HEAD.format(title="One") + BOXES + LONG + "The last word.\n",
        "episodes/two.md": HEAD.format(title="Two") + CODE.format(number=number),
    }  # fmt: skip


def until(found: Callable[[], T], what: str, seconds: float = 30, seen: Callable[[], object] = lambda: "") -> T:
    """Wait until a function returns something true, and return it; a failure says what was waited for and what was ``seen`` instead.

    What the function raises counts as nothing: a page may be loading just then.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            if value := found():
                return value
        except AssertionError:
            raise
        except Exception as error:
            last: object = error
        else:
            last = ""
        if time.monotonic() > end:
            with suppress(Exception):
                last = f"{last}\n{seen()}"
            raise AssertionError(f"waited {seconds:g} s in vain: {what}; {last}")
        time.sleep(0.03)


class Served:
    """A preview that runs as a program."""

    def __init__(self, root: Path, *options: str) -> None:
        program = [sys.executable, "-X", "faulthandler", "-u", "-m", "site_builder", "serve", str(root)]
        self._out, self._err = root.parent / "serve.out", root.parent / "serve.err"
        with self._out.open("w") as out, self._err.open("w") as err:
            self._process = subprocess.Popen([*program, "--environments", "host", "--no-open", *options], stdout=out, stderr=err)
        try:
            self.address = until(self._address, "the preview says its address", 60)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.stacks()}") from None

    def _address(self) -> str:
        assert self._process.poll() is None, self.errors()
        found = re.search(r"http://\S+(?= )", self._out.read_text())
        return found[0] if found else ""

    def errors(self) -> str:
        return self._err.read_text()

    def told(self, words: str) -> str:
        until(lambda: words in self.errors(), f"the terminal says {words!r}", seen=self.errors)
        return self.errors()

    @contextmanager
    def asleep(self) -> Iterator[None]:
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            status = self._process.wait(30)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the preview does not end\n{self.stacks()}") from None
        assert status == 130, self.errors()
        assert "/site_builder/" not in self.errors(), self.errors()  # as a traceback has

    def stacks(self) -> str:
        """End the program, and return what its threads were doing."""
        self._process.send_signal(signal.SIGABRT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        return self.errors()


@contextmanager
def serving(root: Path, *options: str) -> Iterator[Served]:
    served = Served(root, *options)
    try:
        yield served
    finally:
        served.end()


@contextmanager
def opened(browser: Any, address: str, **settings: Any) -> Iterator[Any]:
    context = browser.new_context(**{"viewport": {"width": 1000, "height": 700}, **settings})
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


def on_page(page: Any, expression: str) -> Any:
    """Return the value of JavaScript; time passes for the page meanwhile."""
    page.wait_for_timeout(1)
    return page.evaluate(expression)


def shows(page: Any, words: str) -> None:
    """Wait until a page shows words; it may be loaded again meanwhile."""
    text = "document.querySelector('#main-content').innerText"
    until(lambda: words in on_page(page, text), f"the page shows {words!r}", seen=lambda: on_page(page, text)[:3000])


def becomes(page: Any, expression: str) -> None:
    """Wait until an expression of JavaScript is true; the page may be loaded again meanwhile."""
    until(lambda: on_page(page, f"Boolean({expression})"), expression)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


PANEL = "document.querySelector('#lesson-preview').shadowRoot.querySelector('details')"


def panel(page: Any, words: str, *, gone: bool = False) -> str:
    """Wait until the panel says something, or no longer says it, and return all that it says."""
    text = f"({PANEL}.hidden ? '' : {PANEL}.textContent)"
    until(
        lambda: (words in on_page(page, text)) is not gone,
        f"the panel {'no longer says' if gone else 'says'} {words!r}",
        seen=lambda: on_page(page, text),
    )
    return str(on_page(page, text))


def put(path: Path, text: str) -> None:
    """Save a file at once: where the machine is busy, a preview may otherwise show it when it is half written."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.replace(path)
