"""How the cost of a page grows with the number of pages: generated lessons, built, changed, checked and planned.

    python bench/scale.py [--sizes 50 200 500 1000] [--engine mkdocs]

Each episode has three sections of prose, a picture's alternative, an exercise and links to its neighbours; one in 25 has a cell. Times are
whole commands in fresh processes: wall and CPU seconds (of the command and what it waited for), the largest process in MiB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
EVERY = 25
"""One in so many episodes has a cell."""

EPISODE = """---
title: Unit {number}
teaching: 10
exercises: 5
---

::: questions

- What is unit {number} about?

:::

::: objectives

- Say what unit {number} is about.

:::

## First part of {number}

Text of {number}. {prose} See [the next one](unit-{next:04}.md#second-part) and [the one before](unit-{last:04}.md).

## Second part

{prose}

::: challenge

## Try {number}

How many?

::: solution

{number}.

:::
:::

{cell}
## Third part

{prose}

::: keypoints

- Unit {number} is a unit.

:::
"""
PROSE = "Some prose that goes on and on, with `code` and *stress* in it. " * 12
CELL = "```{{python}}\nprint({number})\n```\n"


def make(folder: Path, count: int) -> Path:
    """Write a lesson of so many episodes and return its folder."""
    (folder / "episodes").mkdir(parents=True)
    names = [f"unit-{number:04}.md" for number in range(count)]
    settings = "title: Scale\nlicense: CC-BY 4.0\ncarpentry: incubator\nepisodes:\n" + "".join(f"- {name}\n" for name in names)
    (folder / "config.yaml").write_text(settings)
    (folder / "index.md").write_text("A lesson of many episodes.\n")
    for number, name in enumerate(names):
        cell = CELL.format(number=number) if number % EVERY == 0 else ""
        text = EPISODE.format(number=number, next=(number + 1) % count, last=(number - 1) % count, prose=PROSE, cell=cell)
        (folder / "episodes" / name).write_text(text)
    return folder


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of wall and CPU, and the MiB of its largest process."""

    wall: float
    cpu: float
    memory: float


def cost(*words: str) -> Cost:
    """Run the builder and return what it took."""
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "site_builder", *words]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, found, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(found)
        if process.returncode:
            log.seek(0)
            sys.exit(f"{' '.join(words)}: {log.read().decode(errors='replace')[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(lesson: Path, engine: str, *, links_too: bool) -> dict[str, Cost]:
    """Return the costs of what authors do, in this order."""
    own = ("--environments", "host")
    build = ("build", str(lesson), *own, *(("--engine", engine) if engine else ()))
    found = {"build": cost(*build), "nothing changed": cost(*build)}
    middle = sorted((lesson / "episodes").glob("*.md"))
    page = middle[len(middle) // 2 + 1]
    page.write_text(page.read_text().replace("Text of", "Changed text of"))
    found["a sentence"] = cost(*build)
    page = middle[len(middle) // 2 // EVERY * EVERY]
    page.write_text(page.read_text().replace("print(", "print(1 + "))
    found["a cell"] = cost(*build)
    found["plan"] = cost("plan", str(lesson), *own)
    found["check"] = cost("check", str(lesson))
    if not links_too:
        return found
    broken = lesson / "episodes/unit-0002.md"
    links = "".join(f"[a](unit-{number:04}.html#no-such-{number}) [b](unti-{number:04}.md)\n" for number in range(500))
    broken.write_text(broken.read_text() + links)
    found["check, 1,000 broken links"] = cost("check", str(lesson))
    return found


def main() -> None:
    """Measure every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 200, 500, 1000])
    parser.add_argument("--engine", default="")
    parser.add_argument("--without-links", action="store_true", help="leave out the check of 1,000 broken links")
    options = parser.parse_args()
    rows: dict[int, dict[str, Cost]] = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="scale-") as folder:
            rows[size] = measure(make(Path(folder) / "lesson", size), options.engine, links_too=not options.without_links)
        print(size, {name: (round(each.wall, 2), round(each.cpu, 2), round(each.memory)) for name, each in rows[size].items()}, flush=True)
    print(f"| episodes | {' | '.join(rows[options.sizes[0]])} | CPU ms a page | MiB |")
    print("| --- " * (len(rows[options.sizes[0]]) + 3) + "|")
    for size, found in rows.items():
        cells = [f"{each.wall:.2f} ({each.cpu:.2f})" for each in found.values()]
        page, most = 1000 * found["build"].cpu / size, max(each.memory for each in found.values())
        print(f"| {size} | {' | '.join(cells)} | {page:.1f} | {most:.0f} |")


if __name__ == "__main__":
    main()
