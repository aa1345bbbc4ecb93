"""How data of a type are stored in a notebook."""

from __future__ import annotations

import pytest

from site_builder.outputs.storage import as_texts, holds_words, is_json, is_text


@pytest.mark.parametrize(
    ("mime", "text", "json"),
    [
        ("text/plain", True, False), ("application/json", True, True), ("application/vnd.x+json", True, True), ("image/png", False, False),
        ("image/svg+xml", True, False), ("application/javascript", True, False), ("application/pdf", False, False),
        ("application/vnd.example.json", False, False),
    ],
)  # fmt: skip
def test_each_type(mime: str, text: bool, json: bool) -> None:
    assert (is_text(mime), is_json(mime)) == (text, json)


@pytest.mark.parametrize(
    ("mime", "data", "words"),
    [
        ("text/plain", "abc", True), ("image/svg+xml", "abc", True), ("image/png", "a b/c", False), ("application/pdf", "JVBE/root\nRi0=\n", False),
        ("application/vnd.example.json", '{"a": "/root"}', True), ("application/x", "/home/ada: it", True),
    ],
)  # fmt: skip
def test_what_can_hold_words_as_they_are_written(mime: str, data: str, words: bool) -> None:
    assert holds_words(mime, data) == words


def test_whatever_a_kernel_sends_becomes_text() -> None:
    sent = {"text/plain": 5, "text/html": ["<b>\n", "</b>"], "application/json": ["a"], "x/y": {"b": 1, "a": None}, "text/x": None}
    made = as_texts(sent)
    assert made == {"text/plain": "5", "text/html": "<b>\n</b>", "application/json": '["a"]', "x/y": '{"b": 1, "a": null}'}
    assert list(made) == sorted(made)
