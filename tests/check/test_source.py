"""All source rules together."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from site_builder.check.source import check_sources, without_repeats
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.markdown.reader import read
from site_builder.pipeline.read import read_sources
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.settings.lesson import Settings


def file(path: str, kind: Kind) -> SourceFile:
    return SourceFile(PurePosixPath(path), kind)


LESSON = Lesson(
    Path("/lesson"),
    Settings(PurePosixPath("mkdocs.yml")),
    episodes=(file("episodes/x.md", Kind.EPISODE),),
    profiles=(file("profiles/a.md", Kind.PROFILE), file("profiles/b.md", Kind.PROFILE)),
    home=file("index.md", Kind.HOME),
    setup=file("learners/setup.md", Kind.SETUP),
)


def check(texts: dict[str, str], lesson: Lesson = LESSON) -> Report:
    paths = {PurePosixPath(path): text for path, text in texts.items()}
    return check_sources(lesson, {path: read(text, path) for path, text in paths.items()}, lambda path: path in paths, paths)


def found(texts: dict[str, str]) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in check(texts).problems]


def test_findings_come_page_by_page_in_the_order_of_lines() -> None:
    texts = {"episodes/x.md": "![](y.png)\n\n### A\n\n[here](x.md)\n", "index.md": "# B\n"}
    assert found(texts) == [
        "LS814 episodes/x.md:1",
        "LS821 episodes/x.md:1",
        "LS801 episodes/x.md:3",
        "LS816 episodes/x.md:5",
        "LS802 index.md:1",
    ]


def test_all_of_them_are_warnings() -> None:
    report = check({"episodes/x.md": "# A\n\n::: zzz\n\n[x](http://example.org)\n\n:::\n"})
    assert [problem.severity for problem in report.problems] == [Severity.WARNING] * 4 == [Severity.WARNING] * len(report.problems)


def test_the_repository_is_looked_at_where_it_is_a_workbench_lesson() -> None:
    lesson = Lesson(Path("/lesson"), Settings())
    assert [problem.code for problem in check({"config.yaml": ""}, lesson).problems] == ["LS841", "LS842", "LS843"]


def test_the_setup_stands_on_the_home_page_and_profiles_on_one() -> None:
    texts = {
        "index.md": "[text](#setup) [text](#windows)\n",
        "learners/setup.md": "## Windows\n",
        "profiles/a.md": "## A\n\n[text](#b)\n",
        "profiles/b.md": "## B\n",
    }
    assert found(texts) == []
    assert found({"index.md": texts["index.md"]}) == ["LS813 index.md:1"]
    assert found({"episodes/x.md": "[text](#setup)\n"}) == ["LS813 episodes/x.md:1"]


def finding(code: str, target: str, line: int = 3) -> Problem:
    return Problem(code, f"link to '{target}': there is no such thing", Location(PurePosixPath("episodes/x.md"), line))


@pytest.mark.parametrize(
    ("code", "written", "site_code", "target"),
    [
        ("LS814", "../learners/y.md#a", "LS401", "y.html#a"),
        ("LS814", "fig/ü.png", "LS403", "fig/%C3%BC.png"),
        ("LS813", "#über", "LS402", "#%C3%BCber"),
    ],
)
def test_what_the_site_tells_the_source_does_not_repeat(code: str, written: str, site_code: str, target: str) -> None:
    source, site = finding(code, written), Report((finding(site_code, target),))
    assert without_repeats(Report((source,)), site) == site
    assert without_repeats(Report((source, source)), site) == Report((source,)) + site


@pytest.mark.parametrize(
    "other", [finding("LS401", "z.html"), finding("LS401", "y.html", line=4), finding("LS402", "y.html"), finding("LS404", "y")]
)
def test_other_findings_about_the_source_stay(other: Problem) -> None:
    source_report = Report((finding("LS814", "y.md"), finding("LS816", "y.md")))
    assert without_repeats(source_report, Report((other,))) == source_report + Report((other,))


def test_a_finding_that_quotes_nothing_stays() -> None:
    source_report = Report((Problem("LS831", "no target", Location(PurePosixPath("x.md"))),))
    assert without_repeats(source_report, Report()) == source_report


@pytest.mark.slow
def test_real_lessons_have_few_findings(corpus: Path) -> None:
    roots = sorted(path.parent for path in corpus.glob("*/source/config.yaml"))
    assert len(roots) >= 8
    for root in roots:
        lesson, _ = discover(root)
        sources, _ = read_sources(lesson)
        report = check_sources(lesson, sources.documents, lambda path, root=root: (root / path).exists(), {})  # type: ignore[misc]
        assert len(report.problems) <= len(lesson.sources)
        # Scripts of other hosts in prose are findings that are true: two lessons embed posts of Twitter.
        assert {(problem.code, "platform.twitter.com" in problem.message) for problem in report.errors} <= {("LS852", True)}
