"""Where the cells of notebooks and scripts are in their files: a message names a line that an editor opens."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import convert, relocated
from site_builder.markdown.origins import in_notebook, in_script
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, Element

SCRIPT = """\
# ---
# title: From a script
# teaching: soon
# ---

# %% [markdown]
# ## Part
#
# - one

# %%
#| label: first
#| lable: wrong
x = 1

# %%
%matplotlib inline
1 / 0

# %% language="bash"
# echo one
# echo two
"""


def document(text: str, suffix: str) -> Document:
    converted = convert(text, suffix)
    path = PurePosixPath(f"episodes/a{suffix}")
    return relocated(read(converted.text, path, episode=True), converted)


def cells_of(read_document: Document) -> list[Cell]:
    return [cell for cell in read_document.cells if isinstance(cell, Cell)]


def test_a_scripts_lines_are_its_own() -> None:
    lines = SCRIPT.split("\n")
    found = document(SCRIPT, ".py")
    for cell in cells_of(found):
        for offset, line in enumerate(cell.source.split("\n")):
            assert lines[cell.source_line - 1 + offset].lstrip("# ") == line
    assert {problem.code: lines[problem.location.line - 1] for problem in found.problems} == {
        "LS106": "# teaching: soon",
        "LS303": "#| lable: wrong",
    }
    assert all("notebook" not in problem.message for problem in found.problems)
    headings = [node for node in found.body if isinstance(node, Element) and node.tag == "h2"]
    assert [lines[node.line - 1] for node in headings] == ["# ## Part"]
    assert found.front_matter.lines == {"title": 2, "teaching": 3}
    assert found.where(12) == ""


def notebook(*cells: object) -> str:
    made = nbformat.v4.new_notebook(cells=list(cells))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "P", "language": "python"}
    return str(nbformat.writes(made))


def code(source: str, *printed: str) -> object:
    return nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output("stream", text=text) for text in printed])


def test_a_notebooks_lines_are_those_of_its_file_and_its_cells_are_named_in_words() -> None:
    text = notebook(
        nbformat.v4.new_raw_cell("---\ntitle: N\nteaching: soon\n---"),
        code("x = 1\n1/0", "x = 1\n1/0"),
        nbformat.v4.new_markdown_cell("## Part"),
        code("#| lable: wrong\nx = 1\n1/0"),
        nbformat.v4.new_markdown_cell("Text.\n\n```python\nnever closed"),
    )
    lines = text.split("\n")
    found = document(text, ".ipynb")
    first, second = cells_of(found)
    assert [json.loads(lines[first.source_line - 1 + n].strip().rstrip(",")) for n in (0, 1)] == ["x = 1\n", "1/0"]
    assert first.source_line < second.source_line
    assert [found.where(cell.source_line) for cell in (first, second)] == ["notebook cell 2", "notebook cell 4"]
    told = {problem.code: (problem.message.split(":")[0], lines[problem.location.line - 1].strip()) for problem in found.problems}
    assert told["LS106"] == ("notebook cell 1", '"teaching: soon\\n",')
    assert told["LS303"] == ("notebook cell 4", '"#| lable: wrong\\n",')
    assert told["LS201"] == ("notebook cell 5", '"```python\\n",')


def test_a_notebook_without_line_breaks_says_no_line_but_the_cell() -> None:
    text = json.dumps(json.loads(notebook(code("1"), code("#| lable: wrong\n2"))))
    found = document(text, ".ipynb")
    (problem,) = [problem for problem in found.problems if problem.code == "LS303"]
    assert (problem.location.line, problem.message.split(":")[0]) == (0, "notebook cell 2")
    assert found.where(1) == ""


def test_a_line_before_the_first_cell_is_in_none() -> None:
    assert Document(PurePosixPath("a.ipynb"), notebook_cells=((1, 8), (2, 20))).where(3) == ""
    assert Document(PurePosixPath("a.ipynb"), notebook_cells=((1, 8), (2, 8))).where(9) == ""
    assert Document(PurePosixPath("a.ipynb"), notebook_cells=((1, 8), (2, 20))).where(25) == "notebook cell 2"


@pytest.mark.parametrize(
    ("text", "sources", "starts"),
    [
        ('{\n"source": [\n"a\\n",\n"b"\n]\n}', ["a\nb"], (3,)),
        ('{\n"source": "a"\n}', ["a"], (2,)),
        ('"source": [],\n"source": ["a"]', ["", "a"], (1, 2)),
        ('"source": {\n"source": "a"', ["a"], (2,)),
        ('"source": 3\n"source": [1]\n"source": "a"', ["a"], (3,)),
        ('"source": [', ["a"], (0,)),
        ("", ["a"], (0,)),
    ],
)
def test_sources_are_found_in_any_form_of_json(text: str, sources: list[str], starts: tuple[int, ...]) -> None:
    assert in_notebook(text, sources) == starts


def test_cells_that_a_script_hides_say_no_line() -> None:
    assert in_script("# %%\nx\n# %%\n\n# %%\ny\n", ["x", "", "gone", "y"]) == (2, 0, 0, 6)


@given(st.lists(st.text("ab1\n #'\"\\é", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4))
def test_every_cell_of_a_notebook_that_jupyter_wrote_is_found(sources: list[str]) -> None:
    text = notebook(*(code(source, source) for source in sources))
    lines = text.split("\n")
    for source, start in zip(sources, in_notebook(text, sources), strict=True):
        assert start
        line = lines[start - 1].strip().rstrip(",")
        assert json.loads(line).rstrip("\n") == source.split("\n")[0]
