"""Figures of Plotly and Vega: pictures where they are drawn, and the reason where they are not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from site_builder.diagrams.charts import Library, Specification, fault_of, lost_of
from site_builder.diagrams.model import Chart, DiagramFault, Undrawn
from site_builder.markdown.tree import to_html
from site_builder.outputs.charts import PLOTLY, specification
from site_builder.outputs.registry import chosen, plain_text
from site_builder.settings.cell import CellOptions
from tests.outputs.test_types import place

LINE = json.dumps({"data": [{"x": [1], "y": [2]}], "layout": {}})
BAR = json.dumps({"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "mark": "bar", "data": {"values": [{"a": 1}]}})
ALTAIR = f'<div id=\'altair-viz-1\'></div><script>(function(spec, embedOptions){{ vegaEmbed(d, spec) }})({BAR}, {{"mode": "vega-lite"}});</script>'
PICTURE = Chart(b"<svg/>", "svg", 700, 450)


def rendered(bundle: dict[str, str], outcome: object, **options: object) -> object:
    figure, kind = specification(bundle), chosen(bundle)
    assert figure is not None
    assert kind is not None
    charts = {figure.key: outcome} if outcome else {}
    return kind.render(bundle, replace(place(), charts=charts, options=CellOptions(**options)))  # type: ignore[arg-type]


@pytest.mark.parametrize("bundle", [
    {PLOTLY: LINE}, {"application/vnd.vegalite.v6.json": BAR}, {"application/vnd.vegalite.v5+json": BAR, "text/plain": "alt.Chart(...)"},
    {"application/vnd.vega.v5+json": BAR}, {"text/html": ALTAIR, "text/plain": "alt.Chart(...)"},
])  # fmt: skip
def test_a_figure_is_a_picture_of_the_site(bundle: dict[str, str]) -> None:
    made = rendered(bundle, PICTURE, figure_alt="a line", figure_caption="A line")
    assert to_html(made.nodes).strip() == (  # type: ignore[attr-defined]
        '<figure><img src="fig/figure.svg" alt="a line" width="700" height="450"><figcaption>A line</figcaption>\n</figure>'
    )
    assert made.problems == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("outcome", "words"), [
    (Undrawn("no browser", "install one"), "no browser"), (DiagramFault("it has no data"), "it has no data"), (None, "nothing has drawn it"),
])  # fmt: skip
def test_a_figure_without_a_picture_says_why(outcome: object, words: str) -> None:
    made = rendered({PLOTLY: LINE, "text/plain": "Figure"}, outcome)
    (problem,) = made.problems  # type: ignore[attr-defined]
    assert (problem.code, str(problem.location)) == ("LS317", "episodes/a.md:7")
    assert words in problem.message
    assert "Figure" in to_html(made.nodes)  # type: ignore[attr-defined]


def test_what_a_picture_loses_is_said() -> None:
    made = rendered({PLOTLY: LINE}, replace(PICTURE, lost="its animation"), figure_alt="a")
    assert ["its animation" in problem.message for problem in made.problems] == [True]  # type: ignore[attr-defined]


FAULTS = {
    "no data": (Library.PLOTLY, {"data": [], "layout": {}}), "no JSON object": (Library.PLOTLY, [1]),
    "needs the network": (Library.PLOTLY, {"data": [{"type": "choropleth"}]}),
    "not fetched": (Library.VEGA, {"layer": [{"data": {"url": "data/a.csv"}}], "mark": "bar"}),
}  # fmt: skip


@pytest.mark.parametrize("words", FAULTS)
def test_what_cannot_be_drawn_anywhere_is_known_before(words: str) -> None:
    library, figure = FAULTS[words]
    fault = fault_of(Specification(library, json.dumps(figure)))
    assert fault is not None
    assert words in fault.message


def test_text_that_is_no_json_and_figures_that_are_too_large_are_faults() -> None:
    assert fault_of(Specification(Library.PLOTLY, "{")) is not None
    assert fault_of(Specification(Library.VEGA, " " * 6_000_000)) is not None
    assert fault_of(Specification(Library.PLOTLY, LINE)) is None
    assert fault_of(Specification(Library.VEGA, BAR)) is None


def test_frames_are_lost() -> None:
    moving = json.dumps({"data": [{}], "frames": [{}]})
    assert "first" in lost_of(Specification(Library.PLOTLY, moving))
    assert lost_of(Specification(Library.PLOTLY, LINE)) == ""


def test_two_runs_are_compared_by_what_is_drawn() -> None:
    assert plain_text({PLOTLY: LINE}) == plain_text({PLOTLY: json.dumps(json.loads(LINE), indent=2, sort_keys=True)})
    assert plain_text({PLOTLY: LINE}) != plain_text({PLOTLY: LINE.replace("2", "3")})
