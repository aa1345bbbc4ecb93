"""Warnings about settings that are valid but probably not intended."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.problems import Problem, Severity
from site_builder.settings.addresses import is_mail
from site_builder.settings.checking import meant_by
from site_builder.settings.lesson import CARPENTRIES, Settings
from site_builder.spelling import misspelt

LISTS = ("episodes", "learners", "instructors", "profiles")


def advice(settings: Settings) -> Iterator[Problem]:
    """Yield warnings: no title or licence, a programme that resembles a known one, plain HTTP addresses, a file listed twice."""
    meant = {meant_by(Settings, name) for name in settings.values}
    missing = {name for name in ("title", "license") if settings.values.get(name) in (None, "", False) and name not in meant}
    if "title" in missing:
        yield _warning(settings, "LS004", "the lesson has no title", "add `title: …`", "title")
    if "license" in missing:
        message = "`license` is missing, so the site states no licence"
        yield _warning(settings, "LS009", message, "add `license: CC-BY 4.0`, or the licence that you chose", "license")
    unknown = settings.carpentry not in CARPENTRIES and not settings.carpentry_description
    if unknown and (near := misspelt(settings.carpentry, CARPENTRIES)):
        hint = f"did you mean '{near}'? To use a word of your own, set `carpentry_description` as well"
        yield _warning(settings, "LS008", f"`carpentry` has an unknown value, `{settings.carpentry}`", hint, "carpentry")
    if settings.contact and not is_mail(settings.contact):
        hint = "the Workbench puts `mailto:` before it; this builder makes it an ordinary link"
        yield _warning(settings, "LS008", f"`contact` is not an e-mail address: '{settings.contact}'", hint, "contact")
    for name in ("source", "url"):
        if str(settings.values.get(name)).strip().lower().startswith("http://"):
            yield _warning(settings, "LS008", f"`{name}` does not use https://", "write https:// instead of http://", name)
    for name in LISTS:
        yield from _twice(settings, name)


def _twice(settings: Settings, name: str) -> Iterator[Problem]:
    """Yield a warning for each file that a list names twice; it becomes one page, at its first position."""
    first: dict[str, int] = {}
    for number, file in enumerate(getattr(settings, name)):
        if file in first:
            message = f"`{name}` already lists {file} on line {settings.place(name, first[file]).line}"
            yield _warning(settings, "LS019", message, "keep one of them", name, number)
        first.setdefault(file, number)


def _warning(settings: Settings, code: str, message: str, hint: str, *path: str | int) -> Problem:
    return Problem(code, message, settings.place(*path), hint, Severity.WARNING)
