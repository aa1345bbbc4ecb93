"""All sources of a lesson are read; what is wrong in one never stops the others."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from site_builder.errors import MachineError
from site_builder.lesson.discover import discover
from site_builder.markdown.tree import Element, elements, text_of
from site_builder.pipeline.read import Sources, read_sources
from site_builder.problems import Report, Severity
from tests.conftest import MakeLesson

EPISODE = "---\ntitle: One\nteaching: 5\nexercises: 0\n---\n\nText.\n\n```{python}\nprint(1)\n```\n"
LESSON = {"config.yaml": "title: T\n", "episodes/one.md": EPISODE}


def read(root: Path) -> tuple[Sources, Report]:
    return read_sources(discover(root)[0])


def test_every_source_becomes_a_document_by_its_path(make_lesson) -> None:
    sources, report = read(make_lesson(LESSON | {"index.md": "Home", "learners/setup.md": "Set up"}))
    assert [str(path) for path in sources.documents] == ["index.md", "learners/setup.md", "episodes/one.md"]
    assert text_of(sources.documents[PurePosixPath("index.md")].body) == "Home"
    assert report.problems == ()
    assert (sources.links, sources.citation, sources.glossary) == (None, None, None)


def test_only_episodes_need_front_matter_and_have_cells(make_lesson) -> None:
    sources, report = read(make_lesson(LESSON | {"episodes/two.md": "No head.", "index.md": "```{python}\n1\n```\n"}))
    assert len(sources.documents[PurePosixPath("episodes/one.md")].cells) == 1
    assert sources.documents[PurePosixPath("index.md")].cells == ()
    assert ("LS102", "episodes/two.md") in {(p.code, str(p.location.path)) for p in report.problems}


def test_references_of_the_links_file_hold_on_every_page(make_lesson) -> None:
    root = make_lesson(LESSON | {"links.md": "[pixi]: https://example.org/pixi\n", "index.md": "See [pixi]."})
    sources, _ = read(root)
    link = next(elements(sources.documents[PurePosixPath("index.md")].body, "a"))
    assert isinstance(link, Element)
    assert link.get("href") == "https://example.org/pixi"
    assert sources.links is not None
    assert sources.links.path == PurePosixPath("links.md")


def test_wrong_bytes_are_shown_and_told(make_lesson) -> None:
    root = make_lesson(LESSON)
    (root / "index.md").write_bytes(b"na\xefve")
    sources, report = read(root)
    assert text_of(sources.documents[PurePosixPath("index.md")].body) == "na\ufffdve"
    (problem,) = report.problems
    assert (problem.code, problem.severity, str(problem.location)) == ("LS015", Severity.WARNING, "index.md:1")


def test_problems_of_all_pages_come_together(make_lesson) -> None:
    _, report = read(make_lesson(LESSON | {"index.md": "---\na: [\n---\n", "learners/a.md": "---\nb: [\n---\n"}))
    assert {str(problem.location.path) for problem in report.errors} == {"index.md", "learners/a.md"}


def test_the_citation_file_is_read(make_lesson) -> None:
    sources, _ = read(make_lesson(LESSON | {"CITATION.cff": "title: A lesson\nauthors: [{family-names: A}]\n"}))
    assert sources.citation == {"title": "A lesson", "authors": [{"family-names": "A"}]}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: [\n", "CITATION.cff:2:1"), ("date: 2026-02-30\n", "CITATION.cff:1:7"), ("x: !!int ''\n", "CITATION.cff:1:4"),
        ("x: \x07\n", "CITATION.cff:1:4"), ("a: &a [*a]\n", "CITATION.cff:1:4"), ("[" * 3000, "CITATION.cff:1:1001"),
    ],
)  # fmt: skip
def test_a_citation_file_that_is_not_yaml_is_a_warning(make_lesson, text: str, place: str) -> None:
    sources, report = read(make_lesson(LESSON | {"CITATION.cff": text}))
    assert sources.citation is None
    assert [(p.code, p.severity, str(p.location)) for p in report.problems] == [("LS016", Severity.WARNING, place)]


@pytest.mark.parametrize("text", ["", "- a\n", "words"])
def test_a_citation_file_that_is_no_mapping_is_left_out(make_lesson, text: str) -> None:
    assert read(make_lesson(LESSON | {"CITATION.cff": text}))[0].citation is None


def test_a_local_glossary_is_read(make_lesson) -> None:
    root = make_lesson(LESSON | {"config.yaml": "title: T\nglosario: files/terms.yml\n", "files/terms.yml": "- slug: a\n"})
    assert read(root)[0].glossary == [{"slug": "a"}]


@pytest.mark.parametrize("name", ["true", "https://example.org/terms.yml", "nowhere.yml", "../secret.yml", "episodes", "x" * 300])
def test_a_glossary_that_is_no_file_of_the_lesson_is_not_read(make_lesson, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.yml").write_text("- secret\n")
    sources, report = read(make_lesson(LESSON | {"config.yaml": f"title: T\nglosario: {name}\n"}))
    assert sources.glossary is None
    assert report.problems == ()


def test_a_file_that_vanishes_is_an_error_of_the_machine(make_lesson) -> None:
    lesson, _ = discover(make_lesson(LESSON))
    (lesson.root / "episodes/one.md").unlink()
    with pytest.raises(MachineError, match=r"one\.md cannot be read"):
        read_sources(lesson)


def test_a_notebook_that_is_none_is_a_problem_and_its_page_is_empty(make_lesson: MakeLesson) -> None:
    lesson, _ = discover(make_lesson({"config.yaml": "title: L\nepisodes: [a.ipynb]\n", "episodes/a.ipynb": "{"}))
    sources, report = read_sources(lesson)
    assert "LS017" in {problem.code for problem in report.problems}
    assert sources.documents[PurePosixPath("episodes/a.ipynb")].body == ()
