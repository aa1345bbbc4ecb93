"""Activation scripts that the manifest names and the lesson lacks."""

from __future__ import annotations

from site_builder.environments import machine
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.problems import Severity

EPISODE = """---
title: A
teaching: 1
exercises: 1
---

```{python}
print(1)
```
"""
MANIFEST = """[workspace]
name = "x"
channels = []
platforms = ["{subdir}"]

[activation]
scripts = ["there.sh", "gone.sh"]

[feature.other.activation]
scripts = ["unused.sh"]

[environments]
other = ["other"]
"""


def test_a_script_that_is_not_there_is_a_warning_at_its_line(make_lesson) -> None:
    root = make_lesson({
        "config.yaml": "title: L\n", "episodes/a.md": EPISODE, "pixi.toml": MANIFEST.format(subdir=machine.subdir()), "there.sh": "",
    })  # fmt: skip

    def found() -> list[tuple[str, Severity]]:
        report = open_lesson(root, Options("host")).report
        return [(str(item.location), item.severity) for item in report.problems if item.code == "LS031"]

    assert found() == [("pixi.toml:7", Severity.WARNING)]
    make_lesson({"gone.sh": ""})
    assert found() == []
    make_lesson({"pixi.toml": "[workspace\n"})
    assert found() == []
