"""Which page or anchor is proposed: only what is plainly meant."""

from __future__ import annotations

import pytest

from site_builder import spelling
from site_builder.check.nearest import NearestAnchors, nearest_anchor, nearest_file

ANCHORS = ("setup", "load-a-raster", "salida-estándar", "is-guided-practice-hand-holding", "course-learning-objectives", "cb1")
FILES = (
    "index.html",
    "03-crs.html",
    "05-coffee.html",
    "10-coffee.html",
    "14-looping.html",
    "fig/a.png",
    "fig/sorting.png",
    "GOVERNANCE.html",
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Load-a-Raster", "load-a-raster"), ("load_a_raster", "load-a-raster"), ("salida-est%C3%A1ndar-1", "salida-estándar"),
        ("stup", "setup"), ("why-guided-practice-is-important", ""), ("learning-objectives-for-the-workshop", ""), ("cb7-2-9", ""),
    ],
)  # fmt: skip
def test_anchors(name: str, expected: str) -> None:
    assert nearest_anchor(name, ANCHORS) == (f"did you mean '#{expected}'?" if expected else "")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("episodes/03-crs.html", "03-crs.html"), ("03-crs", "03-crs.html"), ("13-looping.html", "14-looping.html"), ("../episodes/fig/a.png", "fig/a.png"),
        ("16-coffee", ""), ("README.html", ""), ("fig/sorting_example.png", ""), ("03-csr.html", "03-crs.html"),
        ("03-crs/index.html", "03-crs.html"), ("episodes/03-csr/index.html", ""), ("jose.theoj.org/index.html", ""), ("03-csr/index.html", ""),
    ],
)  # fmt: skip
def test_files(path: str, expected: str) -> None:
    assert nearest_file(path, FILES) == (f"did you mean '{expected}'?" if expected else "")


def test_thousands_of_wrong_anchors_are_looked_for_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "COMPARISONS", 10_000)
    anchors = NearestAnchors([f"section-{number}-x" for number in range(1_000)])
    hints = [anchors.hint(f"sektion-{number}-x") for number in range(100)]
    assert hints[0] == "did you mean '#section-0-x'?" and hints[-1] == ""
    assert anchors.hint("Section-7-x") == "did you mean '#section-7-x'?", "what differs in letter case alone needs no search"
