"""Pictures of figures: drawn by the real browser and vl-convert, kept by digest, never drawn twice."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest

from site_builder import browser
from site_builder.diagrams.browser_page import package_data
from site_builder.diagrams.chart_store import COMMITTED, LOCAL, ChartStore
from site_builder.diagrams.charts import SCRIPT_DIGEST, Library, Specification
from site_builder.diagrams.model import Chart, DiagramFault, Undrawn
from site_builder.diagrams.plotly_drawing import draw_figures
from site_builder.diagrams.vega_drawing import can_draw, draw_vega
from site_builder.pipeline import chart

needs_browser = pytest.mark.skipif(
    browser.find_browser() is None and not os.environ.get("LESSON_REQUIRE_CHROMIUM"), reason="no Chromium, Chrome or Edge"
)
PICTURE = Chart(b"<svg/>", "svg", 7, 5, "nothing")
KEY = "ab" * 32


def plotly(*traces: dict[str, object], **layout: object) -> Specification:
    return Specification(Library.PLOTLY, json.dumps({"data": traces, "layout": layout}))


def test_the_script_is_the_one_that_the_documents_name() -> None:
    assert hashlib.sha256(gzip.decompress(package_data("plotly", "plotly.min.js.gz"))).hexdigest() == SCRIPT_DIGEST
    assert SCRIPT_DIGEST in (Path(__file__).parents[2] / "docs/dependencies.md").read_text(encoding="utf-8")


def test_a_picture_is_kept_and_found_again(tmp_path: Path) -> None:
    store = ChartStore(tmp_path)
    assert store.find(KEY) is None
    store.save(KEY, PICTURE)
    assert store.find(KEY) == PICTURE
    assert [path.parent for path in store.commit([KEY, "cd" * 32])] == [COMMITTED, COMMITTED]
    (tmp_path / LOCAL / f"{KEY[:16]}.svg").write_bytes(b"<svg>changed</svg>")
    assert ChartStore(tmp_path).find(KEY) == PICTURE


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"key": 1}', json.dumps({"key": KEY, "ending": "../x", "sha256": "", "width": 1, "height": 1})]
)
def test_a_file_that_does_not_verify_is_missing(tmp_path: Path, text: str) -> None:
    ChartStore(tmp_path).save(KEY, PICTURE)
    (tmp_path / LOCAL / f"{KEY[:16]}.json").write_text(text)
    assert ChartStore(tmp_path).find(KEY) is None


def test_without_a_browser_the_reason_is_told_and_kept_pictures_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    figure, other = plotly({"y": [1]}), plotly({"y": [2]})
    ChartStore(tmp_path).save(other.key, PICTURE)
    found = chart.drawn(tmp_path, [figure, other, plotly()], pytest.fail)
    assert isinstance(found[figure.key], Undrawn)
    assert found[other.key] == PICTURE
    assert isinstance(found[plotly().key], DiagramFault)


@pytest.mark.slow
@needs_browser
def test_the_browser_draws_what_the_library_knows_and_names_what_it_does_not(tmp_path: Path) -> None:
    figures = [
        plotly({"y": [1, 2]}), plotly({"type": "bar", "y": [1, 2]}, width=300, height=200), plotly({"type": "scatter3d", "x": [1], "y": [1], "z": [1]}),
        plotly({"type": "nosuch"}), plotly({"type": "pie", "values": [1, 2]}), plotly({"type": "scattergl", "y": [3, 4]}),
        plotly({"type": "scatter", "y": []}),
    ]  # fmt: skip
    program = browser.find_browser()
    assert program is not None
    line, bar, cube, unknown, pie, fast, empty = draw_figures(figures, program, tmp_path)
    assert isinstance(bar, Chart)
    assert (bar.ending, bar.width, bar.height) == ("svg", 300, 200)
    assert isinstance(cube, Chart)
    assert cube.ending == "png"
    assert isinstance(unknown, DiagramFault)
    assert "nosuch" in unknown.message
    assert all(isinstance(each, Chart) and each.ending == "svg" for each in (line, pie, fast))
    assert isinstance(empty, DiagramFault)


@pytest.mark.slow
@needs_browser
def test_a_second_build_draws_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    figure = plotly({"y": [1, 2]})
    first = chart.drawn(tmp_path, [figure], told.append)
    assert chart.drawn(tmp_path, [figure], pytest.fail) == first
    assert told == ["drawing 1 figure"]


@pytest.mark.skipif(not can_draw(), reason="vl-convert is not installed (extra `figures`)")
def test_vega_is_drawn_without_a_browser_and_an_empty_picture_is_noticed() -> None:
    values = {"data": {"values": [{"a": 1, "b": 2}, {"a": 2, "b": 3}]}}
    line = {
        **values,
        "mark": "line",
        "encoding": {"x": {"field": "a", "type": "quantitative"}, "y": {"field": "b", "type": "quantitative"}},
    }
    found = draw_vega(Specification(Library.VEGA, json.dumps(line)))
    assert isinstance(found, Chart)
    assert found.ending == "svg"
    assert isinstance(draw_vega(Specification(Library.VEGA, '{"mark": "bar"}')), DiagramFault)
    assert isinstance(draw_vega(Specification(Library.VEGA, '{"mark": 3}')), DiagramFault)


def test_what_is_known_without_drawing_is_kept_faulty_impossible_here_or_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, new = plotly({"y": [2]}), plotly({"y": [1]})
    ChartStore(tmp_path).save(drawn.key, PICTURE)
    monkeypatch.setattr(browser, "find_browser", lambda: "chromium")
    found = chart.known(tmp_path, [drawn, new, plotly()])
    assert (found[drawn.key], found[new.key]) == (PICTURE, chart.PENDING)
    assert isinstance(found[plotly().key], DiagramFault)
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    assert isinstance(chart.known(tmp_path, [new])[new.key], Undrawn)
