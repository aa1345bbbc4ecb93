"""What an inline expression shows."""

from __future__ import annotations

import pytest

from site_builder.records.inline import inline_bundle
from site_builder.records.model import Display, Output, Raised, Stream

VALUE = Display({"text/plain": "2", "text/html": "<b>2</b>"}, True)


@pytest.mark.parametrize(
    ("outputs", "language", "shown"),
    [
        ((), "python", {}),
        ((), "r", {}),
        ((VALUE,), "python", VALUE.data),
        ((Stream("stdout", "x\n"), VALUE), "python", VALUE.data),
        ((VALUE, Stream("stdout", "x\n")), "r", VALUE.data),
        ((Stream("stdout", "x\n"),), "python", {"text/plain": "'x'"}),
        ((Stream("stderr", "x\n"),), "python", {}),
        ((Stream("stdout", "first"), Stream("stdout", "\n3.14\n")), "r", {"text/plain": "'3.14'"}),
        ((Raised("Error", "no"), Stream("stderr", "Xn")), "r", {"text/plain": "'Xn'"}),
    ],
)
def test_the_value_or_what_r_printed_last(outputs: tuple[Output, ...], language: str, shown: dict[str, str]) -> None:
    assert inline_bundle(outputs, language) == shown
