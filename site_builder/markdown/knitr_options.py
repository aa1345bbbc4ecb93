"""The options of chunks: which names knitr documents, so that a slip is found. Their values are R, which R evaluates."""

from __future__ import annotations

from collections.abc import Iterable

from site_builder.problems import did_you_mean

_WORDS = (
    "aniopts animation-hook attr-error attr-message attr-output attr-plot attr-source attr-warning autodep background cache"
    " cache-comments cache-extra cache-globals cache-lazy cache-path cache-rebuild cache-vars child class-error class-message"
    " class-output class-plot class-source class-warning code code-line-numbers collapse comment crop dependson dev dev-args"
    " dingbats dpi engine engine-opts engine-path external fig-align fig-asp fig-dim fig-env fig-ext fig-height fig-id fig-keep"
    " fig-lp fig-ncol fig-path fig-pos fig-process fig-retina fig-scap fig-sep fig-show fig-showtext fig-subcap fig-width ffmpeg-bitrate"
    " ffmpeg-format file highlight hook-pngquant interval message optipng opts-label out-extra out-height out-width pdfcrop pngquant"
    " prompt purl python-path R-options ref-label render resize-height resize-width results sanitize size split strip-white"
    " split-source tidy tidy-opts timeit tools-off webshot width"
)
NAMES = frozenset(_WORDS.split())
"""Chunk options beyond ours (knitr manual, "Chunk options and package options"), hyphens for full stops."""


def misspelt(name: str, ours: Iterable[str]) -> str:
    """Return a hint where an option is nearly one of knitr's or ours, else nothing: knitr takes any name, for a lesson's own hooks."""
    known = {each.replace("-", ".") for each in (*NAMES, *ours)}
    return "" if name.replace("-", ".") in known else did_you_mean(name.replace("-", "."), known)
