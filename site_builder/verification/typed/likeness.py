"""Whether what was typed and what is printed are the same to a reader, and if not, whether a release explains it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from site_builder.verification.comparison import difference_of
from site_builder.verification.normalisers import DEFAULT, Normalisers
from site_builder.verification.tolerance import NUMBER
from site_builder.verification.typed import git
from site_builder.verification.typed.asides import COMMAND, READING
from site_builder.verification.typed.findings import FenceVerdict
from site_builder.verification.typed.frames import same_table
from site_builder.verification.typed.listings import canonical, same_names
from site_builder.verification.typed.prompts import without_answer_mark
from site_builder.verification.typed.releases import RELEASES, PrintChange
from site_builder.verification.typed.text import fits, has_dots, squeezed_lines, trimmed

CLOCK = {
    "python": re.compile(
        r"\b(?:now|utcnow|today|ctime|getmtime|getctime|strftime|localtime|gmtime|asctime|perf_counter|monotonic|process_time|time)\("
        r"|st_[mac]time|%%?time|timeit|info\(|^\s*!|@timed?\b|\btqdm\b|verbose",
        re.MULTILINE,
    ),
    "r": re.compile(
        r"Sys\.time|Sys\.Date|\bdate\(\)|\bnow\(|\btoday\(|system\.time|proc\.time|file\.(?:info|mtime)|microbenchmark|bench::"
    ),
    "bash": re.compile(r"\btime\b|\bdate\b|\bls\b[^\n]* -\w*l|\bgit\b|\bps\b|\bstat\b|\btop\b|\buptime\b|\blast\b|\bpython3?\b|\bll\b"),
}
"""By language, code whose output depends on when it runs."""
UNORDERED = re.compile(
    r"glob|listdir|iterdir|scandir|\bset\(|os\.walk|\{[^{}:]*,[^{}:]*\}|\bls\b|\bfind\b|\bgrep\b[^\n]* -\w*[rR]|list\.files|\bsort\b"
)
"""Code whose output has an order that the file system, or a set, chooses."""
SORTED = re.compile(r"sorted\(|\.sort\(|\bsort\b|\border\(")
LISTS = re.compile(r"\bls\b")
MEMORY = re.compile(r"^memory usage: .*$", re.MULTILINE)
DIGITS = 6
"""Significant digits from which on the last one may differ: libraries round and add in another order."""
WORDS = re.compile(r"[^\s,\[\](){}'\"]+")
INSIDE = re.compile(r"(?<=[\[(])\s+|\s+(?=[\])])")
"""Spaces inside brackets, of which NumPy has printed more before 1.14."""
COMMENT = re.compile(r"^#+>? ?")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The verdict on two texts, the change of a release that explains a difference, and the difference."""

    verdict: FenceVerdict
    release: str = ""
    difference: tuple[str, ...] = ()


def likeness(typed: str, now: str, code: str, language: str, normalisers: Normalisers) -> Likeness:
    """Compare a typed text with a printed one; ``code`` tells what may differ from run to run."""
    before, after = _lines(typed, language), _lines(now, language)
    if normalisers.names or normalisers.tolerance is not None:
        difference = difference_of(before, after, normalisers)
    else:
        difference = difference_of(before, after, Normalisers(()))
    if not difference:
        return Likeness(FenceVerdict.SAME)
    strict = not normalisers.names  # `--normalise none`
    if strict:
        return Likeness(FenceVerdict.DIFFERS, "", difference)
    extra = ("times", "host") if CLOCK[language].search(code) else ()
    lenient = Normalisers(tuple(dict.fromkeys((*normalisers.names, *DEFAULT, *extra))), normalisers.tolerance)
    one, other = (lenient.apply(MEMORY.sub("", "\n".join(lines))).split("\n") for lines in (before, after))
    if squeezed_lines(one) == squeezed_lines(other) or "".join("".join(one).split()) == "".join("".join(other).split()):
        columns = language == "bash" and LISTS.search(code) and same_names(one, other)  # `ls` looks at the terminal's width
        return Likeness(FenceVerdict.SPACING if not columns and _spacing_counts(one, other) else FenceVerdict.SAME, "", difference)
    if _alike(one, other, code, language):
        return Likeness(FenceVerdict.SAME)
    return Likeness(FenceVerdict.DIFFERS, _release(one, other, code, language), difference)


def _lines(text: str, language: str) -> list[str]:
    lines = trimmed(without_answer_mark(text) if language == "python" else text)
    shown = [line for line in lines if line.strip()]
    if language == "r" and shown and all(COMMENT.match(line) for line in shown):
        lines = [COMMENT.sub("", line) for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines] if language == "bash" else lines


def _spacing_counts(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether a difference in spacing alone is worth a word: not in the columns of a table, nor in empty lines."""
    table = all(len(line.split()) > 1 for line in (*one, *other) if line.strip())
    return not table and [line for line in one if line.strip()] != [line for line in other if line.strip()]


def _alike(one: Sequence[str], other: Sequence[str], code: str, language: str) -> bool:
    first, second = squeezed_lines(one), squeezed_lines(other)
    counted = language != "bash" or not set(COMMAND.findall(code)) <= READING  # what a file has is not computed
    if (counted and _near(first, second)) or (has_dots(first) and fits(first, second)) or same_table(one, other) or _same_set(one, other):
        return True
    if language == "bash":
        if git.USES.search(code):
            one, other = ([*git.same_for_all("\n".join(lines)).split("\n")] for lines in (one, other))
        first, second = canonical(one), canonical(other)
        if first == second or fits(first, second) or (LISTS.search(code) and same_names(first, second)):
            return True
    if UNORDERED.search(code) and not SORTED.search(code):
        return sorted(first) == sorted(second) or _words(first) == _words(second)
    return False


def _words(lines: Sequence[str]) -> list[str]:
    return sorted(WORDS.findall("\n".join(lines)))


def _same_set(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two texts are one set, whose order is chance (Python, "Set Types")."""
    values = []
    for lines in (one, other):
        text = "\n".join(lines).strip()
        if not text.startswith("{") or len(text) > 10_000:
            return False
        try:
            values.append(ast.literal_eval(text))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return False
    return isinstance(values[0], set) and values[0] == values[1]


def _near(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether lines differ in nothing but the last shown digits of their numbers."""
    if len(one) != len(other):
        return False
    for old, new in ((INSIDE.sub("", old), INSIDE.sub("", new)) for old, new in zip(one, other, strict=True)):
        if old == new:
            continue
        if NUMBER.split(old) != NUMBER.split(new) or not all(map(_last_digit, NUMBER.findall(old), NUMBER.findall(new))):
            return False
    return True


def _last_digit(old: str, new: str) -> bool:
    if old == new:
        return True
    parts = [_split(text) for text in (old, new)]
    significant = min(len(digits.lstrip("0")) for digits, _ in parts)
    unit: float = 10.0 ** max(place for _, place in parts)
    difference = abs(float(old) - float(new))
    return (significant >= DIGITS and difference <= 1.5 * unit) or difference <= 1e-9 * max(abs(float(old)), abs(float(new)), 1e-3)


def _split(text: str) -> tuple[str, int]:
    """Return the digits of a number and the place of the last one, as a power of ten."""
    mantissa, _, exponent = text.lower().lstrip("+-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    return whole + fraction, int(exponent or 0) - len(fraction)


def _release(one: Sequence[str], other: Sequence[str], code: str, language: str) -> str:
    """Return the fewest changes of releases with which two texts are alike, in words; empty if there are none."""
    releases = _seen(("\n".join(one), "\n".join(other)))
    for count in (1, 2, 3):
        for chosen in itertools.combinations(releases, count):
            texts = ["\n".join(one), "\n".join(other)]
            for release in chosen:
                texts = [release.without(text) for text in texts]
            first, second = (text.split("\n") for text in texts)
            if squeezed_lines(first) == squeezed_lines(second) or _alike(first, second, code, language):
                return "; ".join(release.words for release in chosen)
    if _words(one) == _words(other):
        plain, others = (WORDS.findall("\n".join(lines)) for lines in (one, other))
        return "only spaces and punctuation differ" if plain == others else "the same values come in another order"
    return ""


def _seen(texts: Sequence[str]) -> list[PrintChange]:
    """Return the releases whose changes two texts show, at once or when other changes are undone."""

    def shown(where: Sequence[str]) -> list[PrintChange]:
        return [release for release in RELEASES if any(release.without(text) != text for text in where)]

    found = shown(texts)
    for release in found:
        texts = [release.without(text) for text in texts]
    further = shown(texts)
    return [release for release in RELEASES if release in found or release in further]
