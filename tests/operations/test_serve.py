"""A preview goes on, whatever the file system says while it builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.errors import Busy, MachineError
from site_builder.operations.serve import Serving, _Serving
from site_builder.pipeline.engine import engine_ahead
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson

HOST = Options(environments="host")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file or directory", "a.md"), "a.md cannot be read: No such file"),
        (MachineError("the disk is full", hint="free some space"), "the disk is full"),
        (Busy("another build of this lesson is running"), "another build"),
    ],
    ids=["vanished", "full", "busy"],
)  # fmt: skip
def test_what_stops_a_build_is_shown_once_and_the_next_one_mends_it(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:  # fmt: skip
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": "---\ntitle: A\n---\n\nText.\n"})
    told: list[str] = []
    with engine_ahead(root, HOST) as engine_for:
        serving = _Serving(root, HOST, Serving(), engine_for, told.append, lambda problems: None)

        def fail(*_: object) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr("site_builder.operations.serve.preview", fail)
            patch.setattr("site_builder.operations.serve.AGAIN", 0.0)
            serving._build()
            serving._build()
        assert words in serving._failure and sum(words in line for line in told) <= 1
        serving._build()
        assert serving._failure == "" and Path(root / ".lesson/preview/a.html").is_file()


def test_only_what_a_lesson_can_read_is_watched(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": "---\ntitle: A\n---\n"})
    with engine_ahead(root, HOST) as engine_for:
        serving = _Serving(root, HOST, Serving(), engine_for, print, lambda problems: None)
    concerned = ["config.yaml", "episodes/a.md", "episodes/.hidden", ".lesson/records/a/1.ipynb"]
    others = [".git/index", ".lesson/preview/a.html", ".lesson/lock", ".site.abcdefgh/x"]
    assert [name for name in (*concerned, *others) if serving._concerns(root / name)] == concerned
