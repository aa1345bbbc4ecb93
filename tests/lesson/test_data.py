"""Entries of ``data``: what may be written, where a fault is reported, and which names files may have."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.files import unusable_name
from site_builder.lesson.data import DataFile, data_files, taken_names
from site_builder.lesson.discover import discover
from site_builder.problems import Location, Problem
from site_builder.settings.data import DataEntry
from tests.conftest import MakeLesson

DIGEST = "ab" * 32
ADDRESS = "https://data.example.org/set/measurements.csv"


def place(number: int, *key: str) -> Location:
    return Location(PurePosixPath("config.yaml"), 10 + number, len("".join(key)))


def read(**keys: Any) -> tuple[tuple[DataFile, ...], tuple[Problem, ...]]:
    return data_files((DataEntry(**{"address": ADDRESS, "sha256": DIGEST} | keys),), place)


def test_an_address_gives_the_name_and_a_deposit_needs_one() -> None:
    (file,), problems = read()
    assert problems == ()
    assert (file.name, file.target, file.origin, file.sha256) == ("measurements.csv", "data/measurements.csv", ADDRESS, DIGEST)
    (file,), problems = read(address=ADDRESS + "?download=1#x", sha256=f"sha256:{DIGEST.upper()}")
    assert (problems, file.name, file.sha256) == ((), "measurements.csv", DIGEST)
    (file,), problems = read(address="https://data.example.org/two%20words.csv")
    assert (problems, file.name) == ((), "two words.csv")
    for doi in ("10.5281/zenodo.17", "doi:10.5281/zenodo.17", "https://doi.org/10.5281/zenodo.17"):
        (file,), problems = read(address="", doi=doi, name="here.csv", file="there.csv")
        assert (problems, file.doi, file.file, file.name, file.origin) == (
            (), "10.5281/zenodo.17", "there.csv", "here.csv", "https://doi.org/10.5281/zenodo.17"
        )  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "message", "hint"),
    [
        ({"address": ""}, "neither", "https://"),
        ({"doi": "10.5281/zenodo.1"}, "both", "in one way"),
        ({"address": "http://data.example.org/a.csv"}, "http://", "write https://data.example.org/a.csv"),
        ({"address": "ftp://data.example.org/a.csv"}, "https://", "the path of the file"),
        ({"address": "data.csv"}, "https://", "the path of the file"),
        ({"address": "https:///a.csv"}, "https://", "the path of the file"),
        ({"address": "https://me:secret@data.example.org/a.csv"}, "every reader", "anybody may read"),
        ({"address": "https://data.example.org/a b.csv"}, "not an address", "%20"),
        ({"address": "https://data.example.org/\u202ea.csv"}, "not an address", "%20"),
        ({"address": "https://[::1/a.csv"}, "https://", "the path of the file"),
        ({"address": "https://data.example.org:99999/a.csv"}, "not an address", "65535"),
        ({"address": "https://doi.org/10.5281/zenodo.1"}, "leads to a page", "`doi: 10.5281/zenodo.1`"),
        ({"address": "", "doi": "zenodo.1", "name": "a"}, "not a DOI", "10.5281"),
        ({"address": "", "doi": "10.5281/zenodo.1"}, "many files", "name:"),
        ({"file": "a.csv"}, "belongs to a `doi`", "`name`"),
        ({"address": "https://data.example.org/"}, "no name", "`name: `"),
        ({"address": "https://data.example.org/%2e%2e%2fa"}, "plain file name", ""),
        ({"name": "../a.csv"}, "plain file name", ""),
        ({"name": "a/b.csv"}, "plain file name", ""),
        ({"name": "a\\b.csv"}, "plain file name", ""),
        ({"name": "/etc/passwd"}, "plain file name", ""),
        ({"name": ".."}, "plain file name", ""),
        ({"name": ".netrc"}, "hidden", ""),
        ({"name": "CON"}, "device", ""),
        ({"name": "nul.csv"}, "device", ""),
        ({"name": "a:b"}, "not every system", ""),
        ({"name": "a\tb"}, "not every system", ""),
        ({"name": "a.csv."}, "not every system", ""),
        ({"name": "ä" * 101}, "longer than 200", ""),
        ({"sha256": "ab"}, "not a SHA-256", "64"),
        ({"hosts": ("https://a.org",)}, "name of a host", "without https://"),
    ],
)
def test_a_fault_is_told_at_its_key_with_what_to_write(keys: dict[str, Any], message: str, hint: str) -> None:
    if ".." in str(keys.get("address")) or "%2e" in str(keys.get("address")):
        (file,), problems = read(**keys)
        assert (file.name, problems) == ("a", ())  # the last part alone is the name
        return
    files, problems = read(**keys)
    assert files == ()
    (problem,) = problems
    assert (problem.code, problem.location.line) == ("LS035", 10)
    assert message in problem.message
    assert hint in problem.hint
    assert problem.hint


def test_without_a_digest_there_is_a_file_whose_digest_can_be_found_out() -> None:
    (file,), (problem,) = read(sha256="")
    assert (file.sha256, problem.code) == ("", "LS036")
    assert "lesson data fetch --print-digests" in problem.hint


NAMES = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["..", ".", "con.txt", "a/..", "..\\a", "\0", "a\0b", " a", "a ", ""]
)


@given(NAMES)
def test_a_name_is_one_plain_step_on_every_system(name: str) -> None:
    if unusable_name(name):
        return
    assert PurePosixPath("data", name).parts == ("data", name)
    assert not name.startswith(".")
    assert not set('\\/:*?"<>|\0\n') & set(name)
    assert name.isprintable()
    assert name == name.strip()


@given(
    st.dictionaries(st.sampled_from(["address", "doi", "file", "sha256", "name", "title", "license"]), st.text(max_size=40)),
    st.lists(NAMES),
)
def test_no_entry_leads_to_more_than_problems(keys: dict[str, str], hosts: list[str]) -> None:
    files, problems = data_files((DataEntry(**keys, hosts=tuple(hosts)),), place)
    assert bool(files) != any(problem.code == "LS035" for problem in problems)
    for file in files:
        assert PurePosixPath(file.target).parent == PurePosixPath("data")
        assert re.fullmatch("(https://.*)?", file.address)


def test_a_name_is_taken_once() -> None:
    (one,), _ = read()
    (other,), _ = read(sha256="cd" * 32)
    (capitals,), _ = read(name="Measurements.CSV")
    assert list(taken_names((one, one), (), ())) == []
    assert [problem.code for problem in taken_names((one, other), (), ())] == ["LS037"]
    assert [problem.code for problem in taken_names((other,), (one,), ())] == ["LS037"]
    assert [problem.code for problem in taken_names((one, capitals), (), ())] == ["LS037"]
    (problem,) = taken_names((one,), (), ("data/MEASUREMENTS.csv",))
    assert "data/MEASUREMENTS.csv" in problem.message


def test_the_settings_name_data_and_a_fault_has_its_line(make_lesson: MakeLesson) -> None:
    settings = f"""title: L
license: CC0
data:
- address: {ADDRESS}
  sha256: {DIGEST}
  size: 17
  hosts: store.example.org
- address: http://data.example.org/b.csv
  sha256: {DIGEST}
- address: https://data.example.org/own.csv
  sha256: {DIGEST}
- address: https://data.example.org/c.csv
  sha: {DIGEST}
- address: https://data.example.org/d.csv
  size: none
  sha256: {DIGEST}
"""
    root = make_lesson({"config.yaml": settings, "episodes/a.md": "Text.\n", "episodes/data/own.csv": "1\n", "index.md": "Hi.\n"})
    lesson, report = discover(root)
    assert [file.name for file in lesson.data] == ["measurements.csv", "own.csv", "c.csv", "d.csv"]
    assert (lesson.data[0].size, lesson.data[0].hosts, lesson.data[0].place.line) == (17, ("store.example.org",), 4)
    assert [(problem.code, problem.location.line) for problem in report.problems] == [
        ("LS008", 13), ("LS008", 15), ("LS035", 8), ("LS036", 12), ("LS037", 10)
    ]  # fmt: skip
