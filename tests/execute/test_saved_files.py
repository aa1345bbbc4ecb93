"""Files that cells save and pages show are kept with the cell that wrote them last."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from site_builder.execute.base import Result
from site_builder.execute.limits import Limits
from site_builder.outputs.saved import content, described
from site_builder.records.model import Display
from tests.execute.jobs import cell, job, run_all


def saved(result: Result) -> dict[str, tuple[str, bytes | None]]:
    """The cell and the bytes of each file that a result holds."""
    assert result.failure is None
    return {
        output.path: (each.identifier, content(output.data))
        for each in result.cells
        for output in each.outputs
        if isinstance(output, Display) and output.saved
    }


def test_only_what_pages_show_is_kept_and_the_last_cell_that_wrote_it_has_it(tmp_path: Path) -> None:
    write = "import pathlib; pathlib.Path('fig').mkdir(exist_ok=True); pathlib.Path('fig/{}').write_bytes(b'{}'); 'shown'"
    cells = (cell("a", write.format("x.png", "one")), cell("b", "1"), cell("c", "printf two > fig/x.png; printf 3 > y.png", "bash"),
             cell("d", write.format("no.png", "0")))  # fmt: skip
    (result,) = run_all([job(*cells, shows=("fig/x.png", "y.png", "fig/never.png"))], tmp_path)
    assert saved(result) == {"fig/x.png": ("c", b"two"), "y.png": ("c", b"3")}
    assert [len(each.outputs) for each in result.cells] == [1, 1, 2, 1]


def test_files_are_found_where_cells_begin_too(tmp_path: Path) -> None:
    source = "import os; os.mkdir('../../fig'); open('../../fig/z.png', 'w').write('lesson'); open('x.png', 'w').write('here')"
    source += "; open('../y.png', 'w').write('above')"
    (result,) = run_all([job(cell("a", source), folder="data", shows=("x.png", "y.png", "data/x.png", "fig/z.png"))], tmp_path)
    assert saved(result) == {
        "x.png": ("a", b"here"), "y.png": ("a", b"above"), "data/x.png": ("a", b"here"), "fig/z.png": ("a", b"lesson"),
    }  # fmt: skip


def test_what_was_given_and_what_lies_elsewhere_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_text("secret")
    source = f"import os; os.symlink({str(tmp_path / 'secret.png')!r}, 'link.png'); open('old.png', 'w').write('old'); os.mkdir('f.png')"
    (result,) = run_all([job(cell("a", source), inputs={"old.png": b"old"}, shows=("old.png", "link.png", "f.png"))], tmp_path)
    assert saved(result) == {}


def test_a_file_that_was_given_and_changed_is_kept(tmp_path: Path) -> None:
    (result,) = run_all([job(cell("a", "open('old.png', 'w').write('new')"), inputs={"old.png": b"old"}, shows=("old.png",))], tmp_path)
    assert saved(result) == {"old.png": ("a", b"new")}


def test_a_file_that_is_too_large_is_named_without_its_bytes(tmp_path: Path) -> None:
    limits = Limits(picture_bytes=1000)
    (result,) = run_all([job(cell("a", "open('x.png', 'wb').write(bytes(900)) and None"), limits=limits, shows=("x.png",))], tmp_path)
    (output,) = result.cells[0].outputs
    assert isinstance(output, Display) and (output.saved, output.path) == (True, "x.png")
    assert output.data == {"text/plain": "900 bytes, more than 1000 in base64"}
    assert content(output.data) is None
    assert described(output.path, output.data) == "[x.png: 900 bytes, more than 1000 in base64]"


def test_text_is_kept_without_folders_of_this_machine(tmp_path: Path) -> None:
    source = "import os; open('x.svg', 'w').write(f'<svg><!-- {os.getcwd()} --></svg>'); open('y.csv', 'wb').write(bytes([255, 10]))"
    (result,) = run_all([job(cell("a", source), shows=("x.svg", "y.csv"))], tmp_path)
    assert saved(result) == {"x.svg": ("a", b"<svg><!-- /lesson/episodes --></svg>"), "y.csv": ("a", bytes([255, 10]))}


SVG = '<svg><dc:date>{date}</dc:date><path id="{name}" d="M 0 {y}"/><use href="#{name}"/></svg>'


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        (b"a", b"a", True), (b"a", b"b", False),
    ],
)  # fmt: skip
def test_a_change_of_bytes_is_seen(old: bytes, new: bytes, equal: bool) -> None:
    first, second = (described("x.png", {"image/png": base64.b64encode(data).decode()}) for data in (old, new))
    assert (first == second) is equal


def test_dates_and_random_names_in_a_drawing_are_no_change() -> None:
    texts = [SVG.format(date=date, name=name, y=y) for date, name, y in (("2026", "m1a2", 1), ("2027", "mffe", 1), ("2026", "m1a2", 2))]
    first, again, other = (described("x.svg", {"image/svg+xml": text}) for text in texts)
    assert first == again != other


@pytest.mark.parametrize(
    "name", ["fig/\0.png", "fig/" + "n" * 300 + ".png", "a/" * 3000 + "b.png", "fig/ .png", "\ud800.png", "~/x.png", "fig"]
)
@pytest.mark.parametrize("language", ["python", "bash"])
def test_names_that_no_file_has_stop_nothing(tmp_path: Path, name: str, language: str) -> None:
    (result,) = run_all(
        [job(cell("a", "import os; os.mkdir('fig')" if language == "python" else "mkdir fig", language), shows=(name,))], tmp_path
    )
    assert saved(result) == {}
