"""In what a borrowed record was made otherwise than today: environment, variables and scripts of activation, files of other episodes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_builder.plan.choosing import outranks
from site_builder.plan.differences import differences
from site_builder.plan.model import Action, Request, Step
from site_builder.plan.planner import plan
from site_builder.records.model import EpisodeRecord
from tests.plan.test_planner import ALL, NEWER, decide, record, wanted

GPU = "It needs an NVIDIA GPU."


@pytest.mark.parametrize(
    ("before", "today", "words"),
    [
        ({"SEED": "1"}, {"SEED": "1"}, ()),
        ({"SEED": "1"}, {"SEED": "2"}, ("SEED changed",)),
        ({}, {"SEED": "2"}, ("SEED added",)),
        ({"activate.sh": "1"}, {}, ("activate.sh removed",)),
        ({}, dict.fromkeys("ABCDE", "1"), ("A added", "B added", "C added", "2 more variables")),
    ],
)
def test_variables_and_scripts_of_activation(before: dict[str, str], today: dict[str, str], words: tuple[str, ...]) -> None:
    request = wanted(packages=NEWER, locked=False)
    assert differences(request, record(variables=before), today) == words
    unlocked = record(variables=before, locked=False)
    assert differences(request, unlocked, today) == (), "a machine's own packages are not activated"


@pytest.mark.parametrize("locked", [True, False])
def test_variables_of_the_settings_count_everywhere(locked: bool) -> None:
    request = wanted(packages=NEWER, variables={"settings: SEED": "1"})
    assert differences(request, record(locked=locked), {}) == ("settings: SEED added",)
    assert differences(request, record(locked=locked, variables={"settings: SEED": "1"}), {}) == ()


def test_an_environment_that_the_episode_no_longer_names() -> None:
    request = replace(wanted(packages=NEWER, locked=False), environments=("ml", "small"))
    assert differences(request, record(), {}) == ("environment default -> ml or small",)
    assert differences(replace(request, environments=("ml", "default")), record(), {}) == ()
    equal = replace(wanted(), environments=("ml",))
    assert differences(equal, record(), {"A": "1"}) == (), "an equal key is an equal key"


def test_what_differs_is_said_and_comes_after_what_does_not() -> None:
    changed = replace(record(started="2026-03-01"), differs=("SEED changed",))
    step = decide(wanted(packages=NEWER, obstacle=GPU), changed)
    assert (step.action, step.reason) == (Action.BORROW, f"{GPU} Made otherwise than today: SEED changed")
    assert decide(wanted(packages=NEWER, obstacle=GPU), changed, record()).record == record()
    both = replace(changed, outdated=("numpy 1 -> 2",))
    assert decide(wanted(packages=NEWER, locked=False), both).reason == "made otherwise than today: numpy 1 -> 2, SEED changed"


class TestInVain:
    """An episode is not run if its page would go on to show another record."""

    def test_more_ran_elsewhere(self) -> None:
        requested = wanted(packages=NEWER, runnable=ALL - {"cell-3"})
        there = record(machine="Linux with a GPU")
        step = decide(requested, there)
        assert (step.action, step.reason, step.record) == (Action.BORROW, "more of it ran on Linux with a GPU", there)
        outdated = replace(there, outdated=("numpy 1 -> 2",))
        assert decide(requested, outdated).reason.endswith("with a GPU, made with another lock than today's: numpy 1 -> 2")

    @pytest.mark.parametrize(("requested_locked", "made_locked", "vain"), [(True, True, False), (True, False, False), (False, True, True)])
    def test_as_much_ran_elsewhere(self, requested_locked: bool, made_locked: bool, vain: bool) -> None:
        assert outranks(record(locked=made_locked), wanted(packages=NEWER, locked=requested_locked)) is vain

    def test_running_it_then_shows_what_ran(self) -> None:
        requested = wanted(packages=NEWER, runnable=ALL - {"cell-3"})
        made = record(packages=NEWER, ran=ALL - {"cell-3"}, started="2026-05-01")
        for other in (record(), record(ran=ALL - {"cell-3"}), record(locked=False), record(ran=frozenset({"cell-1"}))):
            vain = decide(requested, other).action is Action.BORROW
            assert (decide(requested, other, made).record is other) is vain


class TestNeeds:
    """What a record takes over from the episodes whose files it read."""

    @staticmethod
    def steps(first: EpisodeRecord, second: EpisodeRecord, obstacle: str = GPU) -> tuple[Request, Request, Step]:
        one = wanted(slug="one", obstacle=obstacle)
        two = replace(wanted(slug="two", packages=NEWER, obstacle=obstacle), needs=("one",))
        made = plan([two, one], [first, second], kept=("one",)).steps
        return one, two, made[0]

    def test_what_cannot_run_here_says_that_a_needed_episode_ran_later(self) -> None:
        _, two, step = self.steps(record(slug="one", started="2026-04-01"), record(slug="two"))
        assert step.request is two
        assert step.reason == "It needs an NVIDIA GPU. Made otherwise than today: one ran later"
        assert step.record.differs == ("one ran later",)

    def test_differences_go_along_with_the_files(self) -> None:
        first = replace(record(slug="one", packages=NEWER), outdated=("numpy 1 -> 2",))
        _, _, step = self.steps(first, record(slug="two", packages=NEWER, started="2026-02-01"))
        assert step.action is Action.BORROW
        assert step.record.otherwise == "made otherwise than today: files of one (numpy 1 -> 2)"

    def test_nothing_is_said_where_nothing_differs(self) -> None:
        _, _, step = self.steps(record(slug="one"), record(slug="two", packages=NEWER, started="2026-02-01"))
        assert (step.action, step.reason) == (Action.REUSE, "nothing changed")
