"""R Markdown as ratios in one run: the whole command against knitr alone, which knits the same files one after the other.

    python bench/r.py LESSON [--runs 3]

LESSON is an R lesson of the Workbench, whose packages this machine has. Knitr alone is started anew for each file, as the Workbench does,
and once for all files. The wall time of an execution counts from the first R that runs a document to the last record.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KNIT = """
for (file in commandArgs(TRUE)) {
  slug <- tools::file_path_sans_ext(basename(file))
  knitr::opts_chunk$set(error = TRUE, comment = "", fig.align = "center", class.output = "output", class.error = "error",
    class.warning = "warning", class.message = "output", fig.path = paste0("fig/", slug, "-rendered-"))
  knitr::opts_knit$set(root.dir = getwd(), rmarkdown.pandoc.to = "markdown")
  knitr::knit(file, paste0(slug, ".md"), envir = new.env(parent = globalenv()), quiet = TRUE, encoding = "UTF-8")
}
"""
"""Knitr with the options of the Workbench."""

NOTING = """#!/bin/sh
case "$*" in *driver.R*) date +%s.%N >> "{log}";; esac
exec "{program}" "$@"
"""
"""Rscript that notes when a document's R is started."""

FRESH, LOOP = "each file in a fresh R, one after the other", "one R, all files one after the other"


def knit(lesson: Path, scratch: Path, *, fresh: bool) -> float:
    """Return the seconds that knitr alone takes for all episodes, in a folder like the Workbench's."""
    folder = scratch / "built"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("data", "files", "fig"):
        if (lesson / "episodes" / name).is_dir():
            shutil.copytree(lesson / "episodes" / name, folder / name)
    (scratch / "knit.R").write_text(KNIT)
    sources = [str(path) for path in sorted((lesson / "episodes").glob("*.Rmd"))]
    clock = time.perf_counter()
    for files in [[source] for source in sources] if fresh else [sources]:
        command = ["Rscript", "--no-init-file", str(scratch / "knit.R"), *files]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - clock


def command(lesson: Path, scratch: Path, *words: str) -> tuple[float, float]:
    """Run this builder; return the seconds of all, and those from the first R of a document to the last record."""
    log, programs = scratch / "starts", scratch / "bin"
    programs.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    program = shutil.which("Rscript")
    (programs / "Rscript").write_text(NOTING.format(log=log, program=program))
    (programs / "Rscript").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    whole = [sys.executable, "-m", "site_builder", *words, "--environments", "host"]
    clock = time.perf_counter()
    subprocess.run(whole, cwd=lesson, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - clock
    if not log.is_file():
        return seconds, 0.0
    records = [path.stat().st_mtime for path in (lesson / ".lesson" / "records").glob("*/*.ipynb")]
    return seconds, max(records) - float(log.read_text().split()[0])


def measure(source: Path, scratch: Path) -> dict[str, float]:
    """Time all phases once."""
    rows = {FRESH: knit(source, scratch, fresh=True), LOOP: knit(source, scratch, fresh=False)}
    lesson = scratch / "lesson"
    shutil.copytree(source, lesson)
    rows["cold build"], rows["execution in it"] = command(lesson, scratch, "build")
    rows["nothing changed"] = command(lesson, scratch, "build")[0]
    shutil.rmtree(lesson)
    shutil.copytree(source, lesson)
    rows["run"], rows["execution, first R to last record"] = command(lesson, scratch, "run")
    shutil.rmtree(lesson)
    shutil.copytree(source, lesson)
    rows["execution without forks"] = command(lesson, scratch, "run", "--no-fork")[1]
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    runs = []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as name:
            runs.append(measure(arguments.lesson.resolve(), Path(name)))
        load = " ".join(f"{each:.1f}" for each in os.getloadavg())
        print(", ".join(f"{name}: {seconds:.2f}" for name, seconds in runs[-1].items()), f"(load {load})", file=sys.stderr, flush=True)
    print(f"medians of {arguments.runs} runs; ratios are medians of those within each run\n")
    print("| phase | wall s | each in a fresh R | one R for all |\n| --- | --- | --- | --- |")
    for name in runs[0]:
        ratios = (statistics.median(run[name] / run[base] for run in runs) for base in (FRESH, LOOP))
        print(f"| {name} | {statistics.median(run[name] for run in runs):.2f} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |")
    print(f"\nlargest process of all: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
