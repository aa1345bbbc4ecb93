"""Kernel outputs become ours: merged, bounded, cleaned, masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.execute.limits import Limits
from site_builder.execute.local.messages import clean, clean_blocks, encodable, from_notebook, mask, merged, with_mark
from site_builder.records.model import Display, Raised, Stream


def stream(text: str, name: str = "stdout") -> dict[str, object]:
    return {"output_type": "stream", "name": name, "text": text}


def test_neighbouring_texts_of_one_stream_become_one() -> None:
    outputs = from_notebook([stream("a"), stream("b\n"), stream("!", "stderr"), stream("c")], Limits(), 1000, {})
    assert outputs == (Stream("stdout", "ab\n"), Stream("stderr", "!"), Stream("stdout", "c"))


@given(st.text(st.characters(exclude_categories=[]), max_size=5))
def test_any_text_can_be_written_as_utf_8(text: str) -> None:
    assert encodable(text).encode() == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def test_a_lone_surrogate_gives_way_to_the_sign_for_what_cannot_be_shown() -> None:
    (shown,) = from_notebook([stream("a\ud800b")], Limits(), 1000, {})
    assert shown == Stream("stdout", "a\ufffdb")


@given(st.lists(st.text(alphabet="ab\n\r", max_size=4), max_size=8))
def test_merging_does_not_depend_on_where_the_text_was_cut(parts: list[str]) -> None:
    whole = merged([Stream("stdout", "".join(parts))]) if parts else []
    assert merged([Stream("stdout", part) for part in parts]) == whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10 %\r50 %\r100 %\n", "100 %\n"),
        ("line\r\nnext\r\n", "line\nnext\n"),
        ("a\x00b\x07c\td\n", "abc\td\n"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
    ],
)
def test_text_is_left_as_a_terminal_leaves_it(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_text_beyond_the_allowance_is_dropped_and_the_mark_stands_on_a_line_of_its_own() -> None:
    outputs = from_notebook([stream("x" * 90), stream("y" * 90, "stderr"), stream("z")], Limits(), 100, {})
    assert outputs == (Stream("stdout", "x" * 90), Stream("stderr", "y" * 10))
    assert with_mark(outputs, "cut")[-1] == Stream("stderr", "y" * 10 + "\n[cut]\n")
    assert with_mark((Raised("E", "", ()),), "cut") == (Raised("E", "", ()), Stream("stdout", "[cut]\n"))


def test_a_picture_that_is_too_large_gives_way_to_words() -> None:
    shown = {"output_type": "display_data", "data": {"image/png": "A" * 200, "text/plain": "<Figure>"}}
    (left,) = from_notebook([shown], Limits(picture_bytes=100), 1000, {})
    assert left == Display({"text/plain": "[picture left out: image/png of more than 100 bytes]"})


def test_displayed_text_counts_and_is_dropped_whole() -> None:
    table = {"output_type": "display_data", "data": {"text/html": "<p>" * 50}}
    assert from_notebook([table, stream("after")], Limits(), 100, {}) == ()


def test_this_machines_folders_are_named() -> None:
    hidden = {"/home/ada/lesson": "/lesson", "/home/ada": "~"}
    assert mask("/tmp/ipykernel_123/456.py:2: UserWarning: mind", {}) == "cell:2: UserWarning: mind"
    assert mask('<a href="file:///tmp/ipykernel_1/2.py#3">2.py</a>', {}) == '<a href="file:cell#3">2.py</a>'
    name = "file:///tmp/ipykernel_1/2.py"
    assert mask(f"\x1b]8;id=1;{name}\x1b\\a\x1b]8;;\x1b\\ b \x1b]8;id=2;{name}\x1b\\c", {}) == (
        "\x1b]8;id=1;file:cell\x1b\\a\x1b]8;;\x1b\\ b \x1b]8;id=2;file:cell\x1b\\c"
    )
    assert mask("/home/ada/lesson/x and /home/ada/y", hidden) == "/lesson/x and ~/y"
    error = {"output_type": "error", "ename": "E", "evalue": "in /home/ada", "traceback": ["at /home/ada/lesson"]}
    own = "application/vnd.example.json"
    shown = {"output_type": "display_data", "data": {"text/plain": "/home/ada", "image/png": "/home/ada", own: {"a": "/home/ada"}}}
    assert from_notebook([error, shown], Limits(), 100, hidden) == (
        Raised("E", "in ~", ("at /lesson",)),
        Display({"text/plain": "~", "image/png": "/home/ada", own: '{"a": "~"}'}),
    )


def test_results_and_displays_are_told_apart_and_json_is_kept_as_text() -> None:
    result = {"output_type": "execute_result", "data": {"text/plain": "3", "application/json": {"b": 1, "a": 2}}}
    nothing = {"output_type": "display_data", "data": {}}
    assert from_notebook([result, nothing], Limits(), 100, {}) == (
        Display({"text/plain": "3", "application/json": '{"b": 1, "a": 2}'}, True),
    )


BLOCK = "\n```r\nf()\n```\n\n```{.output}\n%s\n```\n\nText.\n"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a\rb", "b"),
        ("\x1b[31mred\x1b[0m\na\rb", "\x1b[31mred\x1b[0m\nb"),
        ("\x1b[31mred\na\rb", "\x1b[31mred\x1b[0m\n\x1b[31mb\x1b[0m"),
        ("one\x1b[5A\rtwo", "two"),
        ("one\x1b[2J\x1b[Htwo", "two"),
        ("one\n\x1b[1A\x1b[2Ktwo", "two\n"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "  ", "> "])
def test_a_cursor_moves_within_the_block_in_which_it_was_written(written: str, left: str, prefix: str) -> None:
    whole, right = ("\n".join(f"{prefix}{line}" for line in (BLOCK % part).split("\n")) for part in (written, left))
    assert clean_blocks(whole) == right


@given(st.text(alphabet="ab\r\n\x08\x1b[0123;mAHJK >", max_size=60))
def test_no_text_of_a_block_reaches_beyond_it(text: str) -> None:
    before, after = BLOCK.split("%s")
    found = clean_blocks(BLOCK % text)
    assert found.startswith(before) and found.endswith(after)
