"""An episode as a notebook: what learners, instructors and people who code live get."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import nbformat
import pytest

from site_builder.environments.base import PackageSet
from site_builder.exporting.notebook import ExportKind, notebook
from site_builder.markdown.document import Document
from site_builder.markdown.notebooks import convert, script_suffix, to_script
from site_builder.markdown.reader import read
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Provenance, Raised, Stream

PACKAGES = PackageSet("default", "linux-64", ())
PAGE = """\
---
title: Adding up
---

::: questions

- How?

:::

Intro with a [link][docs] and `{python} total`.

## First part {#first}

```{python}
#| label: sum
total = 1 + 1
total
```

::: callout

## Mind the gap

Careful.

:::

::: challenge

## Add three

Do it.

```{python}
#| label: wrong
#| error: true
total + "3"
```

::: hint

A hint.

:::

::: solution

```{python}
#| label: answer
total + 3
```

:::

After the solution.

:::

::: instructor

Wait for questions.

:::

```{bash}
#| label: shell
ls
```

```{python}
#| label: hidden
#| include: false
setup()
```

```{python}
#| eval: false
never()
```

```{r}
summary(x)
```

[docs]: https://example.org
"""


def record() -> EpisodeRecord:
    cells = (
        CellRecord("expression-1", "python", "total", (Display({"text/plain": "'two'"}, True),)),
        CellRecord("sum", "python", "", (Display({"text/plain": "2"}, True),)),
        CellRecord("wrong", "python", "", (Raised("TypeError", "no", ("TypeError: no",)),)),
        CellRecord("answer", "python", "", (), missing=("cuda",)),
        CellRecord("shell", "bash", "", (Stream("stdout", "a\n"),)),
    )
    made = Provenance("lesson 0", "host", PACKAGES, False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 1.0)
    return EpisodeRecord("a", KeyParts((), (), PACKAGES.digest), cells, made)


def page(text: str = PAGE, links: str = "", name: str = "a.md") -> Document:
    return read(text, PurePosixPath("episodes") / name, links=links, episode=True)


def made(kind: ExportKind, text: str = PAGE, links: str = "", **options: Any) -> dict[str, Any]:
    found = notebook(page(text, links), record(), kind, **options)
    nbformat.validate(nbformat.from_dict(found))
    return found


def short(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in found["cells"]]


def everything(found: dict[str, Any]) -> str:
    return "\n".join(text for _, text in short(found))


def test_a_learner_gets_code_without_outputs_solutions_and_notes() -> None:
    found = made(ExportKind.LEARNER)
    assert short(found) == [
        ("markdown", "# Adding up\n\n> **Questions**\n>\n> - How?\n\nIntro with a [link](https://example.org) and `total`."),
        ("markdown", "## First part"),
        ("code", "total = 1 + 1\ntotal"),
        ("markdown", "> **Callout: Mind the gap**\n>\n> Careful.\n\n### Challenge: Add three\n\nDo it."),
        ("code", 'total + "3"'),
        ("markdown", "After the solution."),
        ("code", "%%bash\nls"),
        ("code", "setup()"),
        ("markdown", "```python\nnever()\n```\n\n```r\nsummary(x)\n```"),
    ]
    code = [cell for cell in found["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert [cell["metadata"] for cell in code] == [{}, {"tags": ["raises-exception"]}, {}, {"tags": ["hide-input"]}]


def test_an_instructor_gets_everything_with_the_outputs_of_the_record() -> None:
    found = made(ExportKind.INSTRUCTOR)
    text = everything(found)
    for expected in ("and two.", "### Hint\n\nA hint.", "### Solution", "total + 3", "> **Instructor Note**\n>\n> Wait for questions."):
        assert expected in text
    outputs = {
        "".join(cell["source"]): (cell["execution_count"], cell["outputs"]) for cell in found["cells"] if cell["cell_type"] == "code"
    }
    assert outputs["total = 1 + 1\ntotal"] == (
        1, [{"output_type": "execute_result", "data": {"text/plain": ["2"]}, "metadata": {}, "execution_count": 1}],
    )  # fmt: skip
    assert outputs['total + "3"'][1][0]["ename"] == "TypeError"
    assert outputs["total + 3"] == (None, [])
    assert outputs["%%bash\nls"][1] == [{"output_type": "stream", "name": "stdout", "text": ["a\n"]}]
    assert outputs["setup()"] == (None, [])


def test_live_coding_gets_headings_exercises_and_empty_cells_but_what_is_hidden_is_there() -> None:
    assert short(made(ExportKind.LIVE)) == [
        ("markdown", "# Adding up"),
        ("markdown", "## First part"),
        ("code", ""),
        ("markdown", "### Challenge: Add three\n\nDo it."),
        ("code", ""),
        ("markdown", "After the solution."),
        ("code", "%%bash\n"),
        ("code", "setup()"),
        ("markdown", "```python\nnever()\n```\n\n```r\nsummary(x)\n```"),
    ]


def test_a_script_is_a_percent_script_that_python_can_compile() -> None:
    script = to_script(made(ExportKind.SCRIPT))
    compile(script, "script.py", "exec")
    assert script.startswith("# %% [markdown]\n# # Adding up\n")
    assert "\n# %%\ntotal = 1 + 1\ntotal\n" in script
    assert "# ls\n" in script
    assert "total + 3" not in script
    assert "kernelspec" not in script


def test_a_script_comes_back_as_the_same_cells() -> None:
    again = convert(to_script(made(ExportKind.SCRIPT)), ".py").text
    assert "```{bash}\nls\n```" in again
    assert "```{python}\ntotal = 1 + 1\ntotal\n```" in again


@pytest.mark.parametrize(
    ("cell", "suffix", "line"),
    [
        ("```{r}\nx <- 1\n```\n", ".R", "\n# %%\nx <- 1\n"),
        ("```{bash}\nls\n```\n", ".sh", "# %%\nls\n"),
        ("```{julia}\nx\n```\n", ".jl", "# %%\nx\n"),
        ("```{scheme}\n(x)\n```\n", ".py", "# ```scheme\n# (x)\n# ```\n"),
    ],
)
def test_a_script_is_in_the_pages_language(cell: str, suffix: str, line: str) -> None:
    found = made(ExportKind.SCRIPT, "Text.\n\n" + cell)
    assert script_suffix(found) == suffix
    assert line in to_script(found)


def test_without_a_record_the_instructors_notebook_has_no_outputs() -> None:
    found = notebook(page(), None, ExportKind.INSTRUCTOR)
    assert all(cell["outputs"] == [] for cell in found["cells"] if cell["cell_type"] == "code")
    assert "and `total`." in everything(found)


def test_equal_arguments_give_equal_notebooks_with_cells_of_distinct_names() -> None:
    assert made(ExportKind.INSTRUCTOR) == made(ExportKind.INSTRUCTOR)
    identifiers = [cell["id"] for cell in made(ExportKind.INSTRUCTOR)["cells"]]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize(
    ("cells", "kernel"),
    [
        ("```{r}\n1\n```\n\n```{r}\n2\n```\n\n```{bash}\nls\n```\n", ("ir", "R", "r")),
        ("```{bash}\nls\n```\n\n```{sh}\nls\n```\n", ("bash", "Bash", "bash")),
        ("```{scheme}\n1\n```\n", ("scheme", "scheme", "scheme")),
        ("```{r}\n1\n```\n\n```{r}\n2\n```\n\n```{python}\n1\n```\n", ("python3", "Python 3", "python")),
        ("Text.\n", ("python3", "Python 3", "python")),
    ],
)
def test_the_kernel_is_that_of_the_pages_language(cells: str, kernel: tuple[str, str, str]) -> None:
    spec = made(ExportKind.LEARNER, cells)["metadata"]["kernelspec"]
    assert (spec["name"], spec["display_name"], spec["language"]) == kernel


def test_in_a_shell_notebook_shell_cells_are_no_magics() -> None:
    assert short(made(ExportKind.LEARNER, "```{bash}\ncd x\n```\n\n```{sh}\nls\n```\n")) == [("code", "cd x"), ("code", "ls")]


def test_a_lesson_that_was_not_written_to_be_executed_has_its_python_as_cells() -> None:
    text = "Text.\n\n```python\nx = 1\n```\n\n```output\n1\n```\n\n```bash\nls\n```\n"
    assert short(made(ExportKind.LEARNER, text)) == [("markdown", "Text."), ("code", "x = 1"), ("markdown", "```bash\nls\n```")]
    assert "```output\n1\n```" in everything(made(ExportKind.INSTRUCTOR, text))
    assert short(made(ExportKind.LEARNER, "```bash\nls\n```\n")) == [("markdown", "```bash\nls\n```")]


def test_titles_are_in_the_lessons_language_and_a_missing_word_is_not_mixed_in() -> None:
    text = "::: challenge\n\n## Suma\n\nUno.\n\n:::\n\n::: solution\n\n## Respuesta\n\nDos.\n\n:::\n\n::: hint\n\nTres.\n\n:::\n"
    found = everything(made(ExportKind.INSTRUCTOR, text, titles={"challenge": "Desafío"}))
    assert found == "### Desafío: Suma\n\nUno.\n\n### Respuesta\n\nDos.\n\n### Hint\n\nTres."


def test_a_box_that_begins_with_code_has_its_title_all_the_same() -> None:
    text = "::: challenge\n\n```{python}\n1\n```\n\n:::\n\n::: callout\n\n```{python}\n2\n```\n\n:::\n"
    assert short(made(ExportKind.LEARNER, text)) == [
        ("markdown", "### Challenge"), ("code", "1"), ("markdown", "> **Callout**"), ("code", "2"),
    ]  # fmt: skip
    assert short(made(ExportKind.LIVE, text)) == [("markdown", "### Challenge"), ("code", ""), ("code", "")]


def test_titles_of_boxes_are_not_said_twice_and_boxes_without_text_not_at_all() -> None:
    text = "::: solution\n\n## Solution to it\n\nOne.\n\n:::\n\n::: callout\n\n:::\n\n::: tab\n\n### Linux\n\nTwo.\n\n:::\n"
    assert everything(made(ExportKind.INSTRUCTOR, text)) == "### Solution to it\n\nOne.\n\n### Linux\n\nTwo."


def test_links_of_the_lesson_and_figures_lead_to_the_site() -> None:
    text = "See [it] and ![c](fig/a.png){alt='A'}.\n"
    found = made(ExportKind.LEARNER, text, links="[it]: other.md\n", base="https://example.org/l")
    assert everything(found) == "See [it](https://example.org/l/other.html) and ![A](https://example.org/l/fig/a.png)."


def test_links_to_pages_are_words_where_nobody_knows_the_site() -> None:
    text = "See *[it]*, [a](../learners/reference.md#a), [f](files/f.md), [s](count.py), [h](#here) and [w](https://w.example/x.md).\n"
    found = everything(made(ExportKind.LEARNER, text, links="[it]: other.md\n"))
    assert found == "See *it*, a, [f](files/f.md), [s](count.py), [h](#here) and [w](https://w.example/x.md)."
    table = everything(made(ExportKind.LEARNER, "+-----------------------+\n| - [to *it*](other.md) |\n+-----------------------+\n"))
    assert "<li>to <em>it</em>\n</li>" in table


def test_shown_code_is_left_as_it_is() -> None:
    text = "```{python}\n1\n```\n\n```{.markdown}\n## Title {#id}\n[docs]\n```\n\n[docs]: https://x.org\n"
    assert short(made(ExportKind.LEARNER, text))[1] == ("markdown", "```markdown\n## Title {#id}\n[docs]\n```")


def test_two_expressions_of_one_source_keep_their_values_apart() -> None:
    text = "`{python} n` and `{python} n` and `{python} m`.\n"
    values = ("1", "<an object>")
    results = [(Stream("stderr", "noise"), Display({"text/plain": value})) for value in values]
    cells = tuple(CellRecord(f"expression-{k}", "python", "n", outputs) for k, outputs in enumerate(results, 1))
    executed = EpisodeRecord("a", KeyParts((), (), ""), cells, record().provenance)
    assert everything(notebook(page(text), executed, ExportKind.INSTRUCTOR)) == "1 and \\<an object> and `m`."


def test_an_expression_that_gave_markdown_or_a_formula_stands_as_it_is() -> None:
    text = "`{python} a` and `{python} b`.\n\n+---------+\n| - x `{python} a` |\n+---------+\n"
    cells = (
        CellRecord("expression-1", "python", "a", (Display({"text/markdown": "**a**", "text/plain": "<Markdown object>"}),)),
        CellRecord("expression-2", "python", "b", (Display({"text/latex": "$b$", "text/plain": "<Math object>"}),)),
    )
    executed = EpisodeRecord("a", KeyParts((), (), ""), cells, record().provenance)
    assert everything(notebook(page(text), executed, ExportKind.INSTRUCTOR)).startswith("**a** and $b$.")


def test_json_of_a_cell_is_json_in_a_notebook() -> None:
    shown = Display({"application/json": '{"a": [1]}', "application/vnd.x+json": "broken", "text/plain": "<JSON>"})
    executed = EpisodeRecord("a", KeyParts((), (), ""), (CellRecord("cell-1", "python", "x", (shown,)),), record().provenance)
    made = notebook(page("```{python}\nx\n```\n"), executed, ExportKind.INSTRUCTOR)
    nbformat.validate(nbformat.from_dict(made))
    assert made["cells"][0]["outputs"][0]["data"] == {
        "application/json": {"a": [1]}, "application/vnd.x+json": ["broken"], "text/plain": ["<JSON>"],
    }  # fmt: skip
