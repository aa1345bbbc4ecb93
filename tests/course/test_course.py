"""The course follows its own rules: every episode is complete, accessible, timed, and runs on a plain machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
import yaml

from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, elements, text_of, walk

if TYPE_CHECKING:
    from site_builder.markdown.document import Document

ROOT = Path(__file__).parents[2]
LINKS = (ROOT / "links.md").read_text(encoding="utf-8")
MINUTES = {
    "reproducibility": (20, 20),
    "first-workspace": (25, 20),
    "lock-files": (25, 15),
    "tasks-platforms": (25, 15),
    "conda-packages": (25, 15),
    "virtual-packages": (25, 15),
    "cuda-environments": (25, 20),
    "gpu-training": (30, 20),
    "containers": (25, 20),
    "apptainer": (20, 10),
    "ci-images": (20, 15),
    "htcondor": (25, 20),
    "slurm": (25, 20),
    "wrap-up": (10, 10),
}
"""Teaching and exercises of every episode of the three days (docs/minutes-of-the-course.md)."""

PRESENT = sorted((ROOT / "episodes").glob("*.md"), key=lambda path: list(MINUTES).index(path.stem))
PAGES = [ROOT / name for name in ("index.md", "CODE_OF_CONDUCT.md", "LICENSE.md")]
PAGES += [path for folder in ("learners", "instructors", "profiles") for path in sorted((ROOT / folder).glob("*.md"))]


def document(path: Path) -> Document:
    """Read a page of the lesson as the builder does."""
    relative = PurePosixPath(path.relative_to(ROOT).as_posix())
    return read(path.read_text(encoding="utf-8"), relative, links=LINKS, episode=relative.parent.name == "episodes")


def boxes(nodes: tuple[Node, ...], name: str) -> list[Element]:
    """Return the fenced divs of one class."""
    return [box for box in elements(nodes, "div") if name in box.classes]


def cells(page: Document) -> list[Cell]:
    """Return the code cells of a page."""
    return [cell for cell in page.cells if isinstance(cell, Cell)]


def title(box: Element) -> str:
    """Return the text of a box's first heading."""
    return text_of((next(elements(box.children, "h1", "h2", "h3", "h4")),))


@pytest.fixture(params=PRESENT, ids=lambda path: path.stem, scope="module")
def episode(request: pytest.FixtureRequest) -> Document:
    return document(request.param)


@pytest.mark.parametrize("path", [*PRESENT, *PAGES], ids=lambda path: path.stem)
def test_page_is_read_without_a_problem(path: Path) -> None:
    page = document(path)
    assert [str(problem) for problem in page.problems] == []
    assert page.front_matter.title


def test_minutes_are_those_of_the_timetable(episode: Document) -> None:
    assert (episode.front_matter.teaching, episode.front_matter.exercises) == MINUTES[episode.slug]


def test_challenges_take_the_minutes_of_the_exercises(episode: Document) -> None:
    minutes = [int(found[1]) for box in boxes(episode.body, "challenge") if (found := re.search(r"\((\d+) minutes\)", title(box)))]
    assert sum(minutes) == episode.front_matter.exercises
    assert len(minutes) >= 2


def test_every_challenge_has_a_solution(episode: Document) -> None:
    assert [title(box) for box in boxes(episode.body, "challenge") if not boxes(box.children, "solution")] == []


def test_one_poll_explains_the_wrong_answers(episode: Document) -> None:
    (poll,) = boxes(episode.body, "poll")
    answers = next(elements(poll.children, "ol"))
    (solution,) = boxes(poll.children, "solution")
    explained = re.findall(r"Votes for ([\d and]+)", text_of(solution.children))
    right = re.search(r"The answer is (\d)", text_of(solution.children))
    assert right is not None
    told = {int(number) for group in explained for number in re.findall(r"\d", group)}
    assert told | {int(right[1])} == set(range(1, len(list(elements(answers.children, "li"))) + 1))


@pytest.mark.parametrize("name", ["questions", "objectives", "keypoints"])
def test_box_is_there_once_with_a_few_points(episode: Document, name: str) -> None:
    (box,) = boxes(episode.body, name)
    assert 2 <= len(list(elements(box.children, "li"))) <= 6


def test_instructors_get_a_note(episode: Document) -> None:
    assert boxes(episode.body, "instructor")


def test_pictures_and_plots_say_what_they_show(episode: Document) -> None:
    assert all(image.get("alt") for image in elements(episode.body, "img"))
    for cell in cells(episode):
        if "plt." in cell.source:
            assert len(cell.options.figure_alt or "") > 40, cell.identifier


def test_prose_is_plain_and_neither_long_nor_short(episode: Document) -> None:
    """About 2,500 words with the code, in short sentences: what a class can read in the minutes that it has; the last quarter of an hour has fewer."""
    paragraphs = [" ".join(text_of((part,)).split()) for part in elements(episode.body, "p", "li")]
    sentences = [text for part in dict.fromkeys(paragraphs) for text in re.split(r"(?<=[.!?:]) +", part) if text]
    lengths = [len(text.split()) for text in sentences]
    minutes = sum(MINUTES[episode.slug])
    assert min(1400, 50 * minutes) <= sum(lengths) <= 3200
    assert sum(lengths) / len(lengths) <= 15
    assert [text for text, length in zip(sentences, lengths, strict=True) if length > 45] == []


def test_every_cell_is_labelled(episode: Document) -> None:
    assert [cell.identifier for cell in cells(episode) if not cell.options.label] == []


def test_at_least_three_plain_cells(episode: Document) -> None:
    assert len([cell for cell in cells(episode) if not cell.options.requires]) >= 3


@pytest.mark.parametrize("slug", ["first-workspace", "lock-files", "tasks-platforms", "conda-packages", "cuda-environments"])
def test_cells_that_need_pixi_say_so(slug: str) -> None:
    shell = [cell for cell in cells(document(ROOT / f"episodes/{slug}.md")) if cell.language == "bash"]
    assert shell
    for cell in shell:
        assert ("pixi" in cell.options.requires) == ("pixi" in cell.source)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_shell_cells_can_be_parsed(episode: Document) -> None:
    for cell in cells(episode):
        if cell.language == "bash":
            done = subprocess.run(["bash", "-n"], input=cell.source, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), cell.identifier


def test_cells_that_use_a_framework_say_so(episode: Document) -> None:
    for cell in cells(episode):
        if cell.language == "python":
            nodes = list(ast.walk(ast.parse(cell.source)))
            names = {node.id for node in nodes if isinstance(node, ast.Name)} | {node.name for node in nodes if isinstance(node, ast.alias)}
            assert "torch" in cell.options.requires or not names & {"torch", "digits"}, cell.identifier


def test_training_has_enough_cells_for_both_devices() -> None:
    needs = [set(cell.options.requires) for cell in cells(document(ROOT / "episodes/gpu-training.md"))]
    assert len([names for names in needs if "torch" in names and "cuda" not in names]) >= 5
    assert len([names for names in needs if "cuda" in names]) >= 3


def test_no_output_is_typed_by_hand(episode: Document) -> None:
    blocks = [node for node in walk(episode.body) if isinstance(node, CodeBlock)]
    assert [block.line for block in blocks if {"output", "error", "warning"} & set(block.classes)] == []


def linked_terms(page: Document) -> set[str]:
    """Return the glossary entries that a page links to."""
    targets = (link.get("href").partition("#") for link in elements(page.body, "a"))
    return {fragment for address, _, fragment in targets if address.endswith("reference.md")}


def test_every_linked_term_is_in_the_glossary(episode: Document) -> None:
    glossary = document(ROOT / "learners/reference.md")
    assert linked_terms(episode) <= {span.get("id") for span in elements(glossary.body, "span") if span.has("id")}


def test_no_page_introduces_more_than_seven_terms() -> None:
    met: set[str] = set()
    for path in PRESENT:
        linked = linked_terms(document(path))
        assert 1 <= len(linked - met) <= 7, path.stem
        met |= linked


def test_glossary_is_alphabetical_and_explains_every_term() -> None:
    (entries,) = elements(document(ROOT / "learners/reference.md").body, "dl")
    terms = [text_of((term,)).strip() for term in elements(entries.children, "dt")]
    assert len(terms) >= 40
    assert terms == sorted(terms, key=str.lower)
    assert len(list(elements(entries.children, "dd"))) == len(terms)


def test_every_shipped_file_is_used() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in [*PRESENT, *PAGES])
    files = [path for path in (ROOT / "episodes/files").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert files
    assert [path.name for path in files if path.relative_to(ROOT / "episodes").as_posix() not in pages] == []


def test_inputs_exist(episode: Document) -> None:
    assert [name for name in episode.front_matter.inputs if not (ROOT / "episodes" / name).is_file()] == []


RUNNER = """
import ast, asyncio, inspect, os, pathlib, sys
names, loop = {"__name__": "__main__"}, asyncio.new_event_loop()
for path in sys.argv[1:]:
    code = compile(pathlib.Path(path).read_text("utf-8"), path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    raised = False
    try:
        result = eval(code, names)
        if inspect.iscoroutine(result):
            loop.run_until_complete(result)
    except Exception:
        raised = True
        if not path.endswith(".raises.py"):
            raise
    assert raised == path.endswith(".raises.py"), path
sys.stdout.flush()
os._exit(0)
"""
"""Runs files one after another in one name space and one event loop, as a kernel does: ``await`` works at the top level.

A file named ``*.raises.py`` must raise. How Python ends is not judged.
"""


def test_plain_cells_run_without_the_cells_that_require_something(episode: Document, tmp_path: Path) -> None:
    folder = tmp_path / "lesson/episodes"
    for name in episode.front_matter.inputs:
        target = (folder / name).resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "episodes" / name, target)
    folder.mkdir(parents=True, exist_ok=True)
    scripts = []
    for cell in cells(episode):
        if cell.language == "python" and not cell.options.requires:
            scripts.append(tmp_path / f"{cell.identifier}{'.raises' if cell.options.error else ''}.py")
            scripts[-1].write_text(cell.source, encoding="utf-8")
    environment = {"MPLBACKEND": "agg", "HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path)}
    command = [sys.executable, "-c", RUNNER, *map(str, scripts)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr)
    assert done.stdout.count("\n") > len(scripts)


def clock(minutes: int) -> str:
    """Return minutes after midnight as a clock shows them."""
    return f"{minutes // 60}:{minutes % 60:02}"


def clocks(day: list[str], breaks: dict[str, int]) -> list[str]:
    """Return when the episodes and breaks of a half day begin, and when it ends; HTCondor and Slurm are taught side by side."""
    now, times = 9 * 60, []
    for slug in day:
        times.append(clock(now))
        now += sum(MINUTES[slug])
        if f"{slug}.md" in breaks:
            times.append(clock(now))
            now += breaks[f"{slug}.md"]
    return [*times, clock(now)]


def test_the_days_of_the_workshop_end_by_half_past_twelve_as_the_instructors_table_says() -> None:
    lesson = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["extra"]["lesson"]
    slugs = [name.removesuffix(".md") for name in lesson["episodes"]]
    assert slugs == list(MINUTES)
    aside = {name.removesuffix(".md") for name in lesson["workshop"]["alternatives"]}
    firsts = [day["first"].removesuffix(".md") for day in lesson["workshop"]["days"]]
    starts = [*map(slugs.index, firsts), len(slugs)]
    days = [[slug for slug in slugs[start:end] if slug not in aside] for start, end in pairwise(starts)]
    notes = (ROOT / "instructors/instructor-notes.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in notes.splitlines() if re.match(r"\| +(\d+:\d\d)? +\|", line)]
    for number, day in enumerate(days):
        told = [row[2 * number] for row in rows if row[2 * number]]
        *lessons, end = clocks(day, lesson["workshop"]["breaks"])
        assert told == [*lessons, end, "12:30", "13:30"]
        hours, _, minutes = end.partition(":")
        assert int(hours) * 60 + int(minutes) <= 12 * 60 + 30
        assert next(row[2 * number + 1] for row in rows if row[2 * number] == end) == "*questions*"


def test_every_term_of_the_glossary_is_used() -> None:
    terms = {text_of((term,)).strip() for term in elements(document(ROOT / "learners/reference.md").body, "dt")}
    text = " ".join(" ".join(text_of(document(path).body).split()) for path in PRESENT).lower()
    assert [term for term in sorted(terms) if term.lower() not in text] == []


def test_the_citation_has_what_version_1_2_of_the_format_asks_for() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"title", "message", "authors"} <= citation.keys()
    assert all({"type", "authors", "title"} <= reference.keys() for reference in citation["references"])
    assert citation["license"] == ["MIT", "CC-BY-4.0"]


def test_outputs_that_the_text_refers_to_are_shown_whole() -> None:
    """Nobody looks for the places in a function, or for the stages of a definition, through a window of 25 lines."""
    for slug, label in (("gpu-training", "the-training-function"), ("apptainer", "render-the-definition")):
        (cell,) = (cell for cell in cells(document(ROOT / f"episodes/{slug}.md")) if cell.options.label == label)
        assert cell.options.output_scroll is False
