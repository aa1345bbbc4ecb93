"""`verify --static` as ratios in one run: the whole command against the same code as plain scripts, two at once.

    python bench/static.py LESSON [--runs 5]

LESSON is a lesson of Python, whose packages this Python has. Each episode's fences become one script that catches each one's error. Beside
that, IPython alone runs them without any kernel: started for each episode, and forked from a process that has imported the libraries, with
short tracebacks, which is the least that a session for each episode costs; and nbclient with a kernel for each episode. Seconds of the
processors, of all processes together, tell more than wall time where other work goes on.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from site_builder.markdown.reader import read
from site_builder.verification.typed.fences import fences_of

AT_ONCE = 2
PLAIN = """
import sys
names = {}
for code in CODE:
    try:
        exec(code, names)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
"""
IPYTHON = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for code in CODE:
    shell.run_cell(code, store_history=True)
"""
FORKED = """
import os
import sys
import matplotlib
import pandas
from IPython.core.interactiveshell import InteractiveShell
matplotlib.use("agg")
import matplotlib.pyplot
running = 0
for number, codes in enumerate(CODE):
    if number >= 2:
        os.wait()
    if os.fork() == 0:
        shell = InteractiveShell.instance()
        shell.InteractiveTB.set_mode("Plain")
        for code in codes:
            shell.run_cell(code, store_history=True)
        sys.stdout.flush()
        os._exit(0)
for _ in CODE[:2]:
    os.wait()
"""
KERNEL = """
import nbformat
from nbclient import NotebookClient
cells = [nbformat.v4.new_code_cell(code) for code in CODE]
NotebookClient(nbformat.v4.new_notebook(cells=cells), allow_errors=True, kernel_name="python3", timeout=60).execute()
"""
SCRIPTS = {
    "plain scripts, two at once": PLAIN,
    "IPython alone, two at once": IPYTHON,
    "IPython alone, forked, two at once": FORKED,
    "nbclient, a kernel for each episode, two at once": KERNEL,
}
COMMAND = "`verify --static`"


def processor_seconds() -> float:
    """Return what all ended processes took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def codes(lesson: Path) -> dict[str, list[str]]:
    """Return the Python fences of each episode that has any."""
    found = {}
    for path in sorted((lesson / "episodes").glob("*.md")):
        document = read(path.read_text(encoding="utf-8"), PurePosixPath(path.name), episode=True)
        sources = [run for each in fences_of(document).exchanges if each.language == "python" for run in each.sources]
        if sources:
            found[path.stem] = sources
    return found


def call(words: list[str], folder: Path, **more: str) -> None:
    """Run a program and throw away what it prints."""
    subprocess.run(words, cwd=folder, env={**os.environ, **more}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def scripts(found: Mapping[str, list[str]], runner: str, lesson: Path, scratch: Path) -> None:
    """Run each episode's code in a process of its own, two at once."""
    files = []
    for name, sources in {"all": list(found.values())}.items() if runner == FORKED else found.items():  # one process forks for all
        files.append(scratch / f"{name}.py")
        files[-1].write_text(f"CODE = {sources!r}\n{runner}", encoding="utf-8")
    backend = {} if runner == KERNEL else {"MPLBACKEND": "agg"}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda file: call([sys.executable, str(file)], lesson / "episodes", **backend), files))


def measure(lesson: Path, found: Mapping[str, list[str]], scratch: Path) -> dict[str, tuple[float, float]]:
    """Return wall and processor seconds of each way, once."""
    rows = {}
    for name in (*SCRIPTS, COMMAND):
        clock, before = time.perf_counter(), processor_seconds()
        if name == COMMAND:
            call([sys.executable, "-m", "site_builder", "verify", "--static", str(lesson), "--environments", "host"], Path.cwd())
        else:
            scripts(found, SCRIPTS[name], lesson, scratch)
        rows[name] = time.perf_counter() - clock, processor_seconds() - before
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lesson", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    lesson = arguments.lesson.resolve()
    found, runs = codes(lesson), []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as name:
            runs.append(measure(lesson, found, Path(name)))
        text = ", ".join(f"{way}: {wall:.2f} ({own:.2f})" for way, (wall, own) in runs[-1].items())
        print(text, f"(load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
    print(f"{len(found)} episodes, {sum(map(len, found.values()))} pieces of code; medians of {arguments.runs} runs\n")
    print("| way | wall s | ratio | processors s | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    first = next(iter(SCRIPTS))
    for way in runs[0]:
        shown = []
        for part in (0, 1):
            shown += [
                statistics.median(run[way][part] for run in runs),
                statistics.median(run[way][part] / run[first][part] for run in runs),
            ]
        print(f"| {way} | {' | '.join(f'{value:.2f}' for value in shown)} |")


if __name__ == "__main__":
    main()
