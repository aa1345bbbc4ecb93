"""A lesson in a language that is written from right to left: lists, quotations and boxes follow it, and what is English stays readable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

pytestmark = pytest.mark.slow

EPISODE = """\
---
title: واحد
teaching: 5
exercises: 5
---

::: questions

- ماذا؟

:::

::: objectives

- هذا.

:::

- بند
    - بند فرعي

1. أول

> اقتباس

مصطلح
:   تعريف

English words with a full stop.

::: spoiler

### عنوان

نص

:::
"""

BOXES = """
() => {
  const box = (selector, root = document.querySelector("article")) => root.querySelector(selector).getBoundingClientRect();
  const outer = [...document.querySelectorAll("article ul")].find((list) => list.querySelector("ul"));
  const [parent, child] = [outer, outer.querySelector("ul")].map((list) => list.getBoundingClientRect());
  const quote = getComputedStyle(document.querySelector("article blockquote"));
  const english = [...document.querySelectorAll("article p")].find((text) => text.textContent.startsWith("English"));
  const stop = document.createRange();
  stop.setStart(english.firstChild, english.textContent.length - 1);
  stop.setEnd(english.firstChild, english.textContent.length);
  const whole = document.createRange();
  whole.selectNodeContents(english);
  const [term, definition] = ["dt", "dd"].map((tag) => box(tag));
  return {
    nested: [parent.right - child.right, parent.left - child.left],
    quote: [quote.borderRightWidth, quote.borderLeftWidth],
    stop: whole.getBoundingClientRect().right - stop.getBoundingClientRect().right,
    left: whole.getBoundingClientRect().left - english.getBoundingClientRect().left,
    definition: [term.right - definition.right, term.left - definition.left],
  };
}
"""


@pytest.mark.parametrize("place", ["lang", "div"])
def test_lists_quotations_and_english_words_lie_right(browser: Any, tmp_path: Path, place: str) -> None:
    root = tmp_path / "lesson"
    (root / "episodes").mkdir(parents=True)
    (root / "config.yaml").write_text("title: درس\n" + ("lang: ar\n" if place == "lang" else ""), encoding="utf-8")
    head, _, body = EPISODE.partition("- بند")
    body = f"- بند{body}"
    text = f'{head}<div dir="rtl" lang="ar">\n\n{body}\n\n</div>\n' if place == "div" else head + body
    (root / "episodes" / "one.md").write_text(text, encoding="utf-8")
    site = build(root, None, Options("host")).site
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((site / "one.html").as_uri())
    found = page.evaluate(BOXES)
    page.close()
    assert found["nested"][0] > 10 and abs(found["nested"][1]) < 1
    assert found["quote"] == ["4px", "0px"]
    assert abs(found["stop"]) < 1 and abs(found["left"]) < 1
    assert found["definition"][0] > 10 and abs(found["definition"][1]) < 1
