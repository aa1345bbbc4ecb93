"""Which of several records is shown, and what happens to one from another machine."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from site_builder.environments.base import Package, PackageSet
from site_builder.markdown.tree import Cell
from site_builder.plan.choosing import Arrival, arrival, choose, rank, usable
from site_builder.plan.keys import key_parts
from site_builder.plan.model import Request
from site_builder.records.model import CellRecord, EpisodeRecord, Provenance, Stream, same_results

CELLS = tuple(Cell(f"cell-{number}", "python", f"print({number})") for number in (1, 2, 3))
OTHER = (replace(CELLS[0], source="edited"), *CELLS[1:])
ALL = frozenset(cell.identifier for cell in CELLS)
SOME = ALL - {"cell-3"}
PACKAGES = PackageSet("default", "linux-64", (Package("numpy", "2.4.1"),))
NEWER = PackageSet("default", "linux-64", (Package("numpy", "2.5.0"),))
EARLY, LATE = "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"


def wanted(cells: tuple[Cell, ...] = CELLS, packages: PackageSet = PACKAGES) -> Request:
    parts = key_parts(cells, packages.digest, {})
    return Request("one", PurePosixPath("episodes/one.md"), "default", cells, parts, packages, True, ALL)


def record(
    cells: tuple[Cell, ...] = CELLS, packages: PackageSet = PACKAGES, ran: frozenset[str] = ALL, *, locked: bool = True,
    started: str = EARLY, slug: str = "one", printed: str = "",
) -> EpisodeRecord:  # fmt: skip
    done = tuple(
        CellRecord(
            c.identifier,
            c.language,
            c.source,
            (Stream("stdout", printed),) if printed else (),
            0.0,
            () if c.identifier in ran else ("cuda",),
        )
        for c in cells
    )
    provenance = Provenance("lesson 0", "pixi" if locked else "host", packages, locked, "", "Linux", "3.13.1", started, 1.0)
    return EpisodeRecord(slug, key_parts(cells, packages.digest, {}), done, provenance)


class TestChoice:
    def test_more_cells_beat_everything(self) -> None:
        more = record(packages=NEWER, locked=False)
        assert choose(wanted(), [record(ran=SOME, started=LATE), more]) is more

    def test_then_the_locked_environment(self) -> None:
        locked = record(packages=NEWER)
        assert choose(wanted(), [record(locked=False, started=LATE), locked]) is locked

    def test_then_an_equal_key(self) -> None:
        same = record()
        assert choose(wanted(), [record(packages=NEWER, started=LATE), same]) is same

    def test_then_the_newest(self) -> None:
        newest = record(started="2026-01-02")
        assert choose(wanted(), [record(started="2026-01-01"), newest, record(started="2025-12-31")]) is newest

    def test_no_record_is_no_choice(self) -> None:
        assert choose(wanted(), []) is None

    def test_records_of_other_episodes_or_other_code_are_no_choice(self) -> None:
        others = [record(slug="two"), record(cells=OTHER)]
        assert choose(wanted(), others) is None
        assert not any(usable(wanted(), other) for other in others)


class TestArrival:
    def test_a_key_that_nobody_has_is_new_whatever_else_is_there(self) -> None:
        present = [record(packages=NEWER), record(slug="two"), record(cells=OTHER)]
        assert arrival(record(), present) is Arrival.NEW
        assert arrival(record(), []) is Arrival.NEW

    def test_equal_results_are_equal_at_any_time(self) -> None:
        assert arrival(record(started=LATE), [record()]) is Arrival.EQUAL

    def test_more_cells_or_newer_results_are_better(self) -> None:
        assert arrival(record(), [record(ran=SOME, started=LATE)]) is Arrival.BETTER
        assert arrival(record(printed="b", started=LATE), [record(printed="a")]) is Arrival.BETTER

    def test_less_or_older_is_worse(self) -> None:
        assert arrival(record(ran=SOME, started=LATE), [record()]) is Arrival.WORSE
        assert arrival(record(printed="b"), [record(printed="a", started=LATE)]) is Arrival.WORSE


records = st.builds(
    record,
    st.sampled_from([CELLS, OTHER]),
    st.sampled_from([PACKAGES, NEWER]),
    st.sets(st.sampled_from(sorted(ALL))).map(frozenset),
    locked=st.booleans(),
    started=st.sampled_from([EARLY, LATE]),
    slug=st.sampled_from(["one", "two"]),
    printed=st.sampled_from(["", "a", "b"]),
)
requests = st.builds(wanted, st.sampled_from([CELLS, OTHER]), st.sampled_from([PACKAGES, NEWER]))


@given(requests, st.lists(records, max_size=5))
def test_what_is_chosen_is_usable_and_nothing_usable_is_better(requested: Request, found: list[EpisodeRecord]) -> None:
    chosen = choose(requested, found)
    candidates = [item for item in found if usable(requested, item)]
    assert (chosen is None) == (not candidates)
    if chosen is not None:
        assert chosen in candidates
        assert len(chosen.ran) == max(len(item.ran) for item in candidates)
        assert all(rank(chosen, requested.parts.environment) >= rank(item, requested.parts.environment) for item in candidates)


@given(requests, st.lists(records, max_size=4))
def test_the_order_of_files_does_not_matter(requested: Request, found: list[EpisodeRecord]) -> None:
    ranks = {
        None if (best := choose(requested, order)) is None else rank(best, requested.parts.environment)
        for order in itertools.permutations(found)
    }
    assert len(ranks) == 1


@given(requests, st.lists(records, max_size=5), records)
def test_one_more_record_never_makes_the_choice_worse(requested: Request, found: list[EpisodeRecord], another: EpisodeRecord) -> None:
    before, after = choose(requested, found), choose(requested, [*found, another])
    if before is not None:
        assert after is not None
        assert rank(after, requested.parts.environment) >= rank(before, requested.parts.environment)


@given(records, records)
def test_two_machines_that_merge_each_others_records_agree(first: EpisodeRecord, second: EpisodeRecord) -> None:
    there, back = arrival(second, [first]), arrival(first, [second])
    same_key = (first.episode, first.parts.key) == (second.episode, second.parts.key)
    assert (there is Arrival.NEW) == (back is Arrival.NEW) == (not same_key)
    if same_results(first, second):
        assert there is back is Arrival.EQUAL
    else:
        assert (there, back) != (Arrival.BETTER, Arrival.BETTER)
