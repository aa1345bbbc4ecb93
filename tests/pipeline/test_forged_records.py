"""Records that somebody changed, with their digests computed anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_builder.files import remove_folder
from tests.commands.test_main import call
from tests.conftest import MakeLesson

PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n```{python}\nprint('answer', 42)\n```\n\n::: keypoints\n- k\n:::\n"


def forge(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the committed record and make it verify again."""
    (path,) = (root / "records").rglob("*.ipynb")
    book = json.loads(path.read_text().replace("answer 42", "answer 43"))
    change(book)
    book["metadata"]["lesson"]["digest"] = ""
    text = json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(text.replace('\n   "digest": ""', f'\n   "digest": "{digest}"', 1))


def claim_a_lock(book: dict[str, Any]) -> None:
    book["metadata"]["lesson"]["provenance"] |= {"locked": True, "lock": "0" * 64, "provider": "pixi"}


def show_other_code(book: dict[str, Any]) -> None:
    for cell in book["cells"]:
        cell["source"] = ["print('answer', 40 + 3)"] if cell["cell_type"] == "code" else cell["source"]


@pytest.mark.parametrize(
    ("change", "words"), [(claim_a_lock, "claims the packages of a lock"), (show_other_code, "other code than the episode")]
)
def test_what_cannot_be_true_is_refused_by_name(make_lesson: MakeLesson, change: Callable[[dict[str, Any]], None], words: str) -> None:
    root = make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": PAGE})
    call("build", str(root), "--environments", "host")
    call("records", "save", str(root))
    forge(root, change)
    remove_folder(root / ".lesson")
    remove_folder(root / "site")
    said = call("build", str(root), "--environments", "host")
    assert "warning: LS519 records/a/" in said.stderr
    assert words in said.stderr
    assert "ran episodes/a.md" in said.stderr
    assert "answer 42" in (root / "site/a.html").read_text()
    assert "LS519" in call("build", str(root), "--environments", "host", "--strict", code=1).stderr
