"""Execution keys: what a result depends on changes them, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.environments.base import Package, PackageSet
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, Expression
from site_builder.plan.keys import cell_digest, key_parts
from site_builder.records.model import KeyParts
from site_builder.settings.cell import CellOptions

names = st.sampled_from(["a", "b", "cell-1", "x", ""])
sources = st.text(alphabet="ab\n '\"\\,[]\ud800", max_size=6)
options = st.builds(CellOptions, evaluate=st.booleans(), error=st.booleans(), requires=st.lists(names, max_size=2).map(tuple))
cells = st.builds(Cell, names, names, sources, options) | st.builds(Expression, names, names, sources)
lists_of_cells = st.lists(cells, max_size=3).map(tuple)
inputs = st.dictionaries(names, st.binary(max_size=3), max_size=3)
variables = st.dictionaries(names, names, max_size=2)
packages = st.builds(Package, names, names, names, names)
package_sets = st.builds(PackageSet, st.just("default"), names, st.lists(packages, max_size=3).map(tuple))

CELL = Cell("cell-1", "python", "print(1)")
GOLDEN = "2169e1e70019f0c7cb3dc86be22f833c15d9c713673e3457bde6f047f36cf25d"


def test_a_key_is_a_sha256_in_hexadecimal_and_always_the_same() -> None:
    parts = key_parts([CELL], "environment", {"a.csv": b"1"}, {"SEED": "1"})
    assert parts == key_parts([CELL], "environment", {"a.csv": b"1"}, {"SEED": "1"})
    assert len(parts.key) == 64
    assert len(bytes.fromhex(parts.code)) == 32


def test_the_key_of_today_is_the_key_of_tomorrow() -> None:
    """Committed records stay valid only with this value: changing it needs a new schema number."""
    assert key_parts([CELL], "e", {"a": b"1"}, {"b": "2"}).key == GOLDEN


def test_prose_and_places_do_not_matter() -> None:
    cell = "```{python}\n#| label: first\nprint(1)\n```\n"
    path = PurePosixPath("episodes/one.md")
    first = read(f"---\ntitle: A\n---\n\nBefore.\n\n{cell}\nValue `{{python}} 1 + 1` here.\n", path, episode=True)
    second = read(f"---\ntitle: B\nteaching: 5\n---\n\n# Other\n\n> Text.\n\n{cell}\n- `{{python}} 1 + 1`\n", path, episode=True)
    assert len(first.cells) == 2
    assert key_parts(first.cells, "", {}) == key_parts(second.cells, "", {})


@pytest.mark.parametrize(
    "change",
    [
        {"source": "print(2)"}, {"source": "print(1) "}, {"language": "bash"}, {"identifier": "cell-2"},
        {"options": CellOptions(evaluate=False)}, {"options": CellOptions(error=True)}, {"options": CellOptions(requires=("cuda",))},
    ],
)  # fmt: skip
def test_whatever_alters_what_runs_changes_the_key(change: dict[str, Any]) -> None:
    assert cell_digest(replace(CELL, **change)) != cell_digest(CELL)


@pytest.mark.parametrize(
    "change",
    [
        {"line": 9}, {"source_line": 9}, {"options": CellOptions(echo=False, output=False, include=False, warning=False, code_fold=True)},
        {"options": CellOptions(figure_caption="c", figure_alt="a", max_lines=3, timeout=9.0, html="h", normalise=("times",))},
    ],
)  # fmt: skip
def test_what_only_alters_how_it_is_shown_does_not(change: dict[str, Any]) -> None:
    assert cell_digest(replace(CELL, **change)) == cell_digest(CELL)


def test_an_expression_is_no_cell_and_its_number_does_not_matter() -> None:
    expression = Expression("inline-1", "python", "print(1)")
    assert cell_digest(expression) != cell_digest(Cell("inline-1", "python", "print(1)"))
    assert cell_digest(expression) == cell_digest(replace(expression, identifier="inline-2"))


def test_the_name_of_the_environment_does_not_matter_but_its_platform_does() -> None:
    rows = (Package("numpy", "2.4.1", "py313", "c0ffee"),)
    assert PackageSet("a", "linux-64", rows).digest == PackageSet("b", "linux-64", rows).digest
    assert PackageSet("a", "linux-64", rows).digest != PackageSet("a", "osx-arm64", rows).digest


def facts(cell: Cell | Expression) -> tuple[object, ...]:
    if isinstance(cell, Expression):
        return ("expression", cell.language, cell.source)
    return ("cell", cell.identifier, cell.language, cell.source, cell.options.evaluate, cell.options.error, cell.options.requires)


Ingredients = tuple[tuple[Cell | Expression, ...], PackageSet, dict[str, bytes], dict[str, str]]
ingredients = st.tuples(lists_of_cells, package_sets, inputs, variables)


def parts_of(what: Ingredients) -> KeyParts:
    return key_parts(what[0], what[1].digest, what[2], what[3])


def everything(what: Ingredients) -> object:
    return [facts(cell) for cell in what[0]], what[1].platform, sorted(what[1].packages), what[2], what[3]


@given(ingredients, ingredients)
def test_keys_are_equal_exactly_where_the_ingredients_are(first: Ingredients, second: Ingredients) -> None:
    assert (parts_of(first).key == parts_of(second).key) == (everything(first) == everything(second))


@given(ingredients, ingredients, st.integers(0, 3))
def test_one_changed_ingredient_changes_the_key(what: Ingredients, other: Ingredients, index: int) -> None:
    changed: Any = (*what[:index], other[index], *what[index + 1 :])
    assert (parts_of(changed).key == parts_of(what).key) == (everything(changed) == everything(what))


@given(ingredients, package_sets)
def test_another_environment_changes_the_key_and_not_the_code(what: Ingredients, other: PackageSet) -> None:
    elsewhere = parts_of((what[0], other, what[2], what[3]))
    assert elsewhere.code == parts_of(what).code
    assert (elsewhere.key == parts_of(what).key) == (other.digest == what[1].digest)


@given(st.lists(cells, min_size=2, max_size=4), st.randoms())
def test_the_order_of_cells_matters(given_cells: list[Cell | Expression], random: Any) -> None:
    shuffled = random.sample(given_cells, len(given_cells))
    same = [facts(cell) for cell in given_cells] == [facts(cell) for cell in shuffled]
    assert (key_parts(given_cells, "", {}).key == key_parts(shuffled, "", {}).key) == same


@given(inputs, st.lists(packages, max_size=4), st.randoms())
def test_the_order_of_inputs_and_packages_does_not(files: dict[str, bytes], rows: list[Package], random: Any) -> None:
    backwards = dict(reversed(files.items()))
    assert key_parts([], "", files).key == key_parts([], "", backwards).key
    shuffled = tuple(random.sample(rows, len(rows)))
    assert PackageSet("a", "p", tuple(rows)).digest == PackageSet("a", "p", shuffled).digest


@pytest.mark.parametrize(
    ("cell", "digest"),
    [
        (Expression("e", "python", "1 + 1"), "cb70f241e4e90facc3694dde81d1b2126af5134c38ac4762c073dc145c095e68"),
        (Cell("c", "r", "x", CellOptions(may_raise=True)), "4cb0b3d155a4f6a4931758a8905043daec29a2ae61fcb2edc80b661f4ca38aab"),
        (Cell("c", "r", "x"), "abb625e9439989ee8afa36af3f5f718cafaab29ff80f05e108166e31233ef169"),
    ],
)
def test_the_digest_of_a_cell_today_is_that_of_tomorrow(cell: Cell | Expression, digest: str) -> None:
    """Committed records hold only as long as these values do."""
    assert cell_digest(cell) == digest
