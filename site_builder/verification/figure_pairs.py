"""The figures of two runs of a cell, compared in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from site_builder.outputs.pictures import ENDINGS, content, is_picture_of
from site_builder.outputs.registry import chosen, shows_picture
from site_builder.records.model import Display, Output
from site_builder.verification.figures import difference


@dataclass(frozen=True, slots=True)
class DifferingFigure:
    """A figure that shows something else: its number, counted from 1, and how it differs, in words."""

    number: int
    words: str

    @property
    def recorded(self) -> str:
        """What stands for the recorded one in a comparison of texts."""
        return f"[figure {self.number}: as recorded]"

    @property
    def now(self) -> str:
        """What stands for the fresh one."""
        return f"[figure {self.number}: {self.words}]"


def compared_figures(recorded: Sequence[Output], fresh: Sequence[Output]) -> tuple[tuple[DifferingFigure, ...], tuple[Output, ...]]:
    """Return the figures that show something else, and the fresh outputs, with the recorded data of figures that show the same.

    If there are more of them in one run than in the other, the texts of the outputs tell.
    """
    before = [output for output in recorded if _is_figure(output)]
    places = [place for place, output in enumerate(fresh) if _is_figure(output)]
    if len(before) != len(places):
        return (), tuple(fresh)
    differing, outputs = [], list(fresh)
    for number, (old, place) in enumerate(zip(before, places, strict=True), 1):
        new = outputs[place]
        assert isinstance(old, Display)
        assert isinstance(new, Display)
        kind = chosen(old.data)
        if kind is None or kind != chosen(new.data):
            continue
        words = difference(kind.mime, old.data[kind.mime], new.data[kind.mime])
        if words:
            differing.append(DifferingFigure(number, words))
        outputs[place] = replace(new, data={**new.data, kind.mime: old.data[kind.mime]})
    return tuple(differing), tuple(outputs)


def _is_figure(output: Output) -> bool:
    return isinstance(output, Display) and not output.saved and shows_picture(output.data)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it: its MIME type and bytes."""

    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that shows something else, that is new, or that is gone: its number, counted from 1, and how it differs, in words."""

    number: int
    words: str
    before: Shown | None
    after: Shown | None


def changed_figures(recorded: Sequence[Output], fresh: Sequence[Output]) -> Iterator[FigureChange]:
    """Yield the figures of two runs that differ to people, in their order; one that only one run has is among them."""
    pairs = zip_longest(*([each for each in outputs if isinstance(each, Display) and _is_figure(each)] for outputs in (recorded, fresh)))
    for number, (old, new) in enumerate(pairs, 1):
        before, after = _shown(old), _shown(new)
        if before == after:
            continue
        if old is None or new is None or before is None or after is None or before.mime != after.mime:
            words = "new" if before is None else "gone" if after is None else "of another type"
        else:
            words = difference(before.mime, old.data[before.mime], new.data[after.mime])
        if words:
            yield FigureChange(number, words, before, after)


def _shown(output: Display | None) -> Shown | None:
    kind = chosen(output.data) if output is not None else None
    if output is None or kind is None or kind.mime not in ENDINGS:
        return None
    data = content(kind.mime, output.data[kind.mime])
    return Shown(kind.mime, data) if data is not None and is_picture_of(kind.mime, data) else None
