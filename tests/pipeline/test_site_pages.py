"""Sites as they are published: files that are copied as they are, pages that every lesson has, the page for missing addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from site_builder.operations.check import check
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options

MakeLesson = Callable[[Mapping[str, str]], Path]
HEAD = "---\ntitle: E\nteaching: 1\nexercises: 1\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n"
CONFIG = "title: L\nlicense: MIT\nurl: https://example.org/deep/lesson/\n"


@pytest.mark.slow
def test_markdown_notebooks_and_hidden_files_among_data_are_copied_as_they_are(make_lesson: MakeLesson) -> None:
    copied = {"files/notes.md": "# N\n", "data/README.md": "r", "data/.hidden": "h", "practice.ipynb": "{}", ".htaccess": "a"}
    places = {"practice.ipynb": "learners/practice.ipynb"}
    files = {places.get(name, f"episodes/{name}"): text for name, text in copied.items()}
    episode = HEAD + "[Notes](files/notes.md), [data](../episodes/data/README.md), [practice](practice.ipynb), [other](b.md).\n"
    root = make_lesson({"config.yaml": CONFIG, "episodes/a.md": episode, "episodes/b.md": HEAD, **files})
    site = build(root, None, Options("host")).site
    assert {name: (site / name).read_text() for name in copied} == copied
    assert not (site / "files/notes.html").exists() and not (site / "data/index.html").exists()
    page = (site / "a.html").read_text()
    assert all(f'href="{target}"' in page for target in ("files/notes.md", "data/README.md", "practice.ipynb", "b.html"))
    assert 'href="../files/notes.md"' in (site / "instructor/a.html").read_text()
    assert [problem for problem in check(root, Options("host")).problems if problem.code in ("LS401", "LS814")] == []
    (root / "episodes/files/notes.md").write_text("changed")
    assert (build(root, None, Options("host")).site / "files/notes.md").read_text() == "changed"


@pytest.mark.slow
def test_pages_of_the_whole_lesson(make_lesson: MakeLesson) -> None:
    citation = "cff-version: 1.2.0\nmessage: m\ntitle: T\nauthors:\n- {given-names: Ada, family-names: E, affiliation: Here}\n- {given-names: Bo, family-names: S, affiliation: There}\n"
    root = make_lesson(
        {
            "config.yaml": CONFIG,
            "CITATION.cff": citation,
            "CODE_OF_CONDUCT.md": "---\ntitle: Code of Conduct\n---\n\nBe kind.\n",
            "learners/reference.md": "---\ntitle: Summary of commands\n---\n\n## Glossary\n\nx\n",
            "episodes/a.md": HEAD + "![A picture](fig/a.png){alt='A grey square'}\n",
            "episodes/fig/a.png": "",
        }
    )
    site = build(root, None, Options("host")).site
    for page in ("a.html", "instructor/a.html", "404.html", "index.html", "citation.html"):
        foot = (site / page).read_text().partition('<ul class="lesson-imprint')[2]
        assert 'href="CODE_OF_CONDUCT.html"' in foot and 'href="citation.html"' in foot, page
    menu = (site / "a.html").read_text().partition('id="lesson-menu"')[2].partition("</nav>")[0]
    assert '<a href="reference.html#glossary">Glossary</a>' in menu and '<a href="reference.html">Summary of commands</a>' in menu
    assert menu.count(">Glossary<") == menu.count(">Summary of commands<") == 1
    assert '<ol class="affiliations"><li id="aff1">Here</li>\n<li id="aff2">There</li>' in (site / "citation.html").read_text()
    for page in ("aio.html", "images.html"):
        assert 'loading="lazy"' in (site / page).read_text()
    assert 'loading="lazy"' not in (site / "a.html").read_text()
    assert '<base href="/deep/lesson/">' in (site / "404.html").read_text()
    assert "<base" not in (site / "a.html").read_text()
