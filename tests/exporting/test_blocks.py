"""Blocks as CommonMark."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from markdown_it import MarkdownIt

from site_builder.exporting.blocks import blocks, fenced, quoted
from site_builder.exporting.inline import InlineContext
from site_builder.markdown.reader import read


def written(text: str) -> str:
    return "\n\n".join(blocks(read(text, PurePosixPath("a.md"), episode=True).body, InlineContext("https://example.org/l")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Para\ngraph.\n\n## Heading {#id .c}\n\n***\n", "Para\ngraph.\n\n## Heading\n\n***"),
        ("Setext\n======\n", "# Setext"),
        ("* a\n* b\n    * c\n", "- a\n- b\n  - c"),
        ("- a\n\n- b\n\n  more\n", "- a\n\n- b\n\n  more"),
        ("3) a\n4) b\n", "3. a\n4. b"),
        ("- a\n\n  ```python\n  x\n  ```\n", "- a\n\n  ```python\n  x\n  ```"),
        ("- [ ] a\n- [x] b\n", "- [ ] a\n- [x] b"),
        ("> a\n>\n> - b\n", "> a\n>\n> - b"),
        ("    indented\n", "```sh\nindented\n```"),
        ("```{.markdown}\n## Title {#id}\n[docs]\n```\n", "```markdown\n## Title {#id}\n[docs]\n```"),
        ("term\n: meaning\n\n: other\n", "**term**\n\n- meaning\n\n- other"),
        ("| one\n|  two\n", "one\\\n\u00a0two"),
        ("![c](fig/a.png){alt='A'}\n", "![A](https://example.org/l/fig/a.png)\n\n*c*"),
        ("![c](fig/a.png)\n", "![c](https://example.org/l/fig/a.png)"),
        ("| a | b |\n|---|--:|\n| x | `p|q` |\n\n: Caption\n", "| a | b |\n| --- | ---: |\n| x | `p\\|q` |\n\n*Caption*"),
        ("::: tab\n\n::: other\n\ntext\n\n:::\n\n:::\n", "text"),
        ("<details>\n<summary>S</summary>\n\ntext\n\n</details>\n", "<details>\n<summary>\nS\n</summary>\n\ntext\n\n</details>"),
    ],
)
def test_each_block(text: str, expected: str) -> None:
    assert written(text) == expected


def test_a_table_with_blocks_in_its_cells_stays_html() -> None:
    table = "+---+---------------+\n| a | b             |\n+===+===============+\n| x | - [l](page.md) |\n|   | - `{python} v`|\n+---+---------------+\n"
    html = written(table)
    assert html.startswith("<table ")
    assert '<a href="https://example.org/l/page.html">l</a>' in html
    assert "<code>v</code>" in html
    assert "\n\n" not in html


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced("````\nx\n````", "") == "`````\n````\nx\n````\n`````"


def test_quotes_hold_empty_lines() -> None:
    assert quoted("a\n\nb") == "> a\n>\n> b"
    assert quoted("") == ""


def test_deep_nesting_is_no_error() -> None:
    assert written("::: x\n" * 5_000 + "\ntext\n\n" + ":::\n" * 5_000) == "text"
    assert MarkdownIt("commonmark").render(written("> " * 70 + "deep\n")).count("<blockquote>") > 10
    written("".join("  " * depth + "- a\n" for depth in range(200)))
