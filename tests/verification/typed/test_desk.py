"""The folder of a shell's learners, and where each page begins."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.verification.typed.desk import Desk, find_desk, first_code, further_code, kept_code, last_code, restored_code
from site_builder.verification.typed.fences import Exchange, fences_of

DESK = Desk("../my-data", "Desktop/my-data", ("a.txt", "notes/b.txt", "notes/c.pdb", "other/d.txt"))


def page(*codes: str) -> tuple[Exchange, ...]:
    text = "---\ntitle: A\n---\n\n" + "\n".join(f"```bash\n{code}\n```\n" for code in codes)
    return fences_of(read(text, PurePosixPath("episodes/a.md"), episode=True)).exchanges


@pytest.mark.parametrize(
    ("codes", "setup", "place"),
    [
        (["$ cd ~/Desktop/my-data"], "", "Desktop/my-data"), (["$ cd Desktop\n$ cd my-data"], "", "Desktop/my-data"), (["$ ls my-data"], "", "my-data"),
        (["$ ls my-data"], "Move it to your desktop.", "Desktop/my-data"), (["$ ls my-data2"], "", None), (["$ ls"], "my-data", None),
    ],
)  # fmt: skip
def test_the_folder_is_the_one_that_the_code_names(codes: list[str], setup: str, place: str | None) -> None:
    found = find_desk({"my-data": ("../my-data", ("a",)), "tools": ("../tools", ("b",))}, [page(*codes)], setup)
    assert (found.place if found else None) == place


def test_the_code() -> None:
    assert first_code(DESK).splitlines() == ['export HOME="$PWD/home"', "mkdir -p ~/Desktop", "cp -R ../my-data ~/Desktop/", "cd"]
    assert "unzip -q data/my-data.zip -d ~" in first_code(Desk("data/my-data.zip", "my-data"))
    assert further_code("Desktop/my data").endswith("cd ~/'Desktop/my data'")
    assert further_code("").endswith("\ncd")


def test_a_shell_without_our_folder_packs_and_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    for code in (kept_code(), restored_code(), last_code()):
        subprocess.run(["bash", "-c", code], cwd=tmp_path, check=False)
    assert [path.name for path in tmp_path.rglob("*")] == ["home"]
