"""Draw diagrams: all of them in one page of one browser, without a network; one that never ends is left out and the others are drawn.

The page's answers are read from its document (``--dump-dom``), so no protocol, library or server is needed. Time in the page is virtual:
it goes on only while nothing has to be computed (https://developer.chrome.com/docs/chromium/headless).
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
import secrets
from collections.abc import Sequence
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from site_builder import browser, files, processes
from site_builder.diagrams.errors import fault_of
from site_builder.diagrams.model import DiagramFault, Drawing, Outcome, Undrawn
from site_builder.diagrams.source import ICON_OF_MIND_MAP, MOST_CHARACTERS, drawn_text
from site_builder.diagrams.svg import NotADrawing, parsed

MERMAID = "12.3.0"
SCRIPT_DIGEST = "336df803d87a38b70a01e736e666c8f7601d2ce42f5e47c8fafe5d721074b9a3"
"""Mermaid's version, and the sha256 of ``dist/mermaid.min.js`` of its npm package."""

SCRIPTS = ("steady", "basics", "labels", "flatten", "contrast", "draw")
"""The page's own scripts in the order in which they are loaded."""

FONTS = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif"
"""Fonts with the same widths: texts are measured here and shown elsewhere."""

PAPERS = ("rgb(255, 255, 255)", "rgb(30, 33, 41)")
"""The theme's background in its light and its dark scheme (``--md-default-bg-color``)."""

CONFIGURATION: dict[str, Any] = {
    "width": 760,
    "themes": ["redux-color", "redux-dark-color"],
    "papers": list(PAPERS),
    "mermaid": {
        "startOnLoad": False, "securityLevel": "strict", "suppressErrorRendering": True, "deterministicIds": True, "handDrawnSeed": 1,
        "look": "classic", "fontFamily": FONTS, "gantt": {"todayMarker": "off"},
        "themeVariables": {"xyChart": {"plotColorPalette": "#3f78b5, #c2552d, #2e8b57, #a3569e, #8a7a1f, #5f6f80"}},
    },
}  # fmt: skip
"""Width of an article in CSS pixels, a light and a dark palette whose drawings have the same shapes, and Mermaid's own settings.

The colours of bars and lines are ours: those of the palettes can hardly be seen on white.
"""

PATIENCE = 60.0
"""Seconds that the browser has to start, and then for each diagram in each palette."""

MOST_FAILURES = 3
"""How often a browser that did not come to an end is started again for the other diagrams."""

SIGN = "drawing "
ANSWERS = re.compile(r'<textarea id="answers">(.*?)</textarea>', re.DOTALL)
LOGGED = re.compile(r"^\[[^\]]*\] ")
"""What Chromium writes before a message: process, time, severity and source."""

MARK = re.compile(r"CONSOLE.*\"drawing (\d+)\"")


@cache
def made_by() -> str:
    """Return a digest of everything but the source that a drawing depends on; the browser's version makes no difference."""
    digest = hashlib.sha256(f"{SCRIPT_DIGEST} {json.dumps(CONFIGURATION)}".encode())
    for name in SCRIPTS:
        digest.update(_data("page", f"{name}.js"))
    return digest.hexdigest()[:16]


def draw(sources: Sequence[str], program: str, folder: Path, patience: float = PATIENCE) -> list[Outcome]:
    """Draw these diagrams with a browser and return what became of each; ``folder`` is private to this call.

    Raises:
        MachineError: the folder cannot be written.
    """
    outcomes: dict[int, Outcome] = {at: fault for at, source in enumerate(sources) if (fault := too_long(source))}
    left, failures = [at for at in range(len(sources)) if at not in outcomes], 0
    while left:
        ended = _run([sources[at] for at in left], program, folder / f"page{failures}", patience)
        answers = ANSWERS.search(ended.output)
        if answers:
            told = json.loads(html.unescape(answers[1]))
            outcomes |= {at: _outcome(sources[at], answer) for at, answer in zip(left, told, strict=True)}
            break
        mark, failures = MARK.findall(ended.errors), failures + 1
        if not mark or failures > MOST_FAILURES:
            outcomes |= dict.fromkeys(left, _failed(program, ended, patience))
            break
        reason = f"it is not finished after {patience:g} seconds" if ended.status == 124 else "the browser breaks down while it draws it"
        outcomes[left.pop(int(mark[-1]))] = DiagramFault(f"{reason}: make it smaller")
    return [outcomes[at] for at in range(len(sources))]


def too_long(source: str) -> DiagramFault | None:
    """Return the fault of a source that is longer than Mermaid draws."""
    if len(source) <= MOST_CHARACTERS:
        return None
    return DiagramFault(f"it has {len(source):,} characters, and Mermaid draws {MOST_CHARACTERS:,} at most")


def _run(sources: Sequence[str], program: str, folder: Path, patience: float) -> processes.Outcome:
    page = _write_page([drawn_text(source) for source in sources], folder)
    command = (
        *browser.without_window(program, folder / "profile"), "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--window-size={CONFIGURATION['width']},1000", "--force-device-scale-factor=1", "--font-render-hinting=none",
        "--enable-logging=stderr", "--virtual-time-budget=600000", "--dump-dom", page.resolve().as_uri(),
    )  # fmt: skip
    return processes.run_watched(command, sign=SIGN, patience=patience)


def _write_page(sources: Sequence[str], folder: Path) -> Path:
    """Write the page that draws, and its scripts; it can load nothing else, and no script but these runs in it."""
    files.place_bytes(folder / "mermaid.js", gzip.decompress(_data("mermaid", "mermaid.min.js.gz")))
    for name in SCRIPTS:
        files.place_bytes(folder / f"{name}.js", _data("page", f"{name}.js"))
    files.place_text(folder / "run.js", f"drawAll({json.dumps(sources)}, {json.dumps(CONFIGURATION)});")
    nonce = secrets.token_hex(16)
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:"
    scripts = "".join(f'<script nonce="{nonce}" src="{name}.js"></script>' for name in ("mermaid", *SCRIPTS))
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>Diagrams</title>'
    style = f"<style>body {{ margin: 0; font: 16px {FONTS} }}</style>"
    run = f'<script nonce="{nonce}" src="run.js"></script>'
    text = f'<!doctype html><html lang="en"><head>{head}{style}{scripts}</head><body>{run}</body></html>'
    files.place_text(folder / "page.html", text)
    return folder / "page.html"


def _outcome(source: str, answer: dict[str, Any]) -> Outcome:
    if "error" in answer:
        return fault_of(source, answer["error"], answer["line"])
    if answer["refused"]:
        return DiagramFault(f"it shows {_refused(answer['refused'])}, which cannot be fetched when it is drawn")
    try:
        parsed(answer["svg"])
    except NotADrawing as error:
        return DiagramFault(f"its drawing cannot be put on a page: {error}")
    links = tuple((str(address), str(text)) for address, text in dict.fromkeys(map(tuple, answer["links"])))
    icons = (*(str(name) for name in answer["icons"]), *ICON_OF_MIND_MAP.findall(source))
    return Drawing(answer["svg"], answer["palettes"] == 2, links, tuple(dict.fromkeys(icons)))


def _refused(kinds: Sequence[str]) -> str:
    return " and ".join({"icon": "icons", "picture": "pictures"}[kind] for kind in sorted(kinds))


def _failed(program: str, ended: processes.Outcome, patience: float) -> Undrawn:
    """Say how the browser failed, in its last words."""
    name = Path(program).name
    if ended.status == 124:
        return Undrawn(f"{name} gives no answer within {patience:g} seconds", "try again, or name another browser")
    lines = [line.strip() for line in ended.errors.splitlines() if line.strip() and "CONSOLE" not in line]
    words = next((line for line in lines if "FATAL" in line), lines[-1] if lines else f"exit status {ended.status}")
    return Undrawn(f"{name} cannot draw: {LOGGED.sub('', words)[:200]}", f"try another browser: name it in {browser.VARIABLE}")


def _data(*names: str) -> bytes:
    """Return a file of this package's data."""
    return resources("site_builder.diagrams").joinpath(*names).read_bytes()
