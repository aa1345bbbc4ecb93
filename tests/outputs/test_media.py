"""Sounds, films and frames become files of the site or links; programs of libraries are named with what to do instead."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from site_builder.markdown.tree import to_html
from site_builder.outputs import html, registry
from site_builder.outputs.base import Rendered
from site_builder.outputs.registry import TYPES, chosen, is_shown, text_shown, unshown
from site_builder.settings.cell import CellOptions
from tests.outputs.test_types import place

SOUND = base64.b64encode(b"RIFF").decode()
AUDIO = (
    f'<audio  controls="controls" ><source src="data:audio/wav;base64,{SOUND}" type="audio/wav" />Your browser does not support it.</audio>'
)


def made(text: str, **options: object) -> Rendered:
    at = replace(place(), options=CellOptions(**options))  # type: ignore[arg-type]
    return html.render({"text/html": text}, at)


def test_a_sound_is_a_file_of_the_site() -> None:
    found = made(AUDIO, figure_alt="a tone")
    assert [(str(figure.target), figure.data) for figure in found.figures] == [("fig/figure.wav", b"RIFF")]
    assert to_html(found.nodes).strip() == '<audio controls="" src="fig/figure.wav" aria-label="a tone"></audio>'
    assert found.problems == ()


def test_a_film_beside_text_keeps_both() -> None:
    found = made(f'<p>before</p><video src="data:video/mp4;base64,{SOUND}" controls></video>')
    assert [str(figure.target) for figure in found.figures] == ["fig/figure.mp4"]
    assert "before" in to_html(found.nodes)
    assert "<video" in to_html(found.nodes)
    assert found.problems == ()


def test_a_file_of_the_lesson_stays_where_it_is() -> None:
    assert 'src="files/a.mp4"' in to_html(made("<video controls src='files/a.mp4'>no</video>").nodes)


@pytest.mark.parametrize("text", ["<iframe src='https://example.org/x'></iframe>", "<video src='https://example.org/x'></video>"])
def test_what_another_host_shows_is_a_link_and_said(text: str) -> None:
    found = made(text)
    assert to_html(found.nodes).strip() == '<p><a href="https://example.org/x">https://example.org/x</a></p>'
    (problem,) = found.problems
    assert (problem.code, "example.org" in problem.message) == ("LS311", True)


def test_what_to_do_with_a_frame_of_a_file_that_a_cell_wrote_is_said() -> None:
    (problem,) = html.render({"text/html": "<iframe src='net.html' width=9></iframe>"}, place()).problems
    assert problem.hint == "display what is in the file, `HTML(open('net.html').read())`, with `#| html: sandbox`"
    (other,) = html.render({"text/html": "<iframe srcdoc='x'></iframe>"}, place()).problems
    assert "to show it in a frame" in (other.hint or "")


PROGRAMS = {
    "Bokeh": {"application/javascript": "(function(root) {})", "application/vnd.bokehjs_exec.v0+json": ""},
    "HoloViews": {"text/html": "<div id='a'><div>", "application/vnd.holoviews_exec.v0+json": "", "text/plain": ":Curve [x] (y)"},
    "folium": {
        "text/html": "<div><span>Make this Notebook Trusted to load map</span><iframe srcdoc='x'></iframe></div>",
        "text/plain": "<M>",
    },
    "itables": {"text/html": "<table><tr><td>Loading ITables v2.9 from the internet</td></tr></table>"},
    "py3Dmol": {"text/html": "<div id='3dmolviewer_17'><p>3Dmol.js failed to load</p></div><script>x</script>"},
    "lets-plot": {"text/html": '<div id="a"></div><script data-lets-plot-script="plot">x</script>', "text/plain": "<PlotSpec>"},
    "SHAP": {"text/html": "<div id='a'><b>Visualization omitted</b></div><script>SHAP.AdditiveForceVisualizer, {}</script>"},
    "matplotlib's animation": {"text/html": "<img id='_anim_img12'><script>x</script>"},
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_named_and_nothing_of_it_is_shown(name: str) -> None:
    bundle = PROGRAMS[name]
    kind = chosen(bundle)
    assert is_shown(bundle)
    rendered = kind.render(bundle, place()) if kind and kind is not TYPES[-1] else None
    problem = rendered.problems[0] if rendered else unshown(bundle, place())
    assert problem is not None
    assert f"an output of {name} is not shown" in problem.message
    assert problem.hint
    assert not rendered or rendered.nodes == ()
    assert rendered or registry.stand_in(bundle) == ""


LOADERS = (
    {"application/javascript": "1", "application/vnd.bokehjs_load.v0+json": "1"},
    {"application/vnd.holoviews_load.v0+json": "1"},
    {"text/html": '<script type="esms-options">{}</script><style></style>'},
    {"text/html": "<style>.bk-notebook-logo{}</style><div>"},
    {"text/html": '   <div id="fcad-70" data-root-id="p1008" style="display: contents;"></div>\n'},
    {},
    {"text/html": '<div class="logo-block"><a href="https://holoviews.org"></a></div>'},
    {"text/html": "<div id='a'></div>", "application/vnd.holoviews_exec.v0+json": ""},
    {"text/html": '<div id="a"></div><script data-lets-plot-script="library">x</script>'},
    {"text/html": "<script>x</script><div><noscript>This is the <code>y</code> cell from ITables v2.9.1</noscript></div>"},
    {"text/html": '<script type="module">await x; set_or_remove_dark_class();\n</script>\n', "text/plain": "<HTML>"},
    {"text/html": "<div><img src='data:,'></div><script>{AdditiveForceArrayVisualizer:r,React:e}</script>", "text/plain": "<HTML>"},
)


@pytest.mark.parametrize("bundle", LOADERS)
def test_what_only_loads_a_library_shows_nothing_and_says_nothing(bundle: dict[str, str]) -> None:
    assert not is_shown(bundle)


def test_a_bare_name_of_an_object_is_not_its_text() -> None:
    script = {"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"}
    assert text_shown(script) == ""
    assert unshown(script, place()) is not None
    assert text_shown({"text/plain": "<Figure size 640x480 with 1 Axes>"}) == "<Figure size 640x480 with 1 Axes>"


def test_a_document_is_a_file_and_a_link() -> None:
    found = TYPES[-2].render({"application/pdf": base64.b64encode(b"%PDF-").decode()}, place())
    assert [(str(figure.target), figure.data) for figure in found.figures] == [("fig/figure.pdf", b"%PDF-")]
    assert '<a href="fig/figure.pdf"' in to_html(found.nodes)


def test_geographic_data_are_a_tree() -> None:
    bundle = {"application/geo+json": '{"type": "Point", "coordinates": [0, 1]}', "text/plain": "<IPython.display.GeoJSON object>"}
    kind = chosen(bundle)
    assert kind is not None
    assert "coordinates" in to_html(kind.render(bundle, place()).nodes)


def test_two_drawings_of_a_document_are_equal_whenever_they_were_made() -> None:
    def drawn(date: str, identifier: str, text: str = "(a) Tj") -> str:
        made = f"%PDF-1.4\n<< /CreationDate (D:{date}) /ModDate (D:{date}) >>\n{text}\ntrailer << /ID [<{identifier}> <{identifier}>] >>"
        return TYPES[-2].plain({"application/pdf": base64.b64encode(made.encode()).decode()})

    assert drawn("20261130224011Z", "0a1b") == drawn("20261201080000+01'00'", "ff00")
    assert drawn("20261130224011Z", "0a1b") != drawn("20261130224011Z", "0a1b", "(b) Tj")
    assert TYPES[-2].plain({"application/pdf": "no base64"}) == TYPES[-2].plain({"application/pdf": "no base64"})
