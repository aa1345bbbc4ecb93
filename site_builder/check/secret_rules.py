"""What looks like a secret in a text: by the rules of detect-secrets, and by those that it lacks, as plug-ins of it.

The library is imported when the first text is searched. Without it no text counts as searched, and nothing that has outputs is saved or
published.
"""

from __future__ import annotations

import functools
import importlib.metadata
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Any

from site_builder.check.secret_shapes import ASSIGNED, CONTEXTS, PREFIXES, START, TOKENS
from site_builder.check.secret_spellings import decoded
from site_builder.environments.additions import adding
from site_builder.errors import MachineError

LIBRARY = "detect-secrets"
LEFT_OUT = frozenset((
    "Artifactory Credentials", "Base64 High Entropy String", "Basic Auth Credentials", "Hex High Entropy String", "NPM tokens",
    "Public IP (ipv4)", "Secret Keyword",
))  # fmt: skip
"""Rules of the library that digests, addresses and words of lessons match too, and that for npm, which takes time that grows with the
square of a line; for the shapes that they mean there are rules here.
"""

REACH = 2048
"""Characters of a long line that a rule of the library sees at once: some take time that grows with the square of them."""
OVERLAP = 512

RANDOM = 2.9
"""Bits of entropy a character, at least, of a value that counts as random (Shannon); words and plain numbers have less."""

UNNAMED = "Secret Value"
"""What is called a secret only because of the name that it is given to."""

Span = tuple[int, int, str]
"""Where something that looks like a secret begins and ends, and its kind."""

KEY_BLOCK = "Private Key"
KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}-----|\Z")
"""A private key goes on to here; the rules know its first line alone."""


@functools.cache  # each look reads the metadata, and every output asks
def rules_version() -> str:
    """Return the version of the library: what other rules found does not count.

    Raises:
        MachineError: it is not installed.
    """
    try:
        return importlib.metadata.version(LIBRARY)
    except importlib.metadata.PackageNotFoundError as missing:
        raise _lacking() from missing


def shapes_in(text: str) -> tuple[Span, ...]:
    """Return what looks like a secret in a text, in order, also where it is written with escapes, in base64 or in hexadecimal.

    Of two kinds that one place looks like, the first rule's is returned.

    Raises:
        MachineError: the library is not installed.
    """
    found = list(_spans(text))
    for plain, place in decoded(text):
        found += [(place(start), place(end - 1) + 1, kind) for start, end, kind in _spans(plain)]
    named = sorted(start for start, _, kind in found if kind != UNNAMED)
    chosen: list[Span] = []
    for start, end, kind in sorted(found, key=lambda item: (item[0], -item[1])):
        if kind == UNNAMED and bisect_left(named, start) < bisect_left(named, end):
            continue
        if not chosen or start >= chosen[-1][1]:
            closing = KEY_END.search(text, end) if kind == KEY_BLOCK else None
            chosen.append((start, closing.end() if closing else end, kind))
    return tuple(chosen)


def _spans(text: str) -> Iterator[Span]:
    own, library = _plugins()
    for plugin in own[: None if TOKENS.search(text) else len(CONTEXTS)]:
        yield from ((match.start(), match.end(), plugin.secret_type) for (shape,) in (plugin.denylist,) for match in shape.finditer(text))
    yield from ((match.start(), match.end(), UNNAMED) for match in ASSIGNED.finditer(text) if looks_random(match["value"]))
    for offset, piece in _pieces(text):
        for plugin in library:
            for match in (match for shape in plugin.denylist for match in shape.finditer(piece)):
                start = offset + match.start()
                goes_on = text[start : start + 1].isalnum() and text[:start][-1:].isalnum()  # inside of a picture or digest
                if not goes_on and any(plugin.analyze_string(match.group())):
                    yield start, offset + match.end(), plugin.secret_type


def looks_random(value: str) -> bool:
    """Tell whether a value given to a name that looks secret can be one: letters and digits without an order."""
    counts = Counter(value)
    entropy = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    return sum(map(str.isdigit, value)) >= 2 and any(map(str.isalpha, value)) and entropy >= RANDOM


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text whole, or in pieces that overlap if it has a long line, each with where it begins."""
    if len(max(text.splitlines(), key=len, default="")) <= REACH:
        yield 0, text
    else:
        yield from ((start, text[start : start + REACH]) for start in range(0, len(text), REACH - OVERLAP))


@functools.cache
def _plugins() -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return our plug-ins, those for tokens with a prefix last, and the library's."""
    try:
        from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
        from detect_secrets.plugins.base import RegexBasedDetector
    except ImportError as missing:
        raise _lacking() from missing
    shapes = [*CONTEXTS.items(), *((kind, f"{START}(?:{shape})") for kind, shape in PREFIXES.items())]
    own = (type("Detector", (RegexBasedDetector,), {"secret_type": kind, "denylist": (re.compile(shape),)}) for kind, shape in shapes)
    library = (plugin() for kind, plugin in get_mapping_from_secret_type_to_class().items() if kind not in LEFT_OUT)
    return tuple(plugin() for plugin in own), tuple(plugin for plugin in library if isinstance(plugin, RegexBasedDetector))


def _lacking() -> MachineError:
    message = f"{LIBRARY} is not installed: outputs cannot be searched for passwords and tokens, so none is saved or published"
    return MachineError(message, hint=f"run `{adding(LIBRARY)}`")
