"""Redirects as they are written: what may stand on either side, chains and circles; and those that Git's history proposes."""

from __future__ import annotations

from pathlib import PurePosixPath as P

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.lesson.config import settings_from
from site_builder.lesson.redirects import TAKEN, address, proposed, redirects_of
from site_builder.problems import Problem


def read(*lines: str) -> tuple[dict[str, str], tuple[Problem, ...]]:
    settings, problems = settings_from("title: L\nlicense: CC0\nredirects:\n" + "".join(f"  {line}\n" for line in lines), P("config.yaml"))
    assert problems == ()
    found, wrong = redirects_of(settings)
    return {str(each.old): f"{each.new}{'#' if each.fragment else ''}{each.fragment}" for each in found}, wrong


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        ("01-intro.html: introduction.html", "01-intro.html", "introduction.html"),
        ("01-intro: introduction", "01-intro.html", "introduction.html"),
        ("episodes/01-intro.md: episodes/introduction.Rmd", "01-intro.html", "introduction.html"),
        ("01-intro/: introduction.html", "01-intro/index.html", "introduction.html"),
        ("01-intro/index.html: introduction.html", "01-intro/index.html", "introduction.html"),
        ("a.html: b.html#first-steps", "a.html", "b.html#first-steps"),
        ("two%20words.html: b.html", "two words.html", "b.html"),
        ("a.html: files/b.pdf", "a.html", "files/b.pdf"),
        ("1.html: 2.html", "1.html", "2.html"),
        ("ü.html: ä.html", "ü.html", "ä.html"),
    ],
)
def test_pages_may_be_named_by_address_source_or_folder(line: str, old: str, new: str) -> None:
    assert read(line) == ({old: new}, ())


@pytest.mark.parametrize(
    "line",
    [
        "a.html: https://example.org/b.html", "a.html: //example.org", "a.html: /b.html", "a.html: javascript:alert(1)", "a.html: ../b.html",
        "a.html: b.html?x=1", "https://example.org/a.html: b.html", "../a.html: b.html", "files/../../a.html: b.html", "a.pdf: b.html",
        "index.html: b.html", "instructor/a.html: b.html", "assets/a.html: b.html", "con.html: b.html", "a.html: '#x'", "'%2e%2e/a.html': b.html",
        "'a\\b.html': b.html", ".hidden.html: b.html",
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_site_is_told_at_its_line(line: str) -> None:
    found, (problem,) = read("ok.html: fine.html", line)
    assert found == {"ok.html": "fine.html"}
    assert (problem.code, problem.location.line) == ("LS039", 5)
    assert problem.hint


def test_nothing_is_wanted_where_it_says_so() -> None:
    assert read("a.html: false") == ({}, ())


def test_one_page_has_one_redirect() -> None:
    found, (problem,) = read("a.html: b.html", "episodes/a.md: c.html")
    assert found == {"a.html": "b.html"}
    assert problem.code == "LS039"


def test_a_chain_leads_to_its_end_and_a_circle_nowhere() -> None:
    found, problems = read("a.html: b.html", "b.html: c.html#x", "d.html: e.html", "e.html: d.html", "f.html: f.html", "g.html: d.html")
    assert found == {"a.html": "c.html#x", "b.html": "c.html#x"}
    assert [(problem.code, problem.location.line, problem.severity.value) for problem in problems] == [
        ("LS040", 4, "warning"), ("LS040", 6, "error"), ("LS040", 7, "error"), ("LS040", 8, "error"), ("LS040", 9, "error"),
    ]  # fmt: skip
    assert "write `a.html: c.html#x`" in problems[0].hint
    assert "a.html -> b.html -> c.html" in problems[0].message


@given(st.text(max_size=40))
def test_an_address_stays_in_its_view(written: str) -> None:
    found, why = address(written)
    assert (found is None) == bool(why[0])
    if found is not None:
        assert not found.is_absolute()
        assert ".." not in found.parts
        assert not any(part.startswith(".") for part in found.parts)
        assert found.suffix


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef"), max_size=6))
def test_what_is_left_leads_out_of_the_redirects(moves: dict[str, str]) -> None:
    found, problems = read(*(f"{old}.html: {new}.html" for old, new in moves.items())) if moves else ({}, ())
    assert not found.keys() & set(found.values())
    assert len(found) + sum(problem.severity.value == "error" for problem in problems) == len(moves)
    assert not found.keys() & set(TAKEN)


def names(moves: dict[P, P]) -> dict[str, str]:
    return {str(old): str(new) for old, new in moves.items()}


def test_history_proposes_the_page_that_is_there_now() -> None:
    renames = [
        (P("episodes/02-b.md"), P("episodes/second.md")),  # the newest
        (P("episodes/b.Rmd"), P("episodes/02-b.md")),
        (P("episodes/x.md"), P("episodes/y.md")),  # which is gone
        (P("episodes/same.Rmd"), P("learners/same.md")),
        (P("episodes/fig/a.png"), P("episodes/fig/b.png")),
        (P("episodes/back.md"), P("episodes/there.md")),
        (P("episodes/there.md"), P("episodes/back.md")),
        (P("episodes/known.md"), P("episodes/second.md")),
    ]
    pages = [P("second.html"), P("same.html"), P("there.html")]
    assert names(proposed(renames, pages, [P("known.html")])) == {
        "02-b.html": "second.html", "b.html": "second.html", "back.html": "there.html"
    }  # fmt: skip
