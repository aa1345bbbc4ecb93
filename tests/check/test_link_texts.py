"""Texts of links."""

from __future__ import annotations

import pytest

from site_builder.check.link_texts import UNINFORMATIVE_BY_LANGUAGE, check_brackets, check_link_texts
from site_builder.weave.translations import LANGUAGES
from tests.check.conftest import finder, markdown

texts = finder(check_link_texts)
brackets = finder(check_brackets)


def test_every_language_of_the_interface_has_its_words() -> None:
    assert set(UNINFORMATIVE_BY_LANGUAGE) == {"en", *LANGUAGES}


@pytest.mark.parametrize(
    "said", ["here", "Click here", "*this*", "this link.", "Read More…", "aquí", "haz clic aquí", "hier", "тут", "こちら"]
)
def test_words_that_say_nothing(said: str) -> None:
    assert texts(f"Look [{said}](x.md)\n") == [("LS816", 1)]


@pytest.mark.parametrize("text", ["[plus d’informations](x.md)\n", '<a href="x.md">here</a>\n'])
def test_curly_apostrophes_and_html_count_too(text: str) -> None:
    assert texts(text) == [("LS816", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "[the setup page](x.md) https://example.org\n",
        "[more about loops](x.md)\n",
        "[![the logo](a.png)](x.md)\n",
        '<a href="x.md" aria-label="the setup page">here</a>\n',
        '<a href="x.md" title="the setup page"></a>\n',
        '<a name="old"></a>\n',
        "note[^1]\n\n[^1]: text\n",
        "`[here](x.md)`\n",
    ],
)
def test_texts_that_say_where_a_link_leads(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize("text", ["[](x.md)\n", "[x](x.md)\n", "[![](a.png)](x.md)\n", '[![](a.png){alt=""}](x.md)\n'])
def test_texts_that_are_too_short(text: str) -> None:
    assert texts(text) == [("LS817", 1)]


def test_short_and_empty_texts_are_told_apart() -> None:
    messages = [problem.message for problem in check_link_texts(markdown("[](x.md) [y](x.md)\n"))]
    assert messages == ["the link to 'x.md' has no text", "the text of the link to 'x.md' is too short: 'y'"]


def test_square_brackets_around_a_file() -> None:
    (problem,) = check_brackets(markdown("text\n\n- see [the *setup*][setup.md#here]\n"))
    assert str(problem) == (
        "LS815 episodes/x.md:3 '[the setup][setup.md#here]' is not a link: the file is in square brackets (write `[the setup](setup.md#here)`)"
    )


@pytest.mark.parametrize(
    "text", ["[text][ref]\n\n[ref]: x.md\n", "`[text][x.md]`\n", "[text](x.md)\n", "[text][x.md]\n\n[x.md]: x.md\n", "[a][b]\n"]
)
def test_brackets_that_are_references_or_code(text: str) -> None:
    assert brackets(text) == []


def test_a_nested_block_is_told_of_once() -> None:
    assert brackets("- text\n\n  - [a][x.md]\n\n    text\n") == [("LS815", 3)]
