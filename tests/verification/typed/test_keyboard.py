"""Programs that wait for people at a keyboard: what stands in for them, and what the page says of the files that they write."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.verification.typed.fences import Exchange, WrittenFile, fences_of
from site_builder.verification.typed.keyboard import waiting_program, without_people


def exchanges(text: str) -> tuple[Exchange, ...]:
    return fences_of(read(text, PurePosixPath("episodes/a.md"), episode=True)).exchanges


def test_files_are_written_where_they_are_known_and_else_made() -> None:
    made = without_people("cd x\nnano a.txt\nvim b.sh &\npython\npython x.py", {"b.sh": "echo 1"})
    assert made == "cd x\ntouch a.txt\ncat > b.sh <<'END_OF_FILE'\necho 1\nEND_OF_FILE\n:\npython x.py"


@pytest.mark.parametrize(
    ("code", "name"),
    [("$ python", "python"), ("jupyter lab", "jupyter"), ("sqlite3 a.db", "sqlite3"), ("python x.py", ""), ("R --version", ""),
     ('sqlite3 a.db "select 1"', ""), ("python -c 'print(1)'", "")],
)  # fmt: skip
def test_what_waits(code: str, name: str) -> None:
    assert waiting_program(code) == name


def test_the_block_below_an_editor_is_its_file_and_a_session_is_not() -> None:
    (first,) = exchanges("```bash\n$ nano a.sh\n```\n\nWrite:\n\n```source\necho 1\n```\n")
    assert first.written == (WrittenFile("a.sh", "echo 1"),)
    first, _ = exchanges("```bash\n$ nano a.txt\n```\n\n```bash\n$ ls\n```\n\n```output\na.txt\n```\n")
    assert first.written == ()


def test_what_cat_shows_is_the_whole_file_and_is_not_compared_with_itself() -> None:
    (only,) = exchanges("```bash\n$ nano a.txt\n$ cat a.txt\n```\n\n```output\nDear diary\n```\n")
    assert (only.written, only.circular) == ((WrittenFile("a.txt", "Dear diary", whole=True),), True)
