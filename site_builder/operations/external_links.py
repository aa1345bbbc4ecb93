"""Check the links to other hosts; what was there is not asked again for a week."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.check.other_hosts import addresses, dead
from site_builder.fetching.asking import Answer, Presence, ask_all
from site_builder.lesson.root import WORK
from site_builder.markdown.document import Document
from site_builder.pipeline.model import OnProgress
from site_builder.problems import Location, Problem

CACHE = WORK / "links.json"
VALID = 7 * 24 * 3600.0
"""Seconds for which a good answer holds; others are asked for each time."""


def check_external(
    root: Path, documents: Mapping[PurePosixPath, Document], texts: Mapping[PurePosixPath, str], tell: OnProgress, *, pause: float = 1.0
) -> tuple[tuple[Problem, ...], str]:
    """Ask for every address on another host that a lesson links to, and return the dead ones and a summary.

    ``tell`` hears of each address that could not be checked, with its first place: a host that refuses programs says nothing of it.

    Raises:
        MachineError: the answers cannot be kept.
    """
    places = addresses(documents.values(), texts)
    now = time.time()
    known = {address: moment for address, moment in _read(root).items() if 0 <= now - moment < VALID}
    left = [address for address in places if address not in known]
    if left:
        tell(f"asking for {len(left)} addresses on other hosts")
    answers = ask_all(left, pause=pause, done=lambda address, answer: _told(tell, places, address, answer))
    good = {address: now for address, answer in answers.items() if answer.state is Presence.GOOD}
    files.write_text(root / CACHE, json.dumps({**known, **good}, indent=1))
    counts = {state: sum(answer.state is state for answer in answers.values()) for state in Presence}
    summary = (
        f"{len(places)} addresses on other hosts: {len(places) - len(left) + counts[Presence.GOOD]} there, {counts[Presence.DEAD]} not, "
    )
    return tuple(dead(places, answers)), f"{summary}{counts[Presence.UNKNOWN]} could not be checked"


def _told(tell: OnProgress, places: Mapping[str, list[Location]], address: str, answer: Answer) -> None:
    if answer.state is Presence.UNKNOWN:
        tell(f"not checked: {places[address][0]} {address}: {answer.reason}")


def _read(root: Path) -> dict[str, float]:
    """Return when each address was there; nothing where that cannot be read."""
    found = files.read_json(root / CACHE)
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(address): float(moment) for address, moment in pairs if isinstance(moment, int | float)}
