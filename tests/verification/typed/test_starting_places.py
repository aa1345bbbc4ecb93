"""Where a shell's learners are when a page begins."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.verification.typed.desk import Desk
from site_builder.verification.typed.fences import Exchange, fences_of
from site_builder.verification.typed.starting_places import best_folder

DESK = Desk("../my-data", "Desktop/my-data", ("a.txt", "notes/b.txt", "notes/c.pdb", "notes/made/e.txt", "other/d.txt"))


def page(*codes: str) -> tuple[Exchange, ...]:
    text = "---\ntitle: A\n---\n\n" + "\n".join(code if code.startswith(":::") else f"```bash\n{code}\n```\n" for code in codes)
    return fences_of(read(text, PurePosixPath("episodes/a.md"), episode=True)).exchanges


def shown(text: str) -> str:
    """What closes a fence of code and opens one of its output."""
    return f"\n```\n\n```output\n{text}"


@pytest.mark.parametrize(
    ("codes", "text", "carried", "folder"),
    [
        (["$ cat b.txt"], "", "Desktop/my-data", "Desktop/my-data/notes"),
        (["$ ls *.pdb"], "", "", "Desktop/my-data/notes"),
        (["$ cd notes", "$ cat d.txt"], "", "", "Desktop/my-data"),
        (["$ cat nothing.txt"], "", "Desktop/my-data/other", "Desktop/my-data/other"),
        (["$ cat a.txt"], "", "Desktop/my-data", "Desktop/my-data"),
        (["$ pwd"], "in notes", "Desktop", "Desktop"),
        (["$ pwd" + shown("/Users/nelle/Desktop/my-data/notes"), "$ cat a.txt"], "", "", "Desktop/my-data/notes"),
        (["$ pwd" + shown("/home/ada")], "", "Desktop", ""),
        (["$ pwd" + shown("/Users/nelle/Desktop/somewhere")], "", "Desktop", "Desktop"),
        (["$ ls" + shown("b.txt  c.pdb")], "", "Desktop/my-data", "Desktop/my-data/notes"),
        (["$ mkdir made", "$ ls -F made"], "", "Desktop/my-data", "Desktop/my-data"),
        (["$ cat > b.txt", "$ cat a.txt"], "", "", "Desktop/my-data"),
        ([":::: challenge\n\n```bash\n$ cd other\n$ cat d.txt\n```\n\n::::\n", "$ cat b.txt c.pdb"], "", "", "Desktop/my-data/notes"),
    ],
)  # fmt: skip
def test_a_page_begins_where_its_first_files_are(codes: list[str], text: str, carried: str, folder: str) -> None:
    assert best_folder(page(*codes), text, DESK, carried) == folder
