"""Outputs as the lines that two runs are compared by."""

from __future__ import annotations

import base64
import struct

import pytest

from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.verification.text import lines_of

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)).decode()


@pytest.mark.parametrize(
    ("outputs", "lines"),
    [
        ((), ()),
        ((Stream("stdout", ""),), ()),
        ((Stream("stdout", "a\nb  \n"), Display({"text/plain": "3"}, True)), ("a", "b", "3")),
        ((Stream("stdout", "no end"), Display({"text/plain": "3"})), ("no end", "3")),
        ((Stream("stdout", "\x1b[31mred\x1b[0m\n"),), ("red",)),
        ((Display({"image/png": PNG, "text/plain": "<Figure>"}),), ("[image/png, 640 x 480] <Figure>",)),
        ((Display({"image/svg+xml": "<svg width='1' height='2'>"}),), ("[image/svg+xml, 1 x 2]",)),
        ((Display({"image/png": "n"}),), ("[image/png, damaged]",)),
        ((Display({"text/html": "<b>1</b>", "text/plain": "1"}),), ("<b>1</b>",)),
        ((Display({"application/json": '{"b": [1], "a": 2}', "text/plain": "<JSON>"}),), ("{", ' "a": 2,', ' "b": [', "  1", " ]", "}")),
        ((Display({"text/latex": "$x$", "text/markdown": "*x*"}),), ("*x*",)),
        ((Display({"application/x.a": "1", "application/x.b": "2"}),), ("[application/x.a, application/x.b]",)),
        ((Raised("ValueError", "no", ("line one", "ValueError: no")),), ("line one", "ValueError: no")),
        ((Raised("Exit", "3"),), ("Exit: 3",)),
    ],
)
def test_each_kind_of_output_has_its_lines(outputs: tuple[Output, ...], lines: tuple[str, ...]) -> None:
    assert lines_of(outputs) == lines


def test_the_order_of_the_two_streams_is_chance_and_does_not_matter() -> None:
    out, err = Stream("stdout", "result\n"), Stream("stderr", "warning\n")
    assert lines_of((out, err)) == lines_of((err, out)) == ("result", "[standard error]", "warning")
    assert lines_of((out, err), errors=False) == ("result",)
    assert lines_of((Stream("stdout", "a"), err, Stream("stdout", "b"))) == lines_of((Stream("stdout", "ab"), err))


def test_a_picture_of_unknown_size_is_compared_by_its_bytes() -> None:
    webp = [base64.b64encode(data).decode() for data in (b"RIFF1", b"RIFF2")]
    first, second = (lines_of((Display({"image/webp": data}),)) for data in webp)
    assert first[0].startswith("[image/webp, sha256 ")
    assert first != second
