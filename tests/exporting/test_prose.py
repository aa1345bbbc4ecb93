"""The author's Markdown as a notebook can show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.exporting.prose import address_of, definitions, for_notebook, plain_fence

LINKS = {"docs": "https://example.org/docs", "two words": "other.md#here"}
BASE = "https://example.org/lesson"
DOCS = "https://example.org/docs"


def value(language: str, source: str) -> str:
    return f"<{language}:{source}>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [the docs][docs], [Docs][] and [docs].", f"See [the docs]({DOCS}), [Docs]({DOCS}) and [docs]({DOCS})."),
        ("[x][Two  words]", f"[x]({BASE}/other.html#here)"),
        ("[unknown][gone] and [1] and [ ]", "[unknown][gone] and [1] and [ ]"),
        ("`[docs]` stays, so does ``a `b` [docs]``", "`[docs]` stays, so does ``a `b` [docs]``"),
        ("![caption](fig/a.png){alt='What is seen' width='50%'}", f"![What is seen]({BASE}/fig/a.png)"),
        ('![c](fig/a.png "title")', f'![c]({BASE}/fig/a.png "title")'),
        ("![by [me](https://x.org)](fig/a.png){alt='A'}", f"![A]({BASE}/fig/a.png)"),
        ("![two\nlines [x]](fig/a.png){\nalt='A'}", f"![A]({BASE}/fig/a.png)"),
        ("![c](https://x.org/a.png){.wide}", "![c](https://x.org/a.png)"),
        ("![docs]", f"![docs]({DOCS})"),
        ("[text](page.md){target='_blank'}", f"[text]({BASE}/page.html)"),
        ("[a](https://en.wikipedia.org/wiki/X_(y))", "[a](https://en.wikipedia.org/wiki/X_(y))"),
        ("## Title {#id .class}", "## Title"),
        ("## Title ##", "## Title"),
        ("It is `{python} 1 + 1`.", "It is <python:1 + 1>."),
        ("`code`", "`code`"),
        ("", ""),
    ],
)
def test_each_piece_of_markdown(text: str, expected: str) -> None:
    assert for_notebook(text, LINKS, value, BASE) == expected


def test_definitions_are_read_and_taken_out() -> None:
    text = "Text [a].\n\n[a]: https://a.org 'A'\n[Two\tWords]: <b.html>\n[^1]: a note\n"
    assert definitions(text) == {"a": "https://a.org", "two words": "b.html"}
    assert for_notebook(text, definitions(text), value) == "Text [a](https://a.org).\n\n\n\n[^1]: a note\n"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("fig/a.png", f"{BASE}/fig/a.png"),
        ("./data/a.csv", f"{BASE}/data/a.csv"),
        ("../learners/setup.md", f"{BASE}/setup.html"),
        ("02-next.Rmd#part", f"{BASE}/02-next.html#part"),
        ("files/train.py", f"{BASE}/files/train.py"),
        ("#here", "#here"),
        ("https://x.org", "https://x.org"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("/root", "/root"),
        ("", ""),
    ],
)
def test_addresses_lead_to_the_site_where_it_is_known(address: str, expected: str) -> None:
    assert address_of(address, BASE + "/") == expected
    assert address_of(address, "") == address


def test_fences_get_the_short_form_of_their_language() -> None:
    assert plain_fence("```{.python .numberLines}") == "```python"
    assert plain_fence("```output") == "```output"


@given(st.text("ab[]()!`{}#: \n", max_size=40))
def test_no_text_at_all_is_an_error(text: str) -> None:
    for_notebook(text, LINKS, value, BASE)


def test_a_long_line_of_brackets_takes_no_time() -> None:
    for text in ("[" * 20_000, "![" * 10_000, "`" * 20_000, "[a](" * 5_000, "[a][" * 5_000):
        for_notebook(text, LINKS, value, BASE)
