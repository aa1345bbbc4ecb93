"""Titles, names and addresses are text on every page, whatever they contain: no tag in them becomes an element."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

CONFIG = """\
title: 'Site </title><style> & "x" <!-- c'
carpentry_description: 'Programme <textarea> "q"'
source: 'https://github.com/a"b/<x>'
license: 'CC <b>BY'
license_url: 'https://example.org/"><b>'
keywords: 'a</script><b>, "c"'
desc: 'd</script><style><!-- <script>'
languages:
  default: 'English <b>'
  other:
  - lang: 'German <b>'
    url: 'https://example.org/"><b>'
"""

EPISODE = """\
---
title: '{title}'
teaching: 5
exercises: 5
---

::: questions

- Why $x_1$?

:::

::: objectives

- Because.

:::

![A <style> caption](a.png){{alt='alt <style> "q" </textarea>'}}

::: challenge

### Box <style> of List<String> (5 min)

x

::: solution

### Sol <textarea> $\\beta$

y

:::

:::

::: instructor

### Note <xmp> $\\gamma$

z

:::

## Heading <plaintext> List<Int> $\\alpha$

::: tab

### Tab <style>

a

### Other

b

:::

The end of page {name}.
"""

TITLES = {"one": "The <style> element </script> `<b>` $a<b$", "two": "If a<b then c>d", "three": "Energy: $E = mc^2$"}
SHOWN = {"one": "The <style> element </script> <b> a < b", "two": "If a<b then c>d", "three": "Energy: E = mc²"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    files = {f"episodes/{name}.md": EPISODE.format(title=title, name=name) for name, title in TITLES.items()}
    author = '- given-names: "A <style>"\n  family-names: "B</p><b>"\n  affiliation: "C <style>"\n'
    citation = f'cff-version: 1.2.0\nmessage: m\ntitle: "T <style>"\nauthors:\n{author}'
    others = {
        "learners/setup.md": '---\ntitle: "Setup <style>"\n---\n\nInstall.\n',
        "learners/reference.md": '---\ntitle: "R<b>"\n---\n\nR\n',
    }
    listed = "episodes:\n" + "".join(f"- {name}.md\n" for name in TITLES)
    root = tmp_path_factory.mktemp("lesson")
    for name, text in {"config.yaml": CONFIG + listed, "CITATION.cff": citation, **others, **files}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    site = build(root, None, Options("host")).site
    return {str(path.relative_to(site)): BeautifulSoup(path.read_text(), "html.parser") for path in site.rglob("*.html")}


def test_metadata_opens_no_element_anywhere(pages: dict[str, BeautifulSoup]) -> None:
    for address, page in pages.items():
        assert page.select_one("article") is not None, address
        assert page.select("body style, body script:not([src]) b, textarea, xmp, plaintext, string, body b") == [], address
        assert page.title is not None and page.title.get_text().startswith('Site </title><style> & "x" <!-- c'), address
        facts = [json.loads(str(script.string)) for script in page.select('script[type="application/ld+json"]')]
        assert [each["keywords"] for each in facts] == ['a</script><b>, "c"'], address


@pytest.mark.parametrize("name", TITLES)
def test_a_title_is_whole_wherever_it_stands(pages: dict[str, BeautifulSoup], name: str) -> None:
    page, shown = pages[f"{name}.html"], SHOWN[name]
    assert page.title is not None and page.title.get_text().endswith(f": {shown}")
    assert f". {shown}" in " ".join(page.select_one("#lesson-menu").get_text().split())  # type: ignore[union-attr]
    assert [json.loads(str(script.string))["name"] for script in page.select('script[type="application/ld+json"]')] == [shown]
    assert f"The end of page {name}." in page.select_one("article").get_text()  # type: ignore[union-attr]
    heading = page.select_one("h1")
    assert heading is not None and len(heading.select("math")) == TITLES[name].count("$") // 2
    others = list(TITLES)
    if name != others[0]:
        before = pages[f"{others[others.index(name) - 1]}.html"].select_one('a[rel="next"]')
        assert before is not None and shown in " ".join(before.get_text().split())


def test_no_formula_is_shown_as_tex(pages: dict[str, BeautifulSoup]) -> None:
    for address, page in pages.items():
        for source in page.select(".math-source"):
            source.decompose()
        assert "\\(" not in page.get_text(), address
        assert [each for each in page.select("[aria-label]") if "\\(" in str(each["aria-label"])] == [], address
    labels = [link.get_text() for link in pages["three.html"].select(".md-nav__link")]
    assert labels == ["Heading <plaintext> List<Int> α"]
