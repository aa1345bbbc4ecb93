"""The list of faults, their tests and their guards: what each names is there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def tool(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(f"tool_{name}", ROOT / "tools" / f"{name}.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    import sys

    sys.modules[specification.name] = module  # dataclasses look there
    specification.loader.exec_module(module)
    return module


FAULTS, MUTANTS = tool("faults"), tool("mutants")


def test_each_of_the_28_faults_is_there_once() -> None:
    assert [row.number for row in FAULTS.rows()] == list(range(1, 29))


@pytest.mark.parametrize("row", FAULTS.rows(), ids=lambda row: str(row.number))
def test_the_tests_of_a_fault_are_there(row: object) -> None:
    for test in (each for each in row.tests if each.startswith("tests/")):  # type: ignore[attr-defined]
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), test
        assert not name or re.search(rf"^\s*(?:def|class) {name}\b", (ROOT / file).read_text(), re.MULTILINE), test


def test_the_documentation_has_every_row_as_it_is_listed() -> None:
    shown = FAULTS.PAGE.read_text()
    for row in FAULTS.rows():
        (found,) = re.findall(rf"^\| {row.number} \| .*$", shown, re.MULTILINE)
        assert found.startswith(f"| {row.number} | {row.fault} | {row.holds} | ") and "failed" not in found.split(" | ")[3]
        assert found == FAULTS.line(row, {}).replace("| 0 held |", f"| {found.split(' | ')[3]} |")


def test_every_guard_stands_in_its_file_once_and_its_tests_are_there() -> None:
    listed = MUTANTS.mutants()
    assert MUTANTS.misfits(listed) == [] and len(listed) >= 60
    assert len({each.name + each.new for each in listed}) == len(listed)
    for test in {test.partition("::")[0] for each in listed for test in each.tests}:
        assert (ROOT / test).exists(), test


def test_a_guard_that_is_gone_is_a_misfit() -> None:
    one = MUTANTS.mutants()[0]
    lost = type(one)(one.row, one.file, "no such text", "", one.tests)
    assert MUTANTS.misfits([lost]) == [lost.name]
