"""A lesson's look: its programme's, unless its settings have usable values."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from site_builder.lesson.model import Asset, Lesson
from site_builder.render.brand import Brand, Fault, brand_of
from site_builder.settings.lesson import Colours, Settings

LOGO = Asset(PurePosixPath("episodes/fig/logo.svg"), PurePosixPath("fig/logo.svg"))


def made(carpentry: str = "", assets: tuple[Asset, ...] = (), **values: Any) -> tuple[Brand, tuple[Fault, ...]]:
    settings = Settings(carpentry=carpentry, **values)
    return brand_of(Lesson(Path("/lesson"), settings, assets=assets))


def test_programmes_have_names_and_colours_of_their_own() -> None:
    looks = [made(name)[0] for name in ("swc", "dc", "lc", "cp", "incubator", "lab", "anything")]
    assert len({look.variables for look in looks}) == len(looks)
    assert [look.programme for look in looks][:2] == ["Software Carpentry", "Data Carpentry"] and looks[-1].programme == ""


def test_a_description_names_a_programme_that_is_not_known() -> None:
    settings = Settings(carpentry="mine", carpentry_description="My School")
    assert brand_of(Lesson(Path("/l"), settings))[0].programme == "My School"


def test_own_colours_are_used_and_made_readable_in_the_dark() -> None:
    brand, faults = made(brand=Colours("#004400", "#800000"))
    assert faults == () and "--lesson-brand:#004400;--lesson-on-brand:#ffffff;--lesson-link:#800000;" in brand.variables
    assert "--lesson-link-in-dark:#800000" not in brand.variables


def test_words_on_a_light_head_are_black() -> None:
    brand, faults = made(brand=Colours("#ffee00"))
    assert "--lesson-on-brand:#000000" in brand.variables
    assert [(fault.kind, fault.key) for fault in faults] == [("contrast", "brand")] and "1.2 to 1 on white, bars need 3" in faults[
        0
    ].message


def test_weak_links_are_told_of_and_replaced() -> None:
    brand, faults = made(brand=Colours(accent="#ffaa00"))
    assert "--lesson-link:#0b5cad" in brand.variables and "links need 4.5" in faults[0].message


@pytest.mark.parametrize("value", ["blue", "7", "#12"])
def test_what_is_no_colour_is_told_of(value: str) -> None:
    assert [fault.kind for fault in made(brand=Colours(value))[1]] == ["colour"]


@pytest.mark.parametrize("written", ["fig/logo.svg", "episodes/fig/logo.svg"])
def test_logo_and_favicon_are_files_of_the_lesson(written: str) -> None:
    brand, faults = made(assets=(LOGO,), logo=written, favicon=written)
    assert (brand.logo, brand.favicon, faults) == ("fig/logo.svg", "fig/logo.svg", ())


def test_a_missing_logo_is_told_of_and_left_out() -> None:
    brand, faults = made(logo="fig/none.svg")
    assert brand.logo == "" and [(fault.key, fault.kind) for fault in faults] == [("logo", "file")]
