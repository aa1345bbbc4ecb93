"""Which documents a forked R may run, and which packages it may have loaded before they ask."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from site_builder.execute.local.knitr.sharing import certain_packages, may_fork, shared_packages
from site_builder.markdown.rmarkdown import divide


def chunk(code: str, header: str = "r") -> str:
    return f"```{{{header}}}\n{code}\n```\n\n"


def certain(text: str) -> set[str]:
    return set(certain_packages(divide(text)))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("library(dplyr)", {"dplyr"}),
        ('library("dplyr")  # tables\nrequire(ggplot2);', {"dplyr", "ggplot2"}),
        ("suppressPackageStartupMessages(library('dplyr'))", {"dplyr"}),
        ("x <- class(cars)\nlibrary(data.table)", {"data.table"}),
        ("if (FALSE) library(dplyr)", set()),
        ("  library(dplyr)", set()),
        ("f <- function() {\n  library(dplyr)\n}", set()),
        ("# library(dplyr)", set()),
        ("library(dplyr, lib.loc = 'here')", set()),
        ("library(name, character.only = TRUE)", set()),
        ("x <- readRDS('x.rds')\nlibrary(dplyr)", set()),
        ("library(dplyr)\nx <- readRDS('x.rds')\nlibrary(ggplot2)", {"dplyr"}),
        ("lapply(files, source)\nlibrary(dplyr)", set()),
        ("class(x) <- 'tbl'\nlibrary(dplyr)", set()),
        ("library(dplyr)\nsessionInfo()", set()),
        ("library(dplyr)\nmethods('print')", set()),
        (".libPaths('here')\nlibrary(dplyr)", set()),
        ("setHook(packageEvent('dplyr', 'onLoad'), f)\nlibrary(dplyr)", set()),
        ("knitr::opts_chunk$set(echo = FALSE)\nlibrary(dplyr)", {"dplyr"}),
        ("knitr::opts_chunk$set(eval = FALSE)\nlibrary(dplyr)", set()),
    ],
)
def test_a_package_is_certain_where_its_document_loads_it_whatever_happens(code: str, found: set[str]) -> None:
    assert certain(chunk(code)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (chunk("library(dplyr)", "r, eval=FALSE"), set()),
        (chunk("#| eval: false\nlibrary(dplyr)"), set()),
        (chunk("library(dplyr)", "r, eval=ready"), set()),
        (chunk("install.packages('dplyr')", "r, eval=FALSE") + chunk("library(dplyr)"), {"dplyr"}),
        (chunk("library(dplyr)", "python"), set()),
        (chunk("library(dplyr)", 'r, engine="bash"'), set()),
        (chunk("", 'r, child="a.Rmd"') + chunk("library(dplyr)"), set()),
        (chunk("library(dplyr)") + chunk("<<first>>"), set()),
        (chunk("library(dplyr)", "r a") + chunk("", 'r, ref.label="a"'), set()),
        ("`r load('a.rda')`\n\n" + chunk("library(dplyr)"), set()),
        ("Write `library(dplyr)`, not sessionInfo().\n", set()),
    ],
)
def test_options_and_text_decide_what_is_certain(text: str, found: set[str]) -> None:
    assert certain(text) == found


def test_a_document_that_looks_at_its_process_is_not_forked() -> None:
    assert may_fork(divide(chunk("1") + "Words: commandArgs()\n"))
    assert not may_fork(divide(chunk("args <- commandArgs()")))
    assert not may_fork(divide("`r length(commandArgs())`\n"))
    assert may_fork(divide(chunk("commandArgs()", "r, eval=FALSE")))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {}),
        ({"a": "", "b": ""}, {"a": "", "b": ""}),
        ({"a": "x"}, {"a": ""}),
        ({"a": "x", "b": "x", "c": ""}, {"a": "x", "b": "x", "c": ""}),
        ({"a": "xy", "b": "x", "c": "yz"}, {"a": "x", "b": "x", "c": ""}),
        ({"a": "xy", "b": "xy", "c": "z", "d": "z"}, {"a": "xy", "b": "xy", "c": "z", "d": "z"}),
    ],
)
def test_a_server_has_what_all_of_its_documents_load(wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    shared = shared_packages({name: frozenset(packages) for name, packages in wanted.items()})
    assert shared == {name: frozenset(packages) for name, packages in found.items()}
