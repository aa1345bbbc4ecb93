"""What is right by itself in a lesson's settings, and hardly meant."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.problems import Problem, Severity
from site_builder.settings.addresses import is_mail
from site_builder.settings.checking import meant_by
from site_builder.settings.lesson import CARPENTRIES, Settings
from site_builder.spelling import misspelt

LISTS = ("episodes", "learners", "instructors", "profiles")


def advice(settings: Settings) -> Iterator[Problem]:
    """Yield warnings: no title or licence, a programme that is nearly a known one, addresses of plain HTTP, a file twice in a list."""
    meant = {meant_by(Settings, name) for name in settings.values}
    missing = {name for name in ("title", "license") if settings.values.get(name) in (None, "", False) and name not in meant}
    if "title" in missing:
        yield _warning(settings, "LS004", "the lesson has no title", "add `title: …`", "title")
    if "license" in missing:
        message = "`license` is missing, so that no licence is claimed"
        yield _warning(settings, "LS009", message, "add `license: CC-BY 4.0`, or the one that you chose", "license")
    near = misspelt(settings.carpentry, CARPENTRIES)
    if near and settings.carpentry not in CARPENTRIES and not settings.carpentry_description:
        hint = f"did you mean '{near}'? A word of your own stands with `carpentry_description`"
        yield _warning(settings, "LS008", f"`carpentry` has an unknown value, `{settings.carpentry}`", hint, "carpentry")
    if settings.contact and not is_mail(settings.contact):
        hint = "the Workbench writes `mailto:` before it; here it is a link"
        yield _warning(settings, "LS008", f"`contact` is no e-mail address: '{settings.contact}'", hint, "contact")
    for name in ("source", "url"):
        if str(settings.values.get(name)).strip().lower().startswith("http://"):
            yield _warning(settings, "LS008", f"`{name}` lacks https://", "write https:// for http://", name)
    for name in LISTS:
        yield from _twice(settings, name)


def _twice(settings: Settings, name: str) -> Iterator[Problem]:
    """A file that a list names twice: it has one page, at its first place."""
    first: dict[str, int] = {}
    for number, file in enumerate(getattr(settings, name)):
        if file in first:
            message = f"`{name}` lists {file} already on line {settings.place(name, first[file]).line}"
            yield _warning(settings, "LS019", message, "keep one of them", name, number)
        first.setdefault(file, number)


def _warning(settings: Settings, code: str, message: str, hint: str, *path: str | int) -> Problem:
    return Problem(code, message, settings.place(*path), hint, Severity.WARNING)
