"""What many tests share: a way to write a small lesson, and the real lessons where they can be found."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("lesson", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("lesson")

ROOT = Path(__file__).parents[1]
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


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of real lessons (``<slug>/source``, ``<slug>/site``); skips where neither place has them."""
    named = os.environ.get("LESSON_CORPUS")
    if named:
        return Path(named)
    archive = ROOT.parent / "shared" / "corpus" / "corpus.tar.zst"
    if not archive.is_file():
        pytest.skip("no real lessons here: set LESSON_CORPUS")
    target = tmp_path_factory.mktemp("corpus")
    subprocess.run(["tar", "--zstd", "-xf", str(archive), "-C", str(target)], check=True)
    return target / "corpus"
