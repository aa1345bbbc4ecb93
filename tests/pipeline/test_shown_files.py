"""A picture that only a cell makes may be shown in prose: it is kept, published, compared, and told when nothing makes it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from site_builder.operations.check import check
from site_builder.operations.verify import Verdict, verify
from site_builder.pipeline import execute
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.records.model import Display
from tests.conftest import MakeLesson
from tests.pipeline.test_working_folder import HOST, episode, lesson, plan, run


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(grey: int) -> bytes:
    head = (3).to_bytes(4, "big") + (2).to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes([0, grey, grey, grey]) * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def saving(name: str, grey: int = 0, shown: str = "") -> str:
    code = f"import os\nos.makedirs('fig', exist_ok=True)\nopen('{name}', 'wb').write({png(grey)!r}) and None"
    return episode(code) + "\n".join(f'\n![It shows]({each}){{alt="grey"}}\n' for each in (shown or name).split())


def missing(root: Path, options: Options = HOST) -> list[str]:
    return [
        f"{problem.location} {problem.message}" for problem in check(root, options).problems if problem.code in ("LS403", "LS814", "LS401")
    ]


@pytest.mark.parametrize("shown", ["fig/x.png", "./fig/x.png", "../fig/x.png", "../episodes/fig/x.png", "fig/./x.png?raw=1"])
def test_a_saved_picture_is_published_and_shown_at_its_size(make_lesson: MakeLesson, shown: str) -> None:
    root = lesson(make_lesson, saving("fig/x.png", shown=shown))
    assert missing(root) == []
    built = build(root, root / "site", HOST)
    assert [problem.code for problem in built.report.problems] == []
    assert (root / "site/fig/x.png").read_bytes() == png(0)
    assert not (root / "episodes/fig/x.png").exists()
    assert missing(root) == []
    if "?" not in shown:
        assert 'width="3" height="2"' in (root / "site/a.html").read_text()


def test_a_site_from_records_alone_has_it(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, saving("fig/x.png"))
    run(root)
    assert build(root, root / "site", HOST).ran == 0
    assert (root / "site/fig/x.png").read_bytes() == png(0)


def test_verify_sees_changed_bytes(make_lesson: MakeLesson) -> None:
    same = saving("fig/x.png")
    root = lesson(make_lesson, same, same.replace("fig/x", "fig/y").replace("and None", "and open('fig/y.png', 'ab').write(os.urandom(8))"))
    run(root)
    found, _ = verify(root, HOST, ())
    assert [(each.episode, each.verdict) for each in found] == [("a", Verdict.SAME), ("b", Verdict.DRIFTED)]
    assert any(line.startswith("-[fig/y.png: image/png, 3 x 2, sha256 ") for line in found[1].compared.drifts[0].difference)


def test_prose_that_begins_to_show_a_file_runs_the_episode_again(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, saving("fig/x.png"))
    text = (root / "episodes/a.md").read_text()
    (root / "episodes/a.md").write_text(text.partition("\n![")[0])
    run(root)
    assert plan(root)["a"] == "reuse: nothing changed"
    (root / "episodes/a.md").write_text(text)
    assert plan(root)["a"] == "run: shown on a page: fig/x.png added"
    (root / "episodes/a.md").write_text(text.replace("It shows", "It still shows"))
    run(root)
    (root / "episodes/a.md").write_text(text)
    assert plan(root)["a"] == "reuse: nothing changed"


def test_what_nothing_makes_is_told(make_lesson: MakeLesson) -> None:
    root = lesson(
        make_lesson,
        saving("fig/x.png", shown="fig/x.png fig/y.png"),
        episode("for n in 'ab': open(f'fig/{n}.png', 'w')") + "\n![c](fig/c.png)\n",
    )
    (told,) = missing(root)
    assert told.startswith("episodes/a.md:") and "fig/y.png': there is no such file in the site, and no cell makes it" in told
    run(root)
    first, second = missing(root)
    assert "fig/y.png" in first and "fig/c.png" in second


def test_a_page_without_cells_is_told_as_ever(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("1"), **{"learners/more.md": "![c](fig/c.png)\n"})
    assert [told.endswith("no such file in the site") for told in missing(root)] == [True]


def test_a_link_to_a_file_that_a_cell_writes_leads_to_it(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("open('table.csv', 'w').write('a') and None") + "\n[the table](table.csv), [a page](more.md)\n")
    assert [told.partition(" ")[2][:22] for told in missing(root)] == ["link to 'more.html': t"]
    build(root, root / "site", HOST)
    assert (root / "site/table.csv").read_text() == "a"


def test_no_cell_writes_a_page_or_a_file_of_the_theme(make_lesson: MakeLesson) -> None:
    code = "import os; os.mkdir('assets')\nfor name in ('index.html', 'assets/lesson.css', 'a.html'): open(name, 'w').write('mine')"
    shown = '<iframe src="index.html"></iframe> <iframe src="a.html"></iframe> [style](assets/lesson.css)'
    root = lesson(make_lesson, episode(code) + f"\n{shown}\n")
    build(root, root / "site", HOST)
    assert all((root / "site" / name).read_text() != "mine" for name in ("index.html", "assets/lesson.css", "a.html"))


def test_an_attachment_that_is_not_there_is_told(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("1") + '\n![a](attachment:a.png){alt="a"}\n')
    assert [told.partition(" ")[2] for told in missing(root)] == ["img 'attachment:a.png': there is no such file in the site"]


def test_a_file_of_the_lesson_wins(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, saving("fig/x.png"), **{"episodes/fig/x.png": "the author's"})
    build(root, root / "site", HOST)
    assert (root / "site/fig/x.png").read_bytes() == b"the author's"
    record = open_lesson(root, HOST).episode("a").record
    assert record is not None
    assert not any(isinstance(output, Display) for cell in record.cells for output in cell.outputs)


def test_another_page_may_show_it(make_lesson: MakeLesson) -> None:
    other = episode("2") + '\n![Again](fig/x.png){alt="grey"}\n\nHTML <img src="fig/x.png" alt="grey">\n'
    root = lesson(make_lesson, saving("fig/x.png", shown=" "), other)
    build(root, root / "site", HOST)
    assert missing(root) == []
    assert (root / "site/fig/x.png").is_file()


def test_files_too_large_are_told_at_the_cell(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, saving("fig/x.png"), settings="execution:\n  picture-bytes: 20\n")
    found = build(root, root / "site", HOST).report.problems
    assert [(problem.code, problem.location.line) for problem in found] == [("LS532", 15)]
    assert "fig/x.png" in found[0].message


def test_where_cells_begin_elsewhere_their_names_count(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, saving("x.png", shown="x.png").replace("exercises: 0\n", "exercises: 0\nworking-folder: data\n"))
    build(root, root / "site", HOST)
    assert (root / "site/x.png").read_bytes() == png(0)
    assert [result.job.slug for result in execute.run(root, HOST, ())] == []
