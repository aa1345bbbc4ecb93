"""Pages of R Markdown show what plain knitr and pandoc make of it: sources, results, conditions and figures, in their order."""

from __future__ import annotations

import difflib
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from site_builder.lesson.discover import discover
from site_builder.lesson.inputs import working_files
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson
from tests.execute.test_knitr import plain_knitr
from tests.r import needs_knitr

needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="no pandoc")
pytestmark = [needs_knitr, needs_pandoc, pytest.mark.slow, pytest.mark.world("r")]

HEAD = "---\ntitle: One\nteaching: 1\nexercises: 1\n---\n\n"
CONDITIONS = ("output", "error", "warning")
EXTENSIONS = "markdown-hard_line_breaks+autolink_bare_uris+emoji+tex_math_single_backslash"
"""The Workbench's Markdown (https://github.com/carpentries/sandpaper/blob/main/R/render_html.R)."""

Item = tuple[str, str]
"""What a page shows: its kind, and its text without white space at line ends, or the address of a picture."""


class _Items(HTMLParser):
    """Collects code blocks and pictures in their order, each with the class that the Workbench's style goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []
        self._text: list[str] | None = None
        self._kind = "code"
        self._left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "details" and "provenance" in given.get("class", ""):
            self._left_out = 1
        elif tag == "pre":
            self._kind = next((name for name in CONDITIONS if name in given.get("class", "").split()), "code")
            self._text = []
        elif tag == "img" and not given.get("class", "").startswith("callout"):
            self.items.append(("figure", given.get("src", "").removeprefix("../")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._left_out = 0
        elif tag == "pre" and self._text is not None and not self._left_out:
            self.items.append((self._kind, "\n".join(line.rstrip() for line in "".join(self._text).strip("\n").split("\n"))))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)


def items(html: str) -> list[Item]:
    found = _Items()
    found.feed(html)
    return found.items


def ours(site: Path, slug: str) -> list[Item]:
    """Return what the instructors' page shows: pandoc leaves nothing out."""
    text = (site / "instructor" / f"{slug}.html").read_text(encoding="utf-8")
    return items(text[text.index("<article") : text.index("</article>")])


def theirs(markdown: str) -> list[Item]:
    body = re.sub(r"\A---\n.*?\n---\n", "", markdown, count=1, flags=re.DOTALL)
    command = ["pandoc", "--from", EXTENSIONS, "--to", "html4", "--preserve-tabs", "--indented-code-classes=sh", "--no-highlight"]
    done = subprocess.run(command, input=body.encode(), capture_output=True, check=True)
    return items(done.stdout.decode())


def differences(one: list[Item], other: list[Item]) -> Iterator[tuple[list[Item], list[Item]]]:
    for tag, first, last, start, end in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            yield one[first:last], other[start:end]


def built_apart(root: Path, folder: Path) -> Iterator[tuple[str, list[Item]]]:
    """Yield what plain knitr and pandoc make of each episode of a lesson, in order and in one folder, as the Workbench does."""
    lesson, _ = discover(root)
    folder.mkdir()
    for name, file in working_files(lesson).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file.path, folder / name)
    for source in lesson.episodes:
        if source.path.suffix == ".Rmd":
            yield source.slug, theirs(plain_knitr(root / source.path, folder))


@pytest.mark.parametrize("slug", ["swcarpentry__r-novice-gapminder", "carpentries__sandpaper-docs"])
def test_pages_of_real_lessons_show_what_knitr_and_pandoc_do(r_corpus: Path, tmp_path: Path, slug: str) -> None:
    root = tmp_path / "lesson"
    shutil.copytree(r_corpus / slug / "source", root)
    site = build(root, None, Options("host")).site
    total = found = 0
    for name, expected in built_apart(root, tmp_path / "built"):
        total += len(expected)
        different = [*differences(expected, ours(site, name))]
        found += sum(max(len(one), len(other)) for one, other in different)
        print(name, len(expected), different)
    assert total > 20
    assert found <= total * 0.005


CODES = (
    "1:3", "x <- 5\nx\nx * 2", "message('m')", "warning('w')\n'after'", "stop('no')\n'still'", "plot(1)", "plot(1)\nlines(1:2)\nplot(2)",
    "data.frame(a = 1:2)", "invisible(3)", "# only", "cat('a\\n\\nb\\n')", "cat('```\\n')", "print('<b>')", "cat('- item\\n')",
    "for (i in 1:2) { print(i); plot(i) }", "f <- function(x) {\n\n  x\n}\nf(2)", "1 +", "suppressWarnings(as.numeric('a'))",
    "as.numeric('a')", "knitr::kable(data.frame(a = 1))", "strsplit('a b', ' ')", "'\\u00e4'",
)  # fmt: skip
STOPPING = ("stop('no')\n'still'", "1 +")
"""Code that stops plain knitr whole, with an option that hides the chunk or divides its code."""

OPTIONS = (
    "", "echo=FALSE", "eval=FALSE", "include=FALSE", "results='hide'", "results='hold'", "results='asis'", "error=TRUE", "warning=FALSE",
    "message=FALSE", "collapse=TRUE", "comment='#>'", "echo=1", "eval=1", "fig.cap='A, b'", "fig.alt='alt'", "fig.show='hide'",
    "fig.show='hold'", "out.width='50%'", "prompt=TRUE", "tidy=FALSE", "class.output='special'", "strip.white=FALSE", "fig.width=3",
)  # fmt: skip


def document(chance: random.Random) -> str:
    """Return a document of chunks, each with up to three options, in places of every kind; as it runs in R, no library shrinks it."""
    parts = []
    for _ in range(25):
        code = chance.choice(CODES)
        chosen = {option.partition("=")[0]: option for option in chance.sample(OPTIONS, chance.randint(0, 3))}
        if code in STOPPING:
            chosen = {name: option for name, option in chosen.items() if name not in ("include", "echo", "eval")}
        header = ", ".join(("r", *filter(None, chosen.values())))
        chunk = f"```{{{header}}}\n{code}\n```"
        place = chance.choice(("plain", "plain", "plain", "item", "quote", "box"))
        if place == "item":
            chunk = "- item\n\n" + "\n".join(f"    {line}" if line else "" for line in chunk.split("\n"))
        elif place == "quote":
            chunk = "\n".join(f"> {line}".rstrip() for line in chunk.split("\n"))
        elif place == "box":
            chunk = f"::: callout\n\n## T\n\n{chunk}\n\n:::"
        parts += [chunk, "Words."]
    return HEAD + "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("seed", range(8))
def test_pages_of_generated_chunks_show_what_knitr_and_pandoc_do(make_lesson: MakeLesson, tmp_path: Path, seed: int) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Home.\n", "episodes/one.Rmd": document(random.Random(seed))})
    site = build(root, None, Options("host")).site
    ((_, expected),) = built_apart(root, tmp_path / "built")
    assert [*differences(expected, ours(site, "one"))] == []


def test_widgets_of_r_are_shown_as_tables_or_named(make_lesson: MakeLesson) -> None:
    table = '{"x":{"data":[["a","b"],[1,2]],"container":"<th>name</th><th>size</th>"}}'
    script = f'<script type="application/json" data-for="htmlwidget-2">{table}</script>'
    chunks = (
        """knitr::asis_output('<div id="htmlwidget-1" class="leaflet html-widget"></div>')""",
        f"""knitr::asis_output('<div id="htmlwidget-2" class="datatables html-widget"></div>{script}')""",
    )
    text = HEAD + "".join(f"```{{r}}\n{chunk}\n```\n\n" for chunk in chunks)
    built = build(make_lesson({"config.yaml": "title: L\n", "episodes/one.Rmd": text}), None, Options("host"))
    page = (built.site / "one.html").read_text(encoding="utf-8")
    shown = page[page.index("<article") : page.index("</article>")]
    assert re.search(r'<p class="not-run">\s*\[Interactive output: leaflet\]\s*</p>', shown)
    assert shown.count("Interactive output") == 1  # the code stays as it is
    assert "<td>a</td><td>1</td>" in (tight := re.sub(r"\s+", "", shown)) and ">size</th>" in tight
    told = [problem for problem in built.report.problems if problem.code == "LS312"]
    assert [(str(problem.location), "leaflet" in problem.message) for problem in told] == [("episodes/one.Rmd:7", True)]


def test_colours_are_colours_and_no_code_of_a_terminal_is_left(make_lesson: MakeLesson) -> None:
    chunks = (
        "{r}\ncat('\\033[32mgreen\\033[39m\\n')\nwarning('\\033[31mred\\033[39m')\nstop('\\033[34mblue\\033[39m')",
        "{r, collapse=TRUE}\ncat('\\033[32mgreen\\033[39m\\n')",
        "{r, results='asis'}\ncat('\\033[1mbold\\033[22m words\\n')",
        "{r}\ncat('a\\u202eb\\n')",
    )
    text = HEAD + "".join(f"```{chunk}\n```\n\n" for chunk in chunks)
    built = build(make_lesson({"config.yaml": "title: L\n", "episodes/one.Rmd": text}), None, Options("host"))
    page = (built.site / "one.html").read_text(encoding="utf-8")
    assert "\x1b" not in page and "\u202e" not in page
    assert [f"ansi-{hue}" in page for hue in ("green", "red", "blue")] == [True] * 3
    assert "bold words" in page and "a&lt;U+202E&gt;b" in page
