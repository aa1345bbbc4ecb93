"""Widgets of R show a table, a picture or their name: none vanishes without a word."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.diagrams.model import Chart, DiagramFault, Undrawn
from site_builder.outputs.htmlwidgets import MOST_ROWS, widgets_in, with_widgets_shown
from site_builder.weave.translations import ENGLISH

TABLE = {
    "data": [["1", "2"], [1.5, None], ["a &lt; b", "<b>c</b>"]],
    "container": '<table class="display"><thead><tr><th> </th><th>x &amp; y</th><th>z</th></tr></thead></table>',
    "caption": "<caption>Sizes</caption>",
}
FIGURE = {"data": [{"x": [1], "marker": {"colorbar": {"title": "c"}}}], "layout": {"xaxis": {"title": "Size"}, "title": {"text": "T"}}}


def widget(kind: str, data: object, name: str = "htmlwidget-1a2b") -> str:
    filled = json.dumps({"x": data, "evals": []}).replace("</", r"<\/")
    return (
        f'<!--html_preserve--><div id="{name}" style="width:10px;" class="{kind} html-widget"></div>\n'
        f'<script type="application/json" data-for="{name}">{filled}</script>'
        f'<script type="application/htmlwidget-sizing" data-for="{name}">{{}}</script><!--/html_preserve-->'
    )


def test_a_table_of_dt_is_a_table() -> None:
    shown = with_widgets_shown(f"Before\n\n{widget('datatables', TABLE)}\n\nAfter", ENGLISH, {})
    assert shown.text == (
        'Before\n\n<!--html_preserve--><table class="table"><caption>Sizes</caption>'
        '<thead><tr><th scope="col"></th><th scope="col">x &amp; y</th><th scope="col">z</th></tr></thead>'
        "<tbody><tr><td>1</td><td>1.5</td><td>a &lt; b</td></tr><tr><td>2</td><td>NA</td><td>c</td></tr></tbody></table>"
        "<!--/html_preserve-->\n\nAfter"
    )
    assert (shown.named, shown.figures, shown.undrawn) == ((), (), ())


def test_a_long_table_says_how_much_is_left_out() -> None:
    data = {"data": [[*range(MOST_ROWS + 5)]], "container": "<th>n</th>"}
    shown = with_widgets_shown(widget("datatables", data), ENGLISH, {}).text
    assert shown.count("<tr>") == MOST_ROWS + 1 and "5 more lines" in shown


@pytest.mark.parametrize(
    "data",
    [{}, {"data": [[1]], "container": "<th>a</th><th>b</th>"}, {"data": [[1], [1, 2]], "container": "<th>a</th><th>b</th>"}, [1], None],
)
def test_a_table_of_another_shape_is_named(data: object) -> None:
    shown = with_widgets_shown(widget("datatables", data), ENGLISH, {})
    assert shown.named == ("DT",) and "[Interactive output: DT]" in shown.text


def test_a_figure_of_plotly_is_its_picture() -> None:
    (found,) = widgets_in(widget("plotly", FIGURE))
    assert found.figure is not None
    assert json.loads(found.figure.text)["layout"] == {"xaxis": {"title": {"text": "Size"}}, "title": {"text": "T"}}
    assert json.loads(found.figure.text)["data"][0]["marker"] == {"colorbar": {"title": {"text": "c"}}}
    shown = with_widgets_shown(widget("plotly", FIGURE), ENGLISH, {found.figure.key: Chart(b"<svg/>", "svg", 70, 40)}, 'Dots & "lines"')
    (picture,) = shown.figures
    assert picture.data == b"<svg/>"
    assert f'<img src="{picture.target}" alt="Dots &amp; &quot;lines&quot;" width="70" height="40">' in shown.text
    assert "script" not in shown.text


@pytest.mark.parametrize(
    ("outcome", "reason"), [(Undrawn("no browser", "install one"), "no browser"), (DiagramFault("too long"), "too long"), (None, "nothing")]
)
def test_a_figure_that_is_not_drawn_is_named_with_the_reason(outcome: Undrawn | DiagramFault | None, reason: str) -> None:
    (found,) = widgets_in(widget("plotly", FIGURE))
    assert found.figure is not None
    charts: Mapping[str, Undrawn | DiagramFault] = {} if outcome is None else {found.figure.key: outcome}
    shown = with_widgets_shown(widget("plotly", FIGURE), ENGLISH, charts)
    assert shown.undrawn[0][0].startswith(reason) and "[Interactive output: plotly]" in shown.text


def test_other_widgets_are_named_once_each() -> None:
    text = widget("leaflet", {}, "htmlwidget-1") + widget("leaflet", {}, "htmlwidget-2") + widget("dygraphs", {}, "htmlwidget-3")
    shown = with_widgets_shown(text, ENGLISH, {})
    assert shown.named == ("leaflet", "dygraphs") and shown.text.count("Interactive output") == 3
    assert "json" not in shown.text


def test_a_widget_has_the_name_that_its_package_or_its_author_gave_it() -> None:
    shown = with_widgets_shown(widget("scatterplotThree", {}, "QwErTyUiOp") + widget("datatables", TABLE, "sizes"), ENGLISH, {})
    assert shown.named == ("threejs",) and shown.text.count("<table") == 1
    assert "script" not in shown.text


def test_a_widget_in_a_line_is_named_in_it() -> None:
    text = '<td>now <span id="htmlwidget-1" class="sparkline html-widget"></span></td>'
    shown = with_widgets_shown(text, ENGLISH, {})
    assert shown.text == '<td>now <span class="not-run">[Interactive output: sparkline]</span></td>'
    assert shown.named == ("sparkline",)


def test_the_scripts_of_a_widget_may_come_after_other_content() -> None:
    whole = widget("datatables", TABLE)
    shown = with_widgets_shown(whole.replace("</div>", "</div><p>A note</p>", 1), ENGLISH, {})
    assert shown.text == with_widgets_shown(whole, ENGLISH, {}).text.replace("</table>", "</table><p>A note</p>")
    code = '````html\n<script type="application/json" data-for="htmlwidget-1a2b">{}</script>\n````\n'
    assert with_widgets_shown(code + whole, ENGLISH, {}).text.startswith(code)


@pytest.mark.parametrize(
    "text", ["Words about `html-widget`.", '<div class="html-widget"></div>', '<div id="htmlwidget-1">html-widget</div>', ""]
)
def test_other_text_stays(text: str) -> None:
    assert with_widgets_shown(text, ENGLISH, {}).text == text


@given(st.text(alphabet='<>div "=/class-htmlwidget', max_size=80))
def test_no_text_stops_it(text: str) -> None:
    with_widgets_shown(
        f'<div id="htmlwidget-1" class="a html-widget">{text}</div><script type="application/json" data-for="htmlwidget-1">{text}',
        ENGLISH,
        {},
    )
