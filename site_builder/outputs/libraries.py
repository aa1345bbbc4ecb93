"""Libraries whose displays are programs for a notebook: what a page would show of them is a logo, a plea or nothing, so each is named
with what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from site_builder.outputs.storage import HTML, PLAIN

DRAW = "display a picture: with matplotlib, or saved to a file"


@dataclass(frozen=True, slots=True)
class ForeignLibrary:
    """A library: its name, by what its displays are recognised, and what to do instead."""

    name: str
    sign: re.Pattern[str]
    instead: str


LIBRARIES = (
    ForeignLibrary("HoloViews", re.compile(r"application/vnd\.holoviews|\bholoviews\b"), f"use `hv.extension('matplotlib')`, or {DRAW}"),
    ForeignLibrary("Bokeh", re.compile(r"application/vnd\.bokehjs|\bbk-(root|notebook)\b|\bBokeh\.|bokehjs"), DRAW),
    ForeignLibrary(
        "folium", re.compile(r"Make this Notebook Trusted|\bleaflet\b", re.IGNORECASE), "show the map with `gdf.plot()`, or link to one"
    ),
    ForeignLibrary("pyvis", re.compile(r"vis-network"), "draw the network with `networkx.draw`"),
    ForeignLibrary("matplotlib's animation", re.compile(r"_anim_img|animation\.js"), "save it as a film or GIF and display that"),
    ForeignLibrary("itables", re.compile(r"Loading ITables"), "display the table itself"),
    ForeignLibrary("py3Dmol", re.compile(r"\b3dmolviewer_\d"), "display a picture of the molecule: of RDKit, or saved to a file"),
    ForeignLibrary("lets-plot", re.compile(r"data-lets-plot-script=\"plot\""), "save it with `ggsave` and display the file"),
    ForeignLibrary("SHAP", re.compile(r"\bSHAP\.\w*Visualizer\b"), "draw it with `matplotlib=True`, or as another kind of plot"),
)

LOADS = re.compile(r"application/vnd\.(holoviews|bokehjs)_load\.v0\+json")
EXECUTES = re.compile(r"application/vnd\.holoviews_exec\.v0\+json")
LOADER = re.compile(
    r"\A\s*<script type=\"esms-options\"|\bbk-notebook-logo\b|class=\"logo-block\"|data-lets-plot-script=\"library\""
    r"|\bset_or_remove_dark_class\(\);\s*</script>\s*\Z|cell from ITables v|\bAdditiveForceArrayVisualizer:"
    r"|\A\s*<div id=\"[\w-]+\" data-root-id=\"\w+\"[^>]*>\s*</div>\s*\Z"
)
"""Displays that load a library or make room for its figure: they show nothing, and nothing of them is lost."""


def library_of(bundle: Mapping[str, str]) -> ForeignLibrary | None:
    """Return the library whose program a display is, or None."""
    text = " ".join((*bundle, bundle.get(HTML, "")[:200_000]))
    return next((library for library in LIBRARIES if library.sign.search(text)), None)


def only_loads(bundle: Mapping[str, str]) -> bool:
    """Tell whether a display only loads a library, and shows nothing itself."""
    if any(LOADS.fullmatch(mime) for mime in bundle) or LOADER.search(bundle.get(HTML, "")):
        return True
    return PLAIN not in bundle and any(EXECUTES.fullmatch(mime) for mime in bundle)
