"""The interface in the lesson's language: labels, default titles and page names."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import site_builder
from site_builder.problems import Location, Problem, Severity, did_you_mean
from site_builder.weave.interface_texts import SHOWN_BY_SCRIPTS

CATALOGUES = Path(site_builder.__file__).parent / "locale"
"""gettext catalogues, one a language (``de.po``); ``lesson.pot`` is the template, and English its key."""

LANGUAGES = tuple(sorted(path.stem for path in CATALOGUES.glob("*.po")))
"""The languages of the interface besides English."""

SCRIPTED_WORDS = PurePosixPath("assets/teaching-words.js")
"""Where scripts find their words: a separate script, which pages opened from a folder can load too."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The interface's words in one language; calling it with an English phrase gives the phrase, filled in."""

    language: str = "en"
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __call__(self, english: str, **values: object) -> str:
        """Return a phrase with its ``{names}`` filled in; a phrase without a translation stays English."""
        return self.words.get(english, english).format(**values)


ENGLISH = Phrases()


def phrases(lang: str) -> Phrases | None:
    """Return the words of a language tag, ``xx_YY`` and ``xx-YY`` standing for ``xx``; None if the language is unknown."""
    language = lang.replace("-", "_").partition("_")[0].lower()
    if language == "en":
        return ENGLISH
    return Phrases(language, catalogue(language)) if language in LANGUAGES else None


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the translations of a language by their English texts."""
    from babel.messages.pofile import read_po  # for lessons in other languages than English

    with (CATALOGUES / f"{language}.po").open(encoding="utf-8") as file:
        found = read_po(file, locale=language)
    return MappingProxyType({str(message.id): str(message.string) for message in found if message.id and message.string})


def phrases_for(lang: str) -> Phrases:
    """Return the words of a language tag, English if the language is unknown."""
    return phrases(lang) or ENGLISH


def unknown_language(lang: str, location: Location) -> Problem:
    """Return the warning for a language without translation; the pages are then built in English."""
    known = ("en", *LANGUAGES)
    hint = did_you_mean(lang, known) or f"known languages: {', '.join(known)}"
    return Problem("LS601", f"the interface is not translated into '{lang}': English is used", location, hint, Severity.WARNING)


def scripted_words(words: Phrases) -> str:
    """Return the script that passes the words of a language to the teaching scripts."""
    table = {english: words.words.get(english, english) for english in SHOWN_BY_SCRIPTS}
    return f"window.lessonWords = {json.dumps(table, ensure_ascii=False)};\n"
