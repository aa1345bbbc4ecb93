"""The finished text of a lesson's pages, one by one: what the filter makes of a document whose cells are outputs already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from site_builder.kept_results import KeptResults
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Node
from site_builder.problems import Problem
from site_builder.weave.filter.deciding import Deciding
from site_builder.weave.filter.glossary import Term, terms
from site_builder.weave.filter.images import NO_SIZES, Sizes
from site_builder.weave.filter.page import filter_page
from site_builder.weave.filter.page_state import NO_DIAGRAMS
from site_builder.weave.pages.exercises import with_minutes
from site_builder.weave.parts import PagePart, derived
from site_builder.weave.translations import phrases_for

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes


class Finishing:
    """Finishes documents with what they share: the lesson's language, its glossary (as YAML reads it), the sizes of its pictures, and what
    became of its diagrams. ``kept`` has what was made of equal pages.
    """

    def __init__(
        self, lesson: Lesson, kept: KeptResults, glossary: Any = None, sizes: Sizes = NO_SIZES, diagrams: Outcomes = NO_DIAGRAMS
    ) -> None:
        """Make nothing yet."""
        self.words = phrases_for(lesson.settings.lang)
        self.known: Mapping[str, Term] = terms(glossary, self.words.language) if lesson.settings.glosario else {}
        self._kept, self._sizes, self._diagrams = kept, sizes, diagrams
        self._shared = lesson.settings.lang, repr(self.known)
        self._deciding = Deciding(sizes, diagrams, kept)
        self._episodes = frozenset(source.path for source in lesson.episodes)

    def text(self, document: Document) -> tuple[PagePart, tuple[Problem, ...]]:
        """Return a document's finished text, which is read when somebody looks at it, and its problems."""
        # of an episode the minutes that its exercises take together
        share = (document.front_matter.exercises,) if document.path in self._episodes else ()
        make = partial(self._filtered, document, share)
        part = derived(self._kept, "filter", partial(self._given, document, share), lambda: self._kept.result("filter", given, make)[0])

        def given() -> bytes:
            return part.digest

        problems = self._kept.result("filter problems", given, lambda: self._kept.result("filter", given, make)[1])
        self._kept.retain("filter", part.digest)
        return part, problems

    def _filtered(self, document: Document, share: tuple[int | None, ...]) -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
        body, problems = filter_page(document, self.words, self.known, self._sizes, self._diagrams)
        return (with_minutes(body, share[0]) if share else body), problems

    def _given(self, document: Document, share: tuple[int | None, ...]) -> object:
        """Return all that a finished text depends on."""
        own = str(document.path), document.front_matter.title, share, self._kept.digest_of(document.body)
        return (*self._shared, self._deciding.of(document.body), *own)
