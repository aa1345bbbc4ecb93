"""What may differ between two runs without making a page wrong, each with a name that a cell can enable or disable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from site_builder.problems import did_you_mean

DEFAULT = ("addresses", "paths", "progress")
"""On in every cell without ``normalise: none``: none of them hides anything that a lesson may want to show."""
OPTIONAL = ("times", "float", "host", "figures")
"""On only if a cell enables them."""
NONE = "none"
TOLERANCE = 1e-3
"""Relative difference that ``float`` accepts: three significant digits, what readers see and reduced precision preserves."""

Change = Callable[[str], str]


def _replacing(pairs: Iterable[tuple[str, str]]) -> Change:
    compiled = [(re.compile(pattern, re.MULTILINE), replacement) for pattern, replacement in pairs]

    def change(text: str) -> str:
        for pattern, replacement in compiled:
            text = pattern.sub(replacement, text)
        return text

    return change


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_UNIT = r"(?:ns|µs|μs|us|ms|s|secs?|seconds?|mins?|minutes?|h|hours?)"
_TEMPORARY = (
    r"(?:(?:/private)?/var/folders/[^/\s]+/[^/\s]+/T|/var/tmp|/tmp|[A-Za-z]:[\\/]Users[\\/][^\\/\s]+[\\/]AppData[\\/]Local[\\/]Temp)"
)

CHANGES: Mapping[str, Change] = {
    # Short ones such as hex(255) are values that a lesson prints on purpose; an address follows "at" or is longer than 32 bits.
    # In decimal it stands where a thread's state names it and in the address of a store in memory; scikit-learn shows its end alone.
    "addresses": _replacing(
        [
            (r"(?<=\bat )0x[0-9a-fA-F]+\b|\b0x[0-9a-fA-F]{9,16}\b|(?<=\.\.\.x)[0-9a-f]{9,16}\b", "<address>"),
            (r"(?<=\bmemory://)\d{9,20}\b|(?<=\bdisplay_id=)[0-9a-f]{32}\b", "<address>"),
            # R's widgets have names by chance, and plotly's data the name of a temporary file
            (r"\bhtmlwidget-[0-9a-f]{16,24}\b|(?<=\"cur_data\":\")[0-9a-f]{6,16}\b|(?<=\"attrs\":\{\")[0-9a-f]{6,16}\b", "<widget>"),
            (r"\b[0-9a-f]{6,16}(?=\":\[\"function \(\) \",\"plotlyVisDat\")", "<widget>"),
            (r"(<(?:div|span)\b[^<>]*\sid=\")[^\"<>]+(?=\"[^<>]*\bhtml-widget\b)", r"\1<widget>"),
            (r"(<(?:div|span)\b[^<>]*\bhtml-widget\b[^<>]*\sid=\")[^\"<>]+", r"\1<widget>"),
            (r"(<script type=\"application/(?:json|htmlwidget-sizing)\" data-for=\")[^\"<>]+", r"\1<widget>"),
            # igraph calls each graph by seven digits of a random number
            (r"(\bIGRAPH |\+ (?:\d+/\d+ )?(?:edges|vertices)\b[^\n]*? from )[0-9a-f]{7}\b", r"\1<graph>"),
            (r"\b(started|stopped)( daemon)? \d{9,20}(?=\)?(?:>|&gt;))", r"\1\2 <address>"),
        ]
    ),
    # The random part of a name is removed, the name chosen by the code stays.
    "paths": _replacing(
        [
            (_TEMPORARY + r"(?=[\\/])", "<temporary>"),
            (r"(?<=<temporary>)([\\/])(?:tmp[a-z0-9_]{8}|tmp\.[A-Za-z0-9]{6,}|ipykernel_\d+)", r"\1<random>"),
            (r"(?<=<random>)([\\/])\d+(?=\.py\b)", r"\1<number>"),
            # R's folder, and a file in it: the chosen beginning, the process and a random number
            (r"(?<=<temporary>)([\\/]+)Rtmp[A-Za-z0-9]{6}([\\/]+[\w.-]*?)[0-9a-f]{6,15}(?![\w-])", r"\1<random>\2<random>"),
            (r"(?<=<temporary>)([\\/]+)Rtmp[A-Za-z0-9]{6}\b", r"\1<random>"),
        ]
    ),
    "progress": _replacing(
        [
            (r"^.*?(?<!\d)\d{1,3}%\|[^|\n]*\|.*$", "<progress>"),
            (r"^.*?[━╸╺█▏▎▍▌▋▊▉]{5}.*$", "<progress>"),
            (r"^.*?(?<!\d)\d{1,3}%[^\S\n]{1,3}\d[\d.]*\w?/\d[\d.]*\w?[^\S\n]\[[^\]\n]*\].*$", "<progress>"),
            (r"^.*?\[#* *\] \| \d{1,3}% Completed \|.*$", "<progress>"),
            (r"^.*?(?<![\d/])\d{1,9}/\d{1,9} \[[=>. ]+\].*$", "<progress>"),
            # of R: utils and pbapply, progress, cli
            (r"^.*?\|[=+]{3,}[ ]*\|[ ]{1,3}\d{1,3}%(?:[ ]+(?:elapsed=|~).*|[ ]*)$", "<progress>"),
            (r"^.*?\[[=>-]{5,}\][^\S\n]*\d{1,3}%.*$", "<progress>"),
            (r"^.*?■[■ ]*\d{1,3}% \|.*$", "<progress>"),
            (r"<progress>(?:\n<progress>)+", "<progress>"),
        ]
    ),
    "times": _replacing(
        [
            (rf"\b\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]{_CLOCK}{_ZONE})?", "<time>"),
            (rf"\b{_DAY} +\d{{1,2}} +{_MONTH} +\d{{4}}(?: +{_CLOCK}{_ZONE})?", "<time>"),
            (rf"\b{_DAY} +{_MONTH} +\d{{1,2}}(?: +{_CLOCK})?(?: [A-Z]{{3,4}})?(?: +\d{{4}})?", "<time>"),
            (rf"\b{_MONTH} +\d{{1,2}},? +(?:{_CLOCK}|\d{{4}})\b", "<time>"),
            (rf"\b\d{{1,2}} +{_MONTH} +\d{{4}}\b", "<time>"),
            (r"\b\d+m\d+(?:\.\d+)?s\b", "<duration>"),
            (r"(\buser +system +elapsed[ ]*\n).*$", r"\1<durations>"),
            (rf"\b{_CLOCK}{_ZONE}", "<time>"),
            (rf"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)? ?{_UNIT}\b", "<duration>"),
            (r"(?<![\d,])[\d,]{1,20} loops? each", "<count> loops each"),
        ]
    ),
    "figures": _replacing([(r"^(\[figure \d+): .*\]$", r"\1]")]),
    "host": _replacing(
        [
            (
                r"\bNVIDIA [A-Z][\w-]*(?: (?:RTX|GTX|Ti|SUPER|Super|Ada|Laptop|GPU|\d{3,4}\w*|\d+ ?GB|HBM\d\w?|PCIe|SXM\d?|NVL))*",
                "<hardware>",
            ),
            (r"\b(?:GeForce|Tesla|Quadro) [\w-]+(?: [\w-]*\d[\w-]*)*", "<hardware>"),
            (r"\bIntel\(R\)[^\n,]*", "<hardware>"),
            (r"\bAMD (?:EPYC|Ryzen|Instinct|Radeon)[^\n,]*", "<hardware>"),
            (r"\bApple M\d+(?: (?:Pro|Max|Ultra))?", "<hardware>"),
            (r"(?<!\w)(__(?:archspec|cuda|glibc|linux|osx|win)[ \t=]+)\d[\w.]*(?:[ \t=]+[\w.]+)?", r"\1<version>"),
            (r"\b\d+(?= (?:CPUs?|[Cc]ores?|[Tt]hreads?|[Pp]rocessors?)\b)", "<count>"),
            (r"\b\d+(?:\.\d+)? ?(?:[KMGT]iB|[KMGT]B)\b", "<size>"),
        ]
    ),
}
"""Name of a normaliser -> its function. ``float`` is not among them: it compares numbers pair by pair."""

NAMES = (*CHANGES, "float", NONE)


@dataclass(frozen=True, slots=True)
class Normalisers:
    """The normalisers of one cell: names in order of application, and the relative tolerance of numbers (None: digits must be equal)."""

    names: tuple[str, ...] = DEFAULT
    tolerance: float | None = None

    def apply(self, text: str, machines: Iterable[str] = ()) -> str:
        """Return a text without what may differ; ``machines`` are names of hardware that ``host`` removes as well."""
        for name in self.names:
            if name == "host":
                text = _without(machines, text)
            text = CHANGES[name](text)
        return text


def _without(machines: Iterable[str], text: str) -> str:
    """Remove names of hardware, the longest first; one of fewer than four characters could be part of anything."""
    for machine in sorted((name for name in machines if len(name) > 3), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(machine)}(?!\w)", "<hardware>", text)
    return text


def chosen(words: Iterable[str]) -> Normalisers:
    """Return the normalisers of a cell's ``normalise`` option: the defaults and those it names, or with ``none`` only those it names.

    ``float`` may carry its tolerance: ``float=1e-6``. Unknown words are left to `wrong_names`.
    """
    asked = tuple(words)
    names = [name for name in CHANGES if name in asked or (name in DEFAULT and NONE not in asked)]
    tolerances = [tolerance for word in asked if (tolerance := _tolerance(word)) is not None]
    return Normalisers(tuple(names), tolerances[-1] if tolerances else None)


def wrong_names(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return each unknown word, with a hint."""
    unknown = [word for word in words if word not in NAMES and _tolerance(word) is None]
    return tuple((word, did_you_mean(word.partition("=")[0], NAMES) or f"known: {', '.join(NAMES)}") for word in unknown)


def _tolerance(word: str) -> float | None:
    name, _, value = word.partition("=")
    if name != "float":
        return None
    try:
        number = float(value) if value else TOLERANCE
    except ValueError:
        return None
    return number if 0 < number < 1 else None
