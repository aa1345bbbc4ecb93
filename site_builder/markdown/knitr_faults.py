"""What stops knitr before it runs anything, told from the text of a document: options and inline code that are no R, open fences.

R is not parsed here. What is told is sure: brackets and quotes that do not match, two values for one option, an operator without its right
side, YAML that does not parse, a graphics device that nobody defines or that is larger than devices can be. (knitr 1.42 to 1.51.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from site_builder.markdown.rmarkdown import KnitrChunk, KnitrText, arguments, named_options
from site_builder.problems import Severity
from site_builder.settings.yaml_loader import TextLoader

NOT_R, OPEN = "LS313", "LS315"

_DEVICES = (
    "bmp postscript pdf png svg jpeg pictex tiff win.metafile cairo_pdf cairo_ps quartz_pdf quartz_png quartz_jpeg quartz_tiff quartz_gif"
    " quartz_psd quartz_bmp CairoJPEG CairoPNG CairoPS CairoPDF CairoSVG CairoTIFF Cairo_pdf Cairo_png Cairo_ps Cairo_svg svglite gridSVG"
    " ragg_png tikz ragg jpg"
)
DEVICES = frozenset(_DEVICES.split())
"""Graphics devices that knitr knows by name (``knitr:::auto_exts``)."""

PIXELS = 32767
"""The largest side of a picture that R's bitmap devices make (cairo, ``cairo_image_surface_create``)."""

DOTS = 72
"""Dots per inch of knitr's figures (its option ``dpi``)."""

_CLOSERS = {")": "(", "]": "[", "}": "{"}
_RAW = re.compile(r"[rR][\"']-*[(\[{]")
_YAML_LINE = re.compile(r"[^ :]+:($|\s)")
_LOOSE_END = re.compile(r"(?:[-+*/^&|<>=~!,(]|%\w*%)\s*$")
_EQUALS = re.compile(r"(?<![=<>!:])=(?!=)")
_TEXTS = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'")
_FENCE = re.compile(r"[\t >]*(`{3,})")


@dataclass(frozen=True, slots=True)
class KnitrFault:
    """A fault: code, what it is, its line counted from 1, what to do, and how grave it is."""

    code: str
    message: str
    line: int
    hint: str
    severity: Severity = Severity.ERROR


class WordCounts:
    """How often each word stands in a text, with and without full stops within it; counted when somebody asks."""

    def __init__(self, text: str) -> None:
        """Take the text."""
        self._text = text
        self._counts: dict[str, Counter[str]] = {}

    def count(self, word: str) -> int:
        """Return how often a word is there; 0 of what is none."""
        form = r"\w+" if re.fullmatch(r"\w+", word) else r"[\w.]+"
        if form not in self._counts:
            self._counts[form] = Counter(re.findall(form, self._text))
        return self._counts[form][word]


def faults(text: str, parts: Iterable[KnitrChunk | KnitrText]) -> Iterator[KnitrFault]:
    """Yield what is wrong with the parts of a document, in its order."""
    lines = text.split("\n")
    words = WordCounts(text)
    for part in parts:
        if isinstance(part, KnitrText):
            for inline in part.inline:
                if fault := not_r(inline.code) or _loose_end(inline.code):
                    message = f"the inline code `r {inline.code.strip()}` is no R: {fault}"
                    yield KnitrFault(NOT_R, message, inline.line, "correct it: knitr stops here")
            continue
        yield from _options(part)
        yield from _device(part, words)
        yield from _fence(part, lines)


def not_r(code: str) -> str:
    """Return why a text cannot be R, empty where nothing is sure; comments end with their line."""
    if _RAW.search(code):
        return ""
    stack: list[str] = []
    quote, skip, comment = "", False, False
    for character in code:
        if skip:
            skip = False
        elif comment:
            comment = character != "\n"
        elif quote:
            skip = character == "\\" and quote != "`"
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character == "#":
            comment = True
        elif character in _CLOSERS.values():
            stack.append(character)
        elif character in _CLOSERS and (not stack or stack.pop() != _CLOSERS[character]):
            return f"`{character}` closes nothing"
    if quote:
        return f"the quote {quote} is not closed"
    return f"`{stack[-1]}` is not closed" if stack else ""


def _loose_end(code: str) -> str:
    return "it ends with an operator" if _LOOSE_END.search(code) else ""


def _options(part: KnitrChunk) -> Iterator[KnitrFault]:
    header, *notes = part.options.split("\n")
    if fault := _header_fault(header):
        yield KnitrFault(NOT_R, f"the options are no R: {fault}", part.first, "write `label, name=value, name=value`: knitr stops here")
    if not notes:
        return
    first = part.first + 1
    if any(_YAML_LINE.match(line) for line in notes):
        try:
            for _ in yaml.parse("\n".join(notes), Loader=TextLoader):
                pass
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = first + min(mark.line if mark else 0, len(notes) - 1)
            message = f"the `#|` lines are not YAML: {getattr(error, 'problem', error)}"
            yield KnitrFault(NOT_R, message, line, "write `#| name: value`: knitr stops here")
    elif fault := _header_fault(" ".join(notes)):
        yield KnitrFault(NOT_R, f"the `#|` lines are no R: {fault}", first, "write `#| name: value`: knitr stops here")


def _header_fault(options: str) -> str:
    if fault := not_r(options):
        return fault
    for option in arguments(options):
        name, *values = _split(option)
        if len(values) > 1:
            return f"a comma is missing in `{option.strip()}`"
        if values and not re.fullmatch(r"\s*(?:[\w.\-]+|\"[^\"]+\"|'[^']+'|`[^`]+`)\s*", name):
            return f"`{name.strip()}` is no name of an option"
    return ""


def _split(option: str) -> list[str]:
    """Split an option at its equals signs outside brackets and quotes."""
    found, start, depth, quote = [], 0, 0, ""
    for place, character in enumerate(option):
        if quote:
            quote = "" if character == quote and option[place - 1] != "\\" else quote
        elif character in "\"'`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif not depth and _EQUALS.match(option, place):
            found.append(option[start:place])
            start = place + 1
    return [*found, option[start:]]


def _device(part: KnitrChunk, words: WordCounts) -> Iterator[KnitrFault]:
    options = dict(named_options(part.options))
    for name in texts(options.get("dev", "")):
        if name not in DEVICES and "::" not in name and words.count(name) == 1:
            yield KnitrFault(NOT_R, f"there is no graphics device `{name}`", part.first, "use png or svg: knitr stops here")
    for side in ("fig.width", "fig.height"):
        value = options.get(side, options.get(side.replace(".", "-"), ""))
        if re.fullmatch(r"\d+(?:\.\d*)?", value) and float(value) * DOTS > PIXELS:
            message = f"`{side}` is in inches: {value} is more than a picture can have"
            yield KnitrFault(NOT_R, message, part.first, "write a number such as 7")


def texts(value: str) -> tuple[str, ...]:
    """Return the texts of an option that is a text, or several in ``c(…)`` or in a YAML list; none of one that R has to evaluate."""
    bare = value.strip()
    quoted = [one or other for one, other in _TEXTS.findall(bare)]
    rest = _TEXTS.sub("", bare)
    if quoted and re.fullmatch(r"\s*|c\([\s,]*\)|\[[\s,]*\]", rest):
        return tuple(quoted)
    return (bare,) if re.fullmatch(r"[\w./-]+\.\w+", bare) and not quoted else ()


def _fence(part: KnitrChunk, lines: list[str]) -> Iterator[KnitrFault]:
    """Tell of a chunk that its fence does not close: what follows becomes code, or, with a newer knitr, stops it."""
    begins, ends = _FENCE.match(lines[part.first - 1]), _FENCE.match(lines[part.last - 1]) if part.last > part.first else None
    if begins is None:
        return
    if ends is None or lines[part.last - 1][ends.end() :].strip():
        last = part.last >= len(lines) - (lines[-1] == "")
        where = "all lines below it are its code" if last else "the next one begins within it"
        message = f"the chunk is never closed: {where}"
        yield KnitrFault(OPEN, message, part.first, f"end it with a line of {len(begins[1])} backticks", Severity.WARNING)
    elif ends[1] != begins[1]:
        message = f"the fence opens with {len(begins[1])} backticks and closes with {len(ends[1])}: knitr 1.46 and newer stops"
        yield KnitrFault(OPEN, message, part.last, f"write {len(begins[1])} backticks", Severity.WARNING)
