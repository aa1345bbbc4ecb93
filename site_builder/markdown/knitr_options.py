"""The options of chunks: the names that knitr documents, and our equivalents where an episode in R Markdown has no R."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from site_builder.problems import did_you_mean

_WORDS = (
    "aniopts animation-hook attr-error attr-message attr-output attr-plot attr-source attr-warning autodep background cache"
    " cache-comments cache-extra cache-globals cache-lazy cache-path cache-rebuild cache-vars child class-error class-message"
    " class-output class-plot class-source class-warning code code-line-numbers collapse comment crop dependson dev dev-args"
    " dingbats dpi engine engine-opts engine-path external fig-align fig-asp fig-dim fig-env fig-ext fig-height fig-id fig-keep"
    " fig-link fig-lp fig-ncol fig-path fig-pos fig-process fig-retina fig-scap fig-sep fig-show fig-showtext fig-subcap fig-topcaption"
    " fig-width ffmpeg-bitrate ffmpeg-format file highlight hook-pngquant interval message optipng opts-label out-extra out-height"
    " out-width pdfcrop pngquant"
    " prompt purl python-path R-options ref-label render resize-height resize-width results sanitize size split strip-white"
    " split-source tidy tidy-opts timeit tools-off webshot width"
)
_OF_ENGINES = (
    "attr-chunk calling-handlers class-chunk command connection engine-env fig-beforecode fig-cur fig-num html-after html-after2"
    " html-before html-before2 html-tag indent lang latex-options max-print output-var params params-src python-reticulate"
    " resize-command screenshot-alt screenshot-force screenshot-opts sql-show_interpolated tab-cap"
)
NAMES = frozenset((_WORDS + " " + _OF_ENGINES).split())
"""Chunk options beyond ours (https://yihui.org/knitr/options/) and those that engines read
(https://bookdown.org/yihui/rmarkdown/language-engines.html), with hyphens for full stops.
"""

ELSEWHERE = frozenset(("child", "code", "file", "ref-label"))
"""Options that take a cell's code from elsewhere."""

_OWN = re.compile(r"\boptions(?:\$|\[\[[\"'])([\w.]+)|\b(?:opts|knit)_hooks\$set\(\s*([\w.]+)\s*=")
"""How code names the options that a lesson's own hooks read (https://yihui.org/knitr/hooks/)."""

_LINES = re.compile(r"-?[0-9]+(?::-?[0-9]+)?")


def own_options(text: str) -> frozenset[str]:
    """Return the options that the code of a document names as its own."""
    return frozenset(name for found in _OWN.findall(text) for name in found if name)


def misspelt(name: str, ours: Iterable[str]) -> str:
    """Return a hint where an option is nearly one of knitr's or ours, else nothing: knitr takes any name, for a lesson's own hooks."""
    known = {each.replace("-", ".") for each in (*NAMES, *ours)}
    return "" if name.replace("-", ".") in known else did_you_mean(name.replace("-", "."), known)


def in_our_terms(name: str, value: Any) -> tuple[str, Any] | None:
    """Return name and value of our equivalent of a knitr option, or None if it changes nothing on our pages.

    ``results='hide'`` is ``output: false``, ``message=FALSE`` is ``warning: false``; the lines that ``echo`` and ``eval`` may list
    count as all lines.
    """
    if name in ("echo", "eval") and _names_lines(value):
        return name, True
    if name == "message":
        return ("warning", False) if value is False else None
    if name == "results":
        return ("output", False) if value in ("hide", False) else None
    return None if name in NAMES else (name, value)


def _names_lines(value: Any) -> bool:
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(_LINES.fullmatch(str(each)) for each in listed)
