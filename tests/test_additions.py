"""The table "To add something, touch these files" of CONTRIBUTING.md, tried on a copy of the program: each addition, built and shown."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import MakeLesson

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Addition:
    """Files of the program to write anew, places to edit as (file, before, after), a page that uses it, and what its site must have."""

    body: str
    page: str
    edits: tuple[tuple[str, str, str], ...]
    new: dict[str, str] = field(default_factory=dict)
    styles: str = ""


CALLOUT = Addition(
    body="::: tip\n\nShort names help.\n\n:::\n",
    page='<div id="tip1" class="callout tip">',
    edits=(
        (
            "boxes.py",
            "CALLOUTS: dict[str, tuple[str, str]] = {\n",
            'CALLOUTS: dict[str, tuple[str, str]] = {\n    "tip": ("sun", "Tip"),\n',
        ),
        ("render/theme/assets/lesson.css", ".callout.caution {", ".callout.tip { --kind: var(--keypoints); }\n.callout.caution {"),
    ),
    styles=".callout.tip",
)

CELL_OPTION = Addition(
    body="```{python}\n#| code-title: The sum of two\n1 + 1\n```\n",
    page='<p class="code-title">The sum of two</p>',
    edits=(
        (
            "settings/cell.py",
            "    figure_caption: Annotated[",
            '    code_title: Annotated[str, Key(TEXT, "A title above the code.", name="code-title")] = ""\n    figure_caption: Annotated[',
        ),
        (
            "weave/outputs.py",
            "        code = (self._code(cell),) if written else ()",
            '        title = (element("p", options.code_title, class_="code-title"),) if options.code_title else ()\n'
            "        code = (*title, self._code(cell)) if written else ()",
        ),
    ),
)

MIME_TYPE = Addition(
    body='```{python}\nfrom IPython.display import display\n\ndisplay({"text/csv": "site,count"}, raw=True)\n```\n',
    page='<p class="output-csv">site and count</p>',
    edits=(
        (
            "outputs/registry.py",
            "from site_builder.outputs import charts, document, html",
            "from site_builder.outputs import charts, csv_text, document, html",
        ),
        ("outputs/registry.py", "    *charts.TYPES,", "    csv_text.TYPE, *charts.TYPES,"),
    ),
    new={
        "outputs/csv_text.py": """from site_builder.markdown.tree import element
from site_builder.outputs.base import OutputType, Rendered


def render(bundle, place):
    return Rendered((element("p", bundle["text/csv"].replace(",", " and "), class_="output-csv"),))


TYPE = OutputType("text/csv", render, lambda bundle: bundle["text/csv"])
"""
    },
)


@pytest.mark.parametrize(
    ("addition", "files"),
    [pytest.param(CALLOUT, 2, id="callout"), pytest.param(CELL_OPTION, 2, id="cell-option"), pytest.param(MIME_TYPE, 2, id="mime-type")],
)
def test_an_addition_touches_as_many_files_as_the_table_says(
    addition: Addition, files: int, make_lesson: MakeLesson, tmp_path: Path
) -> None:
    assert len({name for name, *_ in addition.edits} | set(addition.new)) == files
    program = tmp_path / "program" / "site_builder"
    shutil.copytree(ROOT / "site_builder", program, ignore=shutil.ignore_patterns("__pycache__"))
    lesson = make_lesson({"episodes/a.md": f"---\ntitle: A\nteaching: 1\nexercises: 0\n---\n\n{addition.body}"})

    assert addition.page not in built(lesson, ROOT)[1], "the program can do this without the addition"

    for name, before, after in addition.edits:
        text = (program / name).read_text(encoding="utf-8")
        assert text.count(before) == 1
        (program / name).write_text(text.replace(before, after), encoding="utf-8")
    for name, text in addition.new.items():
        (program / name).write_text(text, encoding="utf-8")
    messages, page = built(lesson, program.parent)
    assert addition.page in page, messages
    sheets = "".join(file.read_text(encoding="utf-8") for file in (lesson / "site").rglob("*.css"))
    assert addition.styles in sheets


def built(lesson: Path, program: Path) -> tuple[str, str]:
    """Build a lesson with the program in a folder; return what it says and the page of the episode, if it made one."""
    command = [sys.executable, "-m", "site_builder", "build", str(lesson), "--environments", "host"]
    variables = {**os.environ, "PYTHONPATH": str(program)}
    done = subprocess.run(command, cwd=lesson, env=variables, capture_output=True, text=True, check=False, timeout=300)
    page = lesson / "site/a.html"
    return done.stdout + done.stderr, page.read_text(encoding="utf-8") if page.is_file() else ""
