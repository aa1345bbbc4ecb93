"""What many tests share: a way to write a small lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("lesson", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("lesson")

MakeLesson = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def make_lesson(tmp_path: Path) -> MakeLesson:
    """Return a function that writes files (path -> text) into a folder ``lesson`` below ``tmp_path`` and returns that folder.

    Called again it adds files. The folder is not the test's own, so that a test can put things outside the lesson beside it.
    """

    def make(files: Mapping[str, str]) -> Path:
        root = tmp_path / "lesson"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return make
