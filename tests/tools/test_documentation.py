"""The documentation's pages: all are in the menu, all links lead somewhere here and on the forge, what is generated is current."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from site_builder.boxes import ACCORDIONS, ANYWHERE, CALLOUTS
from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.errors import OutputRefused
from site_builder.markdown.tree import Element, walk
from site_builder.records.model import CellRecord, Display, EpisodeRecord, FromElsewhere, KeyParts, Piece, Provenance
from site_builder.records.notebook import dump
from tools.documentation import site
from tools.documentation.boxes import SOURCES
from tools.documentation.generated import BLOCK, PARTS, SLOW, with_parts
from tools.documentation.pieces import DOCS, ROOT

PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!\\)\]\((?P<target>[^)\s]+)\)")


@pytest.fixture(scope="module")
def made() -> site.Contents:
    return site.contents()


def test_all_links_of_the_site_lead_somewhere_and_no_page_has_a_fault(made: site.Contents) -> None:
    assert (made.dead, made.problems) == ((), ())


def test_every_page_is_in_the_menu_once(made: site.Contents) -> None:
    listed = [item.address for group in made.menu for item in (group.items or (group,))]
    assert sorted(listed) == sorted(str(page.address) for page in made.pages.values())


def test_pages_lead_from_one_to_the_next(made: site.Contents) -> None:
    pages = {str(page.address): page for page in made.pages.values()}
    seen, at = [], pages["index.html"]
    while at.next:
        seen.append(at.next.address)
        assert pages[at.next.address].previous.address == str(at.address)  # type: ignore[union-attr]
        at = pages[at.next.address]
    assert len(seen) == len(pages) - 1


@pytest.mark.parametrize("name", [*PAGES, "../README.md", "../CONTRIBUTING.md"])
def test_links_lead_somewhere_where_the_forge_shows_the_page(name: str) -> None:
    dead = []
    for target in links((DOCS / name).read_text(encoding="utf-8")):
        written, _, fragment = target.partition("#")
        path = DOCS / name if not written else Path(os.path.normpath((DOCS / name).parent / written))
        if not path.exists() or (fragment and path.suffix == ".md" and fragment not in anchors(path.read_text(encoding="utf-8"))):
            dead.append(target)
    assert dead == []


def links(text: str) -> Iterator[str]:
    """Yield the targets within the repository that a page links to."""
    for found in LINK.finditer(re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "code", FENCED.sub("", text))):
        if "://" not in found["target"] and not found["target"].startswith("mailto:"):
            yield found["target"]


def anchors(text: str) -> set[str]:
    """Return the ids that GitHub gives the headings of a page: lower case, without punctuation, hyphens for spaces."""
    headings = re.findall(r"^#{1,6} (.+?)\s*$", FENCED.sub("", text), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def test_what_is_generated_is_current() -> None:
    assert [name for name, text in PAGES.items() if plain(with_parts(text, PARTS)) != plain(text)] == [], "run `make reference`"
    named = [found["name"] for text in PAGES.values() for found in BLOCK.finditer(text)]
    assert sorted(named) == sorted({**PARTS, **SLOW})


def plain(text: str) -> str:
    """Return a page without its line breaks, which releases of Click set in different places."""
    return " ".join(text.split())


def test_every_box_has_an_example(made: site.Contents) -> None:
    assert set(SOURCES) == {*CALLOUTS, *ACCORDIONS, *ANYWHERE}
    shown = made.pages[PurePosixPath("docs/boxes.md")]
    classes = {name for node in walk(shown.body) if isinstance(node, Element) for name in node.classes}
    assert {*CALLOUTS, *ACCORDIONS, "overview", "tabs"} <= classes, "the site shows each below its source"


def everything() -> EpisodeRecord:
    """Return a record with one of every key."""
    packages = PackageSet("default", "linux-64", (Package("python", "3.13.1"),))
    display = Display({"text/plain": "1"}, path="fig/a.png", saved=True)
    cell = CellRecord("a", "r", "1", (display,), 0.5, (), (Piece.OUTPUT,), "text", (0,))
    provenance = Provenance(
        "lesson 0.1", "host", packages, True, "10c4", "Linux", "3.13.1", "2026-11-01T10:00:00+00:00", 2.5, Gpu("G", "1", "13.0"), "abc",
        ("../a",), (("b", "c"),), ("d",), (("one", ("d",)),), (Package("R", "4.6"),), ("x 1",), "0.71.0", "job 1 of Slurm",
        (FromElsewhere("data/a.csv", "f00d", 3, "https://example.org/a.csv"),),
    )  # fmt: skip
    return EpisodeRecord("one", KeyParts(("c1",), (("a", "d1"),), packages.digest, (("S", "1"),)), (cell,), provenance)


def test_the_format_of_records_has_every_key_and_no_other() -> None:
    import json

    notebook = json.loads(dump(everything()))
    of_notebook = set(paths(notebook["metadata"]["lesson"]))
    of_cell = set(notebook["cells"][0]["metadata"]["lesson"])
    of_output = set(notebook["cells"][0]["outputs"][0]["metadata"]["lesson"])
    parts = re.split(r"^## ", PAGES["record-format.md"], flags=re.MULTILINE)[1:]
    assert [set(re.findall(r"^\| `([\w.]+)` \|", part, re.MULTILINE)) for part in parts] == [of_notebook, of_cell, of_output]
    assert all(value for value in vars_of(everything().provenance).values()), "a new fact has to be in the record of this test"


def paths(value: Mapping[str, Any]) -> Iterator[str]:
    for name, inner in value.items():
        if name in ("key", "provenance"):
            yield from (f"{name}.{below}" for below in inner)
        else:
            yield name


def vars_of(provenance: Provenance) -> dict[str, Any]:
    return {name: getattr(provenance, name) for name in Provenance.__slots__}


def test_a_site_is_built_twice_with_the_same_bytes_and_never_over_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    with pytest.raises(OutputRefused):
        site.build(tmp_path / "mine")
    pages = site.build(tmp_path / "site")
    first = bytes_of(tmp_path / "site")
    assert site.build(tmp_path / "site") == pages
    assert bytes_of(tmp_path / "site") == first
    assert len([path for path in first if path.suffix == ".html"]) == pages
    html = first[Path("first-lesson.html")].decode()
    assert "Instructor View" not in html and "Search the documentation" in html and "instructor" not in {path.parts[0] for path in first}


def bytes_of(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dead_link_stops_the_build(made: site.Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = site.DeadLink(PurePosixPath("docs/a.md"), "gone.md", "no such file in the repository")
    monkeypatch.setattr(site, "contents", lambda root: replace(made, dead=(lost,)))
    with pytest.raises(ValueError, match=r"docs/a\.md: gone\.md: no such file"):
        site.build(tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_two_pages_are_never_at_one_address(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/contributing.md").write_text("# C\n")
    with pytest.raises(ValueError, match=r"two pages would be at contributing\.html"):
        site.contents(tmp_path)


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for path in (*site.BESIDE, PurePosixPath("docs/a.md"), PurePosixPath("docs/index.md")):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(f"# {path.stem}\n\n## Part\n", encoding="utf-8")
    (tmp_path / "docs/a.md").write_text(
        "# A\n\n## Part\n\n[x](gone.md) [y](index.md#nowhere) [z](#nowhere) ![p](images/no.png) [u](../../up.md)\n"
    )
    (tmp_path / "docs/index.md").write_text("# I\n\n## Part\n\n- [A](a.md#part)\n- [R](../README.md)\n- [T](../tool.py)\n")
    (tmp_path / "tool.py").write_text("1\n")
    made = site.contents(tmp_path)
    assert {(str(each.source), each.target) for each in made.dead} == {
        ("docs/a.md", "gone.md"), ("docs/a.md", "index.html#nowhere"), ("docs/a.md", "#nowhere"), ("docs/a.md", "images/no.png"), ("docs/a.md", "../../up.md"),
    }  # fmt: skip
    assert list(made.assets) == [PurePosixPath("repository/tool.py")]
    assert ROOT not in made.assets.values()
