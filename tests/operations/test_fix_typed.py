"""Corrections of typed outputs touch the lines between the ticks and nothing else."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.operations.fix_typed import fix, replaced
from site_builder.operations.verify_static import StaticEpisode, StaticReport
from site_builder.verification.typed.findings import FenceFinding, FenceVerdict

LINE = st.text(st.characters(exclude_characters="`~\n\r", exclude_categories=["Cs"]), max_size=9)
PAGE = "Before.\n\n```python\nx\n```\n\n- item\n\n  ````output\n  old\n  ```\n  ````\n\nAfter.\n"


def report(line: int, now: str, fences: tuple[int, ...], path: str = "episodes/a.md") -> StaticReport:
    finding = FenceFinding(FenceVerdict.DIFFERS, line, fences, "python", None, ("-old", "+new"), now)
    return StaticReport((StaticEpisode(PurePosixPath(path), (finding,)),), guarded=True)


def write(folder: Path, name: str = "a.md") -> Path:
    path = folder / "episodes" / name
    path.parent.mkdir()
    path.write_text(PAGE)
    return path


@pytest.mark.parametrize("place", ["a:9", "episodes/a.md:9"])
def test_the_new_output_has_the_margin_of_its_fence(tmp_path: Path, place: str) -> None:
    path = write(tmp_path)
    assert fix(tmp_path, report(9, "one\n\n```\ntwo", (3, 9)), [place]).written == ("episodes/a.md:9",)
    assert path.read_text() == PAGE.replace("  old\n  ```\n", "  one\n\n  ```\n  two\n")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (report(9, "new", (3, 9, 20)), "its output is typed in several fences"),
        (report(9, "", (3, 9)), "it prints nothing today"),
        (report(9, "a\n````\nb", (3, 9)), "the fence could not be found, or the new output has a fence in it"),
        (report(2, "new", (2,)), "the fence could not be found"),
        (report(90, "new", (3, 90)), "the fence could not be found"),
    ],
)
def test_what_needs_an_author_stays(tmp_path: Path, found: StaticReport, reason: str) -> None:
    path = write(tmp_path)
    line = found.episodes[0].findings[0].line
    fixed = fix(tmp_path, found, [f"a:{line}"])
    assert not fixed.written
    assert fixed.refused[0][1].startswith(reason)
    assert path.read_text() == PAGE


def test_a_notebook_stays(tmp_path: Path) -> None:
    fixed = fix(tmp_path, report(9, "new", (9,), "episodes/a.ipynb"), ["a:9"])
    assert "run a notebook again" in fixed.refused[0][1]


@given(
    before=st.lists(LINE, max_size=4),
    old=st.lists(LINE, max_size=4),
    new=st.lists(LINE, min_size=1, max_size=4),
    after=st.lists(LINE, max_size=4),
)
def test_only_the_lines_between_the_ticks_are_replaced(before: list[str], old: list[str], new: list[str], after: list[str]) -> None:
    line = len(before) + 1
    text = "\n".join([*before, "```output", *old, "```", *after])
    body = replaced(text, {line: "\n".join(new)})[line]
    assert (body.first, body.last) == (line, line + len(old))
    assert list(body.lines) == [row.rstrip() for row in "\n".join(new).split("\n")]


def test_a_file_that_may_not_be_written_or_is_not_utf_8_stays_and_permissions_and_links_do_too(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.chmod(0o444)
    assert fix(tmp_path, report(9, "new", (3, 9)), ["a:9"]).refused == (("episodes/a.md:9", "the file may not be written"),)
    path.chmod(0o664)
    kept = path.rename(tmp_path / "kept.md")
    path.symlink_to(kept)
    assert fix(tmp_path, report(9, "new", (3, 9)), ["a:9"]).written
    assert path.is_symlink()
    assert (kept.stat().st_mode & 0o777, "  new\n" in kept.read_text()) == (0o664, True)
    kept.write_bytes(b"\xe9" + PAGE.encode())
    assert fix(tmp_path, report(9, "new", (3, 9)), ["a:9"]).refused == (("episodes/a.md:9", "the file is not UTF-8"),)
