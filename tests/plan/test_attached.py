"""Packages that R code attaches whatever happens."""

from __future__ import annotations

import pytest

from site_builder.markdown.tree import Cell
from site_builder.plan.attached import attached_packages
from site_builder.settings.cell import CellOptions


def test_r_packages_are_those_that_running_cells_attach() -> None:
    cells = [
        Cell("a", "r", "library(dplyr)\n  require('ggplot2')\nx <- 'library(no)'\n# library(no)", CellOptions(), line=1),
        Cell("b", "r", "library(gone)", CellOptions(error=True), line=2),
        Cell("c", "python", "library(python)", CellOptions(), line=3),
        Cell("d", "r", "library(shown)", CellOptions(evaluate=False), line=4),
    ]
    assert attached_packages(cells) == ("dplyr", "ggplot2")


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("if (requireNamespace('a')) {\n  library(a)\n}\nlibrary(b)", ("b",)),
        ("if (x)\n  library(a)\nlibrary(b)", ("b",)),
        ("if (x) {\n  1\n} else\n  library(a)\nlibrary(b)", ("b",)),
        ("if (!require(a)) install.packages('a')", ()),
        ("f <- function() {\n  library(a)\n}\nlibrary(b)", ("b",)),
        ("try({\n  library(a)\n})", ()),
        ("for (name in c('a', 'c')) library(name, character.only = TRUE)", ()),
        ("name <- 'a'\nlibrary(name, character.only = TRUE)\nlibrary('b', character.only = TRUE)", ("b",)),
        ("suppressPackageStartupMessages({\n  library(a)\n  library(b); library(c)\n})", ("a", "b", "c")),
        ("there = suppressWarnings(require(a, quietly = TRUE))\nx <- require(b)\nlibrary(c)", ("c",)),
        ("if (x) suppressWarnings(library(a))", ()),
        ("invisible(suppressWarnings(library(a)))", ("a",)),
        ("x <- c(1,\n  2)\nlibrary(package = 'a')\n{\n  library(b, quietly = TRUE)\n}", ("a", "b")),
        ('x <- "if (TRUE) {"\n# {\nlibrary(a)', ("a",)),
        (") }\nlibrary(a)", ("a",)),
    ],
)
def test_what_the_code_may_do_without_is_left_to_it(code: str, packages: tuple[str, ...]) -> None:
    assert attached_packages([Cell("a", "r", code, line=1)]) == packages


def test_where_r_decides_whether_a_cell_runs_nothing_is_asked_of_the_machine() -> None:
    there = "requireNamespace('a', quietly = TRUE)"

    def found(options: str, before: str = "1") -> tuple[str, ...]:
        return attached_packages([Cell("s", "r", before, knitr=""), Cell("c", "r", "library(a)", knitr=options)])

    assert found("fig.width = 3") == ("a",)
    assert found(f"eval = {there}") == ()
    assert found("", f"knitr::opts_chunk$set(collapse = TRUE, eval = {there})") == ()
    assert found("", "knitr::opts_chunk$set(collapse = TRUE)\nf(eval = 1)") == ("a",)
    assert found("eval = TRUE", f"opts_chunk$set(\n  eval = {there}\n)") == ("a",)
