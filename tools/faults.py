"""Run the tests of each fault, and write down what was seen.

    python tools/faults.py [--write]

The faults and their tests stand in `tests/faults/rows.toml`; ``--write`` puts the table into docs/trust.md. Exit status: 1 if a test fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests/faults/rows.toml"
PAGE = ROOT / "docs/trust.md"
BLOCK = re.compile(r"(<!-- faults -->\n).*?(<!-- /faults -->)", re.DOTALL)
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error)")


@dataclass(frozen=True, slots=True)
class Row:
    """A fault: its number, what is injected, what holds, the arguments of pytest that inject it, and whether that takes minutes."""

    number: int
    fault: str
    holds: str
    tests: tuple[str, ...]
    long: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The files and folders of its tests."""
        return tuple(dict.fromkeys(test.partition("::")[0] for test in self.tests if test.startswith("tests/")))


def rows(path: Path = LIST) -> tuple[Row, ...]:
    """Return all rows, by number."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))["row"]
    made = (Row(each["number"], each["fault"], each["holds"], tuple(each["tests"]), each.get("long", False)) for each in found)
    return tuple(sorted(made, key=lambda row: row.number))


def seen(row: Row) -> dict[str, int]:
    """Run the tests of a row and return how many passed, failed and were skipped."""
    command = (sys.executable, "-B", "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", *row.tests)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    counts = {what: int(number) for number, what in COUNTS.findall(done.stdout.rstrip().rpartition("\n")[2])}
    if done.returncode not in (0, 1) or not counts:
        counts = {"error": 1}
    if counts.keys() & {"failed", "error"}:
        print(done.stdout[-2000:])
    return counts


def line(row: Row, counts: dict[str, int]) -> str:
    """Return a row of the table: how many cases held, and how many were not tried on this machine."""
    bad = counts.get("failed", 0) + counts.get("error", 0)
    held = f"{counts.get('passed', 0)} held"
    skipped = f", {counts['skipped']} not tried here" if "skipped" in counts else ""
    files = ", ".join(f"`{file.removeprefix('tests/')}`" for file in row.files)
    return f"| {row.number} | {row.fault} | {row.holds} | {held}{skipped}{f', **{bad} failed**' if bad else ''} | {files} |"


def table(found: dict[int, dict[str, int]]) -> str:
    """Return the table of all rows that were tried."""
    head = "| # | what goes wrong | what holds | cases | tests |\n| ---: | --- | --- | --- | --- |\n"
    return head + "\n".join(line(row, found[row.number]) for row in rows() if row.number in found) + "\n"


def main() -> int:
    """Run all rows, three at once since most of them wait for others, those first that take longest."""
    listed = sorted(rows(), key=lambda row: not row.long)
    with ThreadPoolExecutor(3) as pool:
        found = {row.number: counts for row, counts in zip(listed, pool.map(seen, listed), strict=True)}
    print(table(found))
    if "--write" in sys.argv[1:]:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(BLOCK.sub(lambda block: f"{block[1]}{table(found)}{block[2]}", text), encoding="utf-8")
    return 1 if any(counts.keys() & {"failed", "error"} for counts in found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
