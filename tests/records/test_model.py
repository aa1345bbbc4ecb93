"""When two records are equivalent: a difference that changes no page is no reason to rewrite a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_builder.environments.base import PackageSet
from site_builder.records.model import CellRecord, EpisodeRecord, KeyParts, Provenance, Stream, same_results

PACKAGES = PackageSet("default", "linux-64", ())
CELL = CellRecord("a", "python", "1", (Stream("stdout", "1\n"),), 0.5)
MADE = Provenance("lesson 0", "host", PACKAGES, False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 1.0)
RECORD = EpisodeRecord("one", KeyParts(("c",), (), PACKAGES.digest), (CELL,), MADE)


@pytest.mark.parametrize(
    "other",
    [
        RECORD,
        replace(RECORD, provenance=replace(MADE, started="2027", seconds=3.0, machine="other", commit="abc", tool="lesson 1")),
        replace(RECORD, cells=(replace(CELL, seconds=9.0),)),
        replace(RECORD, origin="committed"),
    ],
)
def test_time_and_machine_do_not_matter(other: EpisodeRecord) -> None:
    assert same_results(RECORD, other)


@pytest.mark.parametrize(
    "other",
    [
        replace(RECORD, episode="two"),
        replace(RECORD, parts=replace(RECORD.parts, cells=("d",))),
        replace(RECORD, provenance=replace(MADE, locked=True)),
        replace(RECORD, cells=(replace(CELL, outputs=(Stream("stdout", "2\n"),)),)),
        replace(RECORD, cells=(replace(CELL, missing=("cuda",)),)),
        replace(RECORD, cells=()),
    ],
)
def test_key_outputs_and_lock_do(other: EpisodeRecord) -> None:
    assert not same_results(RECORD, other)


def test_other_files_read_are_another_result_even_if_it_looks_the_same() -> None:
    assert not same_results(RECORD, replace(RECORD, provenance=replace(MADE, read=(("a.csv", "1"),))))
