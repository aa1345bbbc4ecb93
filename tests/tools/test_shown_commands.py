"""Commands that pages show are commands: each is known with its options; what guides have readers paste is tried, or the page says what it needs."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator

import click
import pytest

from site_builder.commands.main import group
from tools.documentation.pieces import DOCS, PIECE, ROOT

PAGES = {path.name: path.read_text(encoding="utf-8") for path in (*sorted(DOCS.glob("*.md")), ROOT / "README.md")}
GUIDES = sorted(name for name in PAGES if name.startswith("how-to-"))
BLOCK = re.compile(r"(?P<before>(?:[^\n]+\n)*)\n?^(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
SHELL = ("", "bash", "console")
LINE = re.compile(r"^(?:    |\$ )?(?P<line>lesson [a-z].*)$", re.MULTILINE)
INDENTED = re.compile(r"^    (?P<line>lesson [a-z].*)$", re.MULTILINE)
SPAN = re.compile(r"(?<!`)`(?P<line>lesson [a-z][^`\n]*)`")
SAYS_WHAT_IT_NEEDS = re.compile(r"\bneed|network|classroom|collect")


def commands(text: str) -> Iterator[str]:
    """Yield the commands in a page's blocks of shell, in its indented blocks, and in its sentences."""
    for block in BLOCK.finditer(text):
        if block["language"] in SHELL:
            yield from (found["line"] for found in LINE.finditer(block["text"]))
    prose = BLOCK.sub("", text)
    yield from (found["line"] for found in (*INDENTED.finditer(prose), *SPAN.finditer(prose)))


def words_of(line: str) -> list[str]:
    """Return the words of a command, without what a shell does with it."""
    lexer = shlex.shlex(line.replace("…", "").replace("[", "").replace("]", ""), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(itertools.takewhile(lambda word: not set(word) <= set(";|&<>()"), lexer))


@pytest.mark.parametrize("name", PAGES)
def test_every_command_on_a_page_is_known_with_its_options(name: str) -> None:
    assert [line for line in commands(PAGES[name]) if unknown(line)] == []


def unknown(line: str) -> str:
    """Return what a line names that is no command or no option of its command; empty if all of it is known."""
    _, *words = words_of(line)
    command: click.Command = group
    options = names(command)
    while words and isinstance(command, click.Group):
        inner = command.get_command(click.Context(command), words[0])
        if inner is None:
            break
        command, options = inner, options | names(inner)
        words.pop(0)
    if command is group:
        return words[0]
    return next((word for word in words if word.startswith("-") and word.partition("=")[0] not in options), "")


def names(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help", "-h"}


@pytest.mark.parametrize(("line", "wrong"), [
    ("lesson build --strict", ""), ("lesson records prune --committed", ""), ("lesson new lesson x --language r", ""), ("lesson built", "built"),
    ("lesson build --stricter", "--stricter"), ("lesson records save --committed", "--committed"),
])  # fmt: skip
def test_what_is_unknown_is_found(line: str, wrong: str) -> None:
    assert unknown(line) == wrong


@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_has_readers_paste_is_tried_or_says_what_it_needs(name: str) -> None:
    tried = {(found.start("text"), found.start("session")) for found in PIECE.finditer(PAGES[name])}
    places = {place for pair in tried for place in pair}
    silent = [
        found["text"]
        for found in BLOCK.finditer(PAGES[name])
        if found.start("text") not in places and not (found["language"] == "bash" and SAYS_WHAT_IT_NEEDS.search(found["before"]))
    ]
    assert silent == []
