"""Speed as ratios in one run: the whole command against the same code as plain scripts, two at once.

    python bench/bench.py [--episodes 10] [--cells 20] [--runs 3] [--lesson FOLDER]

Writes a lesson of N episodes x M cells (imports, prints, small numpy work, one figure), checks that every result and figure is in
the pages, and prints a Markdown table. ``--lesson`` also times a lesson without cells, against plain MkDocs with Material on as many pages.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

HEAD = "---\ntitle: Bench {number}\nteaching: 5\nexercises: 5\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n"


def cell_sources(episode: int, cells: int) -> list[str]:
    """Return the cells of one episode; odd results depend on ``seed``, which cell 2 sets."""
    sources = [
        "import numpy as np\nimport matplotlib\nimport matplotlib.pyplot as plt",
        f"seed = {episode}\nprint('result', {episode}, 1, seed)",
    ]
    work = "a = np.arange(2000) + seed * {odd}\nprint('result', {episode}, {number}, int((a * a).sum()) % 9973)"
    sources += [work.format(odd=number % 2, episode=episode, number=number) for number in range(2, cells - 1)]
    return [
        *sources,
        f"fig, ax = plt.subplots()\nax.plot(np.sin(np.arange(100) / {episode + 3}))\nprint('result', {episode}, {cells - 1}, 'end')",
    ]


def write_lesson(root: Path, episodes: int, cells: int, change: str = "") -> None:
    """Write the lesson; ``change`` is ``code`` (one cell of episode 0) or ``prose`` (one sentence of episode 1)."""
    (root / "episodes").mkdir(parents=True, exist_ok=True)
    (root / "config.yaml").write_text("title: Bench\n")
    (root / "index.md").write_text("Bench.\n")
    for episode in range(episodes):
        sources = cell_sources(episode, cells)
        if change == "code" and episode == 0:
            sources[1] = sources[1].replace("seed = 0", "seed = 41")
        said = "Changed words." if change == "prose" and episode == 1 else "Some words."
        blocks = [f"```{{python}}\n{'#| fig-alt: A wave' + chr(10) if source.startswith('fig') else ''}{source}\n```" for source in sources]
        text = HEAD.format(number=episode) + f"\n\n{said}\n\n".join(blocks) + "\n"
        (root / "episodes" / f"e{episode:02}.md").write_text(text)


def timed(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command and return wall and CPU seconds of its whole process tree."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _environment() -> dict[str, str]:
    """A user's environment: Python may keep its compiled files, so that both sides import at the same price."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def floor(folder: Path, episodes: int, cells: int, environment: dict[str, str]) -> tuple[float, float]:
    """Time the same code as plain scripts, two at once."""
    folder.mkdir(parents=True)
    scripts = []
    for episode in range(episodes):
        script = folder / f"s{episode}.py"
        head = "import matplotlib\nmatplotlib.use('Agg')\n"
        script.write_text(head + "\n".join(cell_sources(episode, cells)) + f"\nfig.savefig('s{episode}.png')\n")
        scripts.append([sys.executable, str(script)])
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda command: subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True), scripts))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def results(site: Path, episodes: int) -> tuple[int, int]:
    """Count the results and figures in the learners' pages."""
    pages = [(site / f"e{episode:02}.html").read_text() for episode in range(episodes)]
    found = {line for page in pages for line in re.findall(r"^result \d+ \d+ \S+", re.sub(r"<[^>]+>", "", page), re.MULTILINE)}
    figures = {name for page in pages for name in re.findall(r'src="(fig/[^"]+)"', page) if (site / name).is_file()}
    return len(found), len(figures)


def measure(arguments: argparse.Namespace, scratch: Path) -> dict[str, tuple[float, float]]:
    """Run all phases once in a fresh folder and home: neither side finds the fonts that matplotlib looks up when it first runs."""
    environment = {**_environment(), "HOME": str(scratch / "home"), "MPLCONFIGDIR": str(scratch / "matplotlib")}
    (scratch / "home").mkdir(parents=True)
    lesson = scratch / "lesson"
    command = [sys.executable, "-m", "site_builder"]
    expected = (arguments.episodes * (arguments.cells - 1), arguments.episodes)
    write_lesson(lesson, arguments.episodes, arguments.cells)
    rows = {"floor: plain scripts, two at once": floor(scratch / "floor", arguments.episodes, arguments.cells, environment)}

    def phase(name: str, *words: str) -> None:
        rows[name] = timed([*command, *words, "--environments", "host"], lesson, environment)

    phase("execute only", "run")
    phase("pages from records", "build")
    if results(lesson / "site", arguments.episodes) != expected:
        raise SystemExit(f"results missing: {results(lesson / 'site', arguments.episodes)} of {expected}")
    shutil.rmtree(lesson)
    write_lesson(lesson, arguments.episodes, arguments.cells)
    phase("cold build", "build")
    phase("nothing changed", "build")
    write_lesson(lesson, arguments.episodes, arguments.cells, "code")
    phase("one cell changed", "build")
    write_lesson(lesson, arguments.episodes, arguments.cells, "prose")
    subprocess.run([*command, "build", "--environments", "host"], cwd=lesson, env=environment, check=True, capture_output=True)
    write_lesson(lesson, arguments.episodes, arguments.cells)
    phase("prose changed", "build")
    return rows


def save_to_record(scratch: Path, cells: int) -> list[float]:
    """Return the seconds from saving an episode to its new record, five times, under ``lesson run --watch``."""
    lesson = scratch / "watched"
    write_lesson(lesson, 2, cells)
    command = [sys.executable, "-m", "site_builder", "run", "e00", "--watch", "--environments", "host", "--lesson", str(lesson)]
    watching = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=_environment())
    assert watching.stderr is not None
    _until_waiting(watching.stderr)
    episode, records, times = lesson / "episodes" / "e00.md", lesson / ".lesson" / "records" / "e00", []
    text = episode.read_text()
    for number in range(1, 6):
        before = set(records.iterdir())
        episode.write_text(text.replace("seed = 0", f"seed = {40 + number}"))
        clock = time.perf_counter()
        while set(records.iterdir()) == before:
            if watching.poll() is not None:
                sys.exit(f"the command ended: {watching.stderr.read()}")
            time.sleep(0.005)
        times.append(time.perf_counter() - clock)
        _until_waiting(watching.stderr)
    watching.terminate()  # an interrupt would be ignored where this runs in the background
    watching.wait()
    return times


def _until_waiting(said: IO[str]) -> None:
    """Read what a watching command says until it waits for the next save."""
    while line := said.readline():
        if "waiting" in line:
            return
    sys.exit("the command ended")


def pages_against_mkdocs(source: Path, scratch: Path) -> dict[str, tuple[float, float]]:
    """Time a lesson without cells, and plain mkdocs-material on the same number of pages of the same Markdown."""
    environment = {**_environment(), "NO_MKDOCS_2_WARNING": "1"}
    lesson, plain = scratch / "pages", scratch / "plain"
    shutil.copytree(source, lesson)
    ours = timed([sys.executable, "-m", "site_builder", "build"], lesson, environment)
    count = len(list((lesson / "site").glob("**/*.html")))
    texts = [path.read_text(errors="replace") for path in sorted(lesson.glob("episodes/*.md"))]
    (plain / "docs").mkdir(parents=True)
    (plain / "mkdocs.yml").write_text("site_name: Plain\ntheme: {name: material, font: false}\n")
    for number in range(count):
        (plain / "docs" / f"p{number:03}.md").write_text(texts[number % len(texts)])
    theirs = timed([sys.executable, "-m", "mkdocs", "build", "-q"], plain, environment)
    return {f"plain mkdocs-material, {count} pages": theirs, f"this builder, {count} pages, nothing executed": ours}


def table(runs: list[dict[str, tuple[float, float]]], base: str) -> None:
    """Print medians, and ratios against the first row."""
    print("| phase | wall s | CPU s | wall, ratio | CPU, ratio |\n| --- | --- | --- | --- | --- |")
    middle = {name: tuple(statistics.median(run[name][part] for run in runs) for part in (0, 1)) for name in runs[0]}
    for name, (wall, used) in middle.items():
        print(f"| {name} | {wall:.2f} | {used:.2f} | {wall / middle[base][0]:.2f} | {used / middle[base][1]:.2f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=10)
    parser.add_argument("--cells", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lesson", type=Path, help="a lesson without cells to time as well")
    arguments = parser.parse_args()
    runs, others = [], []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as name:
            runs.append(measure(arguments, Path(name)))
            if arguments.lesson:
                others.append(pages_against_mkdocs(arguments.lesson, Path(name)))
    with tempfile.TemporaryDirectory() as name:
        saves = save_to_record(Path(name), arguments.cells)
    print(f"{arguments.episodes} episodes x {arguments.cells} cells, medians of {arguments.runs} runs\n")
    table(runs, next(iter(runs[0])))
    print(f"\nfrom save to record under `run --watch`: {statistics.median(saves):.2f} s (median of {len(saves)})")
    print(f"largest process of all: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MiB")
    if others:
        print()
        table(others, next(iter(others[0])))


if __name__ == "__main__":
    main()
