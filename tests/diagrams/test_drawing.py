"""All diagrams go to one browser in one page; what it answers, or does not, becomes drawings, faults or a reason. No browser runs here."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
from collections.abc import Callable
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest

from site_builder import processes
from site_builder.diagrams import drawing
from site_builder.diagrams.model import DiagramFault, Drawing, Outcome, Undrawn
from site_builder.processes import Outcome as Ended

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>&amp;</text></svg>'
Browse = Callable[..., Ended]


def answer(**changes: Any) -> dict[str, Any]:
    return {"svg": SVG, "palettes": 2, "icons": [], "refused": [], "links": [], **changes}


def document(*answers: dict[str, Any]) -> str:
    return f'<html><textarea id="answers">{html.escape(json.dumps(answers))}</textarea></html>'


@pytest.fixture
def browsers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Return a function that sets how browsers end, one after the other, and returns the list of what each was asked to draw."""

    def ending(*outcomes: Ended) -> list[list[str]]:
        left, asked = list(outcomes), list[list[str]]()

        def run(command: tuple[str, ...], **options: Any) -> Ended:
            folder = Path(command[-1].removeprefix("file://")).parent
            sources, _ = json.JSONDecoder().raw_decode((folder / "run.js").read_text().removeprefix("drawAll("))
            asked.append(sources)
            return left.pop(0)

        monkeypatch.setattr(processes, "run_watched", run)
        return asked

    return ending


def draw(sources: list[str], folder: Path) -> list[Outcome]:
    return drawing.draw(sources, "chromium", folder)


def test_all_go_to_one_browser_without_what_names_them(browsers: Any, tmp_path: Path) -> None:
    asked = browsers(Ended(0, document(answer(), answer(palettes=1, links=[["a.html", "A"], ["a.html", "A"]], icons=["fa fa-x"]))))
    found = draw(["flowchart LR\naccTitle: T\na", "pie"], tmp_path)
    assert found == [Drawing(SVG, dark=True), Drawing(SVG, dark=False, links=(("a.html", "A"),), icons=("fa fa-x",))]
    assert asked == [["flowchart LR\n%% -\na", "pie"]]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"error": "Parse error on line 2: x", "line": None}, DiagramFault("Parse error on line 2: x", 2)),
        (answer(refused=["picture", "icon"]), DiagramFault("it shows icons and pictures, which cannot be fetched when it is drawn")),
        (answer(svg=SVG.replace("text", "script")), DiagramFault("its drawing cannot be put on a page: it has an element `script`")),
    ],
)
def test_what_cannot_be_drawn_is_a_fault(browsers: Any, tmp_path: Path, told: dict[str, Any], fault: DiagramFault) -> None:
    browsers(Ended(0, document(told)))
    assert draw(["a\nb"], tmp_path) == [fault]


def test_icons_that_mermaid_drops_in_silence_are_named(browsers: Any, tmp_path: Path) -> None:
    browsers(Ended(0, document(answer())))
    assert draw(["mindmap\n  a\n    ::icon(fa fa-wind)"], tmp_path) == [Drawing(SVG, dark=True, icons=("fa fa-wind",))]


def test_a_text_that_is_too_long_is_not_drawn(browsers: Any, tmp_path: Path) -> None:
    asked = browsers(Ended(0, document(answer())))
    found = draw(["x" * 50_001, "pie"], tmp_path)
    assert found == [DiagramFault("it has 50,001 characters, and Mermaid draws 50,000 at most"), Drawing(SVG, dark=True)]
    assert asked == [["pie"]]


def at(number: int) -> str:
    return f'[1:1:INFO:CONSOLE:9] "drawing 0"\n[1:1:INFO:CONSOLE:9] "drawing {number}", source: x'


@pytest.mark.parametrize(
    ("status", "reason"), [(124, "it is not finished after 60 seconds"), (133, "the browser breaks down while it draws it")]
)
def test_one_that_never_ends_is_left_out_and_the_others_are_drawn(browsers: Any, tmp_path: Path, status: int, reason: str) -> None:
    asked = browsers(Ended(status, "", at(1)), Ended(0, document(answer(), answer())))
    found = draw(["one", "endless", "three"], tmp_path)
    assert found == [Drawing(SVG, dark=True), DiagramFault(f"{reason}: make it smaller"), Drawing(SVG, dark=True)]
    assert asked == [["one", "endless", "three"], ["one", "three"]]


def test_a_browser_is_not_started_for_ever(browsers: Any, tmp_path: Path) -> None:
    asked = browsers(*[Ended(124, "", at(0))] * 9)
    found = draw(list("abcdef"), tmp_path)
    assert [type(outcome) for outcome in found] == [DiagramFault, DiagramFault, DiagramFault, Undrawn, Undrawn, Undrawn]
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (Ended(124), "chromium gives no answer within 60 seconds"),
        (Ended(1, "", "x\nno display\n"), "chromium cannot draw: no display"),
        (Ended(1), "chromium cannot draw: exit status 1"),
        (Ended(133, "", "[9:9:FATAL:zygote.cc(1)] No usable sandbox!\n#0 0x55\n#1 0x66\n"), "chromium cannot draw: No usable sandbox!"),
        (Ended(127, errors="chromium: not found"), "chromium cannot draw: chromium: not found"),
    ],
)
def test_a_browser_that_fails_is_the_machines_fault(browsers: Any, tmp_path: Path, ended: Ended, reason: str) -> None:
    browsers(ended)
    (found,) = draw(["a"], tmp_path)
    assert isinstance(found, Undrawn)
    assert (found.reason, bool(found.hint)) == (reason, True)


def test_the_page_loads_nothing_and_runs_nothing_else(browsers: Any, tmp_path: Path) -> None:
    browsers(Ended(0, document(answer())))
    draw(["</script><script>x()</script>"], tmp_path)
    page = (tmp_path / "page0" / "page.html").read_text()
    assert "default-src 'none'; script-src 'nonce-" in page
    assert page.count("<script") == page.count('<script nonce="') == len(drawing.SCRIPTS) + 2
    assert "x()" not in page


def test_the_script_is_the_one_of_mermaids_package() -> None:
    folder = resources("site_builder.diagrams") / "mermaid"
    script = gzip.decompress((folder / "mermaid.min.js.gz").read_bytes())
    assert hashlib.sha256(script).hexdigest() == drawing.SCRIPT_DIGEST
    notices = (folder / "LICENSES.txt").read_text(encoding="utf-8")
    assert f"Mermaid {drawing.MERMAID} " in notices
    assert drawing.SCRIPT_DIGEST in notices


def test_papers_are_those_of_the_theme() -> None:
    style = (resources("site_builder.render") / "theme" / "assets" / "lesson.css").read_text(encoding="utf-8")
    dark = "#" + "".join(f"{int(part):02x}" for part in drawing.PAPERS[1].strip("rgb()").split(","))
    assert f"--md-default-bg-color: {dark};" in style
