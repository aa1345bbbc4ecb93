"""Which type of an object is shown, and what is said where none is."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.tree import to_html
from site_builder.outputs import registry
from site_builder.outputs.base import OutputPlace, OutputType, Rendered
from site_builder.outputs.registry import TYPES, chosen, chosen_inline, plain_text, shows_picture, unshown
from site_builder.settings.cell import CellOptions
from site_builder.weave.translations import ENGLISH

PLACE = OutputPlace(PurePosixPath("episodes/a.md"), 7, CellOptions(), ENGLISH)
FOREIGN = "application/vnd.example.v1+json"


@pytest.mark.parametrize(
    ("mimes", "best"),
    [
        (("text/plain", "text/html"), "text/html"),
        (("text/html", "image/png", "text/plain"), "image/png"),
        (("image/svg+xml", "image/png"), "image/png"),
        (("text/latex", "text/markdown", "text/plain"), "text/markdown"),
        (("text/plain", "text/latex"), "text/latex"),
        (("application/json", "text/plain"), "application/json"),
        (("application/json", "text/html"), "text/html"),
        ((FOREIGN, "text/plain"), "text/plain"),
    ],
)
def test_the_best_type_is_chosen(mimes: tuple[str, ...], best: str) -> None:
    kind = chosen(dict.fromkeys(mimes, ""))
    assert kind is not None
    assert kind.mime == best


@pytest.mark.parametrize(
    ("plain", "tex", "best"),
    [
        ("x**2", "$\\displaystyle x^{2}$", "text/latex"),
        ("6", "$6$", "text/plain"),
        ("[1, 2.5]", "$[1, 2.5]$", "text/plain"),
        ("T", "text", "image/png"),
    ],
)
def test_a_formula_comes_before_its_picture_and_a_number_before_both(plain: str, tex: str, best: str) -> None:
    kind = chosen({"image/png": "aGk=", "text/latex": tex, "text/plain": plain})
    assert kind is not None and kind.mime == best


def test_in_a_sentence_stands_text_a_formula_or_markdown() -> None:
    kind = chosen_inline({"text/html": "<b>", "image/png": "", "text/plain": "1"})
    assert kind is not None and kind.mime == "text/plain"
    assert chosen_inline({"text/html": "<b>"}) is None


@pytest.mark.parametrize(
    ("bundle", "named"),
    [
        ({FOREIGN: "{}", "text/plain": "<P>"}, FOREIGN),
        ({FOREIGN: "{}"}, FOREIGN),
        ({"application/javascript": "1", FOREIGN: "{}", "text/plain": ""}, f"application/javascript, {FOREIGN}"),
        ({FOREIGN: "{}", "text/html": "<b>"}, ""),
        ({"text/plain": "1"}, ""),
    ],
)
def test_what_nobody_renders_is_a_problem_that_names_its_types(bundle: dict[str, str], named: str) -> None:
    problem = unshown(bundle, PLACE)
    assert (problem is not None) == bool(named)
    if problem is not None:
        assert (problem.code, str(problem.location), problem.severity.value) == ("LS312", "episodes/a.md:7", "warning")
        assert named in problem.message


def test_a_new_type_is_one_value_and_its_place_in_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = OutputType(FOREIGN, lambda bundle, place: Rendered((bundle[FOREIGN],)), lambda bundle: bundle[FOREIGN])
    monkeypatch.setattr(registry, "TYPES", (foreign, *TYPES))
    bundle = {FOREIGN: "chart", "text/plain": "<P>"}
    assert chosen(bundle) is foreign
    assert plain_text(bundle) == "chart"
    assert unshown(bundle, PLACE) is None


def test_what_shows_nothing_is_not_said_to_show_its_text() -> None:
    bare = unshown({"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"}, PLACE)
    own = unshown({"application/javascript": "alert(1)", "text/plain": "a chart of 3 bars"}, PLACE)
    assert bare is not None and bare.message.startswith("an output is not shown: pages cannot show application/javascript")
    assert own is not None and own.message.startswith("an output can only be shown as its text")


def test_no_other_part_of_the_builder_spells_a_type() -> None:
    """The code that runs inside a kernel cannot import the registry."""
    root = Path(registry.__file__).parents[1]
    spelt = re.compile(r"""["'](?:text|image|application|audio|video)/[\w.+-]*["']""")
    found = {path.relative_to(root).parts[:2] for path in root.rglob("*.py") if spelt.search(path.read_text(encoding="utf-8"))}
    assert {parts for parts in found if parts[0] != "outputs"} == {("execute", "local")}


def test_pictures_are_known_as_such() -> None:
    assert shows_picture({"image/png": "", "text/plain": ""})
    assert not shows_picture({"text/html": "", "text/plain": ""})
    assert not shows_picture({FOREIGN: ""})


def test_each_type_says_what_is_lost_and_stands_once_in_the_order() -> None:
    assert len({kind.mime for kind in TYPES}) == len(TYPES)
    assert all(kind.lost for kind in TYPES)
    assert TYPES[-1].mime == "text/plain"


@given(st.sampled_from(TYPES), st.text("ab01 <>&\"'$\\{}[]:,*_#\n`", max_size=60))
def test_no_data_at_all_are_an_error(kind: OutputType, text: str) -> None:
    bundle = {kind.mime: text}
    kind.plain(bundle)
    to_html(kind.render(bundle, PLACE).nodes)
    if kind.inline:
        to_html(kind.inline(text))
