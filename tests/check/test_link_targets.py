"""Targets of links and media."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.check.link_targets import LinkContext, check_targets
from site_builder.spelling import Speller
from tests.check.conftest import markdown

FILES = frozenset(
    ("episodes/x.md", "episodes/fig/a b.png", "episodes/files", "learners/setup.md", "learners/talk.Rmd", "LICENSE.md", "data/d.csv")
)


def check(text: str, path: str = "episodes/x.md", slugs: Collection[str] = (), places: Collection[str] = ()) -> list[str]:
    around = LinkContext(lambda place: str(place) in FILES, slugs, places, Speller(sorted(slugs)))
    return [str(problem) for problem in check_targets(markdown(text, path), around)]


def codes(text: str, path: str = "episodes/x.md", slugs: Collection[str] = ()) -> list[str]:
    return [line.split()[0] for line in check(text, path, slugs)]


@pytest.mark.parametrize("target", ["https://example.org", "mailto:a@example.org", "tel:+100", "HTTPS://example.org", "ftp://example.org"])
def test_usual_protocols(target: str) -> None:
    assert codes(f"[text]({target})\n") == []


def test_an_unknown_protocol_is_told_with_the_nearest_known() -> None:
    assert check("text\n\n[text](htps://example.org)\n") == [
        "LS811 episodes/x.md:3 the link to 'htps://example.org' has the unknown protocol 'htps:' (did you mean 'https'?)"
    ]
    assert "begin with `https://`" in check("[text](unheard:go)\n")[0]
    assert codes("[text](javascript:go)\n") == []  # another rule's


@pytest.mark.parametrize(
    "text",
    ["[text](http://example.org)\n", "http://example.org\n", "![](http://example.org/a.png)\n", '<a href="http://example.org">x</a>\n'],
)
def test_unencrypted_targets(text: str) -> None:
    assert codes(text) == ["LS812"]


@pytest.mark.parametrize("host", ["localhost:8888", "127.0.0.1:80/x", "0.0.0.0", "[::1]:8000", "server.local"])
def test_the_readers_own_machine_needs_no_encryption(host: str) -> None:
    assert codes(f'<a href="http://{host}">the notebook</a>\n') == []


def test_an_address_that_cannot_be_read_is_a_finding_and_no_error() -> None:
    assert codes('<a href="http://[x/">text</a>\n') == ["LS812"]


@pytest.mark.parametrize(
    "text",
    [
        "## Über uns\n\n[text](#über-uns) [text](#%C3%BCber-uns) [top](#top) [top](#)\n",
        "## v1.2\n\n[text](#v1-2)\n",
        '<a name="old"></a> [text](#old)\n',
        "[spot]{#spot} [text](#spot)\n",
        "``` {#code .python}\nx\n```\n\n[text](#code)\n",
        "::: callout\n\ntext\n\n:::\n\n[text](#callout1) [text](#accordionSolution2) [text](#cb3-1)\n",
        "note[^1]\n\n[^1]: text\n",
    ],
)
def test_places_on_the_page(text: str) -> None:
    assert codes(text) == []


def test_a_missing_place_is_told_with_the_nearest() -> None:
    assert check("## Getting started\n\n[text](#geting-started)\n") == [
        "LS813 episodes/x.md:3 link to '#geting-started': there is no such anchor on this page (did you mean 'getting-started'?)"
    ]
    assert "lower case" in check("[text](#x)\n")[0]


def test_places_on_other_sources_of_the_same_page() -> None:
    assert check("[text](#windows)\n", places=("windows",)) == []


@pytest.mark.parametrize(
    "target",
    [
        "x.md",
        "x.html#place",
        "./x.md?a=b",
        "fig/a%20b.png",
        "../episodes/fig/a%20b.png",
        "setup.md",
        "../learners/setup.html",
        "learners/setup.md",
        "talk.html",
        "files/",
        "LICENSE.html",
        "../data/d.csv",
        "aio.html",
        "paper.html",
        "//example.org/a",
        "?print",
    ],
)
def test_files_of_the_lesson(target: str) -> None:
    assert codes(f"[text]({target})\n", slugs=("paper",)) == []


@pytest.mark.parametrize("target", ["/paper.html", "/elsewhere", "/episodes/paper.md#a", "/fig/a%20b.png"])
def test_a_path_from_the_hosts_root_leaves_the_lesson(target: str) -> None:
    assert codes(f"[text]({target})\n", slugs=("paper",)) == ["LS810"]
    assert codes(f"![text]({target})\n", slugs=("paper",)) == ["LS810"]


def test_files_are_looked_for_from_the_root_too() -> None:
    assert codes("[text](setup.md) [text](episodes/x.md)\n", "index.md") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[text](y.md)\n", "link to 'y.md': there is no such file in the lesson (paths are relative to episodes/)"),
        ("![](fig/ü.png)\n", "img to 'fig/ü.png': there is no such file in the lesson (paths are relative to episodes/)"),
        ("[text](introdution.md)\n", "link to 'introdution.md': there is no such file in the lesson (did you mean 'introduction'?)"),
        (
            "[text](introduction)\n",
            "link to 'introduction': there is no such file in the lesson (name the page with its suffix: `introduction.md`)",
        ),
        (
            "[text](www.example.org/a)\n",
            "link to 'www.example.org/a': there is no such file in the lesson (write `https://www.example.org/a`)",
        ),
        ("[text](../../../x.csv)\n", "link to '../../../x.csv': there is no such file in the lesson (paths are relative to episodes/)"),
        ('<video src="a.mp4"></video>\n', "video to 'a.mp4': there is no such file in the lesson (paths are relative to episodes/)"),
    ],
)
def test_missing_files(text: str, message: str) -> None:
    assert check(text, slugs=("introduction",)) == [f"LS814 episodes/x.md:1 {message}"]


def test_figures_that_knitr_makes_are_not_in_the_repository() -> None:
    text = "![](fig/x-rendered-plot-1.png)\n"
    assert codes(text, "episodes/x.Rmd") == []
    assert codes(text, "episodes/x.md") == ["LS814"]


@given(st.text(max_size=30))
def test_any_target_gives_findings_and_no_error(target: str) -> None:
    quoted = target.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    assert len(codes(f'text <a href="{quoted}">text</a>\n')) <= 1
