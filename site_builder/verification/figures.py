"""Whether two figures show the same: of pixels as people see them, of SVG its words.

A plotting library draws the same figure with other bytes in every release: letters move by a pixel, lines are smoothed in another way. So
both pictures are blurred, and what still differs strongly is put in relation to all that is drawn. Measured with Matplotlib 3.8, 3.10 and
3.11: nine figures differ by 0.02 % at most between releases; one bar of four that is 1 % higher is 0.45 %, one point less of 200 is 0.48 %.
"""

from __future__ import annotations

import io
import itertools
import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from site_builder.outputs.pictures import DRAWING, ENDINGS, content

if TYPE_CHECKING:
    from PIL.Image import Image

SHARE = 0.001
"""Part of what is drawn that may differ."""

STRONG = 60
"""Difference of a colour, of 255, that is one after blurring."""

SIDE_OF_BLUR = 320
"""A blur has the radius of the longer side divided by this: 2 pixels of 640."""

STRETCH = 0.02
"""Part of a side by which the size may differ: margins follow the size of letters."""

LARGEST = 40_000_000
"""Pixels of a picture that is looked at; a larger one is compared by its bytes."""

SPACE = re.compile(r"\s+")


def difference(mime: str, recorded: str, fresh: str) -> str:
    """Return how two pictures of one type differ to people, in words; empty if they show the same. The texts are those of a notebook."""
    before, after = content(mime, recorded), content(mime, fresh)
    if before == after:
        return ""
    if before is None or after is None or mime not in ENDINGS:
        return "other bytes"
    if mime == DRAWING:
        return _words_differ(before, after)
    return _pixels_differ(before, after)


def _words_differ(before: bytes, after: bytes) -> str:
    old, new = _words(before), _words(after)
    if old is None or new is None:
        return "other bytes"
    gone, added = ([word for word in first if word not in second] for first, second in ((old, new), (new, old)))
    if gone or added:
        return "; ".join(
            f"{said}: {', '.join(words[:3])}{', …' if len(words) > 3 else ''}"
            for said, words in (("without", gone), ("with", added))
            if words
        )
    return "" if old == new else "the same words in another order"


def _words(drawing: bytes) -> list[str] | None:
    """Return the texts of a drawing, without its metadata; None if it cannot be read."""
    if b"<!ENTITY" in drawing:
        return None
    try:
        root = ElementTree.fromstring(drawing)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError:
        return None
    for parent in root.iter():
        for child in [child for child in parent if child.tag.rpartition("}")[2] in ("metadata", "style", "script")]:
            parent.remove(child)
    return [words for text in root.itertext() if (words := SPACE.sub(" ", text).strip())]


def _pixels_differ(before: bytes, after: bytes) -> str:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd but readable files
            pictures = [Image.open(io.BytesIO(data)) for data in (before, after)]
            (width, height), (wide, high) = (picture.size for picture in pictures)
            if max(width * height, wide * high) > LARGEST:
                return "other bytes"
            if abs(width - wide) > STRETCH * max(width, wide) or abs(height - high) > STRETCH * max(height, high):
                return f"{width} x {height} pixels became {wide} x {high}"
            old, new = (_flat(picture) for picture in pictures)
            share = min(_share(_blurred(old), _blurred(fitted)) for fitted in _fitted(new, old.size))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # Pillow raises SyntaxError for broken PNG
        return "other bytes"
    return f"{100 * share:.2g} % of what is drawn differs" if share > SHARE else ""


def _flat(picture: Image) -> Image:
    """Return a picture on white: its first frame, if it has several."""
    from PIL import Image

    drawn = picture.convert("RGBA")
    ground = Image.new("RGBA", drawn.size, "white")
    ground.alpha_composite(drawn)
    return ground.convert("RGB")


def _fitted(picture: Image, size: tuple[int, int]) -> Iterator[Image]:
    """Yield a picture at a size: stretched, and with each of its corners in place, since it may be only a margin that is wider."""
    from PIL import Image

    if picture.size == size:
        yield picture
        return
    yield picture.resize(size, Image.Resampling.LANCZOS)
    for left, top in itertools.product((0, size[0] - picture.width), (0, size[1] - picture.height)):
        placed = Image.new("RGB", size, _corner(picture))
        placed.paste(picture, (left, top))
        yield placed


def _blurred(picture: Image) -> Image:
    from PIL import ImageFilter

    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / SIDE_OF_BLUR))


def _share(old: Image, new: Image) -> float:
    """Return the part of what is drawn in either picture that differs."""
    from PIL import ImageChops

    drawn = ImageChops.lighter(_strength(old, _ground(old)), _strength(new, _ground(new)))
    return _count(_strength(old, new)) / max(1, _count(drawn))


def _ground(picture: Image) -> Image:
    """Return a picture of nothing but another one's background, which is the colour of its corner."""
    from PIL import Image

    return Image.new("RGB", picture.size, _corner(picture))


def _corner(picture: Image) -> tuple[int, ...]:
    colour = picture.getpixel((0, 0))
    assert isinstance(colour, tuple)
    return tuple(map(int, colour))


def _strength(first: Image, second: Image) -> Image:
    """Return for each pixel the difference of that of its colours which differs most."""
    from PIL import ImageChops

    red, green, blue = ImageChops.difference(first, second).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _count(strengths: Image) -> int:
    return sum(strengths.histogram()[STRONG:])
