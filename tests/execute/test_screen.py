"""Text is shown as a terminal leaves it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.execute.local.messages import clean

RED, OFF = "\x1b[31m", "\x1b[0m"
SHOWN = {
    "ten\rab": "abn", "50%\r100%": "100%", "long line\r\x1b[Kshort": "short", "a\x08b": "b", "abc\x08\x08X": "aXc", "a\r\nb": "a\nb", "a\r": "a",
    "one\ntwo\x1b[A\rONE": "ONE\ntwo", "a\x1b[3Cb": "a   b", "abc\x1b[2Dx": "axc", "abc\x1b[1Gx": "xbc", "a\nb\x1b[2J\x1b[Hc": "c\n",
    f"{RED}red{OFF}\rR": f"R{RED}ed{OFF}", f"{RED}red{OFF}": f"{RED}red{OFF}", "a\x1b]8;id=1;https://x.org\x07b\x1b]8;;\x07\rc": "cb",
    "a\x08\x08\x08b": "b", "\x1b[999999999Bx\ry": None, "x\x1b[99999999999999Cy\rz": None,
    "50%\r   \r": "", "a\n50%\r   \r": "a\n", "50%\r   ": "   ",
}  # fmt: skip


@pytest.mark.parametrize("written", SHOWN)
def test_a_cursor_that_moves_leaves_what_was_written_last(written: str) -> None:
    assert SHOWN[written] is None or clean(written) == SHOWN[written]
    assert len(clean(written)) < 20_000


def test_a_long_progress_bar_is_settled_in_time() -> None:
    text = "".join(f"\r{number / 200:6.1%}|{'█' * (number // 200)}" for number in range(20_000))
    begun = time.perf_counter()
    assert clean(text).startswith("9999.5%")
    assert time.perf_counter() - begun < 20


@given(st.text("ab\r\n\x08\x1b[;?012ABCDGHJKm]\x07", max_size=40))
def test_no_text_is_an_error(text: str) -> None:
    assert "\r" not in clean(text)


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=30))
def test_text_without_controls_stays(text: str) -> None:
    assert clean(text) == text
