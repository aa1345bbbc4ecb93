"""What a build would do for each episode, with the reason in words, and which record it would show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.environments.base import Package, PackageSet
from site_builder.markdown.tree import Cell
from site_builder.plan.keys import key_parts
from site_builder.plan.model import Action, Plan, Request, Step
from site_builder.plan.planner import changed_packages, plan, why
from site_builder.records.model import CellRecord, EpisodeRecord, Provenance

CELLS = tuple(Cell(f"cell-{number}", "python", f"print({number})") for number in (1, 2, 3))
ALL = frozenset(cell.identifier for cell in CELLS)
PACKAGES = PackageSet("default", "linux-64", (Package("numpy", "2.4.1", "b0", "aa"), Package("python", "3.13.1", "b0", "bb")))
NEWER = PackageSet("default", "linux-64", (Package("numpy", "2.5.0", "b0", "cc"), Package("python", "3.13.1", "b0", "bb")))


def wanted(
    cells: tuple[Cell, ...] = CELLS, packages: PackageSet = PACKAGES, runnable: frozenset[str] = ALL, *, locked: bool = True,
    obstacle: str = "", inputs: dict[str, bytes] | None = None, variables: dict[str, str] | None = None, slug: str = "one",
) -> Request:  # fmt: skip
    parts = key_parts(cells, packages.digest, inputs or {}, variables)
    path = PurePosixPath(f"episodes/{slug}.md")
    return Request(slug, path, "default", cells, parts, packages, locked, frozenset() if obstacle else runnable, obstacle)


def record(
    cells: tuple[Cell, ...] = CELLS, packages: PackageSet = PACKAGES, ran: frozenset[str] = ALL, *, locked: bool = True,
    started: str = "2026-01-01T00:00:00+00:00", machine: str = "Linux", inputs: dict[str, bytes] | None = None,
    variables: dict[str, str] | None = None, slug: str = "one",
) -> EpisodeRecord:  # fmt: skip
    done = tuple(CellRecord(c.identifier, c.language, c.source, missing=() if c.identifier in ran else ("cuda",)) for c in cells)
    provenance = Provenance("lesson 0", "pixi" if locked else "host", packages, locked, "", machine, "3.13.1", started, 1.0)
    return EpisodeRecord(slug, key_parts(cells, packages.digest, inputs or {}, variables), done, provenance)


def decide(requested: Request, *records: EpisodeRecord) -> Step:
    (step,) = plan([requested], records).steps
    return step


def edited(*numbers: int) -> tuple[Cell, ...]:
    return tuple(replace(cell, source="edited") if n in numbers else cell for n, cell in enumerate(CELLS, 1))


class TestActions:
    def test_without_a_record_it_runs(self) -> None:
        assert decide(wanted()) == Step(wanted(), Action.RUN, "no record yet")

    def test_with_an_equal_record_it_is_reused(self) -> None:
        assert decide(wanted(), record()) == Step(wanted(), Action.REUSE, "nothing changed", record())

    def test_a_changed_cell_runs(self) -> None:
        assert decide(wanted(), record(cells=edited(2))) == Step(wanted(), Action.RUN, "cell 2 changed")

    def test_changed_packages_run(self) -> None:
        assert decide(wanted(packages=NEWER), record()) == Step(wanted(packages=NEWER), Action.RUN, "numpy 2.4.1 -> 2.5.0")

    @pytest.mark.parametrize(
        ("read", "present", "reason"),
        [
            ({"a.csv": "1"}, {"a.csv": "2"}, "a.csv changed"), ({"a.csv": "1"}, {}, "a.csv removed"), ({"a.csv": ""}, {"a.csv": "1"}, "a.csv added"),
            ({"*": "1"}, {"*": "2"}, "a file was added to the working folder, or removed from it"),
            ({"*": "1", "a.csv": "1"}, {"*": "2"}, "a.csv removed"),
        ],
    )  # fmt: skip
    def test_what_was_read_and_is_another_file_now_runs(self, read: dict[str, str], present: dict[str, str], reason: str) -> None:
        made = record()
        made = replace(made, provenance=replace(made.provenance, read=tuple(read.items())))
        requested = replace(wanted(), present=present)
        assert decide(requested, made) == Step(requested, Action.RUN, reason)
        assert decide(replace(requested, present={name: digest for name, digest in read.items() if digest}), made).action is Action.REUSE
        blocked = replace(wanted(obstacle="It needs an NVIDIA GPU."), present=present)
        assert decide(blocked, made).action is Action.SKIP

    def test_what_cannot_run_here_borrows_and_says_why(self) -> None:
        requested = wanted(obstacle="It needs an NVIDIA GPU.")
        assert decide(requested, record()) == Step(requested, Action.REUSE, "nothing changed", record())
        assert decide(requested, record(packages=NEWER)) == Step(
            requested, Action.BORROW, "It needs an NVIDIA GPU.", record(packages=NEWER)
        )

    def test_what_cannot_run_here_and_has_no_record_of_this_code_is_skipped(self) -> None:
        requested = wanted(obstacle="It needs an NVIDIA GPU.")
        assert decide(requested) == Step(requested, Action.SKIP, "It needs an NVIDIA GPU.")
        assert decide(requested, record(cells=edited(1))) == Step(requested, Action.SKIP, "It needs an NVIDIA GPU.")

    def test_the_host_borrows_what_the_locked_environment_made(self) -> None:
        requested = wanted(packages=NEWER, locked=False)
        assert decide(requested, record()) == Step(requested, Action.BORROW, "made in the locked environment", record())
        assert decide(requested, record(locked=False)).action is Action.RUN

    def test_the_host_runs_what_the_locked_record_did_not(self) -> None:
        step = decide(wanted(packages=NEWER, locked=False), record(ran=ALL - {"cell-3"}))
        assert (step.action, step.record) == (Action.RUN, None)

    def test_the_locked_record_beats_an_equal_one_of_the_host(self) -> None:
        requested = wanted(packages=NEWER, locked=False)
        locked, host = record(), record(packages=NEWER, locked=False, started="2026-02-01T00:00:00+00:00")
        assert decide(requested, host, locked) == Step(requested, Action.BORROW, "made in the locked environment", locked)

    def test_of_records_the_one_that_ran_more_is_shown(self) -> None:
        here, there = record(ran=ALL - {"cell-3"}), record(packages=NEWER, machine="Linux with a GPU")
        step = decide(wanted(runnable=ALL - {"cell-3"}), here, there)
        assert (step.action, step.reason, step.record) == (Action.BORROW, "more of it ran on Linux with a GPU", there)

    def test_a_record_in_which_less_ran_than_can_run_here_is_not_enough(self) -> None:
        step = decide(wanted(), record(ran=ALL - {"cell-3"}))
        assert (step.action, step.reason) == (Action.RUN, "1 cell can run here and did not before")
        step = decide(wanted(), record(ran=frozenset({"cell-1"})))
        assert step.reason == "2 cells can run here and did not before"

    def test_steps_keep_the_lessons_order_and_records_their_episode(self) -> None:
        made = plan([wanted(slug="two"), wanted(slug="one"), wanted(slug="three", obstacle="No.")], [record(slug="one")])
        assert [(step.request.slug, step.action.value) for step in made.steps] == [("two", "run"), ("one", "reuse"), ("three", "skip")]
        assert [step.request.slug for step in made.of(Action.REUSE)] == ["one"]
        assert Plan().steps == ()


sources = st.sampled_from(["a", "b"])
cell_lists = st.lists(sources, min_size=1, max_size=3).map(
    lambda texts: tuple(Cell(f"cell-{n}", "python", t) for n, t in enumerate(texts, 1))
)
input_files = st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from([b"1", b"2"]))
package_sets = st.sampled_from([PACKAGES, NEWER, PackageSet("default", "osx-arm64", PACKAGES.packages)])
subsets = st.sets(st.sampled_from(sorted(ALL))).map(frozenset)
moments = st.sampled_from(["2025", "2026"])
requests = st.builds(
    wanted, cell_lists, package_sets, subsets, locked=st.booleans(), obstacle=st.sampled_from(["", "It needs Pixi."]), inputs=input_files
)
records = st.builds(
    record,
    cell_lists,
    package_sets,
    subsets,
    locked=st.booleans(),
    started=moments,
    inputs=input_files,
    slug=st.sampled_from(["one", "two"]),
)


@given(requests, st.lists(records, max_size=5))
def test_a_record_of_other_code_or_inputs_is_never_shown(requested: Request, found: list[EpisodeRecord]) -> None:
    step = decide(requested, *found)
    if step.record is not None:
        assert step.record.episode == requested.slug
        assert [cell.source for cell in step.record.cells] == [cell.source for cell in requested.cells]
        assert step.record.parts.inputs == requested.parts.inputs


@given(requests, st.lists(records, max_size=5))
def test_every_step_is_honest(requested: Request, found: list[EpisodeRecord]) -> None:
    step = decide(requested, *found)
    assert step.reason
    assert (step.record is None) == (step.action in (Action.RUN, Action.SKIP))
    if step.action is Action.REUSE:
        assert step.record is not None
        assert step.record.parts.key == requested.parts.key
    if step.action is Action.RUN:
        assert not requested.obstacle
        assert "0 cells" not in step.reason
    if step.action is Action.SKIP:
        assert step.reason == requested.obstacle


@given(requests, st.lists(records, max_size=5), st.randoms())
def test_the_order_in_which_records_are_found_does_not_matter(requested: Request, found: list[EpisodeRecord], random: object) -> None:
    first, second = decide(requested, *found), decide(requested, *reversed(found))
    assert first.action is second.action
    assert (first.record and first.record.ran) == (second.record and second.record.ran)


class TestReasons:
    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            (edited(1, 3), "cells 1, 3 changed"),
            (CELLS[:2], "3 cells, 2 before"),
            (CELLS[:1], "3 cells, 1 before"),
        ],
    )
    def test_cells_are_named_by_number(self, cells: tuple[Cell, ...], reason: str) -> None:
        assert why(wanted(), [record(cells=cells)]) == reason

    def test_many_cells_are_counted(self) -> None:
        many = tuple(Cell(f"cell-{n}", "python", str(n)) for n in range(9))
        other = tuple(replace(cell, source="edited") for cell in many)
        assert why(wanted(cells=many), [record(cells=other)]) == "cells 1, 2, 3 and 6 more changed"
        assert why(wanted(cells=many[:3]), [record(cells=other[:3])]) == "cells 1, 2, 3 changed"

    def test_inputs_are_named(self) -> None:
        requested = wanted(inputs={"a.csv": b"2", "new.csv": b"", "same.csv": b""})
        assert (
            why(requested, [record(inputs={"a.csv": b"1", "old.csv": b"", "same.csv": b""})])
            == "new.csv added, old.csv no longer an input, a.csv changed"
        )

    def test_variables_and_several_changes_are_joined(self) -> None:
        requested = wanted(cells=edited(2), packages=NEWER, variables={"SEED": "1"})
        assert why(requested, [record()]) == "cell 2 changed, SEED added, numpy 2.4.1 -> 2.5.0"

    def test_it_is_told_against_the_newest_record_of_this_code_else_the_newest(self) -> None:
        old, new = record(cells=edited(1), started="2025"), record(cells=edited(2), started="2026")
        assert why(wanted(), [old, new]) == "cell 2 changed"
        same_code = record(packages=NEWER, started="2024")
        assert why(wanted(), [old, new, same_code]) == "numpy 2.5.0 -> 2.4.1"


class TestPackages:
    @staticmethod
    def of(*packages: Package, platform: str = "linux-64") -> PackageSet:
        return PackageSet("default", platform, packages)

    def test_equal_sets_differ_in_nothing(self) -> None:
        assert changed_packages(PACKAGES, replace(PACKAGES, environment="other")) == []

    def test_another_platform_says_it_all(self) -> None:
        assert changed_packages(PACKAGES, replace(NEWER, platform="osx-arm64")) == ["platform linux-64 -> osx-arm64"]

    def test_added_removed_changed_and_rebuilt_packages_are_named(self) -> None:
        before = self.of(Package("a", "1"), Package("b", "1", "0"), Package("c", "1"))
        after = self.of(Package("b", "1", "1"), Package("c", "2"), Package("d", "1"))
        assert changed_packages(before, after) == ["b 1: other build", "c 1 -> 2", "a removed", "1 more package"]
        assert changed_packages(self.of(), self.of(Package("d", "1"))) == ["d added"]

    def test_the_packages_that_matter_are_named_first(self) -> None:
        before = self.of(*(Package(f"p{n}", "1") for n in range(9)))
        after = self.of(*(Package(f"p{n}", "2") for n in range(9)), Package("new", "1"))
        assert changed_packages(before, after, ("p7", "new")) == ["p7 1 -> 2", "new added", "p0 1 -> 2", "7 more packages"]

    def test_more_are_counted(self) -> None:
        after = self.of(*(Package(f"p{n}", "1") for n in range(9)))
        assert changed_packages(self.of(), after) == ["p0 added", "p1 added", "p2 added", "6 more packages"]
        assert changed_packages(self.of(), self.of(*after.packages[:3])) == ["p0 added", "p1 added", "p2 added"]

    def test_a_distribution_that_is_there_twice_is_seen(self) -> None:
        assert changed_packages(self.of(Package("a", "2")), self.of(Package("a", "1"), Package("a", "2"))) == ["a 2 -> 1 and 2"]
