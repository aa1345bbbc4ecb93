"""The lesson that the browser tests read: small, with every kind of page, box, output and bad input that readers may meet."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

CONFIG = """\
title: 'Reading the Weather: Data, Plots and Doubts'
carpentry: incubator
life_cycle: beta
created: 2025-01-01
keywords: weather, data
contact: team@example.org
source: https://github.com/example/weather
url: https://example.github.io/weather/
copy: all
logo: fig/none.svg
brand:
  accent: "#ffdd00"
episodes:
- first-look.md
- long-outputs.md
- wide-tables.md
"""

HOME = """\
---
---

A lesson about reading measurements, for people who have never done it.

## What you will need

A computer, and the patience for one rainy day.
"""

SETUP = """\
---
title: Setup
---

## Install Python

::: group-tab

### Linux

```bash
sudo apt install python3
```

### macOS

```bash
brew install python
```

### Windows

Run the installer from the Python home page.

:::
"""

FIRST = Path(__file__).with_name("first-look.md").read_text(encoding="utf-8")
"""An episode with every kind of box, output and markup."""

LONG = """\
---
title: Outputs That Never End
teaching: 5
exercises: 5
---

::: questions

- What about long outputs?

:::

::: objectives

- Scroll.

:::

## Two thousand lines

```{python}
#| label: flood
for number in range(2000):
    print("line", number, "of rain" * 12)
```

```{python}
#| label: line
print("drip " * 400)
```

```{python}
#| label: tree
from IPython.display import JSON, Latex, Markdown
JSON({"name": "penguin", "mass": [3750, None], "site": {"island": "Torgersen", "deep": {"x": {"y": [1]}}}, "long": "word " * 80})
```

```{python}
#| label: markdown
Markdown("# Said\\n\\n| a | b |\\n|---|--:|\\n| 1 | $x^2$ |\\n\\n[link](https://example.org)\\n\\n```python\\nprint(1)\\n```\\n")
```

```{python}
#| label: latex
Latex(r"The mass is $m = 3$ and \\begin{align}a &= b\\end{align}")
```

## A photograph

![Noise](fig/noise.png){alt='Coloured noise'}

## A film

<video src="fig/film.mp4" controls></video>

[Transcript of the film](reference.md)

## عنوان

<div dir="rtl" lang="ar">

المطر يقاس بالمليمتر `print` في كل مكان.

</div>

::: keypoints

- Long outputs scroll.

:::
"""


def wide_table(columns: int = 60) -> str:
    """Return an episode with a table of many columns, a title of 300 characters and words that cannot be broken."""
    title = " ".join(["Measuring"] + ["rain"] * 59)[:300]
    names = " | ".join(f"c{number}" for number in range(columns))
    rule = " | ".join("---" for _ in range(columns))
    values = " | ".join(str(number * 1000) for number in range(columns))
    return f"""\
---
title: '{title}'
teaching: 5
exercises: 5
---

::: questions

- How wide may a table be?

:::

::: objectives

- Scroll sideways, but not the page.

:::

## Sixty columns

| {names} |
| {rule} |
| {values} |

## {"Donaudampfschifffahrt" * 8}

{"Donaudampfschifffahrt" * 12} and https://example.org/{"very-long-address-" * 12}

```python
{"x" * 300} = 1
```

::: keypoints

- Wide things scroll in a frame of their own.

:::
"""


def picture(width: int = 600, height: int = 400, colour: bytes = b"\xc8\x20\x20", *, rows: bytes = b"", level: int = 6) -> bytes:
    """Return a PNG of one colour, or of these rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = rows or (b"\0" + colour * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b"")


def noise(width: int = 1200, height: int = 1200) -> bytes:
    """Return a PNG of more than 4 MB."""
    row = b"\0" + random.Random(1).randbytes(3 * width)
    return picture(width, height, rows=b"".join(row[:1] + row[1 + line :] + row[1 : 1 + line] for line in range(height)), level=0)


def write(root: Path) -> Path:
    """Write the lesson into a folder and return it."""
    import base64

    small = base64.b64encode(picture(60, 40)).decode()
    texts = {
        "config.yaml": CONFIG + "glosario: glossary.yml\n",
        "glossary.yml": "- slug: gauge\n  en:\n    term: gauge\n    def: A vessel that collects rain.\n",
        "index.md": HOME,
        "learners/setup.md": SETUP,
        "learners/reference.md": "---\ntitle: Glossary\n---\n\n## Glossary\n\nmillimetre\n:   A thousandth of a metre.\n",
        "instructors/instructor-notes.md": "---\ntitle: Instructor Notes\n---\n\n## Before you begin\n\nFill the sprinklerxylophone.\n",
        "profiles/learner-profiles.md": "---\ntitle: Profiles\n---\n\n## Ada\n\nAda has a garden.\n",
        "episodes/first-look.md": FIRST.replace("@PNG@", small),
        "episodes/long-outputs.md": LONG,
        "episodes/wide-tables.md": wide_table(),
        "LICENSE.md": "---\ntitle: Licences\n---\n\n## Text\n\nCC-BY 4.0\n",
        "CODE_OF_CONDUCT.md": "---\ntitle: Code of Conduct\n---\n\nBe kind.\n",
        "CITATION.cff": "cff-version: 1.2.0\nmessage: cite\ntitle: Reading the Weather\nauthors:\n- given-names: A.\n  family-names: Writer\n",
    }
    for name, text in texts.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    figures = root / "episodes" / "fig"
    figures.mkdir(exist_ok=True)
    (figures / "gauge.png").write_bytes(picture())
    (figures / "noise.png").write_bytes(noise())
    (figures / "film.mp4").write_bytes(b"\0" * 100)
    return root
