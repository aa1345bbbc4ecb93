"""A small lesson with what instructors use, for the tests of presentation, timers, schedule and reading offline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

EPISODE = """\
---
title: {title}
teaching: 20
exercises: 15
---

::: questions

- What is {title}?

:::

::: objectives

- Know it.

:::

## First part

Some text about {title}.

With a formula, $a^2 + b^2$, and a diagram:

```mermaid
flowchart TB
  accTitle: Two stations
  north["North station"] --> south["South station"]
```

### A detail

{long}

## Exercises

Before the exercise.

::: challenge

### Count them (5 min)

How many?

::: hint

Use your fingers.

:::

::: solution

Nineteen.

:::

:::

After the exercise.

::: challenge

### Name them

Which?

::: solution

These. See [the other page](second.md#first-part).

:::

:::

## Last part

The end.

```python
print("a line of code that is much longer than a narrow screen is wide, so that its box can be scrolled sideways", 1, 2, 3, 4, 5)
```

::: keypoints

- It ends.

:::
"""

LONG = "\n\n".join(f"Paragraph {number} of a section that is longer than a screen." for number in range(60))
CONFIG = """\
title: Teaching to Teach
lang: {lang}
url: https://teach.example.org/
episodes: [first.md, second.md, third.md]
"""
WORKSHOP = """\
workshop:
  start: "09:00"
  days:
    - date: 2026-07-06
    - first: third
      date: 2026-07-08
      start: "13:30"
  breaks:
    first: 10
"""


def code(lines: int) -> str:
    return "```text\n" + "".join(f"line {number} of {lines}\n" for number in range(1, lines + 1)) + "```\n"


def write(root: Path, settings: str = "", lang: str = "en") -> Path:
    """Write the lesson into a folder and return it."""
    texts = {
        "config.yaml": CONFIG.format(lang=lang) + settings,
        "index.md": "---\ntitle: Teaching to Teach\n---\n\nWelcome.\n",
        "learners/setup.md": "---\ntitle: Setup\n---\n\nNothing to install.\n",
        "instructors/instructor-notes.md": "---\ntitle: Instructor Notes\n---\n\nBreathe.\n",
        "LICENSE.md": "---\ntitle: Licences\n---\n\nFree.\n",
        "episodes/first.md": EPISODE.format(title="First Steps", long=LONG),
        "episodes/second.md": EPISODE.format(title="Second Steps", long="Short.").replace("exercises: 15", "exercises: 15\nbreak: 20"),
        "episodes/third.md": "---\ntitle: Third Steps\nteaching: 10\nexercises: 0\n---\n\n::: questions\n\n- Why?\n\n:::\n\n## Only part\n\nText.\n\n"
        "::: instructor\n\n### Whisper\n\nNot for the wall.\n\n:::\n\n"
        f"::: spoiler\n\n### More\n\nA long detail.\n\n{code(3)}\n{code(28)}\n{code(99)}\n:::\n",
    }
    for name, text in texts.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the lesson at the times of its settings."""
    root = write(tmp_path_factory.mktemp("teaching") / "lesson", WORKSHOP)
    return build(root, None, Options("host")).site


@pytest.fixture(scope="module")
def address(taught: Path) -> Iterator[str]:
    """The site on a server of this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(taught))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A fresh page of the size of a projector, in which a script's error fails the test."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
