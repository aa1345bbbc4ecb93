"""Redirects: addresses that pages had before, and where they lead now. Pure: which pages there are is not known here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from site_builder.files import unusable_name
from site_builder.problems import Location, Problem, Severity
from site_builder.settings.lesson import Settings

UNUSABLE, ROUNDABOUT = "LS039", "LS040"
"""A redirect that cannot be used, and one that leads to another one."""

SOURCES = (".md", ".rmd", ".ipynb", ".py")
"""Suffixes of pages' sources, which may stand for their pages."""

CONTENT = ("episodes", "learners", "instructors", "profiles")
TAKEN = ("assets", "instructor", "search")
"""Folders of a site that the builder and the engines fill."""

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\", re.IGNORECASE)
"""How an address outside the site begins."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address within a view that leads to another one: a page (or a file), and the ``fragment`` in it; ``place`` is its setting."""

    old: PurePosixPath
    new: PurePosixPath
    place: Location
    fragment: str = ""


def redirects_of(settings: Settings) -> tuple[tuple[Redirect, ...], tuple[Problem, ...]]:
    """Return the redirects of the settings, each to where it leads in the end, and what is wrong with them; those are left out.

    One to a further one is a warning, those that lead round in a circle are an error.
    """
    found: dict[PurePosixPath, Redirect] = {}
    problems: list[Problem] = []
    for old, new in settings.redirects.items():
        if not new:  # `false`: none, and none is wanted
            continue
        place = settings.place("redirects", old)
        made, why = _read(old, new, place)
        if made is None:
            problems.append(Problem(UNUSABLE, f"`redirects`: {why[0]}", place, why[1]))
        elif made.old in found:
            problems.append(Problem(UNUSABLE, f"`redirects`: {made.old} is there already, on line {found[made.old].place.line}", place,
                                    "keep one of them"))  # fmt: skip
        else:
            found[made.old] = made
    ends = {}
    for each in found.values():
        end, told = _end(each, found)
        problems += told
        if end is not None:
            ends[each.old] = end
    return tuple(ends.values()), tuple(problems)


def _end(first: Redirect, found: Mapping[PurePosixPath, Redirect]) -> tuple[Redirect | None, Iterator[Problem] | tuple[Problem, ...]]:
    """Return a redirect to where it leads in the end, None for one that leads nowhere else, and what is wrong with its way."""
    way, last = [first.old], first
    while last.new in found and last.new not in way:
        way.append(last.new)
        last = found[last.new]
    names = " -> ".join(map(str, (*way, last.new)))
    if last.new in way:
        return None, (Problem(ROUNDABOUT, f"`redirects` lead round in a circle: {names}", first.place, "name a page of the lesson"),)
    if last is first:
        return first, ()
    end = replace(first, new=last.new, fragment=last.fragment or first.fragment)
    hint = f"write `{first.old}: {last.new}{'#' if end.fragment else ''}{end.fragment}`"
    return end, (Problem(ROUNDABOUT, f"a redirect leads to another one: {names}", first.place, hint, Severity.WARNING),)


def _read(old: str, new: str, place: Location) -> tuple[Redirect | None, tuple[str, str]]:
    target, _, fragment = new.partition("#")
    before, why = address(old)
    if before is None:
        return None, why
    if before.parts[0] in TAKEN:
        return None, (f"{before} is in a folder that the site itself fills", "write the page's name; the instructors' view redirects too")
    if before.suffix.lower() != ".html":
        return None, (f"{old[:80]!r} is no page", "write the name of the page that was there: old-name.html")
    if before == PurePosixPath("index.html"):
        return None, ("the home page cannot lead elsewhere", "remove the line")
    after, why = address(target)
    if after is None:
        return None, why
    return Redirect(before, after, place, unquote(fragment)), ("", "")


def proposed(
    renames: Iterable[tuple[PurePosixPath, PurePosixPath]], pages: Collection[PurePosixPath], known: Collection[PurePosixPath]
) -> dict[PurePosixPath, PurePosixPath]:
    """Return redirects for pages whose sources were renamed, old address -> page that there is, newest first.

    ``renames`` are old and new paths, the newest first; ``pages`` are those of the site, ``known`` the old addresses that need nothing.
    """
    now: dict[PurePosixPath, PurePosixPath] = {}
    for old, new in renames:
        if old.suffix.lower() not in SOURCES or new.suffix.lower() not in SOURCES:
            continue
        before, after = PurePosixPath(f"{old.stem}.html"), PurePosixPath(f"{new.stem}.html")
        now.setdefault(before, now.get(after, after))  # what had that name later went on from there
    taken = {str(page).casefold() for page in (*pages, *known)}
    return {old: new for old, new in now.items() if new in pages and str(old).casefold() not in taken}


def address(written: str) -> tuple[PurePosixPath | None, tuple[str, str]]:
    """Return an address within a view for a page's name, its source (``episodes/first.md``), or a folder (``first/``); else why not."""
    hint = "write the name of a page of the lesson, such as first.html"
    if SCHEME.match(written) or written.startswith("/"):
        return None, (f"{written[:80]!r} is not an address in the site", hint)
    text = unquote(written)
    parts = [part for part in text.split("/") if part not in ("", ".")]
    for part in parts:
        if why := unusable_name(part):
            return None, (why, hint)
    if not parts or "?" in text:
        return None, (f"{written[:80]!r} is not an address in the site", hint)
    path = PurePosixPath(*parts)
    if path.suffix.lower() in SOURCES:
        inside = path.parts[0] in CONTENT and len(path.parts) == 2
        return PurePosixPath(f"{path.stem}.html") if inside or len(path.parts) == 1 else path.with_suffix(".html"), ("", "")
    if text.endswith("/"):
        return path / "index.html", ("", "")
    return path if path.suffix else PurePosixPath(f"{path}.html"), ("", "")
