"""Which job starts first: the one that took longest when it ran last, else the one whose cells look longest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_builder.execute.base import Knit
from site_builder.execute.local.executor import weight
from tests.execute.jobs import job
from tests.execute.test_episode import cell


def test_what_a_job_took_before_counts_more_than_its_cells() -> None:
    many, few = job(*(cell(f"c{number}", "1") for number in range(50))), job(cell("a", "1"))
    assert weight(many) > weight(few)
    assert weight(replace(few, before=30.0)) > weight(many) > weight(replace(few, before=0.1))


@pytest.mark.parametrize(
    ("code", "knit"), [("ggplot(data)", Knit("")), ("plt.plot([1])", None), ("data.T.plot.scatter()", None), ("ax.hist(x)", None)]
)
def test_a_cell_that_draws_counts_as_many_that_do_not(code: str, knit: Knit | None) -> None:
    drawing = job(cell("a", code), knit=knit)
    quiet = job(*(cell(f"c{number}", "1 + 1") for number in range(5)), knit=knit)
    assert weight(drawing) > weight(quiet)
