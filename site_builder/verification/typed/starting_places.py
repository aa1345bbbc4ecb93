"""Where on their desk learners of a shell are when a page begins, as its first commands and their outputs tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePosixPath

from site_builder.verification.typed.asides import code_goes
from site_builder.verification.typed.desk import PLAIN_WORD, Desk
from site_builder.verification.typed.fences import Exchange
from site_builder.verification.typed.keyboard import edited_files
from site_builder.verification.typed.listings import names_listed
from site_builder.verification.typed.prompts import runs_of

ASKS = re.compile(r"(?:^|[;&|]\s*)\s*pwd\s*$", re.MULTILINE)
LISTS = re.compile(r"^\s*ls(?:\s+-\w+)*\s*$")
"""A list of the folder itself."""
MAKES = re.compile(
    r"(?:^|[;&|]\s*)\s*(?:mkdir|touch)\s+(?P<all>[^;&|\n]+)|>>?\s*(?P<into>[\w./-]+)|\b(?:cp|mv)\b[^;&|\n]*?(?P<last>\S+)\s*$", re.MULTILINE
)
HOMES = re.compile(r"/(?:home|Users|c/Users|cygdrive/c/Users)/[^/\s]+/?(?P<rest>.*)")


@dataclass(slots=True)
class _Evidence:
    """What the commands of a page up to the first ``cd`` of its text name, list and make; ``stated`` is where it says that it is."""

    named: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    stated: str = ""


def best_folder(page: Sequence[Exchange], text: str, desk: Desk, carried: str) -> str:
    """Return the folder that the page says it is in, or else that in which most of the files are that its first commands name or list.

    That is where learners were at the end of the page before (``carried``), unless more is found in another one; of several, the one
    that the page's ``text`` names.
    """
    evidence = _evidence(page)
    if (said := _stated(evidence.stated, desk)) is not None:
        return said
    words = [word for word in evidence.named if word.rstrip("/") not in evidence.made] + evidence.listed
    scores = {folder: _found(words, folder, desk) for folder in desk.folders}
    best = max(scores.values(), default=0)
    if not best or scores.get(carried, 0) == best:
        return carried
    names = sorted(
        (folder for folder in scores if scores[folder] == best), key=lambda folder: (-text.count(PurePosixPath(folder).name), folder)
    )
    return names[0]


def _stated(path: str, desk: Desk) -> str | None:
    """Return the folder of the desk that a typed path is; None if it is none."""
    at_home = HOMES.fullmatch(path)
    if at_home and at_home["rest"].strip("/") in desk.folders:
        return at_home["rest"].strip("/")
    parts = PurePosixPath(path).parts
    place = PurePosixPath(desk.place)
    for folder in sorted(desk.folders, key=len, reverse=True):
        own = PurePosixPath(folder)
        if folder and own.is_relative_to(place) and desk.place:
            tail = (place.name, *own.relative_to(place).parts)
            if parts[-len(tail) :] == tail:
                return folder
    return None


def _evidence(page: Iterable[Exchange]) -> _Evidence:
    """Of a box, what comes before its own first ``cd`` counts."""
    found = _Evidence()
    gone: set[int] = set()
    for exchange in page:
        if exchange.box in gone:
            continue
        runs = runs_of(exchange.code, "bash")
        typed = "\n".join(item.text for item in exchange.typed if item.kind == "output" and item.near)
        for run in runs:
            found.named += [word for word in PLAIN_WORD.findall(run.source) if not word.startswith("-")]
            shown = run.answer or (typed if len(runs) == 1 else "")
            if not exchange.box and ASKS.search(run.source):
                found.stated = found.stated or shown.strip().split("\n")[-1]
            if not exchange.box and LISTS.match(run.source):
                found.listed += [name.rstrip("/*@") for name in names_listed(shown) if name.rstrip("/*@") not in found.made]
            found.made |= _made(run.source)
            if code_goes(run.source, "bash"):
                gone.add(exchange.box)
                break
        if 0 in gone:
            break
    return found


def _made(code: str) -> set[str]:
    """Return what commands make, which need not be there before."""
    names = [word for match in MAKES.finditer(code) for word in (match["all"] or match["into"] or match["last"] or "").split()]
    return {name.rstrip("/") for name in (*names, *edited_files(code)) if not name.startswith("-")}


def _found(words: Collection[str], folder: str, desk: Desk) -> int:
    there = _entries(folder, desk)
    return sum(any(_is(word.rstrip("/"), entry) for entry in there) for word in words)


def _is(word: str, entry: str) -> bool:
    return word == entry or ("*" in word and word.count("/") == entry.count("/") and fnmatch(entry, word))


def _entries(folder: str, desk: Desk) -> frozenset[str]:
    """What a relative path may lead to from a folder: files and folders below it, by their path from there."""
    prefix = f"{folder}/" if folder else ""
    paths = [f"{desk.place}/{file}" for file in desk.files] + list(desk.folders)
    return frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix) and path != folder)
