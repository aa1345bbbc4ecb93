"""Drawings are kept by the digest of their source; what was changed, or is no drawing, counts as missing and is never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.diagrams.model import DiagramFault, Drawing
from site_builder.diagrams.store import COMMITTED, LOCAL, DrawingStore, KeptDrawing, place_of, read_drawing

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>a--b</text></svg>'
DRAWING = Drawing(SVG, dark=True, links=(("index.html", "a -- b"),), icons=("fa fa-book",))
KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def store(tmp_path: Path) -> DrawingStore:
    return DrawingStore(tmp_path)


def test_a_drawing_comes_back_as_it_was(store: DrawingStore, tmp_path: Path) -> None:
    store.save(KEY, KeptDrawing(DRAWING, "one"))
    assert store.find(KEY, "one") == KeptDrawing(DRAWING, "one")
    assert store.find(OTHER, "one") is None
    text = (tmp_path / place_of(KEY, LOCAL)).read_text()
    assert text.count("--") == 3  # the comment's own, and the drawing's: facts cannot end the comment


@given(st.text(), st.text())
def test_any_link_can_be_kept(tmp_path_factory: pytest.TempPathFactory, address: str, text: str) -> None:
    store = DrawingStore(tmp_path_factory.mktemp("kept"))
    drawing = Drawing(SVG, dark=False, links=((address, text),))
    store.save(KEY, KeptDrawing(drawing, "one"))
    assert store.find(KEY, "one") == KeptDrawing(drawing, "one")


def test_the_drawing_of_these_scripts_comes_first_and_an_older_one_is_better_than_none(store: DrawingStore) -> None:
    older, newer = KeptDrawing(DRAWING, "old"), KeptDrawing(Drawing(SVG, dark=False), "new")
    store.save(KEY, older)
    store.commit([KEY], "old")
    assert store.find(KEY, "new") == older
    store.save(KEY, newer)
    assert store.find(KEY, "new") == newer
    assert store.find(KEY, "old") == older


def test_a_fault_is_remembered_for_these_scripts_alone(store: DrawingStore) -> None:
    fault = KeptDrawing(DiagramFault("no", 3), "one")
    store.save(KEY, fault)
    assert store.find(KEY, "one") == fault
    assert store.find(KEY, "two") is None
    assert store.commit([KEY], "one") == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("a--b", "a-b"), ("lesson-diagram", "diagram"), ('"dark"', '"Dark"'), (KEY, OTHER), (' -->\n', " -->\n<!-- x -->\n"), ("{", "[")],
)  # fmt: skip
def test_a_changed_file_is_no_drawing(store: DrawingStore, tmp_path: Path, old: str, new: str) -> None:
    store.save(KEY, KeptDrawing(DRAWING, "one"))
    file = tmp_path / place_of(KEY, LOCAL)
    file.write_text(file.read_text().replace(old, new, 1))
    assert store.find(KEY, "one") is None


def test_a_file_with_a_right_digest_is_still_not_trusted(store: DrawingStore) -> None:
    hostile = '<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>'
    store.save(KEY, KeptDrawing(Drawing(hostile, dark=True), "one"))
    assert store.find(KEY, "one") is None


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<!-- lesson-diagram {} -->\n", b"<!-- lesson-diagram [] -->\n<svg/>"])
def test_bytes_that_are_no_drawing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.svg").write_bytes(data)
    assert read_drawing(tmp_path / "x.svg") is None


def test_saving_twice_changes_nothing_and_a_strangers_file_stays(store: DrawingStore, tmp_path: Path) -> None:
    store.save(KEY, KeptDrawing(DRAWING, "one"))
    place = tmp_path / place_of(KEY, COMMITTED)
    place.parent.mkdir(parents=True)
    place.write_text("my own")
    assert store.commit([KEY, KEY], "one") == (place_of(KEY, COMMITTED),)
    assert (place.parent / f"{place.name}.kept").read_text() == "my own"
    assert store.commit([KEY], "one") == ()


def test_what_no_page_has_is_unused_unless_it_is_a_strangers(store: DrawingStore, tmp_path: Path) -> None:
    for key in (KEY, OTHER):
        store.save(key, KeptDrawing(DRAWING, "one"))
    store.save("c" * 64, KeptDrawing(DiagramFault("no"), "one"))
    store.commit([KEY, OTHER], "one")
    (tmp_path / COMMITTED / "logo.svg").write_text(SVG)
    (tmp_path / place_of("d" * 64, COMMITTED)).write_text(SVG)
    assert store.unused([KEY], COMMITTED) == (place_of(OTHER, COMMITTED),)
    assert store.unused([KEY], LOCAL) == (place_of(OTHER, LOCAL), LOCAL / f"{'c' * 16}.json")
    assert store.unused([KEY], LOCAL / "nowhere") == ()
