"""The commands of an episode as a plain shell file."""

from __future__ import annotations

from pathlib import PurePosixPath

from site_builder.exporting.commands import commands
from site_builder.markdown.reader import read

HEAD = "---\ntitle: Files and\n  folders\n---\n\n"


def made(text: str, head: str = HEAD) -> str:
    return commands(read(head + text, PurePosixPath("episodes/files.md"), episode=True))


def test_commands_of_cells_and_blocks_stand_below_their_headings() -> None:
    text = (
        "```{bash}\npwd\n```\n\n## Look *around*\n\n```bash\nls\n\nls -l\n```\n\n```output\nnot typed\n```\n\n```sh\ncd ..\n```\n\n"
        "## Python\n\n```python\nprint(1)\n```\n\n```\nplain\n```\n"
    )
    assert made(text) == "# Files and folders\n\npwd\n\n# Look around\nls\nls -l\n\ncd ..\n"


def test_prompts_are_taken_off_and_what_has_none_is_output() -> None:
    text = "```bash\n$ cat > a.txt << E\n> one\n>\n> two\n> E\n$ wc -l a.txt\n3 a.txt\n> no command\n% ls\n```\n"
    assert made(text) == "# Files and folders\n\ncat > a.txt << E\none\n\ntwo\nE\nwc -l a.txt\nls\n"


def test_answers_and_hidden_cells_are_not_typed() -> None:
    text = (
        "::: challenge\n\n### Try\n\n```bash\nls\n```\n\n::: solution\n\n### Answer\n\n```bash\nrm a\n```\n\n:::\n\n:::\n\n"
        "```{bash}\n#| echo: false\nsecret\n```\n\n```{bash}\n#| include: false\nhidden\n```\n"
    )
    assert made(text) == "# Files and folders\n\n# Try\nls\n"


def test_an_episode_without_commands_gives_nothing() -> None:
    assert made("```python\nprint(1)\n```\n\n```bash\n$ \n```\n".replace("$ \n", "\n")) == ""


def test_a_page_without_a_title_is_called_by_its_name() -> None:
    assert made("```bash\nls\n```\n", head="").startswith("# files\n")
