"""Colours of outputs become spans; everything else of a terminal's language goes; the colours can be read."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import site_builder.render
from site_builder.outputs.ansi import HUES, coloured
from site_builder.terminal import plain

CODE_BACKGROUND = {"default": "#f5f5f5", "slate": "#2e303e"}
"""Material's background of code in its two schemes."""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("no colours", ""),
        ("\x1b[2J\x1b[H", ""),
        ("\x1b[31mred\x1b[0m <b>", '<span class="ansi-red">red</span> &lt;b&gt;'),
        ("\x1b[1;94mbold\x1b[0m", '<span class="ansi-blue ansi-bold">bold</span>'),
        ("\x1b[38;5;196mred\x1b[39m!", '<span class="ansi-red">red</span>!'),
        ("\x1b[38;2;0;128;0mgreen", '<span class="ansi-green">green</span>'),
        ("\x1b[43mon yellow\x1b[m", '<span class="ansi-marked">on yellow</span>'),
        ("\x1b[32ma\nb\x1b[0m\nc", '<span class="ansi-green">a</span>\n<span class="ansi-green">b</span>\nc'),
        ("\x1b[31m\x1b]8;;https://example.org\x07link\x1b]8;;\x07\x1b[0m", '<span class="ansi-red">link</span>'),
    ],
)
def test_styles_become_classes(text: str, html: str) -> None:
    assert coloured(text) == html


@example("\x1b[1m\x07")
@given(st.text(alphabet="ab<&>\n\x1b[]0123456789;mJ\x07 ", max_size=60))
def test_the_text_is_the_same_with_and_without_colours(text: str) -> None:
    html = coloured(text)
    assert not html or unescape(re.sub(r"</?span[^>]*>", "", html)) == plain(text)
    assert "\x1b" not in html + plain(text)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", CODE_BACKGROUND)
def test_every_hue_can_be_read_on_the_background_of_code(scheme: str) -> None:
    css = (Path(site_builder.render.__file__).parent / "theme/assets/lesson.css").read_text()
    block = "".join(re.findall(rf'\[data-md-color-scheme(?:="{scheme}")?\]\s*\{{(.*?)\}}', css, re.DOTALL))
    colours = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))
    shown = {name: colours["quiet" if name in ("black", "white") else f"ansi-{name}"] for name in HUES}
    low = {name: round(contrast(colour, CODE_BACKGROUND[scheme]), 2) for name, colour in shown.items()}
    assert {name: value for name, value in low.items() if value < 4.5} == {}
