"""What of a page is exchanged in place when its source is saved, and that the page is then the one that a reload shows."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.browser.previewing import becomes, on_page, opened, put, serving, shows, until
from tests.browser.waiting import open_search
from tests.conftest import MakeLesson

pytestmark = pytest.mark.slow

TEXT = """---
title: One
teaching: 5
exercises: 3
---

::: questions
- Why so?
:::

::: objectives
- Know it.
:::

## First part

Some *words* with `code`, a [link](two.md), [elsewhere](https://example.org/), $x^2$ and a note[^1].

[^1]: What the note says.

A second paragraph.

| a | b |
|---|--:|
| 1 | left |

1. one item
2. two items

> A quotation.

### Sub *part*

![A dot](fig/dot.svg){alt='dot'}

::: callout
## Look

Words in a box.
:::

::: challenge
## Try

Do this.

:::: solution
The answer.
::::
:::

::: group-tab

### Linux

On Linux.

### macOS

On macOS.

:::

```bash
ls
```

## Second part

Term
:   its meaning

A last paragraph.

FILLER

::: keypoints
- A point.
:::
""".replace("FILLER", "Many more words follow here. " * 300)

LESSON = {
    "config.yaml": "title: L\nepisodes:\n- one.md\n- two.md\n", "index.md": "Hello.\n", "episodes/one.md": TEXT,
    "episodes/two.md": "---\ntitle: Two\n---\n\nText.\n", "learners/reference.md": "---\ntitle: Glossary\n---\n\n## Glossary\n\nkernel\n:   What runs code.\n",
    "episodes/fig/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"/>',
    "episodes/fig/box.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>',
}  # fmt: skip

IN_PLACE = {
    "words": ("A second paragraph.", "A second paragraph with *other* words."),
    "words in a list": ("- Why so?", "- Why not?"),
    "an item more": ("2. two items", "2. two items\n3. three items"),
    "an item less": ("1. one item\n", ""),
    "a paragraph more": ("A second paragraph.", "A new one.\n\nA second paragraph.\n\nAnd one after it."),
    "a paragraph less": ("A second paragraph.\n", ""),
    "a paragraph elsewhere": ("A last paragraph.\n", "::: callout\nA box without a title.\n:::\n\nA last paragraph, at the end.\n"),
    "a heading": ("## Second part", "## Another part"),
    "a cell of a table": ("| 1 | left |", "| 1 | right |"),
    "a row of a table": ("| 1 | left |", "| 1 | left |\n| 2 | new |"),
    "a quotation": ("> A quotation.", "> A quotation of somebody else."),
    "inline code": ("`code`", "`other code`"),
    "a link": ("(two.md)", "(two.md#top)"),
    "a link more": ("A second paragraph.", "A second paragraph with a [link](index.md)."),
    "a picture": ("![A dot](fig/dot.svg){alt='dot'}", "![A box](fig/box.svg){alt='box'}"),
    "a picture more": ("A second paragraph.", "A second paragraph.\n\n![A box](fig/box.svg){alt='box'}"),
    "words in a box": ("Words in a box.", "Words in a box, and more.\n\nAnother paragraph."),
    "the title of a box": ("## Look", "## Look here"),
    "a box more": ("> A quotation.", "> A quotation.\n\n::: caution\nBeware.\n:::"),
    "words in an answer": ("The answer.", "The right answer."),
    "words in a tab": ("On Linux.", "On any Linux."),
    "a meaning": (":   its meaning", ":   its other meaning"),
    "a formula": ("$x^2$", "$x^3$"),
    "a note": ("What the note says.", "What the note said."),
    "a comment": ("A second paragraph.", "A second paragraph.\n\n<!-- nobody sees this -->"),
}  # fmt: skip
LOADED = {
    "code": ("```bash\nls\n", "```bash\nls -l\n"),
    "a block of code more": ("A last paragraph.", "A last paragraph.\n\n```bash\npwd\n```"),
    "a heading more": ("A second paragraph.", "## A new part\n\nA second paragraph."),
    "a heading less": ("### Sub *part*\n", ""),
    "a tab": ("### macOS", "### BSD"),
    "an exercise more": ("A second paragraph.", "::: challenge\n## Again\n\nDo it.\n:::\n\nA second paragraph."),
    "an answer less": (":::: solution\nThe answer.\n::::\n", ""),
    "the title of an exercise": ("## Try", "## Try it"),
    "a title, which names the table": ("title: One", "title: Number one"),
    "a table more": ("A second paragraph.", "| x |\n|---|\n| y |\n\nA second paragraph."),
    "a displayed formula": ("A second paragraph.", "$$\nx^2\n$$"),
    "a term of the glossary": ("A second paragraph.", '<abbr title="What runs code">kernel</abbr>'),
    "a diagram": ("A second paragraph.", "```mermaid\nflowchart LR\n  A --> B\n```"),
    "a picture from elsewhere": ("A second paragraph.", "![x](https://example.org/x.png){alt='x'}"),
    "a field": ("A second paragraph.", '<input type="text" aria-label="name">'),
}  # fmt: skip

STATE = """(() => {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelectorAll("#lesson-preview, script[data-boot], head script[src*=search-index]").forEach((node) => node.remove());
  const moving = ["md-nav__link--active", "md-nav__link--passed", "md-header--shadow"];
  copy.querySelectorAll("*").forEach((node) => {
    node.classList.remove(...moving);
    if (!node.classList.length) node.removeAttribute("class");
    if (node.matches(".md-sidebar, .md-sidebar__scrollwrap, .md-top")) ["style", "hidden", "tabindex"].forEach((name) => node.removeAttribute(name));
  });
  return copy.outerHTML;
})()"""
"""The page as it is now, without what follows where the reader is, and without the preview's own panel."""


def saved(page: Any, path: Path, text: str) -> bool:
    """Save a file, wait until the page follows, and tell whether the page stayed the one it was."""
    page.evaluate("window.stayed = true; window.before = document.documentElement.outerHTML")
    put(path, text)
    until(
        lambda: on_page(
            page, "document.readyState === 'complete' && (!window.stayed || window.before !== document.documentElement.outerHTML)"
        ),
        "the page follows",
    )
    page.wait_for_timeout(60)
    return bool(on_page(page, "window.stayed === true"))


def reloaded(page: Any) -> str:
    """Load the page again, and return what it is when its scripts are done."""
    page.reload()
    becomes(page, "document.querySelector('#lesson-preview')")
    page.wait_for_timeout(120)
    return str(on_page(page, STATE))


@pytest.mark.parametrize("view", ["", "instructor/"])
def test_what_is_exchanged_in_place_is_what_a_reload_shows(make_lesson: MakeLesson, browser: Any, view: str) -> None:
    root = make_lesson(LESSON)
    one = root / "episodes/one.md"
    with serving(root) as served, opened(browser, f"{served.address}{view}one.html") as page:
        becomes(page, "document.querySelector('#lesson-preview')")
        for name, (before, after) in (IN_PLACE | LOADED).items():
            assert before in TEXT, name
            stayed = saved(page, one, TEXT.replace(before, after))
            assert stayed is (name in IN_PLACE), name
            shown = on_page(page, STATE)
            assert shown == reloaded(page), name
            assert saved(page, one, TEXT) is (name in IN_PLACE), f"{name}, taken back"
            shown = on_page(page, STATE)
            assert shown == reloaded(page), f"{name}, taken back"


def word(number: int) -> str:
    return f"Step {number}."


def edited(random: Random, blocks: list[str]) -> tuple[list[str], frozenset[bool]]:
    """Return the blocks of a page with one change, and whether it is made in place.

    Either is right for what moves to another part: the theme looks for headings only where the page has got another height.
    """
    made, place = list(blocks), random.randrange(len(blocks))
    plain = [number for number, block in enumerate(blocks) if block.startswith("Plain")]
    kind = random.choice(["words", "words", "more", "less", "moved", "list", "heading", "code", "diagram", "box", "answer", "image"])
    if kind == "words":
        made[random.choice(plain)] = f"Plain *words* {random.random()} with a [link](two.md#{random.randrange(9)})."
    elif kind == "more":
        made.insert(place, f"Plain words {random.random()}.")
    elif kind == "less" and len(plain) > 2:
        del made[random.choice(plain)]
    elif kind == "moved":
        made.insert(place, made.pop(random.choice(plain)))
    elif kind == "list":
        made.insert(place, "\n".join(f"- item {random.randrange(9)}" for _ in range(random.randrange(1, 5))) + "\n\n<!-- -->")
    elif kind == "image":
        made.insert(place, "![A box](fig/box.svg){alt='box'}")
    elif kind == "heading":
        made.insert(place, f"## Part {random.random()}")
    elif kind == "code":
        made.insert(place, f"```bash\necho {random.random()}\n```")
    elif kind == "diagram":
        made.insert(place, f"```mermaid\nflowchart LR\n  A --> B{random.randrange(3)}\n```")
    elif kind == "box":
        made.insert(place, f"::: callout\nWords {random.random()}.\n:::")
    elif kind == "answer":
        made.insert(place, f"::: challenge\nTry {random.random()}.\n\n:::: solution\nSo.\n::::\n:::")
    return made, frozenset((True, False)) if kind == "moved" else frozenset((kind not in ("heading", "code", "diagram", "answer"),))


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_number_of_edits_the_page_is_the_one_that_is_served(make_lesson: MakeLesson, browser: Any, seed: int) -> None:
    random, blocks = Random(seed), ["Plain first.", "## One part", "Plain second.", "Plain third."]
    root = make_lesson(LESSON)
    one = root / "episodes/one.md"
    with serving(root) as served, opened(browser, served.address + "one.html") as page, opened(browser, "about:blank") as other:
        becomes(page, "document.querySelector('#lesson-preview')")
        for number in range(16):
            blocks, in_place = edited(random, blocks) if number else (blocks, frozenset((False,)))
            page.evaluate("window.stayed = true")
            put(one, TEXT.partition("## First part")[0] + "\n\n".join((*blocks, "Long. " * 2000, word(number))) + "\n")
            shows(page, word(number))
            becomes(page, "document.readyState === 'complete' && document.querySelector('#lesson-preview')")
            other.goto(served.address + "one.html")
            becomes(other, "document.querySelector('#lesson-preview')")
            until(lambda: on_page(page, STATE) == on_page(other, STATE), f"the page is the one that is served after step {number}", 5)
            assert not number or page.evaluate("window.stayed === true") in in_place, number


def test_the_reader_notices_nothing_but_the_words(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(LESSON)
    one = root / "episodes/one.md"
    with serving(root) as served, opened(browser, served.address + "one.html") as page:
        page.locator("details:has(.accordion-button) summary").first.click()
        page.get_by_text("macOS", exact=True).first.click()
        page.evaluate("""document.getElementById('second-part').scrollIntoView(); scrollBy(0, 60);
          document.querySelector('a[rel=next]').focus({ preventScroll: true });
          const text = [...document.querySelectorAll('p')].find((node) => node.textContent.startsWith('A last')).firstChild;
          getSelection().setBaseAndExtent(text, 2, text, 6);
          const told = []; window.told = told;
          new MutationObserver(() => told.push(1)).observe(document.querySelector('.lesson-messages'), { childList: true, subtree: true });""")
        before = page.evaluate("document.querySelector('dd').getBoundingClientRect().top")
        more = "A second paragraph.\n\n" + "A new paragraph with many words.\n\n" * 12
        assert saved(page, one, TEXT.replace("A second paragraph.\n", more).replace("A last paragraph.", "A last paragraph, or so."))
        assert abs(page.evaluate("document.querySelector('dd').getBoundingClientRect().top") - before) < 2
        assert page.evaluate("getSelection().toString()") == "last" and page.evaluate("document.activeElement.rel") == "next"
        assert page.locator("details:has(.accordion-button)").first.evaluate("box => box.open")
        assert page.get_by_text("On macOS.").is_visible() and page.evaluate("window.told.length") == 0
        assert saved(page, one, TEXT)
        assert abs(page.evaluate("document.querySelector('dd').getBoundingClientRect().top") - before) < 2


def test_the_search_finds_words_that_came_while_it_was_closed(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(LESSON)
    one = root / "episodes/one.md"

    def found(page: Any, words: str) -> None:
        open_search(page)
        page.locator(".lesson-search input").fill(words)
        becomes(page, "document.querySelector('.lesson-search ol li')")
        page.keyboard.press("Escape")

    with (
        serving(root) as served,
        opened(browser, served.address + "one.html") as page,
        opened(browser, served.address + "two.html") as other,
    ):
        other.evaluate("window.stayed = true")
        for words in ("rhododendron", "hydrangea"):  # before the index was read, and after that
            assert saved(page, one, TEXT.replace("A second paragraph.", f"A {words}."))
            for each in (page, other):
                found(each, words)
        assert page.evaluate("window.stayed") and other.evaluate("window.stayed")


@pytest.mark.parametrize("settings", ["extra_javascript: [own.js]\n", "theme: {name: material, features: [content.code.copy]}\n"])
def test_a_page_with_scripts_that_nobody_knows_is_loaded_again(make_lesson: MakeLesson, browser: Any, settings: str) -> None:
    own = "document.querySelectorAll('p').forEach((node) => node.append(' (seen)'));"
    root = make_lesson({**LESSON, "mkdocs.yml": f"site_name: L\n{settings}", "own.js": own})
    with serving(root) as served, opened(browser, served.address + "one.html") as page:
        becomes(page, "document.querySelector('#lesson-preview')")
        assert not saved(page, root / "episodes/one.md", TEXT.replace("A second paragraph.", "A second one."))
        shows(page, "A second one.")


def test_a_presentation_is_loaded_again(make_lesson: MakeLesson, browser: Any) -> None:
    root = make_lesson(LESSON)
    with serving(root) as served, opened(browser, served.address + "instructor/one.html?present") as page:
        becomes(page, "document.documentElement.classList.contains('presenting')")
        assert not saved(page, root / "episodes/one.md", TEXT.replace("Why so?", "Why not?"))
        becomes(page, "document.documentElement.classList.contains('presenting')")
