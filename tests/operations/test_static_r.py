"""A page of R that ends R goes on without that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.model import Options
from tests.r import needs_knitr

PAGE = """\
---
title: A
---

```r
x <- 1
```

```r
q()
```

```r
x + 1
```

```output
[1] 3
```

```r
quit(status = 2)
```

```r
x + 2
```

```output
[1] 3
```
"""


@needs_knitr
def test_a_fence_that_ends_r_hides_none_after_it(make_lesson: Callable[[dict[str, str]], Path]) -> None:
    root = make_lesson({"config.yaml": "title: R\nepisodes:\n- a.md\n", "episodes/a.md": PAGE})
    (episode,) = verify_static(root, Options("host"), ()).episodes
    assert [finding.verdict.value for finding in episode.findings] == ["nothing typed", "unknown", "differs", "unknown", "same"]
    assert episode.findings[1].cause is not None
    assert episode.findings[1].cause.words.startswith("ends the session")
