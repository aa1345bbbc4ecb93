"""Values that are kept in files: whatever becomes of the files, nobody is given a wrong one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.files import KeptValues
from site_builder.kept_results import KeptResults


def key(name: object) -> bytes:
    return hashlib.sha256(str(name).encode()).digest()


def values(count: int, begin: int = 0) -> dict[bytes, bytes]:
    return {key(number): f"value {number} ".encode() * 50 for number in range(begin, begin + count)}


def read(path: Path, version: str = "1") -> dict[bytes, bytes]:
    kept = KeptValues(path, version)
    return {name: found for name in kept.keys() if (found := kept.get(name)) is not None}  # noqa: SIM118 - it is no mapping


def test_few_new_values_are_written_beside_the_rest_and_many_with_it(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    KeptValues(path, "1").save(set(values(100)), values(100))
    before = path.stat().st_ino
    kept = KeptValues(path, "1")
    kept.save(set(values(102)), values(2, 100))
    assert path.stat().st_ino == before and (tmp_path / "kept.new").is_file()
    assert read(path) == values(102)
    assert all(kept.get(name) == value for name, value in values(102).items())
    kept = KeptValues(path, "1")
    kept.save(set(values(103)), values(1, 102))
    assert read(path) == values(103)
    KeptValues(path, "1").save(set(values(160)), values(57, 103))
    assert path.stat().st_ino != before
    assert read(path) == values(160)


def test_what_nobody_wants_any_more_goes_when_it_is_much(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    KeptValues(path, "1").save(set(values(100)), values(100))
    KeptValues(path, "1").save(set(values(90)), {})
    assert len(read(path)) == 100
    KeptValues(path, "1").save(set(values(50)), {})
    assert read(path) == values(50)


def test_another_version_has_no_values(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    KeptValues(path, "1").save(set(values(3)), values(3))
    assert read(path, "2") == {} and read(path, "") == {} and read(path, "12") == {}
    KeptValues(path, "2").save(set(values(1, 7)), values(1, 7))
    assert read(path, "2") == values(1, 7)


def test_what_came_after_another_file_is_no_part_of_this_one(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    KeptValues(path, "1").save(set(values(100)), values(100))
    KeptValues(path, "1").save(set(values(101)), values(1, 100))
    late = (tmp_path / "kept.new").read_bytes()
    KeptValues(path, "1").save(set(values(200)), values(99, 101))
    (tmp_path / "kept.new").write_bytes(late)
    path.write_bytes(path.read_bytes())
    assert read(path) == values(200)


@pytest.mark.parametrize("name", ["kept", "kept.new"])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_a_damaged_file_gives_right_values_or_none(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, bit: int, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    path = folder / "kept"
    KeptValues(path, "1").save(set(values(40)), values(40))
    KeptValues(path, "1").save(set(values(42)), values(2, 40))
    data = bytearray((folder / name).read_bytes())
    at = int(place * len(data))
    data[at] ^= 1 << bit
    (folder / name).write_bytes(data[:at] if cut else data)
    kept = KeptValues(path, "1")
    found = {name: kept.get(name) for name in values(42)}
    assert all(value is None or value == values(42)[name] for name, value in found.items())
    assert name == "kept" or sum(value is None for value in found.values()) <= 2
    kept.save(set(values(42)), {name: values(42)[name] for name, value in found.items() if value is None})
    assert read(path) == values(42)


def test_what_others_were_made_of_is_kept_with_them(tmp_path: Path) -> None:
    """A page of which nothing changed is not looked into; its parts are there when one of them changes."""
    asked: list[str] = []

    def part(kept: KeptResults, name: str) -> str:
        return kept.result("part", lambda: name, lambda: asked.append(name) or name.upper())

    def page(kept: KeptResults, *names: str) -> str:
        return kept.grouped("page", lambda: names, lambda: asked.append("page") or "".join(part(kept, name) for name in names))

    for names, expected in ((("a", "b"), ["page", "a", "b"]), (("a", "b"), []), (("a", "b"), []), (("a", "c"), ["page", "c"])):
        asked.clear()
        kept = KeptResults(tmp_path, "1")
        assert page(kept, *names) == "".join(names).upper()
        assert asked == expected
        kept.save()


def test_what_is_kept_in_memory_stays_with_what_was_made_of_it() -> None:
    kept = KeptResults(None, "")
    made: list[int] = []

    def whole() -> int:
        return kept.grouped("whole", lambda: 1, lambda: kept.remembered("part", lambda: 2, lambda: made.append(1) or 3))

    for _ in range(4):
        assert whole() == 3
        kept.settle()
    assert made == [1]
