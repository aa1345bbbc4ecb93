"""Which page, file or anchor a link that leads nowhere may have meant: only what is plainly it, never a mere likeness. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable
from urllib.parse import unquote

from site_builder.spelling import misspelt

NUMBERED = re.compile(r"-\d+$")


def nearest_anchor(name: str, known: Collection[str]) -> str:
    """Return ``did you mean '#x'?`` for the anchor that differs in case, hyphens, a number at its end or by typing errors, or nothing."""
    plain = {_plain(anchor): anchor for anchor in sorted(known, reverse=True)}
    wanted = _plain(unquote(name))
    words = [anchor for anchor in known if anchor]
    single = NUMBERED.sub("", wanted)
    found = plain.get(wanted) or plain.get(single) or misspelt(wanted, words) or misspelt(single, words)
    return f"did you mean '#{found}'?" if found else ""


def nearest_file(path: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for a file of the same name in another folder or with another suffix, a typing error, or nothing."""
    names = sorted(known, key=lambda name: (name.count("/"), name))
    stem, suffix = posixpath.splitext(posixpath.basename(path))
    alike = [name for name in names if suffix in ("", posixpath.splitext(name)[1])]
    found = (
        next((name for name in alike if posixpath.basename(name) == posixpath.basename(path)), "")
        or next((name for name in alike if _stem(name) == stem and stem), "")
        or _only([name for name in alike if _number(_stem(name)) == _number(stem) != ""])
        or misspelt(path, names)
    )
    return f"did you mean '{found}'?" if found else ""


def _only(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0]


def _number(stem: str) -> str:
    """Return a name without the number of an episode that was moved; empty where it has none."""
    return re.sub(r"^\d+-", "", stem) if re.match(r"\d+-\w", stem) else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
