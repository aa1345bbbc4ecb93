"""The files of an installed environment against the lists that its packages left."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.installation.integrity import damages, still_damaged


def install(prefix: Path, name: str, content: dict[str, bytes], **more: Any) -> None:
    rows = []
    for path, data in content.items():
        (prefix / path).parent.mkdir(parents=True, exist_ok=True)
        (prefix / path).write_bytes(data)
        row = {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}
        rows.append(row | more)
    meta = prefix / "conda-meta"
    meta.mkdir(exist_ok=True)
    (meta / f"{name}-1-0.json").write_text(json.dumps({"name": name, "paths_data": {"paths": rows}}))


def found(prefix: Path, **options: Any) -> list[str]:
    return [str(item) for item in damages(prefix, **options)]


def test_of_ten_packages_seven_are_found_by_size_and_all_by_digest(tmp_path: Path) -> None:
    for number in range(10):
        install(tmp_path, f"p{number}", {f"lib/p{number}/a.py": b"print(1)\n", f"lib/p{number}/b.py": b""})
    assert found(tmp_path, digests=True) == []
    for number in range(10):
        file = tmp_path / f"lib/p{number}/a.py"
        if number < 4:
            file.unlink()
        else:
            file.write_bytes(b"print" if number < 7 else b"print(2)\n")
    sizes = [f"lib/p{number}/a.py of p{number} {'is missing' if number < 4 else 'has another size'}" for number in range(7)]
    assert found(tmp_path) == sizes
    assert found(tmp_path, digests=True) == [*sizes, *(f"lib/p{number}/a.py of p{number} has other content" for number in (7, 8, 9))]


def test_what_installing_changes_is_no_damage(tmp_path: Path) -> None:
    install(tmp_path, "text", {"bin/tool": b"#!/long/placeholder/bin/python\n"}, prefix_placeholder="/long/placeholder", file_mode="text")
    (tmp_path / "bin/tool").write_bytes(b"#!/here/bin/python\n")
    install(tmp_path, "compiled", {"lib/__pycache__/a.cpython-313.pyc": b"x"})
    (tmp_path / "lib/__pycache__/a.cpython-313.pyc").unlink()
    assert found(tmp_path, digests=True) == []
    (tmp_path / "bin/tool").unlink()
    assert found(tmp_path) == ["bin/tool of text is missing"]


def test_a_file_that_two_packages_bring_fits_one_of_them(tmp_path: Path) -> None:
    install(tmp_path, "one", {"share/both": b"one"})
    install(tmp_path, "two", {"share/both": b"other"})
    assert found(tmp_path, digests=True) == []
    (tmp_path / "share/both").write_bytes(b"neither of them")
    assert found(tmp_path) == ["share/both of one has another size"]


def test_the_digest_in_the_prefix_counts_before_that_of_the_package(tmp_path: Path) -> None:
    here = hashlib.sha256(b"in place").hexdigest()
    install(tmp_path, "x", {"bin/x": b"packed  "}, prefix_placeholder="/p", file_mode="binary", sha256_in_prefix=here)
    (tmp_path / "bin/x").write_bytes(b"in place")
    assert found(tmp_path, digests=True) == []
    (tmp_path / "bin/x").write_bytes(b"in plac3")
    assert found(tmp_path, digests=True) == ["bin/x of x has other content"]


def test_packages_that_left_no_list_are_missing(tmp_path: Path) -> None:
    install(tmp_path, "here", {"a": b""})
    wanted = PackageSet("e", "linux-64", (Package("from-index", "1"), Package("gone", "1", "0"), Package("here", "1", "0")))
    assert found(tmp_path, packages=wanted) == [
        "from-index-*.dist-info of from-index is missing",
        "conda-meta/gone-*.json of gone is missing",
    ]
    assert len(damages(tmp_path / "nowhere", wanted)) == 3


def test_files_of_wheels_are_compared_with_their_record(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.13/site-packages"
    described = site / "From_Index-1.0.dist-info"
    described.mkdir(parents=True)
    (site / "module.py").write_text("one")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"one").digest()).rstrip(b"=").decode()
    rows = [f"module.py,sha256={digest},3", "../../../bin/tool,sha256=x,9", "From_Index-1.0.dist-info/RECORD,,", "odd"]
    (described / "RECORD").write_text("\n".join(rows))
    wanted = PackageSet("e", "linux-64", (Package("from-index", "1.0"),))
    assert found(tmp_path, packages=wanted, digests=True) == ["bin/tool of from-index is missing"]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/tool").write_text("names this place, so that only its presence counts")
    assert found(tmp_path, packages=wanted, digests=True) == []
    (site / "module.py").write_text("two")
    assert found(tmp_path, packages=wanted) == []
    assert found(tmp_path, packages=wanted, digests=True) == ["lib/python3.13/site-packages/module.py of from-index has other content"]
    assert found(tmp_path, digests=True) == [], "nobody asked for it"
    (described / "RECORD").unlink()
    assert found(tmp_path, packages=wanted) == ["lib/python3.13/site-packages/From_Index-1.0.dist-info/RECORD of from-index cannot be read"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"name": 1, "paths_data": 3}', "\0"])
def test_a_list_that_is_cut_off_is_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta/my-tool-1.0-0.json").write_text(text)
    assert found(tmp_path) == ["conda-meta/my-tool-1.0-0.json of my-tool cannot be read"]


def test_links_and_folders(tmp_path: Path) -> None:
    install(tmp_path, "x", {"lib/libx.so.1": b"elf"})
    (tmp_path / "lib/libx.so").symlink_to("libx.so.1")
    rows = [{"_path": "lib/libx.so", "path_type": "softlink", "size_in_bytes": 3}, {"_path": "lib", "path_type": "directory"}, {}, 3]
    (tmp_path / "conda-meta/y-1-0.json").write_text(json.dumps({"name": "y", "paths_data": {"paths": rows}}))
    assert found(tmp_path) == []
    (tmp_path / "lib/libx.so").unlink()
    assert found(tmp_path) == ["lib/libx.so of y is missing"]


def test_a_message_names_three_files(tmp_path: Path) -> None:
    for number in range(5):
        install(tmp_path, f"p{number}", {f"f{number}": b"x"})
        (tmp_path / f"f{number}").unlink()
    message = still_damaged("default", tmp_path, damages(tmp_path)).message
    assert message == "environment `default` is damaged: f0 of p0 is missing; f1 of p1 is missing; f2 of p2 is missing and 2 more"


def test_two_hundred_packages_are_compared_by_size_in_a_moment(tmp_path: Path) -> None:
    for number in range(200):
        install(tmp_path, f"p{number}", {f"lib/p{number}/{file}.py": b"x" for file in range(20)})
    clock = time.perf_counter()
    assert damages(tmp_path) == ()
    assert time.perf_counter() - clock < 1.5  # 0.1 s on an idle machine
