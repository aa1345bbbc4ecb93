"""Lessons in several languages: their outputs have the Workbench's classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from site_builder.pipeline import execute
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.records.model import Stream
from tests.conftest import MakeLesson
from tests.execute.test_languages import needs_r
from tests.r import needs_knitr

HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n"
R_PAGE = """```{r sums}
x <- c(a = 1, b = 2)
x
data.frame(n = 1:2, word = c("one", "two"))
```

```{r figure, fig.alt="A line", fig.cap="Rising"}
plot(x, type = "l")
```

```{r loud}
message("mind this")
warning("old idea")
```

```{r wrong, error=TRUE}
stop("no way")
```

```{r quiet, include=FALSE}
y <- 40
```

```{r shown, echo=FALSE}
y + 2
```

The mean is `r mean(x)`.
"""
MIXED = """```{python}
number = 6 * 7
number
```

```{bash}
greet() { echo "hello $1"; }
greet shell
```

```{r}
sum(1:4)
```

```{python}
#| error: true
{}["missing"]
```
"""


def page(root: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((root / "site" / name).read_text(), "lxml")


def texts(soup: BeautifulSoup, kind: str) -> list[str]:
    return [item.get_text().strip() for item in soup.select(f"pre.{kind}")]


@needs_knitr
@pytest.mark.world("r")
@pytest.mark.slow
def test_an_r_markdown_episode_gives_the_workbenchs_classes(make_lesson: MakeLesson) -> None:
    files = {"config.yaml": "title: L\nepisodes: [one.Rmd]\n", "index.md": "Hello.\n", "episodes/one.Rmd": HEAD + R_PAGE}
    root = make_lesson(files)
    build(root, None, Options("host"))
    soup = page(root, "one.html")
    output, error, warning = (texts(soup, kind) for kind in ("output", "error", "warning"))
    assert [text.split() for text in output[:2]] == [["a", "b", "1", "2"], ["n", "word", "1", "1", "one", "2", "2", "two"]]
    assert "mind this" in "".join(output)
    assert "[1] 42" in output
    assert len(error) == 1
    assert "no way" in error[0]
    assert "Traceback" not in error[0]
    assert any("old idea" in text for text in warning)
    figure = soup.select_one("img.figure")
    assert figure is not None
    assert (root / "site" / str(figure["src"])).read_bytes().startswith(b"\x89PNG")
    assert figure["alt"] == "A line"
    assert "The mean is 1.5." in soup.get_text()
    code = " ".join(item.get_text() for item in soup.select(".codewrapper.sourceCode"))
    assert "y <- 40" not in code
    assert "stop(" in code


@needs_r
@pytest.mark.world("r")
@pytest.mark.slow
def test_python_bash_and_r_live_on_one_page_with_an_announced_error(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\nepisodes: [one.md]\n", "index.md": "Hello.\n", "episodes/one.md": HEAD + MIXED})
    build(root, None, Options("host"))
    soup = page(root, "one.html")
    assert texts(soup, "output") == ["42", "hello shell", "[1] 10"]
    (error,) = texts(soup, "error")
    assert "KeyError: 'missing'" in error
    assert len(soup.select("pre.error span[class*=ansi-]")) > 0


def test_variables_of_the_settings_reach_every_cell_and_decide_on_reuse(make_lesson: MakeLesson) -> None:
    body = '```{python}\nimport os\nos.environ["ANSWER"]\n```\n\n```{bash}\necho $ANSWER\n```\n'
    before = "title: T\nlicense: MIT\nepisodes: [a.md]\n"
    root = make_lesson({"config.yaml": before, "episodes/a.md": HEAD + body})
    config = root / "config.yaml"
    for answer in ("41", "42"):
        config.write_text(f'{before}\nexecution:\n  variables:\n    ANSWER: "{answer}"\n')
        (result,) = execute.run(root, Options("host"), ())
        assert [output.text if isinstance(output, Stream) else output.data["text/plain"] for cell in result.cells for output in cell.outputs] == [
            f"'{answer}'", f"{answer}\n",
        ]  # fmt: skip
    assert execute.run(root, Options("host"), ()) == ()
