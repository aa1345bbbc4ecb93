"""How a lesson looks: the programme it belongs to, its own colours, logo and favicon (docs/site.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from site_builder.lesson.model import Lesson
from site_builder.render.colours import PART_CONTRAST, TEXT_CONTRAST, Colour, contrast, parse_colour, reaching
from site_builder.settings.lesson import Settings
from site_builder.weave.filter.targets import site_address

WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)
DARK = Colour(0x1E, 0x21, 0x29)
"""The page's background in the dark scheme."""

PROGRAMMES: Mapping[str, tuple[str, str]] = {
    "swc": ("Software Carpentry", "#1d4f91"),
    "dc": ("Data Carpentry", "#0f6446"),
    "lc": ("Library Carpentry", "#7c2f6b"),
    "cp": ("The Carpentries", "#3a3d42"),
    "incubator": ("The Carpentries Incubator", "#0b5a6b"),
    "lab": ("The Carpentries Lab", "#8a3b12"),
}
"""What ``carpentry:`` may say (workbench-spec 2), with the name that readers see and the colour of the page's head."""

OTHER = "#2f3b4c"
LINK = Colour(0x0B, 0x5C, 0xAD)
LINK_IN_DARK = Colour(0x8E, 0xC5, 0xFF)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a setting: its key, which problem it is ("colour", "contrast" or "file"), and the words for it."""

    key: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Brand:
    """A lesson's look. ``logo`` and ``favicon`` are addresses in the learners' site, empty where there is none; ``variables`` is CSS."""

    programme: str
    variables: str
    logo: str = ""
    favicon: str = ""


def brand_of(lesson: Lesson) -> tuple[Brand, tuple[Fault, ...]]:
    """Return a lesson's look and what of its settings could not be used; readers get the programme's own look in its place."""
    settings = lesson.settings
    name, own = PROGRAMMES.get(settings.carpentry.lower(), ("", OTHER))
    name = settings.carpentry_description or name
    primary, wrong = _colour(settings, "primary", parse_colour(own) or WHITE)
    link, also = _colour(settings, "accent", LINK)
    variables, weak = _variables(primary, link)
    files = [_file(lesson, key) for key in ("logo", "favicon")]
    faults = (*wrong, *also, *weak, *(fault for _, found in files for fault in found))
    return Brand(name, variables, files[0][0], files[1][0]), faults


def _colour(settings: Settings, key: str, default: Colour) -> tuple[Colour, tuple[Fault, ...]]:
    given = {"primary": settings.brand.primary, "accent": settings.brand.accent}[key]
    if not given:
        return default, ()
    colour = parse_colour(given)
    if colour is None:
        return default, (Fault("brand", "colour", f"the {key} colour `{given}` is not of the form #rrggbb"),)
    return colour, ()


def _variables(primary: Colour, link: Colour) -> tuple[str, tuple[Fault, ...]]:
    """Words on the head are white or black, whichever reads better, so any colour will do there; links are words on the page itself."""
    faults = []
    if contrast(primary, WHITE) < PART_CONTRAST:
        ratio = f"{contrast(primary, WHITE):.1f} to 1"
        faults.append(Fault("brand", "contrast", f"the primary colour {primary.code} has a contrast of {ratio} on white, bars need 3"))
    if contrast(link, WHITE) < TEXT_CONTRAST:
        ratio = f"{contrast(link, WHITE):.1f} to 1"
        faults.append(Fault("brand", "contrast", f"the accent colour {link.code} has a contrast of {ratio} on white, links need 4.5"))
        link = LINK
    on_primary = WHITE if contrast(primary, WHITE) >= TEXT_CONTRAST else BLACK
    in_dark = LINK_IN_DARK if link == LINK else reaching(link, DARK, WHITE)
    pairs = {"brand": primary, "on-brand": on_primary, "link": link, "link-in-dark": in_dark, "bar": reaching(primary, WHITE, BLACK),
             "bar-in-dark": reaching(primary, DARK, WHITE)}  # fmt: skip
    return "".join(f"--lesson-{name}:{colour.code};" for name, colour in pairs.items()), tuple(faults)


def _file(lesson: Lesson, key: str) -> tuple[str, tuple[Fault, ...]]:
    given = {"logo": lesson.settings.logo, "favicon": lesson.settings.favicon}[key]
    if not given:
        return "", ()
    address = PurePosixPath(site_address(given))
    if address not in {asset.target for asset in lesson.assets}:
        return "", (Fault(key, "file", f"the {key} `{given}` is no file of the lesson"),)
    return str(address), ()
