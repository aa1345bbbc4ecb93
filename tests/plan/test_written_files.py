"""Which episodes use a file that an earlier one writes, told from the names in their code."""

from __future__ import annotations

import pytest

from site_builder.markdown.tree import Cell
from site_builder.plan.written_files import derived_needs
from site_builder.settings.cell import CellOptions


def needs(*codes: str, evaluate: bool = True) -> list[tuple[str, ...]]:
    episodes = [(str(number), [Cell("c", "r", code, CellOptions(evaluate=evaluate), knitr="")]) for number, code in enumerate(codes)]
    return list(derived_needs(episodes).values())


@pytest.mark.parametrize(
    "writes",
    [
        'write.csv(x, file = "data/a.csv")',
        "write_csv(x, 'data/a.csv')",
        'x %>%\n  readr::write_csv("./data/a.csv")',
        'ggsave(\n  filename = paste("data/a.csv"), plot = p)',
        'cat("a (b", file = "data/a.csv")',
        'saveRDS(f(x, "data/b.csv"), "data/a.csv")',
    ],
)
def test_a_file_that_is_written_and_then_named_is_a_need(writes: str) -> None:
    assert needs(writes, 'read.csv("data/a.csv")', "1") == [(), ("0",), ()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('read.csv("data/a.csv")', 'read.csv("data/a.csv")'),
        ('write.csv(x, "data/a.csv")', 'read.csv("data/b.csv")'),
        ('write.csv(x, "b.csv"); read.csv("data/a.csv")', 'read.csv("data/a.csv")'),
        ('cat("a b.csv")', 'cat("a b.csv")'),
        ('cat("done")', 'cat("done")'),
        ("write.csv(x, name", "read.csv(name)"),
    ],
)
def test_other_names_are_none(first: str, second: str) -> None:
    assert needs(first, second) == [(), ()]


def test_only_earlier_episodes_that_run_count() -> None:
    assert needs('read.csv("a.csv")', 'write.csv(x, "a.csv")') == [(), ()]
    assert needs('write.csv(x, "a.csv")', 'read.csv("a.csv")', evaluate=False) == [(), ()]
