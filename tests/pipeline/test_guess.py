"""What a lesson's Python probably needs is guessed from its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.pipeline.guess import runs_python, shared_modules
from tests.conftest import MakeLesson

CELL = "---\ntitle: A\n---\n\n```{python}\nimport numpy as np\nprint(1)\n```\n"
PLAIN = "```python\nimport matplotlib.pyplot as plt\n```\n"


@pytest.mark.parametrize(
    ("name", "text", "runs"),
    [
        ("a.md", CELL, True), ("a.Rmd", CELL, True), ("a.md", "```python\n1\n```\n", False), ("a.ipynb", "{}", True), ("a.py", "1", True),
        ("a.txt", CELL, False), ("sub/a.md", CELL, False), ("a.md", "- Item\n\n  ```{python}\n  1\n  ```\n", True),
        ("a.md", "> ~~~{python}\n> 1\n> ~~~\n", True),
    ],
)  # fmt: skip
def test_whether_python_runs(make_lesson: MakeLesson, name: str, text: str, runs: bool) -> None:
    root = make_lesson({f"episodes/{name}": text})
    assert runs_python(root) is runs


def test_without_episodes_nothing_runs(tmp_path: Path) -> None:
    assert not runs_python(tmp_path)
    assert shared_modules(tmp_path) == ()


@pytest.mark.parametrize(
    ("name", "text", "plain", "modules"),
    [
        ("a.md", CELL, False, ("numpy",)),
        ("a.md", CELL + PLAIN, False, ("numpy",)),
        ("a.md", CELL + PLAIN, True, ("numpy", "matplotlib.pyplot")),
        ("a.md", PLAIN + CELL, False, ("numpy",)),
        ("a.md", "Words about\nimport pandas\n" + CELL, False, ("numpy",)),
        ("a.md", "```{python}\nfrom pandas import DataFrame\n", False, ("pandas",)),
        ("a.md", "- Item\n\n  ```{.python .extra}\n  import pandas\n  ```\n", True, ("pandas",)),
        ("a.ipynb", '{"cells": [{"source": ["import pandas as pd\\n", "x"]}]}', False, ("pandas",)),
        ("a.ipynb", '{"cells": [{"source": "import os\\nimport pandas as pd"}]}', False, ("pandas",)),
        ("a.py", "# %%\nimport numpy, os\n", False, ("numpy",)),
        ("a.md", "```{python}\nimport torch, scipy\n```\n", False, ()),
    ],
)
def test_what_episodes_share(make_lesson: MakeLesson, name: str, text: str, plain: bool, modules: tuple[str, ...]) -> None:
    root = make_lesson({f"episodes/{name}": text})
    assert shared_modules(root, plain=plain) == modules


@pytest.mark.parametrize("name", ["config.yaml", "mkdocs.yml"])
def test_settings_that_name_modules_are_not_guessed_over(make_lesson: MakeLesson, name: str) -> None:
    root = make_lesson({"episodes/a.md": CELL, name: "execution:\n  preload:\n    default: []\n"})
    assert shared_modules(root) == ()
