"""Finished blocks pass through Python-Markdown unread."""

from __future__ import annotations

import markdown

from site_builder.weave.staged_text import BLOCK_END, BLOCK_START


def convert(text: str) -> str:
    return markdown.markdown(text, extensions=["site_builder.render.blocks", "attr_list", "toc"])


def test_a_block_reaches_the_page_byte_for_byte() -> None:
    block = "<div>\n\n*not emphasis* &amp; `code`\n\n    indented\n<pre># no heading\n\n</pre></div>"
    assert block in convert(f"## Title {{#t}}\n\n{BLOCK_START}\n{block}\n{BLOCK_END}\n\n## Next {{#n}}\n")


def test_headings_around_blocks_keep_their_ids() -> None:
    html = convert(f"## A \\*b\\* c\\_d {{#x}}\n\n{BLOCK_START}\n<p>1</p>\n{BLOCK_END}\n")
    assert '<h2 id="x">A *b* c_d</h2>' in html


def test_several_blocks_keep_their_order() -> None:
    html = convert("\n\n".join(f"{BLOCK_START}\n<p>{n}</p>\n{BLOCK_END}" for n in range(5)))
    assert [html.index(f"<p>{n}</p>") for n in range(5)] == sorted(html.index(f"<p>{n}</p>") for n in range(5))
