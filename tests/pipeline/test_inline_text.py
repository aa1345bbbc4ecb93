"""Expressions in captions and alternative texts: evaluated once, printed as in a sentence, named at their line where they fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from site_builder.errors import ExecutionFailed
from site_builder.markdown.tree import Cell, Expression, elements, text_of
from site_builder.operations.verify import Verdict, verify
from site_builder.pipeline import execute
from site_builder.pipeline.build import build
from site_builder.pipeline.plan import open_lesson
from site_builder.pipeline.weave import outputs_woven
from tests.conftest import MakeLesson
from tests.pipeline.test_shown_files import png
from tests.pipeline.test_working_folder import HOST, episode, lesson, run

NUMBERS = "class Number(float):\n    def __repr__(self): return f'np.float64({float(self)})'\nn, calls = Number(2.5), []"
DRAW = f"from IPython.display import Image\nImage(data={png(0)!r})"


def pictures(root: Path) -> list[tuple[str, str]]:
    """Alternative text and caption of each picture of the first page, as it is woven."""
    planned = open_lesson(root, HOST)
    (document,) = (item.document for path, item in outputs_woven(planned).items() if path.stem == "a")
    figures = {id(image): figure for figure in elements(document.body, "figure") for image in elements(figure.children, "img")}
    found = []
    for image in elements(document.body, "img"):
        caption = next(elements(figures[id(image)].children, "figcaption"), None) if id(image) in figures else None
        assert image.children == ()
        found.append((image.get("alt"), text_of(caption.children) if caption else ""))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![Mean `{python} n` m](fig/p.svg)", ("Mean 2.5 m", "Mean 2.5 m")),
        ("![Mean](fig/p.svg){alt='mean `{python} n`'}", ("mean 2.5", "Mean")),
        ("Text ![of `{python} n`](fig/p.svg) here.", ("of 2.5", "")),
        ("![`{python} calls.append(1) or len(calls)`. call](fig/p.svg)", ("1. call", "1. call")),
        ("![``{python} n`` *shown*](fig/p.svg)", ("{python} n shown", "{python} n shown")),
        ("![x](fig/p.svg){alt='``{python} n`` is shown'}", ("``{python} n`` is shown", "x")),
    ],
)  # fmt: skip
def test_pictures_in_text(make_lesson: MakeLesson, text: str, expected: tuple[str, str]) -> None:
    root = lesson(make_lesson, episode(NUMBERS) + f"\n{text}\n")
    run(root)
    assert pictures(root) == [expected]


def test_figures_of_cells_have_the_values_after_their_cell(make_lesson: MakeLesson) -> None:
    options = '#| fig-cap: "Up to `{python} top` m"\n#| fig-alt: "up to `{python} top`, `{python} top + 1`"\ntop = 3\n'
    root = lesson(make_lesson, episode(options + DRAW) + "\n`{python} 'later'`\n")
    run(root)
    assert pictures(root) == [("up to 3, 4", "Up to 3 m")]
    (found,) = (each for each in open_lesson(root, HOST).episodes)
    assert [cell.line for cell in found.cells] == [15, 16, 17, 17, 27]
    changed = (root / "episodes/a.md").read_text()
    (root / "episodes/a.md").write_text(changed.replace("top + 1", "top + 2"))
    assert run(root) == ["a"]
    assert pictures(root) == [("up to 3, 5", "Up to 3 m")]
    assert build(root, root / "site", HOST).report.problems == ()
    assert 'alt="up to 3, 5"' in (root / "site/a.html").read_text()


def test_those_of_cells_that_do_not_run_are_left_alone(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode('#| eval: false\n#| fig-alt: "`{python} nothing`"\n1') + "\n`{python} 1`\n")
    assert run(root) == ["a"]
    needing = lesson(make_lesson, episode('#| requires: cuda\n#| fig-alt: "`{python} nothing`"\nnothing = 1') + "\n`{python} 1`\n")
    assert run(needing) == ["a"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("![a `{python} 1`\nb `{python} no`](fig/p.svg)", 4),
        ("![a](fig/p.svg){alt='b `{python} no`'}", 3),
        ("```{python}\n#| fig-cap: fine\n#| fig-alt: 'b `{python} no`'\n1\n```", 5),
        ('```{python, fig.alt="none"}\n#| fig-cap: "`{python} no`"\n1\n```', 4),
    ],
)  # fmt: skip
def test_one_that_fails_is_named_at_its_line(make_lesson: MakeLesson, text: str, line: int) -> None:
    root = lesson(make_lesson, episode("1") + f"\n{text}\n")
    with pytest.raises(ExecutionFailed) as caught:
        execute.run(root, HOST, ())
    (problem,) = caught.value.problems
    first = (root / "episodes/a.md").read_text().rpartition(text)[0].count("\n") + 1
    assert problem.location.line == first + line - 3
    assert "NameError" in problem.message


def test_verify_compares_them(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("import os") + "\n![`{python} os.urandom(4).hex()`](fig/p.svg)\n")
    run(root)
    (found,), _ = verify(root, HOST, ())
    assert found.verdict is Verdict.DRIFTED
    assert [drift.location.line for drift in found.compared.drifts] == [23]


def test_a_notebook_as_source_has_them_too(make_lesson: MakeLesson) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# T\n\n![is `{python} n`](fig/p.svg)"},
        {"cell_type": "code", "metadata": {}, "source": "#| fig-alt: 'to `{python} n`'\nn = 4", "outputs": [], "execution_count": None},
    ]
    root = lesson(
        make_lesson,
        settings="episodes: [b.ipynb]\n",
        **{"episodes/b.ipynb": json.dumps({"cells": cells[::-1], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)},
    )
    found = open_lesson(root, HOST).episode("b").cells
    assert [type(each) for each in found] == [Cell, Expression, Expression]
    assert all(each.line > 1 for each in found)
    assert run(root) == ["b"]
