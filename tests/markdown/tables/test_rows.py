"""Captions and heads of tables, whatever their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


REST = "<thead><tr><th>a</th></tr></thead><tbody></tbody></table>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("| a |\n|---|\n\nTable: c\nd", "<table><caption>c\nd</caption><thead><tr><th>a</th></tr></thead><tbody></tbody></table>"),
        (": c\n\n| a |\n|---|", "<table><caption>c</caption><thead><tr><th>a</th></tr></thead><tbody></tbody></table>"),
        ("| a |\n|---|\n\nTable:", "<table><thead><tr><th>a</th></tr></thead><tbody></tbody></table><p>Table:</p>"),
        ("Table: c", "<p>Table: c</p>"),
        ("| a |\n|---|\n\n: c {#t .wide k=v}", f'<table id="t" class="wide" k="v"><caption>c</caption>{REST}'),
        (": c{#t\n.wide}\n\n| a |\n|---|", f'<table id="t" class="wide"><caption>c</caption>{REST}'),
        ("| a |\n|---|\n\n: {.wide}", f'<table class="wide">{REST}'),
        ("| a |\n|---|\n\n: c {wide}", f"<table><caption>c {{wide}}</caption>{REST}"),
        ("| a |\n|---|\n\n: c {.wide} d", f"<table><caption>c {{.wide}} d</caption>{REST}"),
        ("| a |\n|---|\n\n: [c]{.wide}", f'<table><caption><span class="wide">c</span></caption>{REST}'),
        (
            "+---+\n| a |\n+---+\n\n: c {style='color:red'}",
            '<table style="color:red"><caption>c</caption><colgroup><col width="5%"></colgroup><tbody><tr><td>a</td></tr></tbody></table>',
        ),
    ],
)
def test_captions_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
