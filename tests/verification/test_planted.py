"""`lesson verify --static` on a real lesson of R, knitted to plain fences in which outputs are then changed: those are found, and little else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.model import Options
from site_builder.verification.typed.findings import WRONG, FenceVerdict
from tests.r import needs_knitr

KNIT = """
library(knitr)
opts_chunk$set(error = TRUE, comment = "", class.output = "output", class.error = "error", class.warning = "warning", class.message = "output")
opts_knit$set(rmarkdown.pandoc.to = "markdown")
for (f in list.files(".", "[.]Rmd$")) try(knit(f, sub("Rmd$", "md", f), quiet = TRUE, envir = new.env()))
"""
FENCE = re.compile(r"^```(?:\{\.)?output\}?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
EVERY = 3
"""One output in so many is changed."""


def planted(text: str) -> tuple[str, list[int]]:
    """Change the last digit in every third output; return the text and the lines of the changed fences."""
    lines: list[int] = []
    number = 0

    def change(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        digits = [*re.finditer(r"\d(?=\D*$)", found["body"])]
        if number % EVERY or not digits:
            return found[0]
        place = digits[-1].start()
        lines.append(text.count("\n", 0, found.start()) + 1)
        body = found["body"][:place] + str((int(found["body"][place]) + 3) % 10) + found["body"][place + 1 :]
        return found[0].replace(found["body"], body)

    return FENCE.sub(change, text), lines


@pytest.mark.slow
@needs_knitr
def test_r_novice_gapminder(r_corpus: Path, tmp_path: Path) -> None:
    source = r_corpus / "swcarpentry__r-novice-gapminder" / "source" / "episodes"
    if not source.is_dir():
        pytest.skip("r-novice-gapminder is not among the lessons here")
    knitted = shutil.copytree(source, tmp_path / "knitted")
    subprocess.run(["Rscript", "-e", KNIT], cwd=knitted, check=True, capture_output=True)
    root = tmp_path / "lesson"
    shutil.copytree(source / "data", root / "episodes" / "data")
    wrong = set()
    for page in sorted(knitted.glob("*.md")):
        text, lines = planted(page.read_text(encoding="utf-8"))
        (root / "episodes" / page.name).write_text(text, encoding="utf-8")
        wrong |= {(page.stem, line) for line in lines}
    (root / "index.md").write_text("Hello.\n")
    (root / "config.yaml").write_text("title: R\n")
    report = verify_static(root, Options("host"), ())
    found = {(item.path.stem, finding.line) for item in report.episodes for finding in item.findings if finding.verdict in WRONG}
    unknown = {
        (item.path.stem, line)
        for item in report.episodes
        for each in item.findings
        if each.verdict is FenceVerdict.UNKNOWN
        for line in each.fences
    }
    judged = wrong - unknown  # of packages that are missing here, nobody can tell
    print(
        f"{len(found & judged)} of {len(judged)} found, {len(wrong & unknown)} unknown, {len(found - wrong)} too many: {sorted(found ^ judged)}"
    )
    assert len(judged) >= 40
    assert len(found & wrong) >= 0.95 * len(found)
    assert len(found & judged) >= 0.95 * len(judged)
