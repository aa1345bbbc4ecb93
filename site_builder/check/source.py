"""All rules about a lesson's sources: what authors can correct before anything is built (codes LS8xx)."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote

from site_builder.check.active import check_active, check_hosts
from site_builder.check.alternatives import check_diagrams, check_tables, check_videos
from site_builder.check.divisions import check_divisions, check_repeated
from site_builder.check.extent import check_extent
from site_builder.check.findings import CheckedPage, Rule, source_page
from site_builder.check.headings import check_headings
from site_builder.check.identifiers import check_identifiers
from site_builder.check.images import check_images
from site_builder.check.link_targets import LinkContext, check_targets, identifiers
from site_builder.check.link_texts import check_brackets, check_link_texts
from site_builder.check.references import check_references, check_terms
from site_builder.check.structure import check_structure
from site_builder.check.typed_outputs import check_typed_outputs
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.problems import Location, Problem, Report
from site_builder.spelling import Speller

RULES: tuple[Rule, ...] = (
    check_headings,
    check_identifiers,
    check_divisions,
    check_repeated,
    check_link_texts,
    check_brackets,
    check_references,
    check_images,
    check_tables,
    check_diagrams,
    check_videos,
    check_extent,
    check_typed_outputs,
    check_active,
    check_hosts,
)
"""The rules that need only one page."""

SAME = {"LS402": "LS813", "LS401": "LS814", "LS403": "LS814"}
"""Findings about the site, and the findings about the source that mean the same."""

ROOTED, MISSING = "LS810", "LS401"
"""A link that begins at the host's root leads nowhere in one of the views as well."""

QUOTED = re.compile(r"'([^']*)'")


def check_sources(
    lesson: Lesson, documents: Mapping[PurePosixPath, Document], exists: Callable[[PurePosixPath], bool],
    texts: Mapping[PurePosixPath, str], kept: KeptResults = NOTHING_KEPT,
) -> Report:  # fmt: skip
    """Return everything in the sources that readers would trip over, as warnings: page by page, in line order.

    Loose Markdown files (a paper, slides) have an outline that another program wants: their headings are not checked.

    ``exists`` tells whether a path in the lesson is a file or folder. ``texts`` holds the text of the sources that are
    Markdown, and ``.gitignore`` if it exists. ``kept`` has what was found on equal pages before.
    """
    given = {path: partial(_given, document, texts.get(path, ""), kept) for path, document in documents.items()}
    pages = {
        path: kept.remembered("source page", given[path], partial(source_page, document, texts.get(path, "")))
        for path, document in documents.items()
    }
    slugs = frozenset(path.stem for path in documents)
    spelling = Speller(sorted(slugs))
    loose = {source.path for source in lesson.pages}
    found = list(check_structure(lesson, exists, texts))
    packed = lesson.settings.workspace_address

    def is_there(place: PurePosixPath) -> bool:
        return place == packed or exists(place)

    for page in pages.values():
        around = LinkContext(is_there, slugs, _places(lesson, pages, page), spelling)
        rules = RULES if page.path not in loose else tuple(rule for rule in RULES if rule is not check_headings)
        rules = rules if lesson.settings.glosario else (*rules, check_terms)
        name = " ".join(("rules", *(rule.__name__ for rule in rules)))
        own = kept.result(name, given[page.path], partial(_own, page, rules))
        found += sorted((*own, *check_targets(page, around)), key=lambda problem: (problem.location.line, problem.code))
    return Report(tuple(found))


def _given(document: Document, text: str, kept: KeptResults) -> tuple[str, str, str, bytes]:
    """Return all that rules see of a page."""
    return str(document.path), text, repr(document.front_matter), kept.digest_of(document.body)


def _own(page: CheckedPage, rules: Iterable[Rule]) -> tuple[Problem, ...]:
    return tuple(problem for rule in rules for problem in rule(page))


def _places(lesson: Lesson, pages: Mapping[PurePosixPath, CheckedPage], page: CheckedPage) -> frozenset[str]:
    """Return the places on sources that share this one's page: the setup is part of the home page, all profiles are on one page."""
    home = [source.path for source in (lesson.home, lesson.setup) if source]
    profiles = [source.path for source in lesson.profiles]
    others = next((group for group in (home, profiles) if page.path in group), [])
    names = frozenset(name for path in others if path in pages for name in identifiers(pages[path]))
    return names | {"setup"} if others is home else names


def without_repeats(source: Report, site: Report) -> Report:
    """Return both reports as one; where both report a link, the site's finding stays: one fault has one code, built or not."""
    rooted = {_subject(problem, MISSING) for problem in source.problems if problem.code == ROOTED}
    site = Report(tuple(problem for problem in site.problems if _subject(problem, problem.code) not in rooted))
    told = Counter(_subject(problem, SAME[problem.code]) for problem in site.problems if problem.code in SAME)
    return Report(tuple(_untold(source, told))) + site


def _untold(source: Report, told: Counter[tuple[str, Location, str]]) -> Iterator[Problem]:
    for problem in source.problems:
        subject = _subject(problem, problem.code)
        if told[subject]:
            told[subject] -= 1
        else:
            yield problem


def _subject(problem: Problem, code: str) -> tuple[str, Location, str]:
    """Identify a finding about a link by code, place and the stem of the target, which is all that rewriting keeps."""
    target = QUOTED.search(problem.message)
    path, _, fragment = (target[1] if target else "").partition("#")
    path, fragment = unquote(path), unquote(fragment)
    return code, problem.location, posixpath.splitext(posixpath.basename(path))[0] if path else fragment
