"""pandoc as oracle: what it makes of real lessons and of generated Markdown, our reader has to make too.

Accepted differences are listed, with their reasons, in ``accepted_differences.toml``. The lessons are found through the variable
LESSON_CORPUS (folders holding ``source/``), else in an archive beside the repository (see tests/conftest.py).
"""

from __future__ import annotations

import difflib
import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.markdown.frontmatter import split_front_matter
from site_builder.markdown.reader import normalise, read
from site_builder.markdown.tree import to_html

pypandoc = pytest.importorskip("pypandoc", reason="pypandoc_binary, the oracle, is not installed")
lxml_html = pytest.importorskip("lxml.html", reason="lxml, which compares the pages, is not installed")

ROOT = Path(__file__).parents[2]
FLAGS = [
    "-f",
    "markdown-hard_line_breaks+autolink_bare_uris+emoji+tex_math_single_backslash",
    "-t",
    "html4",
    "--preserve-tabs",
    "--indented-code-classes=sh",
    "--mathjax",
    "--syntax-highlighting=none",
]
ACCEPTED = tomllib.loads((Path(__file__).parent / "accepted_differences.toml").read_text(encoding="utf-8"))["difference"]

_BLOCK_NAMES = (
    "address article aside blockquote caption col colgroup dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul br"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
Shape = list[tuple[Any, ...]]


def shape(source: str) -> Shape:
    """Return tags, attributes and texts in document order."""
    found: Shape = []
    _walk(lxml_html.fragment_fromstring(source or "", create_parent="div"), found, preformatted=False)
    return _trimmed(_heading_ids(_merged(found)))


def _walk(element: Any, found: Shape, *, preformatted: bool) -> None:
    if not isinstance(element.tag, str):
        found.append(("comment", " ".join((element.text or "").split())))
        return
    tag, attributes = _named(element)
    found.append((tag, *sorted(attributes.items())))
    inside = preformatted or tag == "pre"
    _text(element.text, found, preformatted=inside)
    for child in element:
        _walk(child, found, preformatted=inside)
        _text(child.tail, found, preformatted=inside)
    if tag not in ("br", "img", "hr", "col", "input"):
        found.append(("/", tag))


def _named(element: Any) -> tuple[str, dict[str, str]]:
    """Return tag and attributes; the figures of HTML 4 and HTML 5 are the same thing."""
    attributes = dict(element.attrib)
    kind = attributes.get("class", "")
    if element.tag == "div" and kind in ("float", "figure"):
        return "figure", {}
    if element.tag in ("div", "p") and kind in ("figcaption", "caption"):
        return "figcaption", {}
    return element.tag, {key: " ".join(sorted(value.split()) if key == "class" else value.split()) for key, value in attributes.items()}


def _text(text: str | None, found: Shape, *, preformatted: bool) -> None:
    if text:
        found.append(("text", text if preformatted else re.sub(r"[ \t\n\r]+", " ", text)))


def _merged(found: Shape) -> Shape:
    merged: Shape = []
    for item in found:
        if item[0] == "text" and merged and merged[-1][0] == "text":
            merged[-1] = ("text", re.sub(" +", " ", merged[-1][1] + item[1]) if "\n" not in item[1] else merged[-1][1] + item[1])
        else:
            merged.append(item)
    return merged


def _heading_ids(found: Shape) -> Shape:
    """Give a heading back the identifier that pandoc's writer moves to a div that begins with it."""
    for index, item in enumerate(found[:-2]):
        after = index + 2 if found[index + 1][0] == "text" and not found[index + 1][1].strip() else index + 1
        attributes, heading = dict(item[1:]) if item[0] == "div" else {}, found[after]
        if "id" in attributes and heading[0] in HEADINGS and "id" not in dict(heading[1:]):
            moved = {**dict(heading[1:]), "id": attributes.pop("id")}
            found[index] = ("div", *sorted(attributes.items()))
            found[after] = (heading[0], *sorted(moved.items()))
    return found


def _trimmed(found: Shape) -> Shape:
    trimmed: Shape = []
    depth = 0
    for index, item in enumerate(found):
        depth += (item[0] == "pre") - (item == ("/", "pre"))
        if item[0] != "text":
            trimmed.append(item)
            continue
        text = item[1]
        if depth:
            text = text.rstrip("\n")
        else:
            text = text.lstrip(" ") if index == 0 or _is_block(found[index - 1]) else text
            text = text.rstrip(" ") if index + 1 == len(found) or _is_block(found[index + 1]) else text
        if text:
            trimmed.append(("text", text))
    return trimmed


def _is_block(item: tuple[Any, ...]) -> bool:
    return item[0] in BLOCKS or item[0] == "comment" or (item[0] == "/" and item[1] in BLOCKS)


def pandoc(source: str) -> str:
    command = [pypandoc.get_pandoc_path(), *FLAGS]
    return subprocess.run(command, input=source.encode(), capture_output=True, check=True).stdout.decode()


def ours(source: str) -> str:
    return to_html(read(source, PurePosixPath("page.md")).body)


def blocks(source: str) -> list[str]:
    """Return the page's top-level blocks, each as one comparable text."""
    found: list[list[str]] = [[]]
    depth = 0
    for item in shape(source)[1:-1]:
        opens = item[0] not in ("/", "text", "comment", "br", "img", "hr", "col", "input")
        found[-1].append(repr(item))
        depth += opens - (item[0] == "/")
        if depth == 0 and (item[0] in BLOCKS or item[0] == "/"):
            found.append([])
    return ["".join(block) for block in found if block]


def unequal(source: str) -> tuple[int, list[str]]:
    """Return how many blocks pandoc makes of a page, and those ours makes differently."""
    theirs, mine = blocks(pandoc(source)), blocks(ours(source))
    matcher = difflib.SequenceMatcher(None, theirs, mine, autojunk=False)
    changed = [theirs[a:b] or mine[c:d] for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"]
    return len(theirs), [block for group in changed for block in group]


def accepted(block: str) -> bool:
    return any(difference["text"] in block for difference in ACCEPTED if "text" in difference)


def lessons(corpus: Path) -> list[Path]:
    return sorted(folder for folder in corpus.iterdir() if (folder / "source").is_dir())


def compare(lesson: Path) -> None:
    total, different = 0, []
    for page in sorted((lesson / "source").rglob("*.md")):
        text = normalise(page.read_text(encoding="utf-8", errors="replace"))
        count, found = unequal(split_front_matter(text, PurePosixPath(page.name))[1])
        total += count
        different += [f"{page.name}: {block[:300]}" for block in found if not accepted(block)]
    assert total > 100
    assert not different


def test_a_real_lesson_reads_as_pandoc_reads_it(corpus: Path) -> None:
    compare(min(lessons(corpus), key=lambda folder: sum(page.stat().st_size for page in folder.rglob("*.md"))))


@pytest.mark.slow
def test_every_real_lesson_reads_as_pandoc_reads_it(corpus: Path) -> None:
    found = lessons(corpus)
    assert len(found) >= 8
    for lesson in found:
        compare(lesson)


def test_the_showcase_of_every_construct_reads_as_pandoc_reads_it() -> None:
    source = (Path(__file__).parent / "showcase.md").read_text(encoding="utf-8")
    assert shape(ours(source)) == shape(pandoc(source))


PIECES = st.sampled_from(tomllib.loads((Path(__file__).parent / "pieces.toml").read_text(encoding="utf-8"))["pieces"])


JOINTS = st.sampled_from(["\n\n", "\n", "\n\n\n", "\n  ", "\n\n  ", "\n\n    "])


def same(source: str) -> bool:
    """Tell whether both read a text alike; where they do not, a difference that is accepted for every text counts as alike."""
    theirs, mine = shape(pandoc(source)), shape(ours(source))
    return theirs == mine or any(re.search(difference["source"], source, re.M) for difference in ACCEPTED if "source" in difference)


def assert_alike(sources: list[str]) -> None:
    """Compare many texts in one run of pandoc, and one by one only where that differs; a rule before text would begin metadata."""
    sources = [source for source in sources if not re.match(r"---\n *\S", source)]
    pages = "".join(f"{source}\n\n<!-- next -->\n\n" for source in sources)
    if shape(pandoc(pages)) != shape(ours(pages)):
        assert [source for source in sources if not same(f"{source}\n")] == []


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(PIECES, JOINTS, PIECES).map("".join), min_size=12, max_size=12))
def test_generated_markdown_reads_as_pandoc_reads_it(sources: list[str]) -> None:
    assert_alike(sources)


@pytest.mark.slow
@pytest.mark.parametrize("joint", ["\n", "\n\n"])
def test_every_pair_of_constructs_reads_as_pandoc_reads_it(joint: str) -> None:
    pieces = tomllib.loads((Path(__file__).parent / "pieces.toml").read_text(encoding="utf-8"))["pieces"]
    for first in pieces:
        assert_alike([f"{first}{joint}{second}" for second in pieces])


@pytest.mark.parametrize("difference", ACCEPTED, ids=lambda difference: str(next(iter(difference.values())))[:20])
def test_every_accepted_difference_has_a_reason(difference: dict[str, str]) -> None:
    assert len(difference["reason"].split()) > 5
