"""`lesson convert` on real lessons: most code becomes cells, prose keeps every byte, a second time changes nothing, the site builds."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from site_builder.conversion.model import NewCell
from site_builder.markdown.fence_source import lines_of
from site_builder.operations.convert import convert
from site_builder.operations.convert_write import write
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options


def outside(text: str) -> list[str]:
    """The lines of a page that are in no fence, and no picture, without empty ones."""
    found, ticks = [], ""
    for line in lines_of(text)[0]:
        mark = line.lstrip(" \t>")[:3]
        if mark in ("```", "~~~"):
            ticks = "" if ticks == mark else ticks or mark
        elif not ticks and line.strip() and not line.startswith(("![", "inputs:", "needs:", "working-folder:")):
            found.append(line)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "modules", "share"),
    [("swcarpentry__python-novice-gapminder", ("pandas", "matplotlib"), 0.8), ("swcarpentry__shell-novice", (), 0.5)],
)
def test_a_lesson_whole(name: str, modules: tuple[str, ...], share: float, corpus: Path, r_corpus: Path, tmp_path: Path) -> None:
    source = next((folder / name / "source" for folder in (corpus, r_corpus) if (folder / name).is_dir()), None)
    if source is None or any(importlib.util.find_spec(module) is None for module in modules):
        pytest.skip(f"{name} is not here, or {' and '.join(modules)}")
    root = Path(shutil.copytree(source, tmp_path / "lesson"))
    done = convert(root, Options("host"), ())
    choices = [choice for page in done.pages for choice in page.choices]
    assert not [page.kept for page in done.pages if page.kept]
    assert sum(isinstance(choice, NewCell) for choice in choices) >= share * len(choices)
    for page in done.pages:
        assert outside(page.after) == outside(page.before)
    write(root, done)
    assert all(page.after == page.before for page in convert(root, Options("host"), ()).pages)
    built = build(root, None, Options("host"))
    assert not built.report.errors
