"""What a failing Pixi quotes inside its message: a place in the manifest, an activation script, reasons why a lock is out of date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

FRAME = re.compile(r"[│├╰╭╮╯┬┴─▶×·⚠]+")
"""The lines and arrows that Pixi draws around causes and excerpts."""

EXCERPT = re.compile(r"╭─\[(?P<path>[^\]\n]*?):(?P<line>\d+):(?P<column>\d+)\]")
CAPTION = re.compile(r"╰─+[ ]+(?P<words>\S.*)")
HELP = re.compile(r"^\s*help: (?P<words>.+)$", re.MULTILINE)
LIST_OF_KEYS = re.compile(r"(unexpected keys|unknown field).*\bexpected\b", re.IGNORECASE)

ENVIRONMENT_END = "____RATTLER_ENV_START____"
"""Pixi prints the whole environment before this mark, and the script's own words after it."""

OUTDATED = re.compile(r"lock_file::outdated: (.+)")
REQUIREMENT = re.compile(
    r"the (?:pypi )?dependencies of environment '(?P<environment>[^']+)' for platform (?P<platform>\S+) are out of date"
    r" because (?:the requirement '(?P<need>[^']+)' could not be satisfied|(?P<reason>.+))"
)
MISSING = re.compile(r"environment '(?P<environment>[^']+)' is out of date because it does not exist in the lock file")


@dataclass(frozen=True, slots=True)
class ManifestFault:
    """A fault that Pixi shows in an excerpt of a manifest: the file's name, a 1-based place, what is wrong, and Pixi's own advice."""

    file: str
    line: int
    column: int
    message: str
    help: str = ""


def unframed(text: str) -> str:
    """Return a text on one line, without the lines that Pixi draws."""
    return " ".join(FRAME.sub(" ", text).split())


def manifest_fault(said: str) -> ManifestFault | None:
    """Return the fault that an excerpt shows, None without an excerpt.

    The caption below the excerpt replaces a message that only lists every legal key.
    """
    place = EXCERPT.search(said)
    if place is None:
        return None
    general = unframed(said[: place.start()])
    caption = CAPTION.search(said, place.end())
    words = caption["words"].strip() if caption else ""
    advice = HELP.search(said, place.end())
    message = words if words and LIST_OF_KEYS.search(general) else f"{general}: {words}" if words else general
    if LIST_OF_KEYS.search(message):
        message = "a key is not one that Pixi knows"
    name = PurePath(place["path"].replace("\\", "/")).name
    return ManifestFault(name, int(place["line"]), int(place["column"]), message, advice["words"].strip() if advice else "")


def activation_fault(said: str) -> str | None:
    """Return which activation script failed, with what status and what it printed as an error; None if none failed.

    Pixi prints the variables and the whole script as well: they may hold secrets and are left out.
    """
    begins = re.search(r"failed to run activation script(?: for \S+?)?[.:]?(?=\s|$)", said, re.IGNORECASE)
    if begins is None:
        return None
    rest = "\n".join(FRAME.sub("", line).strip() for line in said[begins.end() :].splitlines())
    status = re.search(r"Status: (?:exit (?:status|code): )?(?P<number>[^.\n]+)", rest)
    if status is None:  # another wording: what it says, as long as it holds no variables
        return None if "Stdout:" in rest else " ".join(rest.split())[:600] or "Pixi gives no details"
    _, mark, after = rest.partition(ENVIRONMENT_END)
    errors, _, script = (after if mark else rest).partition(". Script: ")
    own = " ".join(errors.partition("Stderr: ")[2].split())
    scripts = re.findall(r"^(?:\.|source) [\"']?(.+?)[\"']?$", script, re.MULTILINE)
    names = " or ".join(dict.fromkeys(PurePath(name.replace("\\", "/")).name for name in scripts)) or "a script of its packages"
    return f"{names} ended with status {status['number'].strip()}: {own[-600:] or 'it printed no error'}"


def stale_reasons(said: str) -> tuple[str, ...]:
    """Return why a lock does not match, from what ``pixi -v`` writes: environment, platform and requirement, each reason once."""
    found = []
    for reason in OUTDATED.findall(said):
        need, missing = REQUIREMENT.search(reason), MISSING.search(reason)
        if need:
            why = f"nothing locked satisfies `{need['need']}`" if need["need"] else str(need["reason"]).strip(" .")
            found.append(f"environment `{need['environment']}` on {need['platform']}: {why}")
        elif missing:
            found.append(f"environment `{missing['environment']}` is not locked")
        else:
            found.append(" ".join(reason.split())[:200])
    return tuple(dict.fromkeys(found))
