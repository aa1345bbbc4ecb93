"""Copies of a site beside the newest one, and the list of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from site_builder.errors import ConfigError, OutputRefused
from site_builder.publish.branch import base_of, commit, prepare, source_of
from site_builder.publish.manifest import MANIFEST, SiteManifest, read_manifest
from site_builder.publish.versions import LIST, PAGE, Listed, Version, check_free, check_name, list_files, read_list, with_version
from site_builder.weave.translations import ENGLISH, LANGUAGES, phrases_for
from tests.publish.sites import rendered
from tests.publish.test_branch import PAGES, git, identity, lesson, on_branch, publish

__all__ = ["identity", "lesson"]  # fixtures
SITE = SiteManifest({"index.html": "1", "assets/x.css": "1", "instructor/index.html": "1"}, "s")
ONE, TWO = Version("2026-07-scipy", "2026-07-06", "a" * 40), Version("2027-01", "2027-01-10")


@pytest.mark.parametrize("name", ["2026-07-scipy", "v1.2_3", "a", "x" * 64])
def test_names(name: str) -> None:
    check_name(name, SITE)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "-x", ".git", "a b", "ü", "con", "Aux.1", "x" * 65, "assets", "Instructor", "index.html", MANIFEST, LIST, PAGE, "CNAME", "a."],
)  # fmt: skip
def test_names_that_no_version_can_have(name: str) -> None:
    with pytest.raises(ConfigError, match=r"version|of its own"):
        check_name(name, SITE)


def test_a_place_without_a_newest_site_or_with_a_page_of_the_lists_name() -> None:
    with pytest.raises(OutputRefused, match="no newest site"):
        check_free("x", None, SITE)
    with pytest.raises(OutputRefused, match=r"the lesson has versions\.html"):
        check_free("x", SITE, SiteManifest({PAGE: "1"}, "s"))


def test_the_list_is_read_back_and_grows_newest_first() -> None:
    made = list_files("T", [ONE], ENGLISH)
    listed = read_list(made[LIST], made[PAGE])
    assert listed.versions == (ONE,)
    assert listed.has("2026-07-scipy") and not listed.has("2027-01")
    assert with_version(listed, TWO, lambda name: True) == (TWO, ONE)
    assert with_version(listed, TWO, lambda name: False) == (TWO,)
    again = Version(ONE.name, "2028-01-01")
    assert with_version(Listed((TWO, ONE)), again, lambda name: True) == (again, TWO)
    assert with_version(Listed((Version("../x", "2026-01-01"),)), ONE, lambda name: True) == (ONE,)
    assert with_version(Listed((ONE,)), Version("a", ONE.date), lambda name: True)[0].name == "a"


def test_files_of_somebody_else_or_edited_ones_are_refused() -> None:
    made = list_files("T", [ONE], ENGLISH)
    assert read_list(None, None) == Listed()
    assert read_list(made[LIST], None).versions == (ONE,)
    for data, page in (
        (None, b"x"),
        (b"[]", None),
        (b"\xff", None),
        (b'{"versions": [{"name": 1}]}', None),
        (made[LIST], made[PAGE] + b" "),
    ):
        with pytest.raises(OutputRefused):
            read_list(data, page)


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_page_says_its_language_and_leads_to_every_version_without_a_script(language: str) -> None:
    page = BeautifulSoup(list_files("A <b> & 'c'", [TWO, ONE], phrases_for(language))[PAGE], "html.parser")
    assert page.html is not None and page.html["lang"] == language
    assert [link["href"] for link in page.find_all("a")] == ["index.html", "2027-01/index.html", "2026-07-scipy/index.html"]
    assert page.find_all(["script", "link", "img"]) == []
    assert [heading.name for heading in page.find_all(["h1", "h2"])] == ["h1"]
    assert page.find("bdi").get_text() == "A <b> & 'c'"  # type: ignore[union-attr]
    assert "2026-07-06" in page.get_text()


def publish_as(root: Path, site: Path, version: Version) -> None:
    manifest = read_manifest(site)
    assert manifest is not None
    prepared = prepare(root, PAGES, base_of(root, PAGES), site, manifest, store=True, version=version)
    if prepared.changes:
        commit(root, PAGES, prepared, source_of(root))


def test_a_version_on_a_branch_stays_when_the_newest_changes(lesson: Path, tmp_path: Path) -> None:
    publish(lesson, rendered(tmp_path / "1"))
    publish_as(lesson, rendered(tmp_path / "2"), ONE)
    publish_as(lesson, rendered(tmp_path / "2b"), ONE)  # the same again
    assert git(lesson, "rev-list", "--count", PAGES) == "2"
    publish(lesson, rendered(tmp_path / "3", "3"))
    publish_as(lesson, rendered(tmp_path / "4", "4", new_html="4"), TWO)
    publish_as(lesson, rendered(tmp_path / "5", "5"), TWO)
    found = set(on_branch(lesson))
    assert {"index.html", f"{ONE.name}/index.html", f"{ONE.name}/{MANIFEST}", f"{TWO.name}/sub/x.html", LIST, PAGE} <= found
    assert f"{TWO.name}/new.html" not in found
    shown = [git(lesson, "show", f"{PAGES}:{name}") for name in ("index.html", f"{ONE.name}/index.html", f"{TWO.name}/index.html")]
    assert shown == ["3", "1", "5"]
    assert [each["name"] for each in json.loads(git(lesson, "show", f"{PAGES}:{LIST}"))["versions"]] == [TWO.name, ONE.name]


def test_a_version_on_a_branch_without_a_site_or_over_somebody_elses_folder(lesson: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="no newest site"):
        publish_as(lesson, rendered(tmp_path / "1"), ONE)
    publish(lesson, rendered(tmp_path / "2"))
    talk = tmp_path / "w"
    git(lesson, "worktree", "add", "-q", str(talk), PAGES)
    (talk / "talk").mkdir()
    (talk / "talk" / "slides.html").write_text("mine")
    (talk / "notes").write_text("mine")
    git(talk, "add", "-A")
    git(talk, "commit", "-q", "-m", "mine")
    git(lesson, "worktree", "remove", "--force", str(talk))
    before = git(lesson, "rev-parse", PAGES)
    for name in ("talk", "notes"):
        with pytest.raises(OutputRefused, match="contains files that no build made"):
            publish_as(lesson, rendered(tmp_path / name), Version(name, "2026-01-01"))
    assert git(lesson, "rev-parse", PAGES) == before
