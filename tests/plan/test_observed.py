"""Which earlier episodes an episode uses files of: told from names, errors and what earlier runs were given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_builder.environments.base import PackageSet
from site_builder.plan.keys import key_parts
from site_builder.plan.observed import Trace, newest_traces, observed_needs, trace_of
from site_builder.records.model import CellRecord, Display, EpisodeRecord, Output, Piece, Provenance, Raised, Stream

MADE = Provenance("lesson 0", "host", PackageSet("default", "linux-64", ()), False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 1.0)
R_WARNING = "Warning in file(con, \"r\"): cannot open file 'results/made.txt': No such file or\ndirectory\n"


def record(*outputs: Output, pieces: tuple[Piece, ...] = (), made: Provenance = MADE, slug: str = "two") -> EpisodeRecord:
    return EpisodeRecord(slug, key_parts((), "", {}), (CellRecord("cell-1", "r", "", outputs, pieces=pieces),), made)


def needs(code: str = "", own: Trace | None = None, left: tuple[str, ...] = ("results/made.txt",)) -> dict[str, tuple[str, ...]]:
    traces = {"one": Trace(left=frozenset(left)), **({"two": own} if own else {})}
    return dict(observed_needs([("one", ""), ("two", code)], traces)["two"])


@pytest.mark.parametrize(
    "code",
    [
        'read.csv("results/made.txt")', 'file.path("results", "made.txt")', "cat results/made.txt", "ls results/*.txt", 'dir("results")',
        "os.listdir('results/')", 'list.files("./results")', "glob('*/made.???')",
    ],
)  # fmt: skip
def test_code_that_names_a_file_or_its_folder_needs_who_left_it(code: str) -> None:
    assert needs(code) == {"one": ("results/made.txt",)}


@pytest.mark.parametrize("code", ["remade.txt", "made.txt.gz", "made.txts", "results", "x * y", '"other"', "results/*.csv"])
def test_other_words_need_nothing(code: str) -> None:
    assert needs(code) == {}


def test_a_name_without_an_ending_may_be_any_word_unless_its_folder_stands_before_it() -> None:
    assert needs("print('the out of it')", left=("results/out",)) == {}
    assert needs("cat results/out", left=("results/out",)) == {"one": ("results/out",)}


def test_what_an_episode_makes_itself_is_its_own() -> None:
    assert needs('ggsave("results/made.txt")', Trace(left=frozenset(["results/made.txt"]))) == {}
    assert needs('dir.create("results")', Trace(left=frozenset(["results/mine.txt"]))) == {}


def test_a_read_that_failed_tells_whose_file_it_was() -> None:
    assert needs("", Trace(absent=frozenset(["results/made.txt"]))) == {"one": ("results/made.txt",)}
    assert needs("", Trace(words=R_WARNING)) == {"one": ("results/made.txt",)}
    assert needs("", Trace(words="the file made.txt is odd")) == {}


@pytest.mark.parametrize(
    "words",
    [
        "cat: results/made.txt: No such file or directory", "FileNotFoundError: [Errno 2] ...: 'results/made.txt'", 'Cannot find the file(s): "results/made.txt"',
        "'results/made.txt' does not exist in current\nworking directory ('/lesson/episodes').", "cat: 'results/*.txt': No such file or directory",
        "FileNotFoundError: [Errno 2] No such file or directory: 'results'", "File 'results/made.txt' does not exist or is non-readable. getwd()==''",
    ],
)  # fmt: skip
def test_every_way_to_say_it_is_understood(words: str) -> None:
    assert Trace(words=words).missed
    assert needs("", Trace(words=words)) == {"one": ("results/made.txt",)}


@pytest.mark.parametrize(
    "words",
    ["Error: object 'x' not found", "there is no package called 'made.txt'", 'could not find function "f"', "column x does not exist"],
)
def test_other_errors_miss_no_file(words: str) -> None:
    assert not Trace(words=words).missed


def test_a_module_that_an_episode_writes_is_one_of_its_files() -> None:
    assert needs("import helper", Trace(words="ModuleNotFoundError: No module named 'helper'"), left=("helper.py",)) == {
        "one": ("helper.py",)
    }


def test_what_a_run_was_given_stays_a_need_as_long_as_it_is_left() -> None:
    given = Trace(needs={"one": ("results/made.txt",)})
    assert needs("", given) == {"one": ("results/made.txt",)}
    assert needs("", given, left=("results/other.txt",)) == {}


def test_only_earlier_episodes_count() -> None:
    traces = {"two": Trace(left=frozenset(["a.csv"]))}
    assert observed_needs([("one", "a.csv"), ("two", "")], traces) == {"one": {}, "two": {}}


def test_a_trace_has_errors_warnings_and_what_programs_did_not_find() -> None:
    outputs = (
        Stream("stdout", "fine made.txt\ncat: b.txt: No such file or directory\n"),
        Stream("stderr", R_WARNING),
        Raised("E", "gone", ("t",)),
    )
    found = trace_of(record(*outputs, pieces=(Piece.OUTPUT, Piece.WARNING, Piece.ERROR)))
    assert "b.txt" in found.words and "results/made.txt" in found.words and "gone" in found.words
    assert "fine" not in found.words
    assert found.missed
    assert not trace_of(record(Stream("stdout", "fine"))).missed


def test_figures_that_knitr_named_were_left_too() -> None:
    made = replace(MADE, left=("a.csv",), read=(("*", "1"), ("b.csv", "")))
    found = trace_of(record(Display({"image/png": ""}, path="fig/one-1.png"), made=made))
    assert found.left == {"a.csv", "fig/one-1.png"}
    assert found.absent == {"b.csv"}


def test_the_newest_record_counts_and_in_one_second_the_one_with_more_needs() -> None:
    old = record(made=replace(MADE, started="2025-01-01T00:00:00+00:00", left=("old",)))
    first, second = record(made=replace(MADE, left=("first",))), record(made=replace(MADE, left=("second",), needs=(("one", ("a",)),)))
    for order in ([old, first, second], [second, first, old]):
        assert newest_traces(order)["two"].left == {"second"}
