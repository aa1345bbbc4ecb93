"""What a real browser draws: every form of a diagram, the same each time, and nothing that runs or fetches anything."""

from __future__ import annotations

import http.server
import os
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from site_builder.browser import find_browser
from site_builder.diagrams import drawing
from site_builder.diagrams.model import DiagramFault, Drawing, Outcome
from site_builder.diagrams.source import said
from site_builder.diagrams.svg import parsed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_browser() and not os.environ.get("LESSON_REQUIRE_CHROMIUM"), reason="no Chromium, Chrome or Edge here"),
]
BLOCK = re.compile(r"^```mermaid\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
FORMS = BLOCK.findall((Path(__file__).parent / "forms.md").read_text(encoding="utf-8"))

WORDS = {
    "Stations and their archive": ["In the field", "North station", "Logger", "by radio", "Archive"],
    "Markdown in labels": ["Reading", "1. Clean", "- drop gaps", "- round", "first", "second"],
    "Named shapes": ["Report", "Store", "Pages", "By hand", "Stop"],
    "Special characters": ["a < b & c", 'he said "rain"', "5 # and ♥"],
    "Links": ["Home", "Data"],
    "Colours of the author": ["warm", "cold"],
    "Line breaks": ["first line", "second line", "yes", "no", "third", "fourth"],
    "Formulas": ["x", "∑"],
    "Icons by name": ["Book", "House"],
    "Front matter": ["Made by front matter", "a", "b", "c"],
    "A theme of its own": ["a", "f"],
    "A reading is asked for": ["Ana", "Station", "Reading, please", "[every", "12 mm", "Both keep a log", "5"],
    "Life of a job": ["Waiting", "started", "Running", "Reading", "in the queue", "Archived", "Shown"],
    "A day in the field": ["A day in the field", "Morning", "Walk to the station", "Evening", "Ben"],
    "Sensors": ["«abstract»", "Sensor", "+String name", "+read(int times) : List<float>", "0..*", "is a", "on the roof"],
    "Tables of the archive": ["STATION", "READING", "takes", "millimetres", "of the reading"],
    "What the station must do": ["<<Requirement>>", "dry", "Text: stays dry", "<<satisfies>>"],
    "The system": ["System of the archive", "Observer", "Keeps readings", "Makes forecasts", "writes to", "[HTTPS]"],
    "Machines": ["Room", "Disk", "Server", "Internet"],
    "Blocks": ["One", "Two", "A wide one"],
    "A packet": ["Header", "Source port", "31", "Length", "63"],
    "Plan of the season": ["Season", "Field", "Set up", "Measure", "Report", "2024-01-07"],
    "History of the gauge": ["History", "Paper", "1891", "First gauge", "New roof", "Logger"],
    "Branches": ["main", "fix", "first", "mend", "v1", "second"],
    "Commits without names": ["main"],
    "Tasks": ["Open", "Clean the gauge", "Done", "Write the report", "Ben"],
    "Ideas": ["Weather", "Rain", "Gauge", "Radar", "Wind", "Vane"],
    "Kinds of days": ["Days", "60%", "Dry [60]", "Snowy [8]"],
    "Sensors by price and use": ["Sensors", "Cheap", "Much use", "Borrow", "Gauge"],
    "Where rain goes": ["Rain 80", "Soil 30", "Drain 45", "Barrel 5"],
    "Rain by month": ["Rain", "Jan", "Apr", "mm", "80"],
    "Two stations compared": ["Stations", "Price", "Ease of use", "North", "South"],
    "Disk space": ["Archive", "Readings", "Clouds", "50"],
    "Drawn as by hand": ["Read", "Clean", "Keep"],
    "Other scripts": ["βροχή", "дощ", "גשם היום"],
    "A namespace": ["field", "Gauge", "beside", "+empty()"],
}
"""Title of each form: words that its drawing shows, each in one piece of text."""

ON_PAPER = {"Colours of the author", "A theme of its own", "A reading is asked for", "The system", "A packet", "Plan of the season", "Where rain goes"}  # fmt: skip
"""Forms with colours that suit a light ground alone."""

FAULTS = {
    "flowchart LR\n  a -->\n  b -> c": (3, "MINUS"),
    "---\ntitle: T\n---\n%% c\nflowchart LR\naccTitle: T\n a[one --> b": (7, "the end of the diagram"),
    "sequenceDiagram\n  A->>B: hi\n  loop\n  foo bar baz": (4, "NEWLINE"),
    "gantt\n  dateFormat YYYY-MM-DD\n section A\n One : 2024-13-40, 3d": (0, "Invalid date"),
    'pie\n  "a" 3': (2, "Expecting token of type ':'"),
    "gitGraph\n  checkout nowhere": (0, "branch which is not yet created"),
    "foo bar": (0, "names no kind of diagram"),
    "": (0, "names no kind of diagram"),
    'flowchart LR\n a["$$\\frac{1$$"]': (0, "a formula cannot be typeset"),
    'flowchart LR\n a@{ img: "fig/a.png", label: "x" }': (0, "picture"),
    "flowchart LR\n a[\"<img src='fig/a.png'/>\"]": (0, "picture"),
    'flowchart LR\n a@{ icon: "fa:book", label: "x" }': (0, "icons"),
    "journey\n section a\n b: x: c": (0, "not a number"),
    "timeline": (0, "shows nothing"),
    "flowchart LR\n" + "\n".join(f"a{n} --> b{n}" for n in range(501)): (0, "edges"),
}
"""Source: the line at fault, from 1 (0 if Mermaid names none), and words of the message."""

HOSTILE = (
    'flowchart LR\n a["<script>ran()</script>x"] --> b["<img src=ADDRESS onerror=ran()>"]',
    'flowchart LR\n a[x]\n click a call ran()\n click a href "javascript:ran()"',
    'flowchart LR\n a["<a href=\'javascript:ran()\'>x</a>"]\n b["<iframe src=ADDRESS></iframe>y"]',
    '%%{init: {"securityLevel": "loose", "themeCSS": "@import url(ADDRESS); rect { fill: url(ADDRESS) }"}}%%\nflowchart LR\n a["<b onclick=ran()>x</b>"]',
    'sequenceDiagram\n A->>B: <img src=x onerror=ran()>\n link A: here @ javascript:ran()',
    'flowchart LR\n a["x"]\n style a fill:url(ADDRESS)',
    'flowchart LR\n a@{ img: "ADDRESS", label: "x" }',
    "---\nconfig:\n  __proto__:\n    polluted: true\n---\npie\n \"a\": 1",
)  # fmt: skip


def draw(sources: Sequence[str], folder: Path, patience: float = drawing.PATIENCE) -> list[Outcome]:
    program = find_browser()
    assert program, "a browser is required here and not installed"
    return drawing.draw(sources, program, folder, patience)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Return what became of every form, by its title."""
    return dict(zip((said(form)[0] for form in FORMS), draw(FORMS, tmp_path_factory.mktemp("forms")), strict=True))


def texts(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Drawing), outcome
    found = [part for part in parsed(outcome.svg).iter() if part.tag.rpartition("}")[2] in ("text", "mi", "mo", "mn")]
    return [" ".join("".join(part.itertext()).split()) for part in found]


def test_the_list_of_forms_is_whole() -> None:
    assert len(FORMS) >= 33
    assert {said(form)[0] for form in FORMS} == set(WORDS)


@pytest.mark.parametrize("title", WORDS)
def test_every_form_is_drawn_with_its_words_and_without_its_description(drawn: dict[str, Outcome], title: str) -> None:
    found = texts(drawn[title])
    assert [word for word in WORDS[title] if not any(word in text for text in found)] == []
    description = next(said(form)[1] for form in FORMS if said(form)[0] == title)
    assert not any("accTitle" in text or "accDescr" in text or description in text for text in found)


def test_dark_pages_show_a_form_on_paper_only_if_its_colours_ask_for_it(drawn: dict[str, Outcome]) -> None:
    light = {title for title, outcome in drawn.items() if isinstance(outcome, Drawing) and not outcome.dark}
    assert light >= ON_PAPER
    assert len(light) <= 12


ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 1}
COMMAND = re.compile(r"([MLHVCSQTZ])([^MLHVCSQTZ]*)", re.IGNORECASE)
NUMBER = re.compile(r"[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)[\s,]*", re.IGNORECASE)


def test_shortening_numbers_of_a_path_leaves_as_many(drawn: dict[str, Outcome]) -> None:
    paths = [value for outcome in drawn.values() if isinstance(outcome, Drawing) for value in re.findall(r' d="([^"]*)"', outcome.svg)]
    plain = [path for path in paths if "a" not in path.lower()]
    assert len(plain) > 150
    for path in plain:
        for letter, rest in COMMAND.findall(path):
            assert NUMBER.sub("", rest) == "", path
            assert len(NUMBER.findall(rest)) % ARITY[letter.upper()] == 0, path


def test_an_element_that_paints_no_ground_gets_none(drawn: dict[str, Outcome]) -> None:
    """A label of these tables is a block inside an inline element, whose background is nowhere to be seen."""
    grounds = {title: outcome.svg.count('"light-dark(#cccccc,') for title, outcome in drawn.items() if isinstance(outcome, Drawing)}
    assert grounds["Tables of the archive"] == grounds["What the station must do"] == 0
    assert grounds["Line breaks"] == 1


def test_links_and_icons_are_told(drawn: dict[str, Outcome]) -> None:
    told = {title: (outcome.links, outcome.icons) for title, outcome in drawn.items() if isinstance(outcome, Drawing)}
    assert told["Links"] == ((("index.html", "Home"),), ())
    assert told["Icons by name"] == ((), ("fa fa-book",))
    assert told["Ideas"] == ((), ("fa fa-wind",))


def test_company_and_order_make_no_difference(drawn: dict[str, Outcome], tmp_path: Path) -> None:
    assert draw(FORMS[::-1], tmp_path)[::-1] == list(drawn.values())


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return dict(zip(FAULTS, draw(list(FAULTS), tmp_path_factory.mktemp("faults")), strict=True))


@pytest.mark.parametrize("source", FAULTS)
def test_a_fault_is_found_at_its_line(faulty: dict[str, Outcome], source: str) -> None:
    line, words = FAULTS[source]
    outcome = faulty[source]
    assert isinstance(outcome, DiagramFault), outcome
    assert (outcome.line, words in outcome.message) == (line, True), outcome


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Return an address of this machine and the list of what was asked there."""
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_nothing_in_a_diagram_runs_or_is_fetched(elsewhere: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = elsewhere
    outcomes = draw([source.replace("ADDRESS", address) for source in HOSTILE], tmp_path)
    assert asked == []
    for outcome in outcomes:
        if isinstance(outcome, Drawing):
            values = [value for part in parsed(outcome.svg).iter() for value in part.attrib.values()]
            assert not [value for value in values if "ran()" in value or address in value]
            assert not [link for link, _ in outcome.links if link.lower().startswith("javascript")]
        else:
            assert isinstance(outcome, DiagramFault), outcome


def test_an_endless_diagram_ends_in_time_and_the_others_are_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = drawing.package_data
    loop = (
        b'\nconst render = mermaid.render; mermaid.render = (id, text) => { while (text.includes("endless")); return render(id, text); };'
    )
    monkeypatch.setattr(drawing, "package_data", lambda *names: real(*names) + (loop if names[-1] == "draw.js" else b""))
    one, endless, three = draw(['pie\n "a": 1', 'pie\n "endless": 1', "flowchart LR\na --> b"], tmp_path, patience=10)
    assert isinstance(one, Drawing)
    assert isinstance(three, Drawing)
    assert endless == DiagramFault("it is not finished after 10 seconds: make it smaller")
