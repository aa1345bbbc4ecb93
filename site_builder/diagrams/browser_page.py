"""One page of a browser that draws: scripts alone, no network, and its answers read from its document (``--dump-dom``).

So no protocol, library or server is needed. Time in the page is virtual: it goes on only while nothing has to be computed
(https://developer.chrome.com/docs/chromium/headless).
"""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, TypeVar

from site_builder import browser, files, processes
from site_builder.diagrams.model import DiagramFault, Undrawn

FONTS = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif"
"""Fonts with the same widths: texts are measured here and shown elsewhere."""

SIGN = "drawing "
ANSWERS = re.compile(r'<textarea id="answers">(.*?)</textarea>', re.DOTALL)
LOGGED = re.compile(r"^\[[^\]]*\] ")
"""What Chromium writes before a message: process, time, severity and source."""

MARK = re.compile(r"CONSOLE.*\"drawing (\d+)\"")

TIMED_OUT = 124

MOST_FAILURES = 3
"""How often a browser that did not come to an end is started again for the other drawings."""

Made = TypeVar("Made")


def run_page(
    scripts: Mapping[str, bytes], program: str, folder: Path, patience: float, width: int, *, compiles: bool = False
) -> processes.Outcome:  # fmt: skip
    """Run scripts, by name and in their order, in a page of their own; ``folder`` is private to this call, ``patience`` in seconds.

    With ``compiles`` the scripts may make functions of text.

    Raises:
        MachineError: the folder cannot be written.
    """
    page = _write_page(scripts, folder, compiles=compiles)
    command = (
        *browser.without_window(program, folder / "profile"), "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--window-size={width},1000", "--force-device-scale-factor=1", "--font-render-hinting=none",
        "--enable-logging=stderr", "--virtual-time-budget=600000", "--dump-dom", page.resolve().as_uri(),
    )  # fmt: skip
    return processes.run_watched(command, sign=SIGN, patience=patience)


def _write_page(scripts: Mapping[str, bytes], folder: Path, *, compiles: bool) -> Path:
    """Write the page and its scripts; it can load nothing else, and no script but these runs in it."""
    nonce = secrets.token_hex(16)
    more = " 'unsafe-eval'" if compiles else ""
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'{more}; style-src 'unsafe-inline'; img-src data: blob:"
    for name, script in scripts.items():
        files.place_bytes(folder / f"{name}.js", script)
    *loaded, last = (f'<script nonce="{nonce}" src="{name}.js"></script>' for name in scripts)
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>Diagrams</title>'
    style = f"<style>body {{ margin: 0; font: 16px {FONTS} }}</style>"
    text = f'<!doctype html><html lang="en"><head>{head}{style}{"".join(loaded)}</head><body>{last}</body></html>'
    files.place_text(folder / "page.html", text)
    return folder / "page.html"


def in_turns(
    places: Iterable[int],
    run: Callable[[Sequence[int], int], processes.Outcome],
    outcome: Callable[[int, Any], Made],
    program: str,
    patience: float,
) -> dict[int, Made | DiagramFault | Undrawn]:
    """Draw everything in one page, and again without what the page did not finish; return what became of each place.

    ``run`` draws some places in a page, in its turn from 0; ``outcome`` reads the page's answer for a place.
    """
    found: dict[int, Made | DiagramFault | Undrawn] = {}
    left, failures = [*places], 0
    while left:
        ended = run(left, failures)
        told = answers_of(ended)
        if told is not None:
            return found | {at: outcome(at, answer) for at, answer in zip(left, told, strict=True)}
        place, failures = begun(ended), failures + 1
        if place is None or failures > MOST_FAILURES:
            return found | dict.fromkeys(left, failed(program, ended, patience))
        found[left.pop(place)] = unfinished(ended, patience)
    return found


def answers_of(ended: processes.Outcome) -> list[Any] | None:
    """Return what the page answered, or None if it did not come to its end."""
    found = ANSWERS.search(ended.output)
    return list(json.loads(html.unescape(found[1]))) if found else None


def begun(ended: processes.Outcome) -> int | None:
    """Return the place of the drawing that a page was at when it ended; None if it never began one."""
    found = MARK.findall(ended.errors)
    return int(found[-1]) if found else None


def unfinished(ended: processes.Outcome, patience: float) -> DiagramFault:
    """Return the fault of the drawing that a page did not finish."""
    if ended.status == TIMED_OUT:
        return DiagramFault(f"it is not finished after {patience:g} seconds: make it smaller")
    return DiagramFault("the browser breaks down while it draws it: make it smaller")


def failed(program: str, ended: processes.Outcome, patience: float) -> Undrawn:
    """Say how the browser failed, in its last words."""
    name = Path(program).name
    if ended.status == TIMED_OUT:
        return Undrawn(f"{name} gives no answer within {patience:g} seconds", "try again, or name another browser")
    lines = [line.strip() for line in ended.errors.splitlines() if line.strip() and "CONSOLE" not in line]
    words = next((line for line in lines if "FATAL" in line), lines[-1] if lines else f"exit status {ended.status}")
    return Undrawn(f"{name} cannot draw: {LOGGED.sub('', words)[:200]}", f"try another browser: name it in {browser.VARIABLE}")


def package_data(*names: str) -> bytes:
    """Return a file of this package's data."""
    return resources("site_builder.diagrams").joinpath(*names).read_bytes()
