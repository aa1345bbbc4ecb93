"""Make a lesson with typed outputs from one in R Markdown: every chunk becomes a plain fence of code and those of what it gave.

    python tools/knitted_lesson.py LESSON OUTPUT

OUTPUT, a new folder, is the lesson with ``.md`` in place of ``.Rmd``, as somebody would have typed it who never used knitr in the build.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

KNIT = """
library(knitr)
opts_chunk$set(error = TRUE, comment = "", class.output = "output", class.error = "error", class.warning = "warning",
               class.message = "output", fig.path = "fig/")
opts_knit$set(rmarkdown.pandoc.to = "markdown")
for (f in list.files(".", "[.]Rmd$")) {
  opts_chunk$set(fig.path = paste0("fig/", sub("[.]Rmd$", "", f), "-rendered-"))
  try(knit(f, sub("Rmd$", "md", f), quiet = TRUE, envir = new.env()))
}
"""


def main() -> int:
    """Knit all episodes of a lesson."""
    parser = argparse.ArgumentParser(description="Turn the chunks of a lesson in R Markdown into fences with typed outputs.")
    parser.add_argument("lesson", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    root = Path(shutil.copytree(given.lesson, given.output))
    subprocess.run(["Rscript", "-e", KNIT], cwd=root / "episodes", check=True)
    for source in (root / "episodes").glob("*.Rmd"):
        if source.with_suffix(".md").is_file():
            source.unlink()
    settings = root / "config.yaml"
    settings.write_text(re.sub(r"\.Rmd\b", ".md", settings.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
