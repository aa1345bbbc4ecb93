"""HTML with a style of its own keeps it, and keeps it to itself."""

from __future__ import annotations

import re

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from site_builder.outputs import html
from site_builder.outputs.base import OutputPlace
from site_builder.outputs.style_sheet import scoped
from site_builder.outputs.styled import Styled, styled
from tests.outputs.test_types import place

FRAME = (
    '<style scoped>.dataframe tbody tr th { vertical-align: top; } .dataframe thead th { text-align: right; }</style>'
    '<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead></table>'
)  # fmt: skip
COLOURED = '<style>#T_1 td, .x > td { color: red }</style><table id="T_1"><tr><td headers="h" style="background: blue">1</td></tr></table>'


def made(text: str, name: str = "o1") -> Styled:
    found = styled(text, name)
    assert found is not None
    return found


def rules(text: str) -> str:
    return "".join(sheet.rules for sheet in made(text).sheets)


def test_a_plain_table_has_the_look_of_the_page() -> None:
    assert styled(FRAME, "o1") is None
    assert styled("<b>1</b>", "o1") is None


def test_rules_become_a_style_sheet_of_the_output_alone() -> None:
    found = made(COLOURED)
    first, second = found.sheets
    box = f".{first.box}" * 3
    assert first.rules == f"{box} #o1-T_1 td,{box} .x > td{{color:red}}"
    name = re.fullmatch(rf"(?:\.{second.box}){{3}} \.(c\w+){{background:blue}}", second.rules)
    assert name is not None
    assert found.html == f'<table id="o1-T_1" class="own"><tbody><tr><td headers="o1-h" class="{name[1]}">1</td></tr></tbody></table>'


def test_equal_style_sheets_are_one_file_unless_they_name_ids() -> None:
    same = '<style>.a { color: red }</style><p class="a" id="x">1</p>'
    assert made(same, "o1").sheets == made(same, "o2").sheets
    assert made(COLOURED, "o1").sheets[0] != made(COLOURED, "o2").sheets[0]


def test_the_page_names_the_style_sheet_and_has_no_style_itself() -> None:
    shown = html.render({"text/html": COLOURED}, OutputPlace(place().path, 3, place().options, place().words, name="o7"))
    (box,) = shown.nodes
    assert [figure.target.suffix for figure in shown.figures] == [".css", ".css"]
    assert not isinstance(box, str)
    assert "style=" not in str(box)
    assert "o7-T_1" in str(box)


HOSTILE = {
    "a declaration that ends the rule": '<p style="color:red}body{display:none">1</p><p style="color:red">2</p>',
    "a file": "<style>p { background: url(https://example.org/x.png); color: red }</style><p>1</p>",
    "an import": "<style>@import 'https://example.org/x.css'; p { color: red }</style><p>1</p>",
    "a font": "<style>@font-face { font-family: x; src: url(x) } p { color: red }</style><p>1</p>",
    "over the page": "<style>p { position: fixed; z-index: 9; color: red }</style><p>1</p>",
    "a sibling of the box": "<style>& + p { color: red } + p { color: red } ~ p { color: red } p { color: red }</style><p>1</p>",
    "a sibling of the root": "<style>:root ~ p { color: red } :root + p { color: red } p { color: red }</style><p>1</p>",
    "the page's element": "<style>html[data-theme=dark] p { color: red } .x body p { color: blue } p { color: red }</style><p>1</p>",
    "the system's scheme": "<style>@media (prefers-color-scheme: dark) { p { color: blue } } p { color: red }</style><p>1</p>",
    "an escape": "<style>p { background: u\\72l(x); color: red }</style><p>1</p>",
    "the end of the sheet": "<style>p { color: red } </style ><script>alert(1)</script><p style='color: red'>1</p>",
    "a script in a drawing": "<svg style='color: red'><script>alert(1)</script><a href='javascript:alert(1)'><text>1</text></a></svg>",
    "a foreign symbol": "<svg style='color: red'><use href='https://example.org/x.svg#a'></use><text>1</text></svg>",
    "a form": "<p style='color: red'>1</p><form action='https://example.org'><input type='text'><button>go</button></form>",
    "a handler": "<p style='color: red' onclick='alert(1)'>1</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_reaches_out_of_the_box(name: str) -> None:
    found = made(HOSTILE[name])
    css = "".join(sheet.rules for sheet in found.sheets)
    assert "red" in css
    for word in (
        "url(",
        "@import",
        "@font-face",
        "fixed",
        "z-index",
        "&",
        "example.org",
        "blue",
        "display:none",
        "alert",
        "onclick",
        "javascript",
    ):
        assert word not in css + found.html
    assert not re.search(r"<(script|form|button|style)|style=|type=.text", found.html)
    for sheet in found.sheets:
        for rule in tinycss2.parse_stylesheet(sheet.rules):
            assert rule.type == "qualified-rule"
            assert all(part.strip().startswith(f".{sheet.box}.{sheet.box}") for part in tinycss2.serialize(rule.prelude).split(","))


def test_folding_without_a_script_stays() -> None:
    text = '<style>.b { color: red }</style><input type="checkbox" id="a" checked><label for="a">more</label><details open>x</details>'
    assert made(text).html == '<input type="checkbox" id="o1-a" checked=""><label for="o1-a">more</label><details open="">x</details>'


PIECES = st.lists(st.sampled_from((
    "<style>", "</style>", "<p style='", "color:red", "'>", "}", "{", "p", "&", "url(x)", "#a", ":root", "body", "/*", "*/", "@media print",
    "\\", "<svg>", "</svg>", "<script>", "\0", "é", ";", "!important", ",", "<input type=checkbox>", "<!--", "-->", ")", "(", "[", "]", "\"",
)), max_size=14)  # fmt: skip


@given(PIECES)
def test_no_text_is_an_error_and_none_leaves_a_style(pieces: list[str]) -> None:
    found = styled("<b style='color:red'>1</b>" + "".join(pieces), "o1")
    assert found is not None
    assert not re.search(r"<(script|style)\b|\son\w+=|\sstyle=", found.html)
    assert all("url(" not in sheet.rules and "</" not in sheet.rules for sheet in found.sheets)


@given(st.text())
def test_no_style_sheet_is_an_error(sheet: str) -> None:
    assert "</" not in scoped(sheet, "box", "o1-")
