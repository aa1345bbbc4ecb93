"""Links, images and ids of a woven site."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.check.links import check_links
from site_builder.markdown.tree import CodeBlock, Node, element
from site_builder.problems import Problem, Severity
from site_builder.weave.model import Page, PageKind, View, WovenSite
from site_builder.weave.parts import whole

ASSETS = (PurePosixPath("fig/a.png"), PurePosixPath("files/data.csv"))


def page(address: str, *body: Node, source: str | None = "episodes/x.md", view: View = View.LEARNER) -> Page:
    file = PurePosixPath(source) if source else None
    return Page(PurePosixPath(address), view, PageKind.PAGE, "T", "T", (whole(body, file),), source=file)


def link(target: str, line: int = 0) -> Node:
    return element("p", element("a", "text", href=target), line=line)


def problems(*body: Node, view: View = View.LEARNER) -> tuple[Problem, ...]:
    other = (page("y.html", element("h2", "H", id="über"), element("a", name="old")), page("index.html"))
    twins = tuple(page(str(made.address), *made.body, view=View.INSTRUCTOR) for made in other)
    return check_links(WovenSite((page("x.html", *body, view=view), *other, *twins), ()), ASSETS).problems


@pytest.mark.parametrize(
    "target",
    [
        "y.html",
        "./y.html#über",
        "y.html#%C3%BCber",
        "y.html#old",
        "#",
        "#top",
        "files/data.csv",
        "https://a.org/x",
        "mailto:a@b",
        "//a.org",
        "/root",
        "./",
    ],
)
def test_links_that_lead_somewhere(target: str) -> None:
    assert problems(link(target)) == ()


def test_a_missing_page_is_named_with_line_and_suggestion() -> None:
    (problem,) = problems(link("z.html", line=12))
    assert (problem.code, str(problem.location), problem.severity) == ("LS401", "episodes/x.md:12", Severity.WARNING)
    assert problem.hint.startswith("did you mean")


@pytest.mark.parametrize("target", ["nowhere/", "../y.html"])
def test_folders_that_are_not_there(target: str) -> None:
    assert [problem.code for problem in problems(link(target))] == ["LS401"]


def test_a_missing_fragment_says_where_it_is_missing() -> None:
    here, there = problems(link("#uber"), link("y.html#uber"))
    assert here.code == there.code == "LS402"
    assert "this page" in here.message and "'y.html'" in there.message and there.hint == ""


def test_missing_media() -> None:
    found = problems(
        element("img", src="fig/b.png", line=3), element("img", src="fig/a.png"), element("video", src="v.mp4"), element("img")
    )
    assert [(problem.code, problem.location.line) for problem in found] == [("LS403", 3), ("LS403", 0)]


def test_the_instructors_copy_is_one_folder_down() -> None:
    assert problems(link("../files/data.csv"), element("img", src="../fig/a.png"), link("y.html#über"), view=View.INSTRUCTOR) == ()


def test_repeated_ids_are_named_with_the_line_of_the_second() -> None:
    (problem,) = problems(
        element("h2", "A", id="a", line=2), element("h2", "B", id="a", line=5), CodeBlock("x", (), "c"), CodeBlock("y", (), "d")
    )
    assert (problem.code, problem.location.line) == ("LS404", 5)


def test_a_fault_is_told_once_however_many_pages_share_it() -> None:
    body = (link("z.html", line=4),)
    pages = (page("aio.html", *body, source=None), page("x.html", *body), page("x.html", *body, view=View.INSTRUCTOR))
    assert [str(problem.location) for problem in check_links(WovenSite(pages, ()), ()).problems] == ["episodes/x.md:4"]


def test_a_fault_of_a_page_without_source_is_named_by_its_address() -> None:
    site = WovenSite((page("aio.html", link("z.html", line=4), source=None),), ())
    assert [str(problem.location) for problem in check_links(site, ()).problems] == ["aio.html"]
