"""``--keep-going``: all failures of an episode are told at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from site_builder.commands.main import group
from tests.r import needs_knitr

MakeLesson = Callable[[dict[str, str]], Path]
HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"
BODY = """\
```{python}
x = 1
1 / 0
```

```{bash}
false
```

```{python}
import os; os._exit(3)
```

```{python}
print("anew")
x
```
"""


def failures(output: str) -> list[str]:
    return [
        line.split(" in environment")[0].removeprefix("error: LS511 ") for line in output.splitlines() if line.startswith("error: LS511")
    ]


@pytest.mark.parametrize("command", [("run", "--lesson"), ("build",)])
def test_every_failure_is_told_and_a_session_that_ended_is_started_anew(command: tuple[str, ...], make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": HEAD + BODY})
    for further, lines in (((), [9]), (("--keep-going",), [9, 13, 17, 22])):
        result = CliRunner().invoke(group, [*command, str(root), "--environments", "host", *further], catch_exceptions=False)
        assert result.exit_code == 4
        assert [int(line.split(":")[1].split()[0]) for line in failures(result.output)] == lines
    assert "NameError: name 'x' is not defined" in result.output
    assert not (root / ".lesson" / "records" / "a").exists()


@needs_knitr
def test_knitr_tells_every_failure_too(make_lesson: MakeLesson) -> None:
    chunks = "```{r}\nstop('one')\n```\n\n```{r}\n1\n```\n\n```{r}\nstop('two')\n```\n"
    root = make_lesson({"config.yaml": "title: L\nfail_on_error: true\nepisodes: [a.Rmd]\n", "episodes/a.Rmd": HEAD + chunks})
    for further, count in (((), 1), (("--keep-going",), 2)):
        command = ["run", "--lesson", str(root), "--environments", "host", *further]
        result = CliRunner().invoke(group, command, catch_exceptions=False)
        assert len(failures(result.output)) == count, result.output
