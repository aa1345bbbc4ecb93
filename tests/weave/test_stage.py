"""Pages become a staged folder that a site engine builds."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import markdown
import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.markdown.tree import Raw, element
from site_builder.outputs.origins import policy
from site_builder.weave.model import MenuItem, Page, PageKind, PageLink, View
from site_builder.weave.parts import whole
from site_builder.weave.stage import KeptNode, StagedView, navigation, page_text, stage_assets
from site_builder.weave.staged_text import body_text, heading_line


def page(address: str = "a.html", view: View = View.LEARNER, **more: object) -> Page:
    body = (element("p", "first\n\nline"), element("h2", "One", id="one"), element("p", "text"), element("h3", "Two", id="two", class_="k"))
    return Page(PurePosixPath(address), view, PageKind.EPISODE, "A & B", "A &amp; <em>B</em>", (whole(body),), **more)  # type: ignore[arg-type]


def staged(root: Path, settings: dict[str, object], menu: list[MenuItem], *pages: Page) -> str:
    view = StagedView(View.LEARNER, settings, root)
    for each in pages:
        view.add(each)
    return view.finish(menu)


def test_headings_of_the_outline_are_markdown_and_the_rest_finished_blocks() -> None:
    assert body_text(page().body) == (
        "<!-- block -->\n<p>first\n\nline</p>\n<!-- /block -->\n\n## One {#one}\n\n"
        "<!-- block -->\n<p>text</p>\n<!-- /block -->\n\n### Two {#two .k}\n"
    )


def test_a_heading_stands_on_one_line_and_its_text_is_taken_literally() -> None:
    heading = element("h2", "a *b*\nc_d <x> ", element("code", "p->q"), Raw("<!-- c -->"), id="i")
    assert heading_line(heading) == r"## a \*b\* c\_d &lt;x&gt; <code>p\-&gt;q</code><!-- c --> {#i}"


LETTERS = st.text(alphabet="a b[](){}<>!`*_\\\\\"'#=&;:.-/\t", max_size=30)


@given(LETTERS, LETTERS)
@example("x", "[a](javascript:b) ![c](d){onerror=e}")
@example("`x`", "`y` \\\\[z]")
@example("{#other}", " {#other onclick=x}")
def test_whatever_a_heading_says_is_text_to_the_engine_also_within_its_tags(text: str, value: str) -> None:
    heading = element("h2", element("a", "x", href=value, title=value), f"y{text}z", id="i")
    shown = BeautifulSoup(markdown.markdown(heading_line(heading), extensions=["attr_list"]), "html.parser")
    link = shown.a
    assert [node.name for node in shown.find_all(True)] == ["h2", "a"] and link is not None
    assert shown.get_text() == " ".join(f"xy{text}z".split()) and shown.h2 is not None and shown.h2.attrs == {"id": "i"}
    assert link.attrs == dict.fromkeys(("href", "title"), re.sub(r"\s+", " ", value))


@pytest.mark.parametrize("identifier", ["a b", "a}", 'a"b', "a=b", "[a](b)", "`a`", ""])
def test_a_heading_whose_id_cannot_stand_in_braces_is_part_of_a_block(identifier: str) -> None:
    assert body_text((element("h2", "x", id=identifier),)).startswith("<!-- block -->")


def test_a_heading_without_an_id_stays_in_its_block() -> None:
    assert body_text((element("h2", "x"),)) == "<!-- block -->\n<h2>x</h2>\n<!-- /block -->\n"


def test_tabs_survive_the_site_engine() -> None:
    assert "a&#9;b" in body_text((element("pre", "a\tb"),))


def test_front_matter_holds_what_the_theme_shows() -> None:
    shown = page(number=2, minutes=0, progress=0, previous=PageLink("index.html", "Home"), edit="https://x/edit", search=False)
    head = yaml.safe_load(page_text(shown).split("---")[1])
    assert head["title"] == "A & B"
    assert head["search"] == {"exclude": True}
    assert head["lesson"] == {
        "kind": "episode", "view": "learner", "title_html": "A &amp; <em>B</em>", "other_view": "instructor/a.html", "number": 2,
        "minutes": 0, "progress": 0, "previous": {"address": "index.html", "title": "Home"}, "edit": "https://x/edit",
        "policy": policy(),
    }  # fmt: skip


def test_the_menu_becomes_navigation_of_pages_that_are_there() -> None:
    menu = (
        MenuItem("Episodes", items=(MenuItem("1. A", "a.html"), MenuItem("Gone", "gone.html"))),
        MenuItem("Setup", "index.html#setup"),
        MenuItem("Empty", items=(MenuItem("Gone", "gone.html"),)),
        MenuItem("File", "files/x.R"),
    )
    assert navigation(menu, {"a.html", "index.html"}) == [{"Episodes": [{"1. A": "a.md"}]}, {"Setup": "index.html#setup"}]


def test_a_view_and_the_assets_are_written_and_digested(tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"1")
    assets = {PurePosixPath("fig/a.png"): source, PurePosixPath("fig/b.png"): b"2"}

    def both(name: str, title: str = "L") -> tuple[str, str]:
        root = tmp_path / name
        return stage_assets(assets, root), staged(root, {"site_name": title}, [MenuItem("A", "a.html")], page())

    first = both("one")
    written = sorted(path.relative_to(tmp_path / "one").as_posix() for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert written == ["learner/docs/a.md", "learner/docs/assets/search-index.js", "learner/docs/fig/a.png", "learner/docs/fig/b.png",
                       "learner/mkdocs.yml"]  # fmt: skip
    assert yaml.safe_load((tmp_path / "one/learner/mkdocs.yml").read_text()) == {"site_name": "L", "nav": [{"A": "a.md"}]}
    assert both("two") == first
    assert both("three", "M") == (first[0], both("four", "M")[1]) != first
    source.write_bytes(b"3")
    assert both("five")[0] != first[0]
    assert both("six")[1] == first[1]


def test_what_only_the_engine_understands_is_staged_as_it_was_written(tmp_path: Path) -> None:
    node = yaml.compose("!ENV [HOME, {a: !!python/name:x.y ''}]", Loader=yaml.SafeLoader)
    staged(tmp_path, {"site_name": KeptNode(node)}, [])
    assert (tmp_path / "learner/mkdocs.yml").read_text().splitlines()[0] == "site_name: !ENV [HOME, {a: !!python/name:x.y ''}]"
