"""Alternative texts of pictures."""

from __future__ import annotations

import pytest

from site_builder.check.images import check_images
from tests.check.conftest import finder, markdown

found = finder(check_images)


@pytest.mark.parametrize(
    "text",
    [
        "![caption](a.png){alt='what it shows'}\n",
        "![caption](a.png){alt=''}\n",
        "![](a.png){alt=''}\n",
        "![](a.png){\nalt='over lines'\n}\n",
        "text ![a bell](bell.png) text\n",
        '<img src="a.png" alt="x">\n',
        '<img src="a.png" alt>\n',
        '<img src="a.png" role="presentation">\n',
        '<img src="a.png" aria-hidden="true">\n',
        '<!-- <img src="a.png"> -->\n',
        "`<img src=a.png>`\n",
    ],
)
def test_described_and_decorative_pictures(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["![](a.png)\n", "text ![](a.png) text\n", '<img src="a.png">\n', 'text <img src="a.png"> text\n'])
def test_no_alternative_text_at_all(text: str) -> None:
    assert found(text) == [("LS821", 1)]


def test_bracket_text_alone_is_a_caption() -> None:
    assert found("text\n\n![the *caption*](a.png)\n") == [("LS822", 3)]


def test_messages_show_the_picture_and_the_remedy() -> None:
    problems = [str(problem) for problem in check_images(markdown("![](a.png)\n\n![c](b.png)\n"))]
    assert problems == [
        "LS821 episodes/x.md:1 the image 'a.png' has no alternative text (describe it: `{alt='...'}`; for decoration write `{alt=''}`)",
        "LS822 episodes/x.md:3 the image 'b.png' has a caption and no alternative text"
        " (the text in brackets is its caption; describe what it shows with `{alt='...'}`)",
    ]
