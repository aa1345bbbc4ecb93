"""A site's manifest, and when the site still matches it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from site_builder.publish.manifest import MANIFEST, Identity, is_current, read_manifest
from tests.publish.sites import LESSON, rendered


def test_a_site_is_current_only_while_it_is_whole_and_from_the_same_source(tmp_path: Path) -> None:
    site = rendered(tmp_path / "site", staged="abc")
    assert is_current(site, "abc")
    assert not is_current(site, "abd")
    (site / "CNAME").write_text("example.org")  # somebody else's file does not count
    assert is_current(site, "abc")
    (site / "sub" / "x.html").unlink()
    assert not is_current(site, "abc")
    (site / MANIFEST).write_text("[")
    assert read_manifest(site) is None
    assert not is_current(tmp_path / "nowhere", "abc")


@pytest.mark.parametrize("change", ["edited", "a link"])
def test_a_page_that_was_changed_makes_the_site_stale(tmp_path: Path, change: str) -> None:
    site = rendered(tmp_path / "site")
    page = site / "index.html"
    if change == "edited":
        page.write_text("2")
    else:
        page.rename(tmp_path / "moved.html")
        page.symlink_to(tmp_path / "moved.html")
    assert not is_current(site, "s")


def test_the_manifest_names_the_lesson(tmp_path: Path) -> None:
    manifest = read_manifest(rendered(tmp_path / "site"))
    assert manifest is not None
    assert manifest.identity == LESSON
    assert set(manifest.files) == {"index.html", "sub/x.html"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": [], "staged": ""}', '{"files": {}, "staged": "", "lesson": {"title": 1}}', '{"name": "An app"}']
)
def test_another_programs_manifest_is_none_of_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../x", "./index.html", "a//b", "sub/", "", ".", "a\0b"])
def test_a_manifest_that_leads_elsewhere_is_none_of_ours(tmp_path: Path, name: str) -> None:
    site = rendered(tmp_path / "site")
    content = json.loads((site / MANIFEST).read_text())
    content["files"][name] = "0" * 64
    (site / MANIFEST).write_text(json.dumps(content))
    assert read_manifest(site) is None


def test_a_manifest_of_endless_depth_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("[" * 100_000)
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Identity("A"), Identity("A"), True),
        (Identity("A"), Identity("B"), False),
        (Identity("A", source="s"), Identity("B", source="s"), True),
        (Identity("A", source="s"), Identity("A", source="t"), False),
        (Identity("A", source="s"), Identity("A"), True),
        (Identity("A", url="u"), Identity("B", url="u"), True),
        (Identity("A", "s", "u"), Identity("A", "s", "v"), True),
    ],
)
def test_lessons_are_told_apart_by_the_strongest_sign_that_both_have(one: Identity, other: Identity, same: bool) -> None:
    assert one.same_lesson(other) is other.same_lesson(one) is same
