"""Numbers that are near enough, pair by pair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.verification.tolerance import near, tolerated


@pytest.mark.parametrize(
    ("recorded", "fresh", "expected"),
    [
        (["mean 1.2345"], ["mean 1.2346"], ["mean 1.2345"]),
        (["mean 1.2345"], ["mean 1.3"], ["mean 1.3"]),
        (["a 1.0  b 2.0"], ["a 1.0001 b 2.5"], ["a 1.0 b 2.5"]),
        (["[ 0.5 -1.5]"], ["[ 0.50001 -1.50001]"], ["[ 0.5 -1.5]"]),
        (["a 1.0", "b 2.0"], ["new", "a 1.0001", "b 2.0001"], ["new", "a 1.0", "b 2.0"]),
        (["1e-17"], ["-3.2e-16"], ["1e-17"]),
        (["n 5"], ["n 6"], ["n 6"]),
        (["version 3.11.4"], ["version 3.11.5"], ["version 3.11.5"]),
        (["x1.5"], ["x1.50001"], ["x1.50001"]),
        (["ends with 1.5."], ["ends with 1.50001."], ["ends with 1.5."]),
        (["1. 2."], ["1. 2.0001"], ["1. 2."]),
        ([], ["1.0"], ["1.0"]),
    ],
)
def test_near_numbers_are_written_as_recorded(recorded: list[str], fresh: list[str], expected: list[str]) -> None:
    assert list(tolerated(recorded, fresh, 1e-3)) == expected


def test_lines_are_found_again_where_others_came_between() -> None:
    recorded = ["epoch 1: 0.500", "epoch 2: 0.250"]
    fresh = ["new line", "epoch 1: 0.5001", "epoch 2: 0.2501"]
    assert tolerated(recorded, fresh, 1e-3) == ("new line", "epoch 1: 0.500", "epoch 2: 0.250")


def test_many_lines_of_one_form_take_no_time() -> None:
    recorded, fresh = ([f"{number}.{end}" for number in range(1, 20_001)] for end in ("0", "00001"))
    assert tolerated(recorded, fresh, 1e-3) == tuple(recorded)
    assert len(tolerated(recorded, [*fresh, "1.5"], 1e-3)) == 20_001


numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6)


@given(st.lists(numbers, min_size=1, max_size=4), st.floats(-9e-4, 9e-4))
def test_a_relative_change_below_the_tolerance_is_never_seen(values: list[float], change: float) -> None:
    recorded = " ".join(f"{value:.9e}" for value in values)
    fresh = " ".join(f"{value * (1 + change):.9e}" for value in values)
    assert tolerated([recorded], [fresh], 1e-3) == (recorded,)


@given(numbers, numbers)
def test_near_is_symmetric(first: float, second: float) -> None:
    assert near(first, second, 1e-3) == near(second, first, 1e-3)
