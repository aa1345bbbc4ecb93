"""Make the records of the cells that need a GPU, or Pixi: in a fresh copy, in little time, their provenance compared with the machine.

    python -m tools.course_records cuda [--lesson FOLDER] [--environments host] [--minutes 10]
    python -m tools.course_records pixi [--lesson FOLDER]

Run are the pages that have such cells, in a clone of the last commit, so that nothing that a working folder holds takes part. Their records
are then merged into ``records/``. Exit status: 0 if all these cells ran and what the records say of the machine is what ``nvidia-smi`` or
``pixi --version`` says; 1 if not, or if it took too long (what ran is kept); 3 if the machine lacks it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.environments.capabilities import available, describe
from site_builder.markdown.tree import Cell
from tools.course_minutes import episodes

NEEDS: Mapping[str, tuple[str, ...]] = {"cuda": ("cuda",), "pixi": ("pixi", "network")}
"""What has records of its own -> what the machine has to have."""
SOURCES = ("episodes", "pixi.toml", "pixi.lock", "mkdocs.yml", "links.md")
"""What decides outputs; a record of what is not committed could not be made again."""
FOUND, WRONG, LACKING = 0, 1, 3
"""Exit statuses."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page with the identifiers of the cells that need what records are made of."""

    slug: str
    cells: frozenset[str]


def wanted(lesson: Path, name: str) -> tuple[Wanted, ...]:
    """Return the pages that have cells which require a thing."""
    found = []
    for document in episodes(lesson):
        cells = [cell for cell in document.cells if isinstance(cell, Cell)]
        needing = frozenset(cell.identifier for cell in cells if name in (cell.options.requires or document.front_matter.requires))
        found += [Wanted(document.slug, needing)] if needing else []
    return tuple(found)


def answer(*command: str) -> str:
    """Return what a command prints, without white space around it; empty if it fails."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine(name: str) -> frozenset[str]:
    """Return what a record may say of this machine: name and driver of one of its GPUs, or the release of Pixi."""
    if name == "pixi":
        return frozenset({answer("pixi", "--version").removeprefix("pixi ")})
    lines = answer("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader").splitlines()
    return frozenset(", ".join(part.strip() for part in line.split(",")) for line in lines)


def said(record: Mapping[str, Any], name: str) -> str:
    """Return what a record says of its machine, in the words of `machine`."""
    provenance = record["metadata"]["lesson"]["provenance"]
    if name == "pixi":
        return str(provenance.get("pixi", ""))
    gpu = provenance.get("gpu")
    return f"{gpu['name']}, {gpu['driver']}" if gpu else "no GPU"


def faults(made: Path, pages: Sequence[Wanted], name: str, here: frozenset[str]) -> Iterator[str]:
    """Yield a sentence for each page without a record, cell that did not run, and record that names another machine."""
    for page in pages:
        records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((made / page.slug).glob("*.ipynb"))]
        if not records:
            yield f"{page.slug}: no record was made"
        for record in records:
            if said(record, name) not in here:
                yield f"{page.slug}: the record says {said(record, name)!r}, this machine {' or '.join(map(repr, sorted(here)))}"
            told = [cell["metadata"]["lesson"] for cell in record["cells"] if "lesson" in cell["metadata"]]
            for cell in told:
                if cell["identifier"] in page.cells and cell["missing"]:
                    yield f"{page.slug}, cell {cell['identifier']}: did not run, for want of {describe(cell['missing'])}"


def ended(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> int:
    """Run a command and return its status; one that takes longer is asked to end, so that it ends its own kernels, and 1 is returned."""
    with subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            print(f"not ready after {seconds / 60:g} minutes: what ran until now is kept", file=sys.stderr)
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
            return WRONG


def make(lesson: Path, name: str, pages: Sequence[Wanted], options: Sequence[str], minutes: float) -> tuple[int, list[str]]:
    """Run the pages in a clone, merge their records into the lesson's, and return the status of the run and what is wrong."""
    with tempfile.TemporaryDirectory(prefix="course-records-") as folder:
        copy = Path(folder) / "lesson"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(lesson), str(copy)], check=True)
        for page in pages:
            shutil.rmtree(copy / "records" / page.slug, ignore_errors=True)
        program = [sys.executable, "-m", "site_builder"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(lesson), os.environ.get("PYTHONPATH", ""))))}
        command = [*program, "run", "--lesson", str(copy), "--keep-going", *options, *(page.slug for page in pages)]
        status = ended(command, environment, minutes * 60)
        made = copy / ".lesson/records"
        wrong = list(faults(made, pages, name, machine(name)))
        if any(made.rglob("*.ipynb")):
            subprocess.run([*program, "records", "merge", "--lesson", str(lesson), str(made)], env=environment, check=True)
    return status, wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the records, say what is wrong, and return the exit status."""
    parser = argparse.ArgumentParser(description="Make the records of the cells that need a GPU, or Pixi.")
    parser.add_argument("name", choices=NEEDS)
    parser.add_argument("--lesson", type=Path, default=Path())
    parser.add_argument("--environments", help="where cells run, as for `lesson run`")
    parser.add_argument("--minutes", type=float, default=10, help="how long it may take (default: 10)")
    chosen = parser.parse_args(arguments)
    lesson = chosen.lesson.resolve()
    if lacking := [each for each in NEEDS[chosen.name] if not available(each)]:
        print(f"this machine lacks {describe(lacking)}", file=sys.stderr)
        return LACKING
    if changed := answer("git", "-C", str(lesson), "status", "--porcelain", "--", *SOURCES):
        print(f"commit first, since records name the commit that they are made of:\n{changed}", file=sys.stderr)
        return WRONG
    pages = wanted(lesson, chosen.name)
    options = ("--environments", chosen.environments) if chosen.environments else ()
    begun = time.monotonic()
    status, sentences = make(lesson, chosen.name, pages, options, chosen.minutes)
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    cells = sum(len(page.cells) for page in pages)
    print(f"{cells} cells of {len(pages)} pages in {time.monotonic() - begun:.0f} s on {' and '.join(sorted(machine(chosen.name)))}")
    return WRONG if sentences or status else FOUND


if __name__ == "__main__":
    sys.exit(main())
