"""A part of a document that passes a limit is asked to stop; it is killed if it does not react, or passes a limit once more."""

from __future__ import annotations

from site_builder.execute.base import Reason
from site_builder.execute.limits import Limits
from site_builder.execute.local.knitr.ladder import Ladder, Order

LIMITS = Limits(interrupt_seconds=1, flood_bytes=100)


def orders(ladder: Ladder, *looks: tuple[int, int, float]) -> list[Order]:
    """Return the orders for parts, counts of events and times; each part may take ten seconds."""
    return [ladder.look(part, heard, 10, now) for part, heard, now in looks]


def test_each_part_has_its_own_time() -> None:
    assert orders(Ladder(LIMITS), (0, 0, 0), (1, 1, 9), (1, 2, 18), (2, 3, 20), (2, 4, 29)) == [Order.GO_ON] * 5


def test_one_that_does_not_react_is_killed() -> None:
    ladder = Ladder(LIMITS)
    found = orders(ladder, (1, 5, 0), (1, 5, 10.5), (1, 5, 11), (1, 5, 11.6))
    assert found == [Order.GO_ON, Order.ASK, Order.GO_ON, Order.KILL]
    assert (ladder.reason, ladder.words) == (Reason.TIMEOUT, "the cell took longer than 10 s")


def test_one_that_reacts_goes_on_and_has_one_more_chance() -> None:
    looks = ((1, 5, 0), (1, 5, 11), (1, 6, 11.2), (1, 7, 20), (1, 8, 22))
    assert orders(Ladder(LIMITS), *looks) == [Order.GO_ON, Order.ASK, Order.GO_ON, Order.GO_ON, Order.KILL]


def test_the_next_part_may_be_asked_again() -> None:
    looks = ((1, 5, 0), (1, 5, 11), (2, 6, 11.2), (2, 7, 22))
    assert orders(Ladder(LIMITS), *looks) == [Order.GO_ON, Order.ASK, Order.GO_ON, Order.ASK]


def test_bytes_count_from_the_beginning_of_a_part_and_anew_after_a_reaction() -> None:
    ladder = Ladder(LIMITS)
    ladder.look(1, 0, 10, 0)
    ladder.written += 101
    assert ladder.look(1, 0, 10, 1) is Order.ASK
    assert (ladder.reason, ladder.words) == (Reason.FLOODED, "the cell wrote so much that it was stopped (101 bytes)")
    assert ladder.look(1, 1, 10, 1.1) is Order.GO_ON
    assert ladder.written == 0
    ladder.written += 90
    assert ladder.look(2, 2, 10, 1.2) is Order.GO_ON
    ladder.written += 90
    assert ladder.look(2, 2, 10, 1.3) is Order.GO_ON


def test_time_that_somebody_else_takes_does_not_count() -> None:
    ladder = Ladder(LIMITS)
    ladder.look(1, 0, 10, 0)
    ladder.wait(50)
    assert ladder.look(1, 0, 10, 59) is Order.GO_ON
    assert ladder.look(1, 0, 10, 61) is Order.ASK
