"""Episodes share tasks by environment, GPU and time, and needs decide what waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from site_builder.batch.grouping import tasks_of
from site_builder.batch.model import Batch, EpisodeWork, as_plain, from_plain


def work(slug: str, seconds: float = 10.0, *, needs: tuple[str, ...] = (), environment: str = "default", gpu: bool = False) -> EpisodeWork:
    return EpisodeWork(slug, environment, gpu, seconds, True, needs)


def test_short_episodes_share_a_task_up_to_the_time() -> None:
    tasks = tasks_of([work(f"e{number}", 100) for number in range(5)], 250)
    assert [task.episodes for task in tasks] == [("e0", "e1"), ("e2", "e3"), ("e4",)]
    assert [task.number for task in tasks] == [1, 2, 3]


def test_environments_and_gpus_are_kept_apart() -> None:
    tasks = tasks_of([work("a"), work("b", environment="ml"), work("c", environment="ml", gpu=True), work("d")], 600)
    assert {(task.environment, task.gpu, task.episodes) for task in tasks} == {
        ("default", False, ("a", "d")),
        ("ml", False, ("b",)),
        ("ml", True, ("c",)),
    }


def test_what_is_needed_shares_the_task_where_all_of_it_fits() -> None:
    (task,) = tasks_of([work("a"), work("b", needs=("a",)), work("c")], 600)
    assert task.episodes == ("a", "b", "c")
    assert task.after == task.reads == ()


def test_otherwise_the_later_task_waits_and_reads() -> None:
    first, second = tasks_of([work("b", 500, needs=("a", "kept")), work("a", 500)], 600)
    assert (first.episodes, second.episodes) == (("a",), ("b",))
    assert second.after == (first.number,)
    assert second.reads == ("a", "kept")


@given(st.lists(st.tuples(st.floats(0.1, 900), st.sets(st.integers(0, 11)), st.booleans()), max_size=12))
def test_each_episode_is_in_one_task_and_no_task_waits_for_a_later_one(rows: list[tuple[float, set[int], bool]]) -> None:
    works = [
        work(f"e{number}", seconds, gpu=gpu, needs=tuple(f"e{other}" for other in needs if other < number))
        for number, (seconds, needs, gpu) in enumerate(rows)
    ]
    tasks = tasks_of(works, 600)
    assert sorted(slug for task in tasks for slug in task.episodes) == sorted(each.slug for each in works)
    assert all(number < task.number for task in tasks for number in task.after)
    place = {slug: task.number for task in tasks for slug in task.episodes}
    tasks_by = {task.number: task for task in tasks}
    for each in works:
        for name in each.needs:
            assert place[name] == place[each.slug] or place[name] in tasks_by[place[each.slug]].after


def test_a_batch_survives_as_json() -> None:
    batch = Batch("1-ab", "slurm", "2026-01-01T00:00:00+00:00", tasks_of([work("a")], 60), {1: "7_1"}, {"a": "key"})
    assert from_plain(as_plain(batch)) == batch
    assert from_plain({"tasks": 3}) is None
