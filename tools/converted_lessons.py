"""Write docs/converted-lessons.md: what `lesson convert` makes of real lessons.

    python tools/converted_lessons.py FOLDER OUTPUT

FOLDER holds lessons as ``NAME/source``. One with episodes in R Markdown is knitted first (`tools/knitted_lesson.py`), and compared with its
own chunks afterwards. Nothing of their text gets into the page: counts, reasons and line numbers only.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from site_builder.conversion.model import LeftPlain, NewCell
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell
from site_builder.operations.convert import Conversion, convert
from site_builder.operations.convert_write import write
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

HEAD = """# What `lesson convert` makes of real lessons

Written by `tools/converted_lessons.py`; see [from typed to executed](convert.md) for what the words mean. Each lesson is the copy among our
test lessons, in which large files are empty or left out. Each was converted with one command, converted again, which changed nothing, and
built with a second one.

| lesson | fences of code | cells | shown | run unseen | raise | plain | outputs removed | pictures replaced | outputs changed | seconds |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
NAMES = re.compile(r"`[^`]*`|(?<=the package )\S+|(?<=the program )\S+|(?<=raises ).+(?=, w)|(?<=status )\d+|(?<=cells alone run: ).*")


def main() -> int:
    """Convert and build the lessons of a folder, and write the page."""
    parser = argparse.ArgumentParser(description="Write what `lesson convert` makes of real lessons.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    rows, reasons, changes, others = list[str](), list[str](), list[str](), list[str]()
    for source in sorted(given.folder.glob("*/source")):
        name = source.parent.name.replace("__", "/", 1)
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch) / "lesson"
            knitted = any((source / "episodes").glob("*.Rmd"))
            if knitted:
                subprocess.run((sys.executable, str(Path(__file__).with_name("knitted_lesson.py")), source, root), check=True)
            else:
                shutil.copytree(source, root)
            begun = time.monotonic()
            done = convert(root, Options("host"), ())
            seconds = time.monotonic() - begun
            write(root, done)
            again = convert(root, Options("host"), ())
            assert all(page.after == page.before for page in again.pages), f"{name}: a second conversion changes something"
            build(root, None, Options("host"))
            rows.append(_row(f"{name}, knitted" if knitted else name, done, seconds))
            reasons += _reasons(name, done)
            changes += _changes(name, done)
            others += _against_chunks(name, source, root) if knitted else []
    parts = [HEAD, *rows, "\n## What stays plain\n\n| lesson | reason | fences |\n| --- | --- | ---: |\n", *reasons]
    parts += ["\n## What readers see change\n\n| lesson | what | where |\n| --- | --- | --- |\n", *changes, *others]
    given.output.write_text("".join(parts), encoding="utf-8")
    return 0


def _row(name: str, done: Conversion, seconds: float) -> str:
    choices = [choice for page in done.pages for choice in page.choices]
    cells = [choice for choice in choices if isinstance(choice, NewCell)]
    unseen, raising = sum(bool(cell.hidden) for cell in cells), sum(cell.raises for cell in cells)
    outputs, pictures = sum(len(cell.removed) for cell in cells), sum(cell.picture is not None for cell in cells)
    changed = sum(change.words == "shows another output" for page in done.pages for change in page.changes)
    counts = (len(choices), len(cells), len(cells) - unseen, unseen, raising, len(choices) - len(cells), outputs, pictures, changed)
    return f"| {name} | {' | '.join(map(str, counts))} | {seconds:.0f} |\n"


def _reasons(name: str, done: Conversion) -> Iterator[str]:
    found = Counter(
        NAMES.sub("…", choice.reason) for page in done.pages for choice in page.choices if isinstance(choice, LeftPlain)
    )  # fmt: skip
    for page in done.pages:
        if page.kept:
            found[f"the whole page: {NAMES.sub('…', page.kept)}"] += 1
    yield from (f"| {name} | {reason} | {count} |\n" for reason, count in found.most_common())


def _changes(name: str, done: Conversion) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for page in done.pages:
        for change in page.changes:
            words = "becomes several cells, each with its own output" if change.words.startswith("becomes ") else change.words
            found.setdefault(words, []).append(f"{page.path.stem}:{change.line}")
    yield from (f"| {name} | {words} | {_few(places)} |\n" for words, places in found.items())


def _few(places: list[str]) -> str:
    return ", ".join(places) if len(places) <= 12 else f"{', '.join(places[:12])} and {len(places) - 12} more"


def _against_chunks(name: str, source: Path, root: Path) -> Iterator[str]:
    """Compare what runs on each page with what its chunks in R Markdown run, line by line: knitr shows a chunk in pieces."""
    yield f"\n## {name}: cells against the chunks of the original\n\n"
    yield "Lines of code are counted. A chunk that is not shown leaves no trace in knitted text, so no cell can come from it.\n"
    yield "The original runs and shows so many lines (A) and hides others (B). Of A, cells have C, D stay plain; E lines are in hidden\n"
    yield "cells, and F are in cells, though the original only shows them.\n\n"
    yield "| episode | A | C | D | B | E | F |\n"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    for page in sorted((source / "episodes").glob("*.Rmd")):
        old, new = _cells(page), _cells(root / "episodes" / f"{page.stem}.md")
        runs = [cell for cell in old if cell.options.evaluate]
        shown = _lines(cell for cell in runs if cell.options.echo and cell.options.include)
        unseen = _lines(cell for cell in runs if not (cell.options.echo and cell.options.include))
        ours = _lines(cell for cell in new if cell.options.include)
        both = (shown & ours).total()
        made = _lines(cell for cell in new if not cell.options.include).total()
        if runs or new:
            counts = (shown.total(), both, shown.total() - both, unseen.total(), made, ours.total() - both)
            yield f"| {page.stem} | {' | '.join(map(str, counts))} |\n"


def _cells(path: Path) -> list[Cell]:
    if not path.is_file():
        return []
    document = read(path.read_text(encoding="utf-8"), PurePosixPath("episodes") / path.name, episode=True)
    return [cell for cell in document.cells if isinstance(cell, Cell)]


def _lines(cells: Iterable[Cell]) -> Counter[str]:
    return Counter("".join(line.split()) for cell in cells for line in cell.source.split("\n") if line.strip())


if __name__ == "__main__":
    sys.exit(main())
