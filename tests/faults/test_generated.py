"""Notebooks and settings of any shape: each is read or has a problem with its place; none ends in an exception.

``LESSON_EXAMPLES`` says how many are made; the quick set makes few.
"""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.errors import ConfigError
from site_builder.lesson.config import read_settings
from site_builder.lesson.discover import discover
from site_builder.pipeline.read import read_sources
from site_builder.settings.keys import keys_of
from site_builder.settings.lesson import Settings

MANY = settings(
    max_examples=int(os.environ.get("LESSON_EXAMPLES", "150")), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", "x", "---\ntitle: x\n---\n", "print(1)", "#| label: a\n#| x", "```{python}\n1\n```", "::: a", "<div>", "\0", "\ud800"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6,
)  # fmt: skip


def some(**known: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Mappings with some of these keys, each with a value that fits or another one."""
    return st.fixed_dictionaries({}, optional={name: value | VALUES for name, value in known.items()})


SOURCES = TEXTS | st.lists(TEXTS, max_size=3)
OUTPUTS = some(
    output_type=st.sampled_from(["stream", "error", "display_data", "execute_result"]), name=st.just("stdout"), text=SOURCES,
    data=st.dictionaries(st.sampled_from(["text/plain", "text/html", "image/png"]), SOURCES, max_size=2), metadata=some(), ename=TEXTS,
    evalue=TEXTS, traceback=st.lists(TEXTS, max_size=2), execution_count=st.integers(0, 3),
)  # fmt: skip
CELLS = some(
    cell_type=st.sampled_from(["code", "markdown", "raw"]), source=SOURCES, id=TEXTS, outputs=st.lists(OUTPUTS, max_size=2),
    metadata=some(tags=st.lists(st.sampled_from(["hide-input", "remove-cell", "raises-exception"]), max_size=2)), execution_count=st.none(),
    attachments=st.dictionaries(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=1), max_size=1),
)  # fmt: skip
NOTEBOOKS = VALUES | some(
    cells=st.lists(CELLS, max_size=3), nbformat=st.integers(3, 5), nbformat_minor=st.integers(0, 5),
    metadata=some(kernelspec=some(name=TEXTS, language=TEXTS), language_info=some(name=TEXTS)),
)  # fmt: skip
NAMES = sorted(key.name for key in keys_of(Settings).values())
LESSONS = VALUES | st.dictionaries(st.sampled_from(NAMES) | TEXTS, VALUES, max_size=6)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lesson with one notebook."""
    root = tmp_path_factory.mktemp("generated")
    (root / "episodes").mkdir()
    (root / "config.yaml").write_text("title: L\nepisodes: [a.ipynb]\n")
    (root / "index.md").write_text("Home\n")
    return root


@MANY
@given(NOTEBOOKS)
def test_any_notebook_is_read_or_named(lesson: Path, notebook: object) -> None:
    (lesson / "episodes" / "a.ipynb").write_bytes(json.dumps(notebook).encode("utf-8", "surrogatepass"))
    found, _ = discover(lesson)
    read, report = read_sources(found)
    assert PurePosixPath("episodes/a.ipynb") in read.documents
    assert all(problem.location.path.name for problem in report.problems)


@MANY
@given(LESSONS)
def test_any_settings_are_read_or_named(tmp_path: Path, written: object) -> None:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(written, allow_unicode=False), encoding="utf-8", errors="surrogatepass")
    (tmp_path / "index.md").write_text("Home\n")
    try:
        _, problems = read_settings(tmp_path)
    except ConfigError as error:
        assert str(error)
        return
    assert all(problem.location.path.name == "config.yaml" for problem in problems)
    discover(tmp_path)
