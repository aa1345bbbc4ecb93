"""Notebooks and percent scripts are sources of episodes."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from site_builder.markdown.notebooks import NotANotebook, convert
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell

SCRIPT = "# ---\n# title: From a script\n# teaching: 5\n# ---\n\n# %% [markdown]\n# ## Part\n#\n# Text.\n\n# %%\n#| label: one\nx = 1\n"


def notebook(*cells: tuple[str, str]) -> str:
    made = [
        {
            "cell_type": kind,
            "id": f"c{number}",
            "metadata": {},
            "source": source,
            **({"outputs": [], "execution_count": None} if kind == "code" else {}),
        }
        for number, (kind, source) in enumerate(cells)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "p", "language": "python"}}, "cells": made})


def test_a_percent_script_is_an_episode() -> None:
    document = read(convert(SCRIPT, ".py").text, PurePosixPath("episodes/a.py"), episode=True)
    assert document.front_matter.title == "From a script"
    (cell,) = document.cells
    assert isinstance(cell, Cell)
    assert (cell.identifier, cell.language, cell.source) == ("one", "python", "x = 1")


def test_a_notebook_is_an_episode_and_shell_cells_are_bash() -> None:
    text = notebook(("raw", "---\ntitle: N\n---"), ("markdown", "Text."), ("code", "print('```')"), ("code", "%%bash\nls"))
    document = read(convert(text, ".ipynb").text, PurePosixPath("episodes/a.ipynb"), episode=True)
    assert document.front_matter.title == "N"
    assert [(cell.language, cell.source) for cell in document.cells] == [("python", "print('```')"), ("bash", "ls")]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}'])
def test_what_is_no_notebook_is_told(text: str) -> None:
    with pytest.raises(NotANotebook):
        convert(text, ".ipynb")
