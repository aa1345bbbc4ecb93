"""What the libraries of scientific lessons send, on a page: all of it is seen, or named with its line."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.browser.test_accessibility import complaints_in_all_modes

ROOT = Path(__file__).parents[2]
LESSON = Path(__file__).with_name("gallery") / "gallery.md"

pytestmark = [pytest.mark.world("gallery"), pytest.mark.skipif(sys.platform != "linux", reason="the pins are those of Linux")]

PICTURE, STYLED, TABLE, NOTHING = "figure img", ".output-styled", ".output-html table", ""
SHOWN = {
    "pandas-frame": TABLE, "pandas-styler": STYLED, "polars": TABLE, "xarray": STYLED, "sklearn": STYLED, "great-tables": STYLED,
    "statsmodels": TABLE, "geopandas": TABLE, "shapely": PICTURE, "duckdb": TABLE, "pyarrow": "pre.output", "dask": STYLED,
    "astropy": "math", "pint": ".output-html", "uncertainties": "pre.output", "sympy": "math", "matplotlib": PICTURE, "seaborn": PICTURE,
    "palette": ".output-styled svg rect", "plotnine": PICTURE, "plotly": PICTURE, "altair": PICTURE, "bokeh": NOTHING, "holoviews": NOTHING,
    "folium": NOTHING, "itables": NOTHING, "wordcloud": PICTURE, "pillow": PICTURE, "skimage": PICTURE, "missingno": PICTURE,
    "networkx": PICTURE, "rich": ".output-styled pre", "tqdm": ".output-html", "tqdm-text": "pre.output", "widget-output": "pre.output",
    "interact": "pre.output", "tabulate": TABLE, "pygal": PICTURE, "sound": "audio[controls]", "frame": "a[href='https://example.org']",
}  # fmt: skip
"""Label of a cell -> what its output is on the page."""

SAID = {
    "shapely": "LS310",
    "bokeh": "LS312",
    "holoviews": "LS311",
    "folium": "LS311",
    "itables": "LS311",
    "interact": "LS316",
    "frame": "LS311",
}
WORDS = {
    "widget-output": "inside",
    "interact": "6",
    "tqdm": "3/3",
    "tqdm-text": "100%",
    "uncertainties": "1.5",
    "sklearn": "LinearRegression",
}
NEVER = ("rerun this cell", "Make this Notebook Trusted", "Loading ITables", "does not support", "object at 0x", "IPython.core")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The gallery, built in an environment with its libraries, and what the builder said."""
    folder = tmp_path_factory.mktemp("gallery")
    python = folder / "environment" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    given = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    subprocess.run([*given, "--requirement", ROOT / "requirements" / "gallery.txt"], check=True)
    (packages,) = (folder / "environment" / "lib").glob("python3*/site-packages")
    (packages / "builder.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n")
    lesson = folder / "lesson"
    (lesson / "episodes").mkdir(parents=True)
    (lesson / "config.yaml").write_text("title: Gallery\nlicense: CC-BY 4.0\nepisodes: [gallery.md]\n")
    (lesson / "index.md").write_text("Outputs.\n")
    (lesson / "episodes" / "gallery.md").write_bytes(LESSON.read_bytes())
    command = [python, "-m", "site_builder", "build", lesson, "--environments", "host"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return lesson, done.stdout + done.stderr


def outputs(lesson: Path) -> dict[str, list[Tag]]:
    """What follows each cell's code, by the cell's label."""
    article = BeautifulSoup((lesson / "site" / "gallery.html").read_text(encoding="utf-8"), "html.parser").find("article")
    assert isinstance(article, Tag)
    codes = article.select(".codewrapper:has(.language-python)")
    assert len(codes) == len(SHOWN)
    found: dict[str, list[Tag]] = {}
    for label, code in zip(SHOWN, codes, strict=True):
        found[label] = []
        for after in code.next_siblings:
            if isinstance(after, Tag) and after in codes:
                break
            found[label] += [after] if isinstance(after, Tag) else []
    return found


def test_every_output_is_seen_or_named(gallery: tuple[Path, str]) -> None:
    lesson, said = gallery
    lines = LESSON.read_text(encoding="utf-8").splitlines()
    for label, after in outputs(lesson).items():
        page = BeautifulSoup("".join(map(str, after)), "html.parser")
        if SHOWN[label]:
            assert page.select(SHOWN[label]), label
        assert WORDS.get(label, "") in page.get_text(), label
        line = lines.index(f"#| label: {label}")
        told = [text for text in said.splitlines() if f"episodes/gallery.md:{line} " in text]
        assert [text.split()[1] for text in told] == ([SAID[label]] if label in SAID else []), label


def test_nothing_asks_for_a_notebook_and_nothing_is_a_bare_name(gallery: tuple[Path, str]) -> None:
    text = BeautifulSoup((gallery[0] / "site" / "gallery.html").read_text(encoding="utf-8"), "html.parser").get_text()
    assert [words for words in NEVER if words in text] == []


def test_the_gallery_is_accessible(gallery: tuple[Path, str], browser: Any, axe: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto((gallery[0] / "site" / "gallery.html").as_uri())
    assert complaints_in_all_modes(page, axe) == {}
    context.close()
