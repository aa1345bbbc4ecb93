"""The bench lesson built by other tools that execute code, against the same floor: whole commands, fresh folders, results counted.

    python bench/peers.py --python PYTHON [--episodes 10] [--cells 20] [--runs 3]

PYTHON is an interpreter with jupyter-book (1.x), mkdocs-jupyter, mkdocs-material, numpy and matplotlib; a tool that it lacks is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from bench import cell_sources, floor, table, timed


def notebook(episode: int, cells: int) -> str:
    """Return an episode as a notebook."""
    head = {"cell_type": "markdown", "id": "head", "metadata": {}, "source": f"# Bench {episode}\n"}
    code = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for number, source in enumerate(cell_sources(episode, cells))
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": [head, *code]})


def write_jupyter_book(folder: Path, episodes: int, cells: int) -> list[str]:
    """Write a Jupyter Book and return the command's arguments."""
    for episode in range(episodes):
        (folder / f"e{episode:02}.ipynb").write_text(notebook(episode, cells))
    (folder / "_config.yml").write_text("title: Bench\nexecute:\n  execute_notebooks: force\n")
    chapters = "".join(f"- file: e{episode:02}\n" for episode in range(1, episodes))
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: e00\nchapters:\n{chapters}")
    return ["-c", "from jupyter_book.cli.main import main; main()", "build", "."]


def write_mkdocs_jupyter(folder: Path, episodes: int, cells: int) -> list[str]:
    """Write a MkDocs project with notebooks and return the command's arguments."""
    (folder / "docs").mkdir()
    for episode in range(episodes):
        (folder / "docs" / f"e{episode:02}.ipynb").write_text(notebook(episode, cells))
    settings = "site_name: Bench\ntheme: {name: material, font: false}\nplugins:\n- mkdocs-jupyter: {execute: true}\n"
    (folder / "mkdocs.yml").write_text(settings)
    return ["-m", "mkdocs", "build", "-q"]


PEERS = {"Jupyter Book 1": ("jupyter_book", write_jupyter_book), "mkdocs-jupyter": ("mkdocs_jupyter", write_mkdocs_jupyter)}


def measure(python: str, episodes: int, cells: int, scratch: Path) -> dict[str, tuple[float, float]]:
    """Run the floor and every peer once."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    rows = {"floor: plain scripts, two at once": floor(scratch / "floor", episodes, cells, environment)}
    for name, (module, write) in PEERS.items():
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode:
            continue
        folder = scratch / module
        folder.mkdir()
        rows[f"{name}, whole build"] = timed([python, *write(folder, episodes, cells)], folder, environment)
        text = "\n".join(path.read_text(errors="replace") for path in folder.rglob("*.html"))
        found = len(set(re.findall(r"result \d+ \d+ \S+", re.sub(r"<[^>]+>", "", text))))
        if found < episodes * (cells - 1):
            raise SystemExit(f"{name}: {found} results of {episodes * (cells - 1)}")
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True)
    parser.add_argument("--episodes", type=int, default=10)
    parser.add_argument("--cells", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    runs = []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as name:
            runs.append(measure(arguments.python, arguments.episodes, arguments.cells, Path(name)))
    table(runs, next(iter(runs[0])))


if __name__ == "__main__":
    main()
