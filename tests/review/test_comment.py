"""Nothing that a pull request puts into its report is active in the comment, and the comment is never too long."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from site_builder.review.archive import Refused
from site_builder.review.comment import LONGEST, MARKER, comment

RUN = "https://github.com/o/r/actions/runs/1"
EVIL = [
    "@everyone", "<img src=x onerror=alert(1)>", "```\n# heading", "``````````", "~~~", "[a](javascript:alert(1))", "![x](https://evil.example/x.png)",
    "https://evil.example", "#1", "owner/repo#1", "</details>", "<!-- lesson-review -->", "a\u202eb", "a\x1b[31mb", "a\u2028b", "a\r\nb", "\t```", "x" * 10_000,
    ":tada:", "$$x$$", "&lt;b&gt;", "- [ ] task", "| a | b |",
]  # fmt: skip


def report(text: str, **changes: Any) -> bytes:
    cell = {"cell": text, "note": text, "code": [text], "outputs": ["- " + text, "+ " + text, text]}
    episode = {"path": text, "state": "changed", "cells": [cell]}
    whole = {"schema": 1, "episodes": [episode], "pages": {"added": [text], "changed": [text], "removed": [text]}, "figures": 1}
    return json.dumps(whole | changes).encode()


def outside(text: str) -> str:
    """Return what of a comment is not code, as a reader of Markdown sees it."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {token.type for token in tokens}
    assert kinds <= {"html_block", "paragraph_open", "inline", "paragraph_close", "heading_open", "heading_close", "fence"}
    return "\n".join(token.content for token in tokens if token.type != "fence")


PLAIN = outside(comment(report("plain"), RUN).text)


@pytest.mark.parametrize("text", EVIL)
def test_what_is_hostile_stays_in_code(text: str) -> None:
    told = comment(report(text), RUN)
    assert outside(told.text) == PLAIN
    assert told.changes
    assert len(told.text) <= LONGEST
    assert told.text.startswith(MARKER)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069\u2028\u2029]", told.text)


@given(st.text(max_size=60))
def test_whatever_is_written_stays_in_code(text: str) -> None:
    assert outside(comment(report(text), RUN).text) == PLAIN


def test_much_is_cut_and_the_rest_counted() -> None:
    cells = [{"cell": "c", "note": "", "code": [], "outputs": [f"+ {number}" for number in range(100)]}]
    many = [{"path": f"episodes/{number}.md", "state": "changed", "cells": cells} for number in range(60)]
    told = comment(report("x", episodes=many, pages={"changed": [f"{number}.html" for number in range(500)]}), RUN)
    assert "… and 41 more lines" in told.text
    assert "! … and 400 more" in told.text
    assert len(told.text) < LONGEST
    wide = [
        {"path": "`" * 160, "state": "changed", "cells": [{"cell": "`" * 160, "note": "", "outputs": ["`" * 160] * 60}]} for _ in range(40)
    ]
    assert len(comment(report("x", episodes=wide), RUN).text) < LONGEST


def test_it_reads_as_a_difference() -> None:
    cell = {"cell": "plot", "note": "", "code": [], "outputs": ["- 41", "+ 42"]}
    told = comment(
        report("x", episodes=[{"path": "episodes/a.md", "state": "changed", "cells": [cell]}], pages={"changed": ["a.html"]}, figures=2),
        RUN,
    )
    assert "```diff\nepisodes/a.md: changed\n  cell plot\n-  41\n+  42\n```" in told.text
    assert "2 figures before and after" in told.text
    assert "```diff\n! a.html\n```" in told.text
    nothing = comment(report("x", episodes=[], pages={}, figures=0), RUN)
    assert not nothing.changes
    assert "No output of a cell changes." in nothing.text


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"[]", b"{}", b'{"schema": 2}', b"[" * 100_000, report("x", episodes={}), report("x", episodes=["a"]), report("x", pages=[]),
        report("x", episodes=[{"path": "a", "state": "evil", "cells": []}]), report("x", episodes=[{"path": 1, "state": "changed"}]),
        report("x", episodes=[{"path": "a", "state": "changed", "cells": [{"cell": [], "note": ""}]}]), report("x", pages={"added": [1]}),
        report("x", episodes=[{"path": "a", "state": "changed", "cells": [{"cell": "c", "outputs": "abc"}]}]),
        report("x", episodes=[{"path": "a", "state": ["changed"], "cells": []}]),
    ],
)  # fmt: skip
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        comment(data, RUN)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["episodes", "pages", "cells", "path", "state", "cell", "outputs", "note", "added", "figures"]), inner, max_size=4), max_leaves=12)  # fmt: skip


@given(JSON, JSON, JSON)
def test_any_json_gives_a_comment_or_a_refusal(episodes: Any, pages: Any, figures: Any) -> None:
    with contextlib.suppress(Refused):
        comment(json.dumps({"schema": 1, "episodes": episodes, "pages": pages, "figures": figures}).encode(), RUN)
