"""Figures of two runs: the same to people, whatever their bytes."""

from __future__ import annotations

import base64
import io
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from site_builder.records.model import Display, Stream
from site_builder.verification.figure_pairs import compared_figures
from site_builder.verification.figures import difference

PNG = "image/png"
SVG = "image/svg+xml"
Draw = Callable[[ImageDraw.ImageDraw, float], None]


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> str:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return base64.b64encode(out.getvalue()).decode()


def drawn(draw: Draw, size: tuple[int, int] = (640, 480), moved: float = 0.0, smooth: int = 4, ground: str = "white") -> Image.Image:
    """Draw at a higher resolution and reduce it, as plotting libraries smooth lines; ``moved`` is in pixels."""
    picture = Image.new("RGB", (size[0] * smooth, size[1] * smooth), ground)
    draw(_Scaled(picture, smooth, moved), smooth)  # type: ignore[arg-type]
    return picture.resize(size, Image.Resampling.BOX)


class _Scaled:
    def __init__(self, picture: Image.Image, scale: int, moved: float) -> None:
        self._draw, self._scale, self._moved = ImageDraw.Draw(picture), scale, moved

    def points(self, found: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [((x + self._moved) * self._scale, (y + self._moved) * self._scale) for x, y in found]

    def line(self, found: Sequence[tuple[float, float]], fill: str = "blue", width: float = 2) -> None:
        self._draw.line(self.points(found), fill=fill, width=round(width * self._scale))

    def rectangle(self, found: Sequence[tuple[float, float]], fill: str = "blue") -> None:
        self._draw.rectangle(self.points(found), fill=fill)

    def dot(self, x: float, y: float, radius: float = 3) -> None:
        self._draw.ellipse(self.points([(x - radius, y - radius), (x + radius, y + radius)]), fill="blue")


def curve(height: float = 200.0, colour: str = "blue", bump: float = 0.0) -> Any:
    points = [(40 + x * 14, 240 - height * math.sin(x / 6) - (bump if x == 20 else 0)) for x in range(40)]
    return lambda draw, scale: (draw.line(points, fill=colour), draw.rectangle([(38, 438), (602, 440)], fill="black"))


def bars(*heights: float) -> Any:
    return lambda draw, scale: [draw.rectangle([(50 + 100 * n, 440 - height), (120 + 100 * n, 440)]) for n, height in enumerate(heights)]


def dots(count: int = 200, seed: int = 1) -> Any:
    rng = random.Random(seed)
    places = [(rng.uniform(20, 620), rng.uniform(20, 460)) for _ in range(count)]
    return lambda draw, scale: [draw.dot(x, y) for x, y in places]


BARS, MORE = (300.0, 200.0, 350.0, 150.0), (300.0, 200.0, 354.0, 150.0)


@pytest.mark.parametrize(
    ("recorded", "fresh"),
    [
        (drawn(curve()), drawn(curve(), moved=0.6)),
        (drawn(curve()), drawn(curve(), smooth=2)),
        (drawn(dots()), drawn(dots(), moved=0.5)),
        (drawn(bars(*BARS)), drawn(bars(*BARS), smooth=3)),
        (drawn(curve()), drawn(curve(), size=(646, 484))),
        (drawn(curve(), ground="black"), drawn(curve(), ground="black", moved=0.4)),
        (Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), (254, 0, 0))),
    ],
    ids=["moved", "smoothed", "dots", "bars", "larger", "dark", "tiny"],
)
def test_what_people_see_as_the_same_is_the_same(recorded: Image.Image, fresh: Image.Image) -> None:
    assert difference(PNG, encoded(recorded), encoded(fresh)) == ""


@pytest.mark.parametrize(
    ("recorded", "fresh"),
    [
        (drawn(curve()), drawn(curve(190))),
        (drawn(curve()), drawn(curve(bump=25))),
        (drawn(curve()), drawn(curve(colour="green"))),
        (drawn(dots()), drawn(dots(199))),
        (drawn(dots()), drawn(dots(seed=2))),
        (drawn(bars(*BARS)), drawn(bars(*MORE))),
        (drawn(curve()), Image.new("RGB", (640, 480), "white")),
        (Image.new("RGB", (640, 480), "white"), drawn(curve())),
        (drawn(curve()), drawn(curve(), ground="black")),
    ],
    ids=["height", "bump", "colour", "one dot", "other dots", "a bar", "nothing", "something", "ground"],
)
def test_other_data_are_seen(recorded: Image.Image, fresh: Image.Image) -> None:
    assert difference(PNG, encoded(recorded), encoded(fresh)).endswith("% of what is drawn differs")


def test_a_picture_of_another_size_says_both() -> None:
    assert difference(PNG, encoded(drawn(curve())), encoded(drawn(curve(), size=(640, 300)))) == "640 x 480 pixels became 640 x 300"


def test_metadata_types_of_pixels_and_compression_do_not_count() -> None:
    picture, about = drawn(curve()), PngImagePlugin.PngInfo()
    about.add_text("Software", "another release")
    for other in (encoded(picture, pnginfo=about, compress_level=1), encoded(picture.convert("RGBA")), encoded(picture.quantize())):
        assert difference(PNG, encoded(picture), other) == ""
    assert difference("image/jpeg", encoded(picture, "JPEG", quality=95), encoded(picture, "JPEG", quality=80)) == ""
    assert difference("image/webp", encoded(picture, "WEBP"), encoded(picture, "WEBP", lossless=True)) == ""
    clear = picture.convert("RGBA")
    clear.putdata([(0, 0, 0, 0) if pixel[:3] == (255, 255, 255) else pixel for pixel in clear.getdata()])
    assert difference(PNG, encoded(picture), encoded(clear)) == ""


@given(st.binary(max_size=200), st.booleans())
def test_damaged_pictures_are_compared_by_their_bytes(noise: bytes, begins: bool) -> None:
    whole = encoded(Image.new("RGB", (20, 20), "red"))
    damaged = base64.b64encode((base64.b64decode(whole)[:40] if begins else b"") + noise).decode()
    assert difference(PNG, whole, damaged) in ("other bytes", "") and difference(PNG, damaged, damaged) == ""
    assert difference(SVG, "<svg/>", noise.decode("latin-1")) in ("other bytes", "")


@pytest.mark.parametrize("side", [7_000, 30_000])  # what is too large for us, and for Pillow
def test_a_picture_that_would_fill_the_memory_is_not_drawn(side: int) -> None:
    first, second = (encoded(Image.new("1", (side, side)), compress_level=level) for level in (1, 9))
    assert first != second and difference(PNG, first, second) == "other bytes"


def svg(*words: str, more: str = "") -> str:
    return f"<svg xmlns='http://www.w3.org/2000/svg'><metadata>{len(more)}</metadata>{''.join(f'<text>{each}</text>' for each in words)}{more}</svg>"


@pytest.mark.parametrize(
    ("recorded", "fresh", "words"),
    [
        (svg("a", "b"), svg("a", " b\n", more="<path id='x9' d='M1 2'/>"), ""),
        (svg("a", "b"), svg("a", "c"), "without: b; with: c"),
        (svg("a", "b"), svg("a"), "without: b"),
        (svg("a", "b"), svg("b", "a"), "the same words in another order"),
        (svg("a"), "<svg", "other bytes"),
        (svg("a"), "<!DOCTYPE s [<!ENTITY x 'y'>]><svg>&x;</svg>", "other bytes"),
        (svg(*"abcdefg"), svg("a"), "without: b, c, d, …"),
    ],
)
def test_of_svg_the_words_are_compared(recorded: str, fresh: str, words: str) -> None:
    assert difference(SVG, recorded, fresh) == words


def figure(picture: Image.Image) -> Display:
    return Display({PNG: encoded(picture), "text/plain": "<Figure>"})


def test_figures_are_paired_in_their_order() -> None:
    one, two = figure(drawn(curve())), figure(drawn(bars(*BARS)))
    alike, other = figure(drawn(curve(), moved=0.5)), figure(drawn(bars(10, 20)))
    said = Stream("stdout", "x")
    differing, outputs = compared_figures((said, one, two), (alike, said, other))
    assert [each.number for each in differing] == [2] and outputs == (one, said, replace_data(other, two))
    assert compared_figures((one,), (one, two)) == ((), (one, two))


def replace_data(fresh: Display, recorded: Display) -> Display:
    return Display({**fresh.data, PNG: recorded.data[PNG]})
