"""Notebooks: stored outputs are compared cell by cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.model import Options

MakeLesson = Callable[[dict[str, str]], Path]


def test_stored_outputs_are_compared_with_those_of_today(make_lesson: MakeLesson) -> None:
    cells = [
        new_markdown_cell("# A"),
        new_code_cell("x = 2", execution_count=1),
        new_code_cell("x + 1", execution_count=2, outputs=[new_output("execute_result", {"text/plain": "3"}, execution_count=2)]),
        new_code_cell("print(x)", execution_count=3, outputs=[new_output("stream", name="stdout", text="1\n")]),
        new_code_cell("1 / 0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])]),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = json.dumps(json.loads(nbformat.writes(new_notebook(cells=cells, metadata=kernel))), indent=1)
    root = make_lesson({"config.yaml": "title: L\nepisodes: [a.ipynb]\n", "episodes/a.ipynb": text})
    (episode,) = verify_static(root, Options("host"), ()).episodes
    assert [finding.verdict.value for finding in episode.findings] == ["nothing typed", "same", "differs", "same"]
    assert episode.findings[2].difference == ("@@ -1 +1 @@", "-1", "+2")
    assert len({finding.fences for finding in episode.findings}) == 4
