"""Draw diagrams: all of them in one page of one browser, without a network; one that never ends is left out and the others are drawn."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from site_builder import processes
from site_builder.diagrams.browser_page import FONTS, in_turns, package_data, run_page
from site_builder.diagrams.errors import fault_of
from site_builder.diagrams.model import DiagramFault, Drawing, Outcome
from site_builder.diagrams.source import ICON_OF_MIND_MAP, MOST_CHARACTERS, drawn_text
from site_builder.diagrams.svg import NotADrawing, parsed

MERMAID = "12.3.0"
SCRIPT_DIGEST = "336df803d87a38b70a01e736e666c8f7601d2ce42f5e47c8fafe5d721074b9a3"
"""Mermaid's version, and the sha256 of ``dist/mermaid.min.js`` of its npm package."""

SCRIPTS = ("steady", "basics", "labels", "flatten", "contrast", "draw")
"""The page's own scripts in the order in which they are loaded."""

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


@cache
def made_by() -> str:
    """Return a digest of everything but the source that a drawing depends on; the browser's version makes no difference."""
    digest = hashlib.sha256(f"{SCRIPT_DIGEST} {json.dumps(CONFIGURATION)}".encode())
    for name in SCRIPTS:
        digest.update(package_data("page", f"{name}.js"))
    return digest.hexdigest()[:16]


def draw(sources: Sequence[str], program: str, folder: Path, patience: float = PATIENCE) -> list[Outcome]:
    """Draw these diagrams with a browser and return what became of each; ``folder`` is private to this call.

    Raises:
        MachineError: the folder cannot be written.
    """
    outcomes: dict[int, Outcome] = {at: fault for at, source in enumerate(sources) if (fault := too_long(source))}
    left = [at for at in range(len(sources)) if at not in outcomes]

    def run(places: Sequence[int], turn: int) -> processes.Outcome:
        return _run([sources[at] for at in places], program, folder / f"page{turn}", patience)

    outcomes |= in_turns(left, run, lambda at, answer: _outcome(sources[at], answer), program, patience)
    return [outcomes[at] for at in range(len(sources))]


def too_long(source: str) -> DiagramFault | None:
    """Return the fault of a source that is longer than Mermaid draws."""
    if len(source) <= MOST_CHARACTERS:
        return None
    return DiagramFault(f"it has {len(source):,} characters, and Mermaid draws {MOST_CHARACTERS:,} at most")


def _run(sources: Sequence[str], program: str, folder: Path, patience: float) -> processes.Outcome:
    wanted = json.dumps([drawn_text(source) for source in sources])
    scripts = {"mermaid": gzip.decompress(package_data("mermaid", "mermaid.min.js.gz"))}
    scripts |= {name: package_data("page", f"{name}.js") for name in SCRIPTS}
    scripts["run"] = f"drawAll({wanted}, {json.dumps(CONFIGURATION)});".encode()
    return run_page(scripts, program, folder, patience, CONFIGURATION["width"])


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
