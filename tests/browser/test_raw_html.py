"""Raw HTML in Markdown: whatever authors nest, Chromium makes the same page of ours as of pandoc's."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from site_builder.markdown.reader import read
from site_builder.markdown.tree import to_html

pypandoc = pytest.importorskip("pypandoc", reason="pypandoc_binary, the oracle, is not installed")
pytestmark = pytest.mark.slow

HERE = Path(__file__).parent

SHAPES = (HERE / "dom_shapes.js").read_text(encoding="utf-8")
"""A function that returns, for each pair of pages, None where the browser makes the same elements of both, else both as text."""

MANY = (HERE / "pandoc_many.lua").read_text(encoding="utf-8")

CONTAINERS = (
    "div section details figure table tr td ul ol li dl dt dd blockquote p center h2 video audio object button svg summary figcaption canvas"
    " ins map form fieldset main nav article thead tbody th picture select label a b em sub custom-tag note"
).split()
EMPTY = "source track img br hr input area col embed meta wbr link".split()
TEXTS = [
    "text", "*em* words", "two\nlines", "`code`", "[l](x.md)", "**b** c", "a < b", "&amp; x", "- item\n- two", "1. one\n2. two", "> quote",
    "    code", "<b>bold</b>", "x <!-- c --> y", "<!-- c -->", "$a+b$", "![](a.png)", "\\<td>", "`<td>`", "<pre>\na *b*\n\n  c\n</pre>",
    "<iframe src='x'></iframe>", "<style>p {}</style>",
]  # fmt: skip
ATTRIBUTES = st.sampled_from(["", ' class="k"', " hidden", "\n  id='i'"])
INDENTS = st.sampled_from(["", "  ", "   ", "    ", "     "])


@st.composite
def elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """An element with content, one a line or all on one line, indented or not."""
    name, attributes, indent = draw(st.sampled_from(CONTAINERS)), draw(ATTRIBUTES), draw(INDENTS)
    parts = draw(st.lists(inner, max_size=3))
    if draw(st.booleans()):
        body = "\n".join("\n".join(indent + line if line else "" for line in part.split("\n")) for part in parts)
        return f"<{name}{attributes}>\n{body}\n</{name}>"
    return f"<{name}{attributes}>{draw(st.sampled_from(['', ' ']))}{''.join(parts)}</{name}>"


@st.composite
def empty(draw: st.DrawFn) -> str:
    """An element without end tag."""
    return f"<{draw(st.sampled_from(EMPTY))}{draw(ATTRIBUTES)}{draw(st.sampled_from(['>', ' />']))}"


NESTED = st.recursive(st.one_of(st.sampled_from(TEXTS), empty()), elements, max_leaves=6)
PAGES = st.lists(NESTED, min_size=1, max_size=3).map("\n\n".join).map(lambda text: f"{text}\n\nafter *it*\n")


def pandoc(sources: list[str], script: Path) -> list[str]:
    """Return what pandoc makes of each text, all in one process."""
    command = [pypandoc.get_pandoc_path(), "lua", str(script)]
    made = subprocess.run(command, input=json.dumps(sources).encode(), capture_output=True, check=True)
    return list(json.loads(made.stdout))


def test_generated_nestings_become_the_same_elements(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    script = tmp_path / "many.lua"
    script.write_text(MANY, encoding="utf-8")
    seen, different = 0, []

    @settings(
        max_examples=20, phases=[Phase.explicit, Phase.generate], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(PAGES, min_size=30, max_size=30))
    def compare(sources: list[str]) -> None:
        nonlocal seen
        ours = [to_html(read(source, PurePosixPath("page.md")).body).rstrip() for source in sources]
        found = page.evaluate(SHAPES, list(zip(pandoc(sources, script), ours, strict=True)))
        seen += len(sources)
        different.extend((source, *pair) for source, pair in zip(sources, found, strict=True) if pair)

    compare()  # hypothesis would take minutes to make a text of thirty smaller; each is small already
    assert seen >= 600
    assert different == []
    page.close()
