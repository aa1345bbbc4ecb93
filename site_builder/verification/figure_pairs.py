"""The figures of two runs of a cell, compared in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
