"""Take out one guard after the other, and see that the test of its fault then fails.

    python tools/mutants.py [ROW...] [--jobs N]

Each guard is a change of one place of one file (`tests/faults/mutants.toml`); it is made in a copy, never here. Exit status: 1 if a test
stays green without its guard, or if a change does not fit any more.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests/faults/mutants.toml"
FAILED = 1
"""Exit status of pytest where a test failed (https://docs.pytest.org/en/stable/reference/exit-codes.html); another one is no proof."""

SECONDS = 300


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard and its absence: the row of the fault, the file, the text with the guard and without, and the tests that must notice."""

    row: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        """The row, the file, and the first line of the guard."""
        return f"{self.row}: {self.file}: {self.old.strip().splitlines()[0]}"


def mutants(path: Path = LIST) -> tuple[Mutant, ...]:
    """Return all mutants of a list."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    return tuple(Mutant(str(each["row"]), each["file"], each["old"], each["new"], tuple(each["tests"])) for each in found)


def misfits(listed: Sequence[Mutant], root: Path = ROOT) -> list[str]:
    """Return the names of those whose guard does not stand exactly once in its file, or is not changed."""
    texts = {each.file: (root / each.file).read_text(encoding="utf-8") for each in listed}
    return [each.name for each in listed if texts[each.file].count(each.old) != 1 or each.old == each.new]


def outcome(mutant: Mutant, copy: Path) -> str:
    """Make the change in a copy, run the tests, undo it, and return why that proves nothing; empty if a test failed."""
    file = copy / mutant.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    command = (sys.executable, "-B", "-m", "pytest", "-q", "-x", "-m", "", "-p", "no:cacheprovider", *mutant.tests)
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=SECONDS, check=False, env=_environment(copy))
        status, said = done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        status, said = FAILED, ""  # a test that hangs is noticed
    finally:
        file.write_text(whole, encoding="utf-8")
    if status == FAILED:
        return ""
    return "the tests stay green" if not status else f"pytest ends with {status}: {said[-300:]}"


def _environment(copy: Path) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(copy), "CI": ""}


def main() -> int:
    """Run the mutants that are asked for."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rows", nargs="*", help="rows of the faults (default: all)")
    options.add_argument("--jobs", type=int, default=2)
    asked = options.parse_args()
    listed = [each for each in mutants() if not asked.rows or each.row in asked.rows]
    wrong = misfits(listed)
    for name in wrong:
        print(f"does not fit: {name}")
    survivors = 0
    with tempfile.TemporaryDirectory() as place:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(asked.jobs):
            copies.put(_copied(Path(place, str(number))))

        def tried(mutant: Mutant) -> str:
            copy = copies.get()
            try:
                return outcome(mutant, copy)
            finally:
                copies.put(copy)

        fitting = [each for each in listed if each.name not in wrong]
        with ThreadPoolExecutor(asked.jobs) as pool:
            for mutant, why in zip(fitting, pool.map(tried, fitting), strict=True):
                survivors += bool(why)
                print(f"{'SURVIVED' if why else 'killed'}  {mutant.name}{f' ({why})' if why else ''}", flush=True)
    print(f"{len(fitting) - survivors} of {len(listed)} killed, {survivors} survived, {len(wrong)} do not fit")
    return 1 if survivors or wrong else 0


def _copied(place: Path) -> Path:
    names = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


if __name__ == "__main__":
    raise SystemExit(main())
