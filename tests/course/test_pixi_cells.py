"""Cells that call Pixi ask for what they need, and can be run again where all pages share a folder, as learners do."""

from __future__ import annotations

import re
from collections import Counter

from site_builder.markdown.tree import Cell
from tests.course.test_course import PRESENT, cells, document

FETCHES = re.compile(r"\bpixi (?:add|install|search|exec|update|upgrade|global install|lock(?! --check)|run (?:\S+ )*python)\b")
"""Calls that ask a channel, unless all is in the cache: it may not be where a page is built."""
MADE = re.compile(r"\bmkdir (?!-p)(?P<folder>[\w-]+)|\bpixi init (?:--\S+ \S+ )*(?P<workspace>[\w-]+)")
PIXI = [(path.stem, cell) for path in PRESENT for cell in cells(document(path)) if "pixi" in cell.options.requires]


def made(cell: Cell) -> list[str]:
    """Return the folders that a cell makes in the folder where it begins."""
    found = []
    for line in cell.source.splitlines():
        found += [match["folder"] or match["workspace"] for match in MADE.finditer(line)]
        if re.search(r"\bcd ", line):
            break
    return found


def test_a_cell_that_asks_a_channel_requires_a_network() -> None:
    assert len(PIXI) > 10
    assert [(slug, cell.identifier) for slug, cell in PIXI if FETCHES.search(cell.source) and "network" not in cell.options.requires] == []


def test_a_cell_removes_what_it_made_before_it_makes_it_again() -> None:
    for slug, cell in PIXI:
        for name in made(cell):
            assert f"rm -rf {name}" in cell.source.partition(name)[0] + name, (slug, cell.identifier, name)


def test_no_two_cells_make_the_same_folder() -> None:
    folders = Counter(name for _, cell in PIXI for name in made(cell))
    assert [name for name, count in folders.items() if count > 1] == []
    assert "my-digits" not in folders, "that is the learner's own"
